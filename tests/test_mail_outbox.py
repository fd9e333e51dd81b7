"""The outbox: nothing is lost, nothing goes twice."""

import multiprocessing
import os
import stat
from email import message_from_bytes, policy

import keyring
import numpy as np
import pytest
import soundfile
from mail_server import PASSWORD, USER, certificates, free_port, real_server, scripted_server

from handmidi.claim import claimed
from handmidi.errors import MailError
from handmidi.mail import left_alone, mail_take, outbox_folder, send_outbox
from handmidi.mail.failures import FinalError, PassingError, UncertainError
from handmidi.mail.message import compose_take
from handmidi.mail.outbox import put

pytestmark = pytest.mark.timeout(60)
TO = "teacher@example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def take(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("handmidi.mail.outbox.PAUSES_S", ())
    for name in [n for n in os.environ if n.startswith("HANDMIDI_SMTP_")]:
        monkeypatch.delenv(name)
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    folder = tmp_path / "20261122-140500-mama"
    folder.mkdir()
    (folder / "report.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(2000))
    (folder / "notes.mid").write_bytes(b"MThd")
    yield folder
    keyring.set_keyring(before)


@pytest.fixture
def use(monkeypatch, certificate):
    def use(port, **changes):
        known = {"HOST": "localhost", "PORT": port, "USER": USER, "PASSWORD": PASSWORD, "TLS": ""}
        for name, value in (known | {"CA": certificate[0]} | changes).items():
            monkeypatch.setenv(f"HANDMIDI_SMTP_{name}", str(value))

    return use


def waiting():
    return sorted(outbox_folder().glob("*"))


def kept_mail():
    (path,) = waiting()
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_mail_goes_and_leaves_nothing(take, use, certificate):
    with real_server(certificate[1]) as (port, box):
        use(port)
        delivery = mail_take(take, TO)
    assert delivery.sent and delivery.kept == () and delivery.refused == {}
    assert [m["Message-ID"] for m in box.mails] == [delivery.message_id]
    assert waiting() == []


def test_without_settings_it_waits(take, use, certificate):
    with pytest.raises(MailError, match=r"HANDMIDI_SMTP_HOST is not set.*`handmidi send`"):
        mail_take(take, TO)
    message_id = kept_mail()["Message-ID"]
    if os.name == "posix":
        assert stat.S_IMODE(waiting()[0].stat().st_mode) == 0o600
    with pytest.raises(MailError, match="HANDMIDI_SMTP_HOST"):
        send_outbox()
    with real_server(certificate[1]) as (port, box):
        use(port)
        (delivery,) = send_outbox()
        assert send_outbox() == []
    assert delivery.sent and delivery.message_id == message_id
    assert box.mails[0]["Message-ID"] == message_id
    assert box.mails[0]["From"] == USER
    report = next(box.mails[0].iter_attachments()).get_content()
    assert report == (take / "report.pdf").read_bytes()


@pytest.mark.parametrize(
    ("changes", "to", "kind"),
    [
        ({"PASSWORD": "guessed-Pa55"}, TO, FinalError),
        ({"CA": ""}, TO, FinalError),
        ({"TLS": "tls"}, TO, FinalError),
        ({"PORT": free_port()}, TO, PassingError),
        ({"HOST": "smtp.invalid"}, TO, PassingError),
        ({}, "nobody@example.org", FinalError),
        ({}, "grey@example.org", PassingError),
    ],
)
def test_what_cannot_go_is_kept_and_goes_later(take, use, certificate, changes, to, kind):
    with real_server(certificate[1]) as (port, box):
        use(port, **changes)
        with pytest.raises(kind) as caught:
            mail_take(take, to, timeout_s=5)
        text = str(caught.value)
        assert "\n" not in text and text.count("`handmidi send") == 1
        assert "Pa55" not in text
        message = kept_mail()
        assert "Pa55" not in waiting()[0].read_text()
        is_refused = to.startswith("nobody")
        assert waiting()[0].suffix == (".refused" if is_refused else ".eml")
        if is_refused:
            assert send_outbox() == [] and left_alone() == waiting()
            (delivery,) = send_outbox(again=True)
            assert isinstance(delivery.error, FinalError) and delivery.kept == (waiting()[0],)
            fixed = waiting()[0].read_bytes().replace(b"nobody@", b"somebody@")
            waiting()[0].write_bytes(fixed)
        use(port)
        (delivery,) = send_outbox(again=is_refused)
    assert delivery.sent and waiting() == []
    assert [m["Message-ID"] for m in box.mails] == [message["Message-ID"]]


def test_silent_server_is_asked_once_for_all(take, use, certificate):
    for _ in range(3):
        put(compose_take(take, TO))
    with scripted_server(GREETING="421 busy") as (port, _):
        use(port)
        deliveries = send_outbox(timeout_s=1)
    assert len({id(d.error) for d in deliveries}) == 1 and len(deliveries) == 3
    assert str(deliveries[0].error).count("`handmidi send`") == 1
    assert len(waiting()) == 3


def test_one_bad_mail_does_not_hold_up_the_rest(take, use, certificate):
    for to in ("nobody@example.org", TO):
        put(compose_take(take, to))
    with real_server(certificate[1]) as (port, box):
        use(port)
        results = {d.to: d.sent for d in send_outbox()}
    assert results == {"nobody@example.org": False, TO: True}
    assert len(waiting()) == 1 and len(box.mails) == 1


def test_partly_refused_keeps_a_mail_for_the_rest(take, use, certificate):
    with real_server(certificate[1]) as (port, box):
        use(port)
        delivery = mail_take(take, f"{TO}, grey@example.org")
        assert delivery.sent and list(delivery.refused) == ["grey@example.org"]
        assert kept_mail()["To"] == "grey@example.org" and delivery.kept == (waiting()[0],)
        (later,) = send_outbox()
    assert later.message_id == delivery.message_id
    assert [m.people for m in box.mails] == [[TO], ["grey@example.org"]]
    assert waiting() == []


def test_recording_shrinks_to_the_servers_limit(take, use, certificate):
    noise = 0.1 * np.random.default_rng(3).standard_normal(48000 * 20)
    soundfile.write(take / "mic.wav", noise, 48000)
    whole = len(compose_take(take, TO).as_bytes())
    for limit, names in (
        (whole * 2 // 3, ["report.pdf", "recording.ogg", "notes.mid"]),
        (20_000, ["report.pdf", "notes.mid"]),
    ):
        with real_server(certificate[1], limit=limit) as (port, box):
            use(port)
            assert mail_take(take, TO).sent
        (got,) = box.mails
        assert [p.get_filename() for p in got.iter_attachments()] == names
        assert "The recording is" in got.get_body().get_content()
    with real_server(certificate[1], limit=2_000) as (port, _):
        use(port)
        with pytest.raises(FinalError, match="without a recording"):
            mail_take(take, TO)
    assert len(waiting()) == 1


def test_a_mail_that_is_being_sent_is_left_alone(take, use, certificate):
    path = put(compose_take(take, TO))
    use(free_port())
    with claimed(path.with_name(f".{path.name}.lock")) as is_ours:
        assert is_ours
        assert send_outbox() == []
    (delivery,) = send_outbox()
    assert not delivery.sent and waiting() == [path]


def test_a_server_that_is_not_ready_is_asked_again(take, use, certificate, monkeypatch):
    monkeypatch.setattr("handmidi.mail.outbox.PAUSES_S", (0.01, 0.01))
    with real_server(certificate[1]) as (port, box):
        use(port)
        assert mail_take(take, "grey@example.org").sent
    assert len(box.mails) == 1 and waiting() == []


def test_partly_refused_for_good_and_for_now(take, use, certificate):
    with real_server(certificate[1]) as (port, box):
        use(port)
        delivery = mail_take(take, f"{TO}, grey@example.org, nobody@example.org")
        assert [path.suffix for path in delivery.kept] == [".eml", ".refused"]
        (later,) = send_outbox()
        assert later.sent and later.to == "grey@example.org"
        (refused,) = left_alone()
    assert message_from_bytes(refused.read_bytes(), policy=policy.default)["To"] == (
        "nobody@example.org"
    )
    assert [m.people for m in box.mails] == [[TO], ["grey@example.org"]]


class TestUncertain:
    """The last byte is sent, and no answer comes: it may have arrived."""

    def test_it_goes_again_only_when_told(self, take, use, monkeypatch):
        with scripted_server(END=None) as (port, _):
            use(port, TLS="none", USER="", FROM="me@example.org")
            with pytest.raises(UncertainError, match=r"may have arrived.*`handmidi send --again`"):
                mail_take(take, TO)
            (path,) = waiting()
            message_id = kept_mail()["Message-ID"]
            assert path.suffix == ".perhaps"
            assert send_outbox() == [] and left_alone() == [path]
        with scripted_server() as (port, accepted):
            use(port, TLS="none", USER="", FROM="me@example.org")
            (delivery,) = send_outbox(again=True)
        assert delivery.sent and delivery.message_id == message_id and waiting() == []
        assert len(accepted) == 1

    def test_what_cannot_be_marked_does_not_leave(self, take, use, monkeypatch):
        """A server that never got the last line takes no mail."""
        rename = os.rename

        def refuse(old, new):
            if str(new).endswith(".perhaps"):
                raise OSError(13, "Permission denied")
            rename(old, new)

        monkeypatch.setattr("handmidi.mail.outbox.os.rename", refuse)
        with scripted_server() as (port, accepted):
            use(port, TLS="none", USER="", FROM="me@example.org")
            with pytest.raises(MailError, match="cannot rename"):
                mail_take(take, TO)
        assert accepted == [] and [path.suffix for path in waiting()] == [".eml"]

    def test_a_crash_after_the_last_byte(self, take, use, monkeypatch):
        """Whatever ends us while the server thinks: it does not go a second time."""

        def crash(self):
            raise KeyboardInterrupt

        with scripted_server() as (port, _):
            use(port, TLS="none", USER="", FROM="me@example.org")
            put(compose_take(take, TO))
            monkeypatch.setattr("handmidi.mail.delivery._Marked._answer", crash)
            with pytest.raises(KeyboardInterrupt):
                send_outbox()
        assert [path.suffix for path in waiting()] == [".perhaps"]


@pytest.mark.parametrize("content", [b"", b"\xff\x00 no mail", b"To: \xff\n\n", b"To: a: b"])
def test_a_damaged_mail_is_reported_and_kept(take, use, certificate, content):
    path = put(compose_take(take, TO))
    path.write_bytes(content)
    use(free_port())
    (delivery,) = send_outbox()
    (kept,) = waiting()
    assert not delivery.sent and delivery.kept == (kept,) and kept.name.startswith(path.name)
    assert kept.read_bytes() == content
    assert "\n" not in str(delivery.error)


def test_a_full_or_locked_disk(take, monkeypatch):
    (take.parent / "data").write_text("in the way")
    with pytest.raises(MailError, match="cannot put the mail into"):
        mail_take(take, TO)


def test_interrupted_while_sending(take, use, certificate, monkeypatch):
    path = put(compose_take(take, TO))

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("handmidi.mail.outbox.deliver", interrupt)
    use(free_port())
    with pytest.raises(KeyboardInterrupt):
        send_outbox()
    assert waiting() == [path]


def _send_all(start):
    start.wait(20)
    send_outbox()


def test_two_processes_send_each_mail_once(take, use, certificate):
    count = 12
    for _ in range(count):
        put(compose_take(take, TO))
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    with real_server(certificate[1]) as (port, box):
        use(port)
        senders = [context.Process(target=_send_all, args=(start,)) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(40)
    assert [s.exitcode for s in senders] == [0, 0]
    assert len(box.mails) == count == len({m["Message-ID"] for m in box.mails})
    assert waiting() == []
