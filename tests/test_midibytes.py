"""Bytes of MIDI files: chunks, wrappers, running status, and where a track ends."""

import pytest

from handmidi.midibytes import MAX_EVENTS, parse_midi, text_of

HEAD = b"MThd\0\0\0\x06\0\x01\0\x01\0\x60"
END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x40\x40\x60\x80\x40\x40"


def chunk(body, name=b"MTrk"):
    return name + len(body).to_bytes(4, "big") + body


def riff(data, *chunks):
    body = b"RMID" + b"".join(chunks)
    body += b"data" + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def said(data):
    return [(p.tick, p.track, p.message.type) for p in parse_midi(data).placed]


PLAIN = [(0, 0, "note_on"), (96, 0, "note_off"), (96, 0, "end_of_track")]


def test_a_file_is_header_and_tracks():
    parsed = parse_midi(HEAD + chunk(NOTE + END))
    assert (parsed.type, parsed.division, parsed.tracks) == (1, 96, 1)
    assert [tuple(p)[:2] for p in parsed.placed] == [(0, 0), (96, 0), (96, 0)]


def test_a_riff_file_holds_one_also_behind_other_chunks():
    data = HEAD + chunk(NOTE + END)
    for wrapped in (riff(data), riff(data, b"DISP\3\0\0\0abc\0"), riff(data + b"x")):
        assert said(wrapped) == PLAIN
    with pytest.raises(ValueError, match="does not begin"):
        parse_midi(b"RIFF\4\0\0\0RMID")


def test_unknown_chunks_and_longer_headers_are_skipped():
    longer = b"MThd\0\0\0\x08" + HEAD[8:] + b"\0\0"
    assert said(longer + chunk(b"abc", b"Junk") + chunk(NOTE + END) + b"rest") == PLAIN


def test_a_track_ends_where_it_says_so():
    assert said(HEAD + chunk(NOTE + END + NOTE)) == PLAIN
    assert said(HEAD + chunk(NOTE)) == PLAIN
    beyond = HEAD + b"MTrk\0\0\xff\xff" + NOTE + END
    assert said(beyond) == PLAIN
    with pytest.raises(ValueError, match="in the middle"):
        parse_midi(HEAD + b"MTrk\0\0\xff\xff" + NOTE)


def test_running_status_lives_on_behind_what_is_left_out():
    between = b"\x00\xff\x7f\x01\x00\x00\xf0\x01\xf7"
    placed = parse_midi(HEAD + chunk(NOTE + between + b"\x00\x41\x40" + END)).placed
    assert [p.message.note for p in placed[:3]] == [64, 64, 65]


def test_equal_messages_are_one_object():
    placed = parse_midi(HEAD + chunk(NOTE * 2 + END)).placed
    assert placed[0].message is placed[2].message


def test_all_tracks_are_in_order_of_ticks():
    late = b"\x30" + NOTE[1:]
    ticks = [p.tick for p in parse_midi(HEAD + chunk(late + END) + chunk(NOTE + END)).placed]
    assert ticks == sorted(ticks)


def test_a_time_of_four_bytes_is_the_longest():
    assert said(HEAD + chunk(b"\xff\xff\xff\x7f" + END[1:]))[0][0] == 0x0FFFFFFF
    with pytest.raises(ValueError, match="four bytes"):
        parse_midi(HEAD + chunk(b"\x80\x80\x80\x80\x00" + END[1:]))


def test_too_many_messages_are_refused_early():
    with pytest.raises(ValueError, match="more than 400,000 messages"):
        parse_midi(HEAD + chunk(b"\x00\xd0\x40" + b"\x00\x40" * (MAX_EVENTS + 1)))


@pytest.mark.parametrize(
    ("raw", "meant"), [("F\xc3\xbcr", "Für"), ("F\xfcr", "Für"), ("a\r\nb\x00", "a  b ")]
)
def test_texts_are_utf8_or_latin1_in_one_line(raw, meant):
    assert text_of(raw) == meant
