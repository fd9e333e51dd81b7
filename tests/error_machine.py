"""Situations of the table of errors: measurements, processes and clusters."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from error_world import World, fail

# ---- bench, processes, clusters


def benched_child(world: World) -> None:
    from handmidi.bench.child import Child

    with Child(("sing",), world.folder, os.environ) as child:
        child.wait_end(20)


def child_unready(world: World) -> None:
    from handmidi.bench.child import Child

    with Child(("sing",), world.folder, os.environ) as child:
        child.wait_ready(20)


def child_slow(world: World) -> None:
    from handmidi.bench.child import Child

    with Child(("songs",), world.folder, os.environ) as child:
        child.wait_end(0.0)


def no_xvfb(world: World) -> None:
    from handmidi.bench.child import _xvfb

    usual = subprocess.Popen

    def other(_: Any, pass_fds: Any = (), **more: Any) -> Any:
        return usual([sys.executable, "-c", ""], pass_fds=pass_fds, **more)

    world.patch.setattr("subprocess.Popen", other)
    with _xvfb():
        pass


def bench_webcam(world: World) -> None:
    from handmidi.bench import film

    film.read_pictures("0", 3)


def no_mp4(world: World) -> None:
    from vision_jobs import Camera

    from handmidi.bench import film

    world.patch.setattr(film, "open_film", lambda source: Camera(5, live=False))
    world.patch.setattr(
        "cv2.VideoWriter",
        type("Writer", (), {"fourcc": staticmethod(lambda *_: 0), "__init__": lambda *_: None,
                            "isOpened": lambda _: False, "release": lambda _: None}),
    )  # fmt: skip
    film.write_loop(Path("film.mp4"), "demo", 1.0)


def page_without_marks(world: World) -> None:
    from handmidi.bench.report import rewrite

    rewrite(Path("page.md"), None)


def page_gone(world: World) -> None:
    from handmidi.bench.report import rewrite

    rewrite(Path("none.md"), None)


def short_film(world: World) -> None:
    from handmidi.bench import suite

    world.patch.setattr(suite, "read_pictures", lambda *_: [])
    suite._film(SimpleNamespace(source="short.mp4", quick=True), world.folder, Path())


def session_gone(world: World) -> None:
    from handmidi.bench import sessions

    world.patch.setattr(sessions, "can_look", lambda: True)
    world.patch.setattr(sessions, "look", lambda pid: [])
    sessions._watch(0, 0.0)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def measuring_dies(world: World) -> None:
    from handmidi.bench.tracking import _apart

    _apart(_die)


def no_scheduler(world: World) -> None:
    from handmidi.session.cluster import Cluster

    world.patch.setattr("handmidi.session.cluster._CONNECT_S", 0.5)
    with Cluster("tcp://127.0.0.1:9", print):
        pass


def cluster(workers: dict[str, Any]) -> None:
    """Check the versions of a cluster."""
    import handmidi
    from handmidi.session.cluster import Cluster

    ours = {"packages": {"handmidi": handmidi.__version__}}
    Cluster("tcp://a:1", print)._check({"scheduler": ours, "workers": workers})


def cluster_lost(world: World) -> None:
    from handmidi.session.cluster import Cluster

    gone = Cluster("tcp://a:1", print)
    gone._client = SimpleNamespace(status="closed")
    gone._outcome(None, SimpleNamespace(result=lambda timeout: fail(RuntimeError("lost"))))


def no_worker(world: World) -> None:
    from handmidi.session.workers import _Worker

    _Worker()
