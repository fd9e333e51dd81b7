"""``setup``: fetch what cannot be carried along."""

from __future__ import annotations

import argparse

from handmidi.cli.progress import fetching
from handmidi.cli.terminal import say


def setup(args: argparse.Namespace) -> None:
    """``handmidi setup``."""
    from handmidi.assets import ASSETS, install, is_installed

    fetched: set = set()
    for asset in ASSETS:
        if asset in fetched or (is_installed(asset) and not args.force):
            say(f"{asset.title}: is there ({asset.path})")
            continue
        with fetching(f"{asset.title}: fetching {asset.package}") as tell:
            fetched |= set(install(asset, tell))
        say(f"{asset.title}: {asset.path} ({asset.licence})")
