"""Mail servers for tests: a real one with TLS and logins, and one that misbehaves by script."""

import contextlib
import datetime
import socket
import ssl
import threading
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "me@example.org", "s3cret-Pa55"


class Box:
    """What a server got; its rules by the recipient's name."""

    def __init__(self):
        self.mails = []
        self.greylisted = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if address.startswith("grey") and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.mails[-1].people = envelope.rcpt_tos
        return "250 OK queued"


def certificates(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate, and that of a server on localhost with its key."""
    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in ("authority", "server")
    ]
    hosts = [x509.DNSName("localhost")]
    issued = []
    for key, name in zip(keys, names, strict=True):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(key is keys[0], None), critical=True)
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        )
        issued.append(builder.sign(keys[0], hashes.SHA256()))
    authority, server = folder / "authority.pem", folder / "server.pem"
    pem = serialization.Encoding.PEM
    authority.write_bytes(issued[0].public_bytes(pem))
    server.write_bytes(
        issued[1].public_bytes(pem)
        + keys[1].private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return authority, server


def _authenticate(server, session, envelope, mechanism, data):
    right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
    return AuthResult(success=right, handled=right)


@contextlib.contextmanager
def real_server(certificate=None, tls="starttls", limit=5_000_000):
    """Run aiosmtpd on a free port; yields the port and its `Box`."""
    box, options = Box(), {"data_size_limit": limit}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        options |= {"authenticator": _authenticate, "auth_required": True}
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        else:
            # aiosmtpd counts only STARTTLS as encryption.
            options |= {"ssl_context": context, "auth_require_tls": False}
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port, box
    finally:
        controller.stop()


@contextlib.contextmanager
def scripted_server(**script):
    """Serve plain SMTP by `script`: verb to reply; a reply of None hangs up.

    Verbs are the commands in capitals, ``GREETING``, and ``END`` for the end of the mail.
    Yields the port and the list of mails that got an END reply.
    """
    replies = {
        "GREETING": "220 ready",
        "EHLO": "250 scripted",
        "MAIL": "250 OK",
        "RCPT": "250 OK",
        "DATA": "354 go on",
        "END": "250 queued",
        "RSET": "250 OK",
        "QUIT": "221 bye",
    } | script
    accepted = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, contextlib.suppress(OSError):
                    _talk(client, replies, accepted)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], accepted
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _talk(client, replies, accepted):
    client.settimeout(10)
    stream = client.makefile("rwb")

    def say(verb):
        if replies.get(verb) is not None or verb not in replies:
            stream.write(replies.get(verb, "502 unknown").encode() + b"\r\n")
            stream.flush()
            return True
        return False

    going = say("GREETING")
    while going and (line := stream.readline()):
        verb = line.split()[0].decode().upper()
        going = say(verb) and verb != "QUIT"
        if verb == "DATA" and going and replies["DATA"].startswith("354"):
            body = b"".join(iter(stream.readline, b".\r\n"))
            going = say("END")
            if going:
                accepted.append(body)


def free_port():
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
