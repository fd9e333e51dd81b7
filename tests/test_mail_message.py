"""The mail of a take: what it says, what it carries, and how it is made to fit."""

import json
import os
import tracemalloc
from email import message_from_bytes
from email.policy import default

import numpy as np
import pytest
import soundfile
from hypothesis import example, given
from hypothesis import strategies as st

from handmidi.errors import MailError
from handmidi.mail.message import POLICY, compose_take, fit
from handmidi.mail.story import read_facts

TO = "teacher@example.org"
SCORE = {
    "accuracy": 0.8846,
    "timing_bias_ms": 41.6,
    "timing_spread_ms": 18.2,
    "verdicts": [{"verdict": v} for v in ["correct"] * 23 + ["wrong", "missed", "held"]],
    "extras": [5],
}


@pytest.fixture
def take(tmp_path):
    folder = tmp_path / "20261122-140500-mama"
    folder.mkdir()
    write(folder, "Mama")
    (folder / "score.json").write_text(json.dumps(SCORE))
    (folder / "report.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    (folder / "notes.mid").write_bytes(b"MThd\r\n.\r\n\x00\xff")
    return folder


def write(folder, title, **more):
    facts = {"song": {"name": "mama", "title": title}, "preset": "mama"}
    facts |= {"started": "2026-11-22T14:05:00+01:00"} | more
    (folder / "take.json").write_text(json.dumps(facts), encoding="utf-8")


def record(folder, name, seconds=1.0, level=0.3):
    times = np.arange(round(seconds * 48000)) / 48000
    soundfile.write(folder / name, level * np.sin(2000 * times), 48000)


def read_back(message):
    return message_from_bytes(message.as_bytes(), policy=default)


def names(message):
    return [p.get_filename() for p in message.iter_attachments()]


def text_of(message):
    return read_back(message).get_body().get_content().replace("\r\n", "\n")


def test_what_it_says(take):
    message = read_back(compose_take(take, TO))
    assert message["To"] == TO
    assert message["Subject"] == "handmidi: Mama, 88 % accurate"
    assert message["Message-ID"] and message["Date"].datetime
    assert message["From"] is None
    text = text_of(message)
    assert "a take of 22 November 2026, 14:05: Mama, played with the preset mama." in text
    assert "Accuracy: 88 %." in text
    assert "Of 26 notes: 23 right, 1 wrong, 1 missed, 1 held on instead of struck again." in text
    assert "1 extra note." in text
    assert "came about 42 ms late, with a spread of 18 ms." in text


def test_of_a_song_that_waited_it_says_how_long(take):
    waited = SCORE | {"timing_spread_ms": None, "waited": True}
    (take / "score.json").write_text(json.dumps(waited))
    text = text_of(read_back(compose_take(take, TO)))
    assert "The song waited 42 ms for a note (median)." in text
    assert "came about" not in text


def test_attachments_byte_for_byte(take):
    record(take, "mic.wav")
    message = read_back(compose_take(take, TO))
    parts = {p.get_filename(): p for p in message.iter_attachments()}
    assert list(parts) == ["report.pdf", "recording.ogg", "notes.mid"]
    kinds = [p.get_content_type() for p in parts.values()]
    assert kinds == ["application/pdf", "audio/ogg", "audio/midi"]
    for name in ("report.pdf", "notes.mid"):
        assert parts[name].get_content() == (take / name).read_bytes()
    assert parts["recording.ogg"].get_content().startswith(b"OggS")


def test_silent_microphone_gives_way_to_the_performance(take):
    record(take, "mic.wav", level=0)
    assert names(compose_take(take, TO)) == ["report.pdf", "notes.mid"]
    record(take, "performance.wav")
    assert names(compose_take(take, TO)) == ["report.pdf", "recording.ogg", "notes.mid"]


def test_missing_files(take):
    for name in ("take.json", "score.json", "notes.mid"):
        (take / name).unlink()
    message = compose_take(take, TO)
    assert message["Subject"] == "handmidi: 20261122-140500-mama"
    assert names(message) == ["report.pdf"]
    (take / "report.pdf").unlink()
    with pytest.raises(MailError, match="run `handmidi report"):
        compose_take(take, TO)
    with pytest.raises(MailError, match="no take folder"):
        compose_take(take / "absent", TO)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes as POSIX has them")
@pytest.mark.parametrize("name", ["report.pdf", "notes.mid", "mic.wav", "performance.wav"])
@pytest.mark.parametrize("leads", ["to a file", "to nothing", "for ever"])
def test_a_foreign_take_mails_no_other_file(take, tmp_path, name, leads):
    (tmp_path / "secret").write_text("only mine")
    (take / name).unlink(missing_ok=True)
    if leads == "for ever":
        os.mkfifo(take / name)
    else:
        (take / name).symlink_to("../secret" if leads == "to a file" else "../nothing")
    with pytest.raises(MailError, match=f"{name} is no plain file"):
        compose_take(take, TO)


def test_what_is_too_big_is_not_read(take):
    for name in ("report.pdf", "score.json", "take.json"):
        os.truncate(take / name, 3 << 30)  # takes no room on the disk
    tracemalloc.start()
    try:
        with pytest.raises(MailError, match=r"3221\.2 MB without a recording, and 20\.0 MB"):
            compose_take(take, TO)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"song": 3, "started": 9}', "[" * 100_000])
def test_damaged_take_json(take, content):
    (take / "take.json").write_text(content)
    (take / "score.json").write_text(content)
    assert compose_take(take, TO)["Subject"] == "handmidi: 20261122-140500-mama"


def test_odd_figures_are_left_out(take):
    (take / "score.json").write_text(
        '{"accuracy": NaN, "timing_bias_ms": 1' + "0" * 400 + ', "verdicts": [1, {}], "extras": 4}'
    )
    facts = read_facts(take)
    assert (facts.accuracy, facts.bias_ms, facts.verdicts, facts.extras) == (None, None, {}, 0)


@pytest.mark.parametrize(
    "title",
    [
        "Die Blümlein, sie schlafen",
        "Ständchen „Leise flehen meine Lieder“, D 957 Nr. 4 – für eine Hand vor der Kamera",
        "さくらさくら",
        "Подмосковные вечера и ещё одна очень длинная строка, которая не помещается",
        "أغنية",
        "🎵 Lied 👨‍👩‍👧 🎵",
    ],
)
def test_titles_in_any_script(take, title):
    write(take, title)
    (take / "score.json").unlink()
    message = read_back(compose_take(take, TO))
    assert message["Subject"] == f"handmidi: {title}"
    assert title in text_of(message)
    assert compose_take(take, TO).as_bytes().isascii()


def test_an_encoded_title_stays_as_it_is(take):
    write(take, "=?utf-8?q?=0D=0ABcc=3A_spy@example.org?=")
    message = read_back(compose_take(take, TO))
    assert message["Bcc"] is None
    assert message["Subject"].startswith("handmidi: = ?utf-8?q?=0D=0ABcc=3A_spy")


def test_a_title_cannot_become_a_header(take):
    write(take, "Mama\r\nBcc: spy@example.org\r\n\r\nevil\u2028\ud800")
    message = read_back(compose_take(take, TO))
    assert message["Bcc"] is None
    assert message["Subject"].startswith("handmidi: Mama Bcc: spy@example.org evil, 88 %")


@example(title="00 0000000000¡¡¡¡¡¡¡ࠀ𐀀 ¡")  # a space that the email package's folding loses
@example(title="a " * 60)
@example(title="a" * 120)
@given(title=st.text(min_size=1, max_size=200))
def test_any_title_survives(tmp_path_factory, title):
    folder = tmp_path_factory.mktemp("take")
    (folder / "report.pdf").write_bytes(b"%PDF")
    write(folder, title)
    message = compose_take(folder, TO)
    again = message_from_bytes(message.as_bytes(), policy=POLICY)
    assert again["Subject"] == f"handmidi: {read_facts(folder).title}"
    assert set(again.keys()) == set(message.keys())
    assert again.as_bytes() == message.as_bytes()


@pytest.mark.parametrize("to", ["", "nobody", "a@example.org\nBcc: b@example.org"])
def test_wrong_addresses(take, to):
    with pytest.raises(MailError, match="is no mail address"):
        compose_take(take, to)


def test_composed_for_a_limit(take):
    record(take, "mic.wav", seconds=20)
    whole = len(compose_take(take, TO).as_bytes())
    less = compose_take(take, TO, size_limit=whole * 2 // 3)
    assert len(less.as_bytes()) <= whole * 2 // 3
    assert "recording.ogg" in names(less) and "compressed more than usual" in text_of(less)
    least = compose_take(take, TO, size_limit=40_000)
    assert names(least) == ["report.pdf", "notes.mid"]
    assert "too long for a mail" in text_of(least)
    with pytest.raises(MailError, match="without a recording"):
        compose_take(take, TO, size_limit=10_000)


def test_fit_keeps_all_but_the_recording(take):
    record(take, "mic.wav", seconds=20)
    whole = message_from_bytes(compose_take(take, TO).as_bytes(), policy=POLICY)
    size = len(whole.as_bytes())
    for limit, note in ((size * 2 // 3, "compressed more"), (40_000, "too long for a mail")):
        less = fit(whole, limit)
        assert len(less.as_bytes()) <= limit
        for name in ("Message-ID", "Date", "Subject", "To"):
            assert less[name] == whole[name]
        assert note in text_of(less) and text_of(less).count("Attached:") == 1
        assert text_of(less).startswith("Hello,\n\nhere is a take")
        report = next(p for p in read_back(less).iter_attachments())
        assert report.get_content() == (take / "report.pdf").read_bytes()
    assert len(whole.as_bytes()) == size
    with pytest.raises(MailError, match="without a recording"):
        fit(whole, 10_000)
