"""The trace file: what is written is read back, and what is wrong is named."""

import tracemalloc
from dataclasses import replace

import pytest
from hands import hand
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.errors import TraceError
from handmidi.hand import Hand, HandFrame
from handmidi.trace import TraceWriter, iter_trace, read_trace

HEADER = "time_s,ready_s,hand,score,area,x,y,openness"
ROW = "0.5000,0.5200,left,0.900000,0.060000,0.400000,0.500000,1.000000"
UNIT = st.floats(0, 1)
HANDS = st.builds(
    Hand,
    st.sampled_from(["left", "right"]),
    UNIT,
    st.floats(0, 4),
    UNIT,
    UNIT,
    UNIT,
    st.floats(-180, 180),
    UNIT,
    st.integers(0, 5),
)


@st.composite
def traces(draw):
    time_s, frames = 0.0, []
    for _ in range(draw(st.integers(0, 12))):
        time_s += draw(st.floats(0.001, 0.5))
        hands = draw(st.lists(HANDS, max_size=2))
        frames.append(HandFrame(time_s, time_s + draw(st.floats(0, 0.2)), tuple(hands)))
    return frames


def write(path, frames):
    writer = TraceWriter(path)
    for frame in frames:
        writer.write(frame)
    writer.close()


def write_text(tmp_path, *lines):
    path = tmp_path / "hand.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_file_has_the_header_and_a_row_for_each_hand(tmp_path):
    path = tmp_path / "hand.csv"
    right = replace(hand(0.03, "right", x=0.25, y=0.75, openness=0.5), tilt=-12.345, pinch=0.25)
    two = (hand(0.06, "left"), right)
    write(path, [HandFrame(1 / 3, 0.36, two)])
    assert path.read_text().splitlines() == [
        "time_s,ready_s,hand,score,area,x,y,openness,tilt,pinch,fingers",
        "0.3333,0.3600,left,0.990000,0.060000,0.500000,0.500000,1.000000,0.00,0.0000,0",
        "0.3333,0.3600,right,0.990000,0.030000,0.250000,0.750000,0.500000,-12.35,0.2500,0",
    ]


def test_a_frame_without_a_hand_is_a_row_of_blanks(tmp_path):
    path = tmp_path / "hand.csv"
    write(path, [HandFrame(0.0, 0.02)])
    rows = path.read_text().splitlines()
    assert rows == [f"{HEADER},tilt,pinch,fingers", "0.0000,0.0200,,,,,,,,,"]
    assert read_trace(path) == [HandFrame(0.0, 0.02)]


@settings(max_examples=60, deadline=None)
@given(frames=traces())
def test_a_trace_reads_back_as_the_rounded_frames(frames, tmp_path_factory):
    path = tmp_path_factory.mktemp("trace") / "hand.csv"
    write(path, frames)
    assert read_trace(path) == [frame.rounded() for frame in frames]


def test_rounding_twice_changes_nothing_and_the_result_is_never_early():
    frame = HandFrame(0.00005001, 0.00005002, (hand(1 / 3),)).rounded()
    assert frame == frame.rounded()
    assert frame.ready_s >= frame.time_s


def test_every_row_is_there_as_soon_as_it_is_written(tmp_path):
    path = tmp_path / "hand.csv"
    writer = TraceWriter(path)
    for count in range(1, 4):
        writer.write(HandFrame(count / 10, count / 10))
        assert len(read_trace(path)) == count
    writer.close()
    writer.close()


def test_unknown_columns_and_another_order_are_no_matter(tmp_path):
    path = write_text(
        tmp_path,
        "ready_s,time_s,mood,openness,y,x,area,score,hand",
        "0.5200,0.5000,good,1,0.5,0.4,0.06,0.9,left",
    )
    assert read_trace(path) == [HandFrame(0.5, 0.52, (Hand("left", 0.9, 0.06, 0.4, 0.5, 1.0),))]


def test_a_byte_order_mark_is_no_matter(tmp_path):
    path = tmp_path / "hand.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8-sig")
    assert len(read_trace(path)) == 1


def test_rows_of_one_time_are_one_frame(tmp_path):
    frames = read_trace(write_text(tmp_path, HEADER, ROW, ROW.replace("left", "right")))
    assert [h.side for h in frames[0].hands] == ["left", "right"]


def test_a_result_is_never_ready_before_its_frame(tmp_path):
    frames = read_trace(write_text(tmp_path, HEADER, ROW.replace("0.5200", "0.1000")))
    assert frames[0].ready_s == 0.5


@pytest.mark.parametrize(
    ("rows", "line", "why"),
    [
        ([ROW.replace("0.060000", "wide")], 2, "wide"),
        ([ROW.replace("0.060000", "nan")], 2, "finite"),
        ([ROW.replace("0.060000", "")], 2, "float"),
        ([ROW, ROW.replace("left", "both").replace("0.5000", "0.6000", 1)], 3, "left or right"),
        ([ROW, ROW.replace("0.5000", "0.4000", 1)], 3, "backwards"),
        (["0.1", ROW], 2, "cells are missing"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(tmp_path, rows, line, why):
    path = write_text(tmp_path, HEADER, *rows)
    with pytest.raises(TraceError) as caught:
        read_trace(path)
    message = str(caught.value)
    assert f"{path}, line {line}: " in message
    assert why in message
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"time_s,ready_s\n0,0\n"])
def test_another_file_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(TraceError) as caught:
        read_trace(path)
    assert "other.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TraceError, match="No such file"):
        read_trace(tmp_path / "none.csv")


def test_a_line_without_an_end_is_not_read_whole(tmp_path):
    endless = tmp_path / "hand.csv"
    with open(endless, "wb") as stream:
        stream.write(f"{HEADER}\n{ROW}\n".encode())
        stream.truncate(3 << 30)  # takes no room on the disk
    tracemalloc.start()
    try:
        with pytest.raises(TraceError, match="line 3: it has more than 4096 letters"):
            read_trace(endless)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_frames_come_as_they_are_read(tmp_path):
    later = ROW.replace("0.5", "0.6", 1)
    frames = iter_trace(write_text(tmp_path, HEADER, ROW, later, "damaged", later))
    assert next(frames).time_s == 0.5
    with pytest.raises(TraceError, match="line 4"):
        list(frames)


def test_there_is_an_end_to_the_rows(tmp_path, monkeypatch):
    path = write_text(tmp_path, HEADER, ROW, ROW)
    monkeypatch.setattr("handmidi.trace.MAX_ROWS", 2)
    assert len(read_trace(path)) == 1
    monkeypatch.setattr("handmidi.trace.MAX_ROWS", 1)
    with pytest.raises(TraceError, match="more than 1 rows"):
        read_trace(path)


def test_a_last_row_that_a_crash_cut_is_left_out(tmp_path):
    for cut in (ROW[:9], ROW[:3], ""):
        path = write_text(tmp_path, HEADER, ROW, cut)
        assert len(read_trace(path)) == 1


def test_a_trace_without_the_later_columns_plays_what_does_not_need_them(tmp_path):
    path = write_text(tmp_path, HEADER, ROW)
    assert read_trace(path)[0].hands[0].tilt == 0.0
    with pytest.raises(TraceError, match="has no column tilt, which this preset plays with"):
        read_trace(path, needs=("area", "tilt"))


def test_a_hand_has_no_more_than_five_fingers(tmp_path):
    path = write_text(tmp_path, f"{HEADER},tilt,pinch,fingers", f"{ROW},0,0,6")
    with pytest.raises(TraceError, match="line 2: fingers is 6, not 0 to 5"):
        read_trace(path)
