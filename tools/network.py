"""Which connections handmidi makes: ``python -m tools.network`` traces every command.

Each runs once under strace, on a machine of servers without hardware (JACK, PulseAudio, X), and
every address that it names is looked at: this machine's sockets are free to use, any other
address and any port must have been asked for in the command.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handmidi import paths
from handmidi.assets import find_model, find_soundfont
from handmidi.bench.machine import describe

ROOT = Path(__file__).resolve().parent.parent
CALLS = "connect,sendto,sendmsg,sendmmsg,bind,listen"
_INET = re.compile(r'(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"')
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
_LIMIT_S = 200.0
MAIL = "the mail server"


@dataclass(frozen=True)
class Row:
    """A command, and the addresses that it was asked to speak to or to listen at.

    Parameters
    ----------
    words : str
        Its arguments.
    asked : tuple of str
        As ``address:port``; `MAIL` for the mail server, which the environment names then.
    status : tuple of int, default (0,)
        How it may end.
    """

    words: str
    asked: tuple[str, ...] = ()
    status: tuple[int, ...] = (0,)


ROWS = (
    Row("practice mama --camera demo --no-calibration --tempo 200 --seconds 8"),
    Row("play --camera demo --no-calibration --seconds 3 --headless --clock"),
    Row("play --camera demo --no-calibration --seconds 3 --headless --hands 2 --mpe"),
    Row("play --camera demo --seconds 3 --headless --tracker skin --no-synth"),
    Row("play --camera demo --seconds 3 --headless --tracker mediapipe", status=(1,)),  # asks first
    Row("play --camera demo --seconds 3 --headless --osc 127.0.0.1:57199", ("127.0.0.1:57199",)),
    Row("play --camera demo --seconds 3 --headless --osc-in 57198", ("127.0.0.1:57198",)),
    Row("play --learn 1 --seconds 1"),
    Row("practice twinkle --camera demo --no-calibration --wait --seconds 4 --headless"),
    Row(
        "practice mama --camera demo --no-calibration --tempo 200 --seconds 6 --headless "
        "--email me@example.org",
        status=(0, 1),  # there is no mail server: it waits in the outbox
    ),
    Row("track demo -o demo.csv"),
    Row("map demo.csv --preset mama -o demo.mid"),
    Row("score demo.mid mama --json"),
    Row("report TAKE --html"),
    Row("history --json"),
    Row("history mama"),
    Row("send", status=(0, 1)),
    Row("send", (MAIL,)),
    Row("send TAKE --to me@example.org", (MAIL,)),
    Row("setup"),
    Row("devices", status=(0, 1)),
    Row("devices --check --camera demo --seconds 1", status=(0, 1)),
    Row("calibrate --camera demo", status=(0, 1)),
    Row("calibrate --latency", status=(0, 1)),
    Row("songs"),
    Row("songs mama"),
    Row("presets"),
    Row("presets mama --picture zones.png"),
    Row("bench --quick --live 2 --trackers direct"),
    Row("completion bash"),
    Row("--version"),
    Row("--help"),
)


def addresses(lines: Iterable[str]) -> list[tuple[str, str]]:
    """The internet addresses in a trace, as (call, "address:port").

    A socket that listens without a name in the trace is told as ``listen``.
    """
    found = []
    for line in lines:
        call = re.search(r"\b(connect|sendto|sendmsg|sendmmsg|bind|listen)\(", line)
        if not call:
            continue
        if call[1] == "listen":
            if named := re.search(r"<(?:TCP|UDP)(?:v6)?:\[?([^]>]*)\]?>", line):
                found.append(("listen", named[1]))
            continue
        if (host := _INET.search(line)) and (port := _PORT.search(line)):
            found.append((call[1], f"{host[1]}:{port[1]}"))
    return found


def unasked(lines: Iterable[str], asked: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The addresses in a trace that nobody asked for.

    A socket bound to this machine's own address at any free port is none: nobody can know of it,
    and it listens to nobody.
    """
    return [
        (call, address)
        for call, address in addresses(lines)
        if address not in asked and not (call == "bind" and address in ("127.0.0.1:0", "::1:0"))
    ]


def trace(
    arguments: Sequence[object], folder: Path, environment: Mapping[str, str], limit_s: float
) -> tuple[subprocess.CompletedProcess, list[str]]:
    """Run ``handmidi`` under strace; its result, and the trace's lines.

    Raises
    ------
    PermissionError
        If this machine lets no process be traced.
    """
    log = folder / "calls.log"
    command = ["strace", "-f", "-qq", "-yy", "-s", "256", "-o", str(log), "-e", f"trace={CALLS}"]
    command += [sys.executable, "-m", "handmidi", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=limit_s,
        stdin=subprocess.DEVNULL,
    )
    if "ptrace" in done.stderr.lower():
        raise PermissionError(done.stderr.strip())
    return done, log.read_text(encoding="utf-8", errors="replace").splitlines()


def trace_all(
    rows: Sequence[Row], folder: Path, environment: Mapping[str, str], account: Mapping[str, str]
) -> list[dict]:
    """Trace each row in turn; what they asked for, and what they did.

    Parameters
    ----------
    rows : sequence of Row
    folder : Path
        Where they run.
    environment, account : mapping
        Of all rows; more of those that mail.
    """
    server = [f"{host}:{account['HANDMIDI_SMTP_PORT']}" for host in ("127.0.0.1", "::1")]
    results = []
    for row in rows:
        words = row.words.split()
        if "TAKE" in words:
            takes = sorted((folder / "takes").glob("*mama*"))
            words[words.index("TAKE")] = str(takes[0])
        asked = [*row.asked, *(server if MAIL in row.asked else ())]
        more = account if MAIL in row.asked else {}
        done, lines = trace(words, folder, {**environment, **more}, _LIMIT_S)
        results.append(
            {
                "command": f"handmidi {row.words}",
                "unasked": [" ".join(each) for each in unasked(lines, asked)],
                "asked": list(row.asked),
                "seen": sorted({address for _, address in addresses(lines)}),
                "status": done.returncode,
                "as expected": done.returncode in row.status,
                "said": done.stderr.strip()[-300:],
            }
        )
        _tell(results[-1])
    return results


def _tell(result: Mapping) -> None:
    mark = "ok" if not result["unasked"] and result["as expected"] else "NO"
    more = "" if result["as expected"] else f"  (status {result['status']}: {result['said']})"
    print(f"{mark}  {result['command']}  {', '.join(result['unasked'])}{more}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Trace every command; 1 if one of them spoke unasked, or did not run."""
    from tools.faults.bed import Bed
    from tools.mail_storm import PASSWORD, USER, Storm, serving

    parser = argparse.ArgumentParser("python -m tools.network", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    run = {"command": "python -m tools.network", "machine": describe()}
    with tempfile.TemporaryDirectory(prefix="hn") as folder, contextlib.ExitStack() as stack:
        bed = Bed(Path(folder))
        stack.callback(bed.close)
        place = Path(folder) / "place"
        (place / "data" / "soundfonts").mkdir(parents=True)
        for path in (find_model(), find_model("lite"), find_soundfont()):  # setup finds all there
            within = path.relative_to(paths.data_folder())
            shutil.copyfile(path, place / "data" / within)
        environment = {**bed.environment, "HANDMIDI_DATA": str(place / "data")}
        storm = Storm(0, fails=0)
        port, authority = stack.enter_context(serving(storm, Path(folder)))
        account = {
            "HANDMIDI_SMTP_HOST": "localhost",
            "HANDMIDI_SMTP_PORT": str(port),
            "HANDMIDI_SMTP_USER": USER,
            "HANDMIDI_SMTP_PASSWORD": PASSWORD,
            "HANDMIDI_SMTP_CA": str(authority),
        }
        results = trace_all(ROWS, place, environment, account)
    wrong = sum(len(each["unasked"]) for each in results)
    ran = sum(each["as expected"] for each in results)
    figures = [
        {
            "what": f"connections and open ports that nobody asked for, {len(results)} commands",
            "bar": "0",
            "figure": wrong,
            "holds": wrong == 0,
        },
        {
            "what": "commands that were traced to their end",
            "bar": str(len(results)),
            "figure": ran,
            "holds": ran == len(results),
        },
    ]
    print(f"unasked: {wrong}; traced to the end: {ran} of {len(results)}")
    if options.output:
        options.output.write_text(json.dumps(run | {"figures": figures, "rows": results}, indent=1))
    return int(not all(each["holds"] for each in figures))


if __name__ == "__main__":
    sys.exit(main())
