"""Whole reports, through music21, Verovio and typst."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from report_songs import ODE, as_written, make_song, mama_with_mistakes, score_of

from handmidi.errors import TakeError
from handmidi.report import ReportDetails, write_report
from handmidi.report.engrave import engrave
from handmidi.song import Meter
from handmidi.take import Take

pytestmark = pytest.mark.timeout(60)
DETAILS = ReportDetails(datetime(2026, 11, 22, 14, 5), "mama", remark="Third take")


def report(folder, song, notes, **changes):
    write_report(Take(folder), song, notes, score_of(song, notes), replace(DETAILS, **changes))
    pdf = (folder / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    return pdf


def pages(pdf):
    return int(re.search(rb"/Type ?/Pages[^>]*?/Count (\d+)", pdf)[1])


def text_of(folder):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    command = ["pdftotext", "-layout", str(folder / "report.pdf"), "-"]
    return subprocess.run(command, capture_output=True, timeout=20, check=True).stdout.decode()


def test_the_document_is_of_the_day_that_was_played(tmp_path):
    song = make_song("C4:4")
    notes = as_written(song)
    write_report(Take(tmp_path), song, notes, score_of(song, notes), DETAILS)
    day = f"<encoding-date>{DETAILS.date:%Y-%m-%d}</encoding-date>"
    assert day in (tmp_path / "score.musicxml").read_text()


def test_a_take_becomes_two_files_and_nothing_else(tmp_path):
    song, notes = mama_with_mistakes()
    assert pages(report(tmp_path, song, notes)) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.pdf", "score.musicxml"]


def test_the_page_can_be_read(tmp_path):
    report(tmp_path, *mama_with_mistakes())
    text = text_of(tmp_path)
    for words in (
        "Mama",
        "Third take",
        "89 %",
        "♩ = 104",
        "61 ms late",
        "24 correct",
        "16 of 26 notes",
        "Practise next",
        "Bar 5",
        "D♯5 missed",
        "page 2 of 2",
        "Melody",
    ):
        assert words in text
    for mark in ("×", "–", "+"):
        assert mark in text


def test_long_songs_flow_over_pages(tmp_path):
    song = make_song(" ".join([ODE] * 4), fifths=2, title="Ode to Joy")
    assert pages(report(tmp_path, song, as_written(song))) >= 3
    assert "page 3 of" in text_of(tmp_path)


def test_the_summary_has_a_page_of_its_own(tmp_path):
    report(tmp_path, *mama_with_mistakes())
    first, second = text_of(tmp_path).split("\f")[:2]
    for title in ("Practise next", "Accuracy bar by bar", "Timing of your notes"):
        assert title in first
    assert "Melody" not in first
    assert "Melody" in second and second.lstrip().startswith("Mama")
    assert "wrong pitch" in second and "correct" in second


def test_a_long_song_after_earlier_takes_keeps_its_summary_on_one_page(tmp_path):
    song = make_song(" ".join([ODE] * 8), fifths=2)
    notes = as_written(song)
    del notes[40:44], notes[90]
    earlier = ((datetime(2026, 11, 1), 0.5, None), (datetime(2026, 11, 2), 0.7, 20.0))
    report(tmp_path, song, notes, progress=earlier)
    first, second = text_of(tmp_path).split("\f")[:2]
    assert "Progress" in first and "Accuracy bar by bar" in first
    assert "What was written" in second


def test_progress_is_told_after_the_first_take(tmp_path):
    earlier = ((datetime(2026, 11, 1), 0.5, None), (datetime(2026, 11, 2), 0.7, 20.0))
    report(tmp_path, *mama_with_mistakes(), progress=earlier)
    assert "The 2 takes before this one" in text_of(tmp_path)


def test_the_musicxml_is_attached(tmp_path):
    if not shutil.which("pdfdetach"):
        pytest.skip("pdfdetach (poppler-utils) is not installed")
    report(tmp_path, *mama_with_mistakes())
    command = ["pdfdetach", "-saveall", "-o", str(tmp_path / "out"), str(tmp_path / "report.pdf")]
    (tmp_path / "out").mkdir()
    subprocess.run(command, timeout=20, check=True)
    attached = (tmp_path / "out" / "score.musicxml").read_bytes()
    assert attached == (tmp_path / "score.musicxml").read_bytes()


def test_equal_takes_give_equal_files(tmp_path):
    first = report(tmp_path, *mama_with_mistakes())
    assert report(tmp_path, *mama_with_mistakes()) == first


def test_a_date_with_a_time_zone_is_the_documents(tmp_path):
    east = datetime(2026, 11, 22, 23, 5, tzinfo=timezone(timedelta(hours=9)))
    assert b"D:20261122140500Z" in report(tmp_path, *mama_with_mistakes(), date=east)


def test_html_comes_with_the_others(tmp_path):
    song, notes = mama_with_mistakes()
    write_report(Take(tmp_path), song, notes, score_of(song, notes), DETAILS, html=True)
    names = ["report.html", "report.pdf", "score.musicxml"]
    assert sorted(p.name for p in tmp_path.iterdir()) == names


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_anything_played_is_a_report_all_the_same(tmp_path, count):
    song = make_song("C3:2 E3:2")
    assert pages(report(tmp_path, song, as_written(song)[:count])) == 2


@pytest.mark.parametrize(
    "title",
    [
        '#panic("no") *_$x$_* \\ "quoted" & <b>',
        "民謡 Ωδή Песня",
        "a\x00b\x1b[31m\ud800",
        "",
        "long " * 60,
    ],
)
def test_any_title_is_text(tmp_path, title):
    song = make_song("C4:4", title=title, composer=title)
    assert report(tmp_path, song, as_written(song))


def test_a_title_is_never_read_as_markup(tmp_path):
    song = make_song("C4:4", title="#panic() *bold* $x$")
    report(tmp_path, song, [])
    assert "#panic() *bold* $x$" in text_of(tmp_path)


def test_one_system_each_and_no_borrowed_fonts(tmp_path):
    song = make_song(ODE, fifths=2)
    report(tmp_path, song, as_written(song))
    xml = (tmp_path / "score.musicxml").read_bytes()
    systems = engrave(xml, 186.0)
    assert len(systems) > 2
    assert all(svg.count('class="system"') == 1 for svg in systems)
    assert all("@font-face" not in svg and "Times" not in svg for svg in systems)
    assert len(engrave(xml, 400.0)) < len(systems)


def test_what_is_no_musicxml_is_refused():
    with pytest.raises(ValueError, match="MusicXML"):
        engrave(b"hello", 186.0)


def test_a_missing_folder_is_one_line(tmp_path):
    song = make_song("C4:4", meters=(Meter(0.0, 4, 4),))
    with pytest.raises(TakeError, match=r"cannot write .*score\.musicxml: No such file"):
        report(tmp_path / "gone", song, [])


def test_a_report_that_cannot_be_replaced_leaves_no_rest(tmp_path):
    (tmp_path / "report.pdf").mkdir()
    song = make_song("C4:4")
    with pytest.raises(TakeError, match=r"report\.pdf"):
        report(tmp_path, song, [])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.pdf", "score.musicxml"]


def test_a_score_of_another_take_is_refused(tmp_path):
    song, notes = mama_with_mistakes()
    score = score_of(song, notes)
    with pytest.raises(ValueError, match="verdicts"):
        write_report(Take(tmp_path), make_song("C4:4"), notes, score, DETAILS)
    with pytest.raises(ValueError, match="played note"):
        write_report(Take(tmp_path), song, notes[:3], score, DETAILS)


def test_importing_the_stage_is_light():
    code = (
        "import sys, handmidi.report; heavy = {'music21', 'verovio', 'typst'};"
        "assert not heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
