"""Delivery to real servers: what goes, and each way that it cannot."""

import socket
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from mail_server import PASSWORD, USER, certificates, free_port, real_server, scripted_server

from handmidi.mail.delivery import deliver
from handmidi.mail.failures import FinalError, PassingError, TooBigError, UncertainError
from handmidi.mail.message import POLICY
from handmidi.mail.settings import MailSettings

pytestmark = pytest.mark.timeout(30)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificate):
    with real_server(certificate[1]) as (port, box):
        yield port, box


def mail(to="teacher@example.org", size=10):
    message = EmailMessage(policy=POLICY)
    message["To"] = to
    message["Subject"] = "Übung"
    message["Message-ID"] = "<one@handmidi.local>"
    message.set_content("Hello\n.\n..\nFrom here\n")
    data = bytes(range(256)) * (size // 256) + b"end"
    message.add_attachment(data, maintype="audio", subtype="ogg", filename="recording.ogg")
    return message


def account(port, certificate=None, **changes):
    known = {"host": "localhost", "port": port, "sender": Address("Jörg", addr_spec=USER)}
    if certificate:
        known |= {"user": USER, "password": PASSWORD, "ca": certificate[0]}
    else:
        known |= {"tls": "none"}
    return MailSettings(**known | changes)


def failure(kind, message, settings, timeout_s=5.0):
    with pytest.raises(kind) as caught:
        deliver(message, settings, timeout_s)
    text = str(caught.value)
    assert type(caught.value) in (kind, TooBigError)
    assert "\n" not in text and len(text) < 400
    if settings.password:
        assert settings.password not in text + repr(caught.value.__cause__)
    return caught.value


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # aiosmtpd overlooks plain TLS
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mail_arrives_whole(certificate, tls):
    message = mail(size=300_000)
    with real_server(certificate[1], tls) as (port, box):
        assert deliver(message, account(port, certificate, tls=tls)) == {}
    (got,) = box.mails
    assert got.people == ["teacher@example.org"]
    assert (got["Subject"], got["Message-ID"]) == ("Übung", "<one@handmidi.local>")
    assert got["From"] == f"Jörg <{USER}>"
    assert got.get_body().get_content().replace("\r\n", "\n") == "Hello\n.\n..\nFrom here\n"
    sent, arrived = (next(m.iter_attachments()).get_content() for m in (message, got))
    assert arrived == sent
    assert message["From"] is None


def test_wrong_password(server, certificate):
    settings = account(server[0], certificate, password="guessed-Pa55")
    error = failure(FinalError, mail(), settings)
    assert "refused the login" in str(error) and error.every_mail


def test_certificate_not_trusted(server, certificate):
    error = failure(FinalError, mail(), account(server[0], certificate, ca=None))
    assert "not trusted" in str(error) and error.every_mail


def test_certificate_of_another_host(server, certificate):
    error = failure(FinalError, mail(), account(server[0], certificate, host="127.0.0.1"))
    assert "not trusted" in str(error)


def test_file_without_certificates(server, certificate, tmp_path):
    (tmp_path / "empty.pem").write_text("nothing\n")
    settings = account(server[0], certificate, ca=tmp_path / "empty.pem")
    assert "HANDMIDI_SMTP_CA" in str(failure(FinalError, mail(), settings))


def test_nothing_listens():
    error = failure(PassingError, mail(), account(free_port()))
    assert "cannot be reached" in str(error) and error.every_mail


def test_unknown_host():
    settings = account(587, host="smtp.invalid", tls="starttls")
    assert "smtp.invalid" in str(failure(PassingError, mail(), settings))


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_silent_server(tls):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = account(listener.getsockname()[1], host="127.0.0.1", tls=tls)
        error = failure(PassingError, mail(), settings, timeout_s=0.3)
    assert "does not answer" in str(error)


def test_no_starttls_sends_nothing(certificate):
    with real_server() as (port, box):
        error = failure(FinalError, mail(), account(port, certificate))
    assert "STARTTLS" in str(error) and box.mails == []


def test_tls_where_starttls_is_meant(server, certificate):
    error = failure(FinalError, mail(), account(server[0], certificate, tls="tls"))
    assert "HANDMIDI_SMTP_TLS" in str(error)


def test_server_without_login(certificate):
    with real_server() as (port, _):
        settings = account(port, user=USER, password=PASSWORD)
        assert "takes no login" in str(failure(FinalError, mail(), settings))


def test_server_that_wants_a_login(server, certificate):
    settings = account(server[0], certificate, user="", password="")
    assert "wants a login" in str(failure(FinalError, mail(), settings))


def test_too_big(certificate):
    with real_server(certificate[1], limit=50_000) as (port, box):
        error = failure(TooBigError, mail(size=60_000), account(port, certificate))
    assert (error.size_limit, box.mails) == (50_000, [])


def test_unknown_recipient(server, certificate):
    error = failure(FinalError, mail("nobody@example.org"), account(server[0], certificate))
    assert "550 5.1.1 no such user" in str(error) and not error.every_mail


def test_greylisting(server, certificate):
    settings = account(server[0], certificate)
    assert "451" in str(failure(PassingError, mail("grey@example.org"), settings))
    assert deliver(mail("grey@example.org"), settings) == {}


def test_partly_refused(server, certificate):
    to = "teacher@example.org, nobody@example.org"
    refused = deliver(mail(to), account(server[0], certificate))
    assert refused == {"nobody@example.org": (True, "550 5.1.1 no such user")}
    assert [m.people for m in server[1].mails] == [["teacher@example.org"]]


def test_edited_mail_without_recipient():
    message = mail()
    del message["To"]
    assert "nobody in To" in str(failure(FinalError, message, account(free_port())))


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"GREETING": "421 too busy"}, PassingError),
        ({"GREETING": "554 go away"}, FinalError),
        ({"GREETING": "HTTP/1.1 400 Bad Request"}, FinalError),
        ({"GREETING": None}, PassingError),
        ({"EHLO": None}, PassingError),
        ({"MAIL": "452 full"}, PassingError),
        ({"MAIL": "553 not you"}, FinalError),
        ({"RCPT": "421 closing"}, PassingError),
        ({"RCPT": None}, PassingError),
        ({"DATA": "451 later"}, PassingError),
        ({"DATA": "554 no"}, FinalError),
        ({"END": "451 disk full"}, PassingError),
        ({"END": "554 looks like spam"}, FinalError),
        ({"END": None}, UncertainError),
        ({"END": "what?"}, UncertainError),
    ],
)
def test_every_step_may_fail(script, kind):
    with scripted_server(**script) as (port, _):
        failure(kind, mail(), account(port))


@pytest.mark.parametrize("farewell", ["500 what", None])
def test_a_failed_farewell_is_no_failure(farewell):
    with scripted_server(QUIT=farewell) as (port, accepted):
        assert deliver(mail(), account(port)) == {}
    assert len(accepted) == 1


def test_a_reply_that_tells_the_password():
    script = {"EHLO": "250 AUTH PLAIN", "AUTH": f"535 {PASSWORD}\x1b[31m is wrong"}
    with scripted_server(EHLO="250-scripted\r\n" + script["EHLO"], AUTH=script["AUTH"]) as (
        port,
        _,
    ):
        settings = account(port, user=USER, password=PASSWORD)
        with pytest.raises(FinalError) as caught:
            deliver(mail(), settings)
    assert PASSWORD not in str(caught.value) and "\x1b" not in str(caught.value)
    assert "535 *** [31m is wrong" in str(caught.value)
