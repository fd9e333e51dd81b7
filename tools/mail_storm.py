"""A thousand mails and a server that fails at every step: ``python -m tools.mail_storm``.

aiosmtpd with STARTTLS and logins drops connections, answers 4xx and 5xx, refuses some
recipients, is slow, and loses its voice before and after it has taken a mail, all at random. Two
processes send from one outbox, and are killed now and then. At the end each mail must have reached
each recipient once, or lie in the outbox still.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from handmidi.bench.machine import describe

ROOT = Path(__file__).resolve().parent.parent
USER, PASSWORD = "me@example.org", "s3cret-Pa55"
_FAILS = 0.03
"""How often each step fails."""
_TIMEOUT_S, _SLOW_S = 0.6, 1.0
_SENDERS, _KILL_S = 2, (0.5, 4.0)


class Storm:
    """What the server does, and what it has taken; see aiosmtpd's handlers."""

    def __init__(self, seed: int, fails: float = _FAILS) -> None:
        self._rng, self._fails = random.Random(seed), fails
        self.delivered: Counter[tuple[str, str]] = Counter()
        """How often each mail, by its Message-ID, was taken for each recipient."""
        self.failures: Counter[str] = Counter()

    def chance(self, step: str) -> str | None:
        """What goes wrong now at this step, or None."""
        if self._rng.random() >= self._fails:
            return None
        how = self._rng.choice(("drop", "drop", "slow", "421", "451", "554"))
        self.failures[f"{step} {how}"] += 1
        return how

    async def _fail(self, server: Any, step: str, good: str) -> str:
        how = self.chance(step)
        if how is None:
            return good
        if how == "drop":
            server.transport.abort()
            return "421 gone"
        if how == "slow":
            await asyncio.sleep(_SLOW_S)
            return good
        return f"{how} {step} does not work now"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        """Greet, or not."""
        if (said := await self._fail(server, "EHLO", "")) and not said.startswith("421 gone"):
            return [said]
        session.host_name = hostname
        return responses

    def handle_STARTTLS(self, server, session, envelope):
        """Encrypt; or break off in the middle."""
        return self.chance("STARTTLS") is None

    async def handle_MAIL(self, server, session, envelope, address, options):
        """The sender."""
        said = await self._fail(server, "MAIL", "250 OK")
        if said.startswith("250"):
            envelope.mail_from = address
        return said

    async def handle_RCPT(self, server, session, envelope, address, options):
        """A recipient: some are unknown for good, others refused for now."""
        if address.startswith("nobody"):
            return "550 no such user"
        said = await self._fail(server, "RCPT", "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope):
        """The mail: lost before it is taken, taken, or taken without a word."""
        said = await self._fail(server, "before the end", "250 queued")
        if not said.startswith("250"):
            return said
        message = message_from_bytes(envelope.content, policy=policy.default)
        for person in envelope.rcpt_tos:
            self.delivered[message["Message-ID"], person] += 1
        if (how := self.chance("after the end")) is not None:
            if how == "slow":
                await asyncio.sleep(5 * _TIMEOUT_S + _SLOW_S)
            server.transport.abort()
        return said

    def authenticate(self, server, session, envelope, mechanism, data):
        """The login: right, and yet it fails now and then."""
        from aiosmtpd.smtp import AuthResult

        if self.chance("AUTH"):
            return AuthResult(success=False, handled=False, message="454 not now")
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=right)


@contextlib.contextmanager
def serving(storm: Storm, folder: Path) -> Iterator[tuple[int, Path]]:
    """The server; yields its port and the certificate to trust."""
    import socket
    import ssl

    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP

    sys.path.insert(0, str(ROOT / "tests"))
    from mail_server import certificates

    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # of what fails on purpose
    authority, own = certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)

    class Server(SMTP):
        def connection_made(self, transport):
            super().connection_made(transport)
            if storm.chance("connection"):
                transport.abort()

    class Weather(Controller):
        def factory(self):
            return Server(self.handler, **self.SMTP_kwargs)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {"authenticator": storm.authenticate, "auth_required": True}
    options |= {"tls_context": context, "require_starttls": True}
    controller = Weather(storm, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port, authority
    finally:
        controller.stop()


def fill(messages: int, seed: int) -> dict[str, set[str]]:
    """Put mails into the outbox; their recipients by Message-ID."""
    from handmidi.mail.message import POLICY
    from handmidi.mail.outbox import put

    rng, expected = random.Random(seed), {}
    for number in range(messages):
        people = {f"pupil{rng.randrange(50)}@example.org" for _ in range(rng.randrange(1, 4))}
        if rng.random() < 0.05:
            people.add("nobody@example.org")
        message = EmailMessage(policy=POLICY)
        message["To"], message["Subject"] = ", ".join(sorted(people)), f"take {number}"
        message["Message-ID"] = f"<{number}@storm.local>"
        message.set_content(f"Take {number}\n.\nFrom the outbox\n")
        put(message)
        expected[message["Message-ID"]] = people
    return expected


def send() -> None:
    """A sender: try the outbox until nothing waits."""
    from handmidi.errors import MailError
    from handmidi.mail import outbox, send_outbox

    outbox.PAUSES_S = (0.01, 0.02)
    while list(outbox.outbox_folder().glob("[!.]*.eml")):
        with contextlib.suppress(MailError):
            send_outbox(timeout_s=_TIMEOUT_S)


def storm_over(environment: dict[str, str], rng: random.Random, limit_s: float) -> int:
    """Let senders send and kill them, until nothing waits; how many were killed."""
    outbox = Path(environment["HANDMIDI_DATA"], "outbox")
    killed, senders = 0, []
    end_s = time.monotonic() + limit_s
    try:
        while list(outbox.glob("[!.]*.eml")) and time.monotonic() < end_s:
            senders = [sender for sender in senders if sender.poll() is None]
            while len(senders) < _SENDERS:
                command = [sys.executable, "-m", "tools.mail_storm", "--sender"]
                senders.append(
                    subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
                )
            time.sleep(rng.uniform(*_KILL_S))
            victim = rng.choice(senders)
            if victim.poll() is None:
                victim.send_signal(signal.SIGKILL)
                killed += 1
            elif victim.returncode > 0:
                raise RuntimeError(victim.stderr.read().decode()[-2000:])
    finally:
        for sender in senders:
            with contextlib.suppress(subprocess.TimeoutExpired):
                sender.wait(20)
            sender.kill()
            sender.wait()
    return killed


def judge(expected: dict[str, set[str]], storm: Storm, outbox: Path) -> dict[str, int]:
    """Each recipient of each mail: how often it came, and how it stands in the outbox."""
    left: dict[tuple[str, str], set[str]] = {}
    for path in outbox.glob("[!.]*.eml*"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        for address in message["To"].addresses:
            key = message["Message-ID"], address.addr_spec
            left.setdefault(key, set()).add(path.suffix)
    found: Counter[str] = Counter()
    for message_id, people in expected.items():
        for person in people:
            key = message_id, person
            count, states = storm.delivered[key], left.get(key, set())
            found["recipients"] += 1
            found["delivered once"] += count == 1
            found["duplicates"] += count > 1
            found["lost"] += not count and not states
            found["wait"] += ".eml" in states
            found["perhaps"] += ".perhaps" in states
            found["perhaps, and had arrived"] += ".perhaps" in states and count == 1
            found["refused"] += ".refused" in states
    return dict(found)


def run(messages: int, seed: int, limit_s: float) -> dict[str, Any]:
    """One storm; what became of the mails."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="handmidi-storm-") as name:
        folder, storm = Path(name), Storm(seed)
        os.environ["HANDMIDI_DATA"] = str(folder / "data")
        expected = fill(messages, seed)
        with serving(storm, folder) as (port, authority):
            environment = os.environ | {
                "HANDMIDI_SMTP_HOST": "localhost",
                "HANDMIDI_SMTP_PORT": str(port),
                "HANDMIDI_SMTP_USER": USER,
                "HANDMIDI_SMTP_PASSWORD": PASSWORD,
                "HANDMIDI_SMTP_CA": str(authority),
                "HANDMIDI_SMTP_TLS": "starttls",
            }
            killed = storm_over(environment, random.Random(seed), limit_s)
        found = judge(expected, storm, folder / "data" / "outbox")
    steps = len({step.rpartition(" ")[0] for step in storm.failures})
    return {
        **found,
        "messages": messages,
        "senders killed": killed,
        "failures": sum(storm.failures.values()),
        "steps that failed": steps,
        "took_s": round(time.monotonic() - began_s, 1),
    }


def figures(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines for the table of the documentation."""
    what = f"mail: {found['messages']} messages, {found['recipients']} recipients, "
    what += (
        f"{found['failures']} failures of the server, {found['senders killed']} senders killed: "
    )
    kept = f"{found['delivered once']}; in the outbox {found['wait']} waiting, "
    kept += f"{found['perhaps']} perhaps ({found['perhaps, and had arrived']} had arrived), "
    kept += f"{found['refused']} refused"
    return [
        {"what": what + "delivered twice", "bar": "0", "figure": found["duplicates"],
         "holds": not found["duplicates"]},
        {"what": what + "lost", "bar": "0", "figure": found["lost"], "holds": not found["lost"]},
        {"what": what + "delivered once", "bar": None, "figure": kept, "holds": None},
    ]  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the storm, print what became of the mails; 1 if one was lost or came twice."""
    parser = argparse.ArgumentParser("python -m tools.mail_storm", description=__doc__)
    parser.add_argument("--messages", type=int, default=1000, metavar="N", help="(1000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the weather (1)")
    parser.add_argument("--limit", type=float, default=300, metavar="S", help="seconds (300)")
    parser.add_argument("--sender", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    if options.sender:
        send()
        return 0
    command = f"python -m tools.mail_storm --messages {options.messages} --seed {options.seed}"
    document = {"command": command, "machine": describe()}
    found = run(options.messages, options.seed, options.limit)
    document |= {"figures": figures(found), "found": found}
    print(json.dumps(found, indent=1))
    if options.output:
        options.output.write_text(json.dumps(document, indent=1) + "\n")
    return int(any(each["holds"] is False for each in document["figures"]))


if __name__ == "__main__":
    sys.exit(main())
