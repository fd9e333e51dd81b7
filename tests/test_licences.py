"""What handmidi depends on may be passed on with it, and is pinned as setup.cfg asks for it."""

import configparser
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tools" / "locks"
# Permissive ones, and those that ask for changes to the library itself alone. The GPL of a whole
# program is not among them: handmidi has the MIT licence.
ALLOWED = re.compile(
    r"\b(MIT|0?BSD|Apache|MPL|Mozilla Public|PSF|Python Software Foundation|LGPL|Lesser General"
    r"|zlib|HPND|ISC|Unlicense|unencumbered|Freely Distributable)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\bA?GPL|(?<!Lesser )General Public Licen[sc]e", re.IGNORECASE)


def pins(name: str) -> dict[str, str]:
    """Versions by package, of a lock file."""
    text = (LOCKS / name).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def wanted(section: str, key: str) -> list[Requirement]:
    """What setup.cfg asks for."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config[section][key].splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("package", pins("run.txt"))
def test_licence(package):
    try:
        about = metadata(package)
    except PackageNotFoundError:
        pytest.skip("not installed here")
    said = about.get("License-Expression")
    if not said:
        kinds = [c for c in about.get_all("Classifier", []) if c.startswith("License ::")]
        said = " ".join(kinds) or about.get("License", "")
    assert ALLOWED.search(said), said
    assert not REFUSED.search(re.sub("LGPL", "", said)), said


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("run.txt", wanted("options", "install_requires")),
        ("test.txt", wanted("options", "install_requires")),
        ("test.txt", wanted("options.extras_require", "test")),
    ],
)
def test_the_lock_has_what_is_asked_for(lock, requirements):
    pinned = pins(lock)
    for requirement in requirements:
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}: make lock"
        assert requirement.specifier.contains(version), f"{requirement}: make lock"


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_pin_has_its_checksums(lock):
    text = (LOCKS / lock).read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if not entry.startswith("#"):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_a_lock_names_no_host_and_no_path(lock):
    text = (LOCKS / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|index-url|find-links|/opt|/root|/home", text)
