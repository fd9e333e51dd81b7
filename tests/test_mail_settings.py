"""Mail settings: where they come from, and every mistake in one line."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from handmidi.errors import MailError
from handmidi.mail.settings import load_settings

PASSWORD = "c0rrect horse ${HOME}"
FULL = {
    "HANDMIDI_SMTP_HOST": "smtp.example.org",
    "HANDMIDI_SMTP_USER": "me@example.org",
    "HANDMIDI_SMTP_PASSWORD": PASSWORD,
}


class MemoryKeyring(KeyringBackend):
    """A keyring that is a dictionary."""

    priority = 1

    def __init__(self):
        self.entries = {}

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.entries[service, username] = password

    def delete_password(self, service, username):
        raise PasswordDeleteError


@pytest.fixture
def entries():
    before = keyring.get_keyring()
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory.entries
    keyring.set_keyring(before)


def mistakes(environment, folder):
    with pytest.raises(MailError) as caught:
        load_settings(environment, folder)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_defaults(tmp_path, entries):
    settings = load_settings(FULL, tmp_path)
    assert (settings.port, settings.tls, settings.ca) == (587, "starttls", None)
    assert settings.sender.addr_spec == "me@example.org"
    assert settings.password == PASSWORD


def test_port_465_means_tls(tmp_path, entries):
    assert load_settings(FULL | {"HANDMIDI_SMTP_PORT": "465"}, tmp_path).tls == "tls"


def test_environment_wins_over_dotenv(tmp_path, entries):
    (tmp_path / ".env").write_text(
        "HANDMIDI_SMTP_HOST=other.example.org\n"
        f"HANDMIDI_SMTP_PASSWORD='{PASSWORD}'\n"
        "HANDMIDI_SMTP_FROM='Jörg Müller <joerg@example.org>'\n",
        encoding="utf-8",
    )
    given = {k: v for k, v in FULL.items() if "PASSWORD" not in k}
    settings = load_settings(given, tmp_path)
    assert settings.host == "smtp.example.org"
    assert settings.password == PASSWORD
    assert str(settings.sender) == "Jörg Müller <joerg@example.org>"


def test_password_from_the_keyring(tmp_path, entries):
    entries["handmidi", "me@example.org"] = "in the ring"
    given = {k: v for k, v in FULL.items() if "PASSWORD" not in k}
    assert load_settings(given, tmp_path).password == "in the ring"
    assert load_settings(FULL, tmp_path).password == PASSWORD


def test_no_keyring_is_no_password(tmp_path):
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    try:
        text = mistakes({k: v for k, v in FULL.items() if "PASSWORD" not in k}, tmp_path)
    finally:
        keyring.set_keyring(before)
    assert "HANDMIDI_SMTP_PASSWORD is not set" in text


def test_nothing_set_names_all_of_it(tmp_path, entries):
    text = mistakes({}, tmp_path)
    for name in ("HOST", "USER", "FROM"):
        assert f"HANDMIDI_SMTP_{name}" in text


def test_all_mistakes_at_once_and_no_password(tmp_path, entries):
    wrong = FULL | {
        "HANDMIDI_SMTP_HOST": "https://smtp.example.org",
        "HANDMIDI_SMTP_PORT": "none",
        "HANDMIDI_SMTP_TLS": "ssl",
        "HANDMIDI_SMTP_CA": str(tmp_path / "absent.pem"),
        "HANDMIDI_SMTP_FROM": "me@example.org\nBcc: you@example.org",
        "HANDMIDI_SMTP_PASWORD": "typed wrong",
    }
    text = mistakes(wrong, tmp_path)
    for name in ("HOST", "PORT", "TLS", "CA", "FROM", "PASWORD"):
        assert f"HANDMIDI_SMTP_{name} " in text
    assert "did you mean HANDMIDI_SMTP_PASSWORD?" in text
    assert PASSWORD not in text and "typed wrong" not in text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_no_encryption_on_this_machine(tmp_path, entries, host):
    given = {"HANDMIDI_SMTP_HOST": host, "HANDMIDI_SMTP_TLS": "none"}
    settings = load_settings(given | {"HANDMIDI_SMTP_FROM": "me@localhost"}, tmp_path)
    assert (settings.tls, settings.user) == ("none", "")


def test_no_encryption_elsewhere_is_refused(tmp_path, entries):
    assert "this machine only" in mistakes(FULL | {"HANDMIDI_SMTP_TLS": "none"}, tmp_path)


def test_password_beyond_ascii_is_a_mistake(tmp_path, entries):
    text = mistakes(FULL | {"HANDMIDI_SMTP_PASSWORD": "pässword"}, tmp_path)
    assert "ASCII" in text and "pässword" not in text


def test_dotenv_of_other_bytes(tmp_path, entries):
    (tmp_path / ".env").write_bytes(b"HANDMIDI_SMTP_HOST=\xff\xfe\n")
    assert ".env cannot be read" in mistakes({}, tmp_path)


def test_repr_hides_the_password(tmp_path, entries):
    settings = load_settings(FULL, tmp_path)
    assert PASSWORD not in repr(settings) + str(settings)
