"""A practice that is mailed, through the command line, to a real server."""

from __future__ import annotations

import pytest
from mail_server import PASSWORD, USER, certificates, free_port, real_server
from running import only_take, run_handmidi
from vision_assets import hand_model

from handmidi.assets import find_model


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("certificates"))


def settings(port: int, certificate, folder, **changes: str) -> dict[str, str]:
    """An environment that knows the server, with an outbox of its own."""
    known = {
        "HANDMIDI_SMTP_HOST": "localhost",
        "HANDMIDI_SMTP_PORT": str(port),
        "HANDMIDI_SMTP_USER": USER,
        "HANDMIDI_SMTP_PASSWORD": PASSWORD,
        "HANDMIDI_SMTP_CA": str(certificate[0]),
        "HANDMIDI_MODEL": str(find_model()),
        "HANDMIDI_DATA": str(folder / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    return known | changes


@pytest.mark.timeout(90)
def test_practice_is_mailed_with_report_and_recording(tmp_path, certificate):
    hand_model()
    with real_server(certificate[1]) as (port, box):
        done = run_handmidi(
            "practice", "mama", "--camera", "demo", "--headless", "--seconds", "8",
            "--email", "teacher@example.org",
            cwd=tmp_path, **settings(port, certificate, tmp_path),
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "mailed to teacher@example.org" in done.stdout
    (mail,) = box.mails
    assert mail["To"] == "teacher@example.org"
    assert "Mama" in mail["Subject"]
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    take = only_take(tmp_path)
    assert attached["report.pdf"] == (take / "report.pdf").read_bytes()
    assert attached["notes.mid"] == (take / "notes.mid").read_bytes()
    (sound,) = attached.keys() - {"report.pdf", "notes.mid"}
    assert len(attached[sound]) < (take / "performance.wav").stat().st_size / 3
    assert not list((tmp_path / "data" / "outbox").glob("*"))


@pytest.mark.timeout(90)
def test_refused_mail_is_one_line_and_goes_later(demo, tmp_path, certificate):
    take = demo[1]
    nowhere = settings(free_port(), certificate, tmp_path)
    done = run_handmidi("send", take, "--to", "teacher@example.org", cwd=tmp_path, **nowhere)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "handmidi send" in done.stderr
    assert PASSWORD not in done.stderr + done.stdout
    (waiting,) = (tmp_path / "data" / "outbox").glob("*.eml")
    with real_server(certificate[1]) as (port, box):
        later = settings(port, certificate, tmp_path)
        done = run_handmidi("send", cwd=tmp_path, **later)
    assert done.returncode == 0, done.stderr
    assert "teacher@example.org: sent" in done.stdout
    assert len(box.mails) == 1
    assert not waiting.exists()
