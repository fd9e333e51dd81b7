"""The page for the browser: its text, and how it behaves in a real Chromium."""

import re
import shutil
import subprocess
import threading
import time
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from browsing import chromium, errors_of, pitches_heard, printed, requests_of
from report_songs import MAMA, ODE, as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import frequency
from handmidi.report import ReportDetails, write_report
from handmidi.report.inline import inline_systems
from handmidi.take import Take

pytestmark = pytest.mark.timeout(120)
DETAILS = ReportDetails(datetime(2026, 11, 22, 14, 5), "mama", tempo_percent=80.0)
HOSTILE = '<script>window.hacked = 1</script>"\'><img src=x onerror="window.hacked = 2">'


def write(folder, song, notes, details=DETAILS):
    write_report(Take(folder), song, notes, score_of(song, notes), details, html=True)
    return folder / "report.html"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of a take with a wrong, a missed and an extra note."""
    return write(tmp_path_factory.mktemp("report"), *mama_with_mistakes())


@pytest.fixture(scope="module")
def text(page):
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def opened(browser, page):
    """The page, freshly loaded."""
    errors_of(browser), requests_of(browser)
    browser.get(page.as_uri())
    return browser


def head(driver, note, part="score"):
    return driver.find_element("css selector", f'[data-part="{part}"] [data-n="{note}"]')


def click(driver, element):
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def press(driver, *keys):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    for key in keys:
        ActionChains(driver).send_keys(getattr(Keys, key)).perform()


def said(driver):
    return driver.find_element("id", "said").text


def until(condition, seconds=15.0):
    """Wait for `condition` to hold, a while at most."""
    end = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


def test_nothing_in_it_points_elsewhere(text):
    for reference in re.findall(r'(?:src|href|action|data)="([^"]*)"', text):
        assert reference.startswith(("#", "data:")), reference
    assert "@import" not in text and "url(" not in text


def test_its_policy_lets_no_other_script_run(text):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    own = b64encode(sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{own}'" in policy


def test_every_note_is_told_in_words(text):
    lines = [unescape(line) for line in re.findall(r"<li data-[^>]*>([^<]*)", text)]
    assert len(lines) == 27
    assert "Bar 1, beat 1: F4 correct, 61 ms late (good)" in lines
    assert "Bar 2, beat 4: wrong pitch: D♯5 for E5, 61 ms late" in lines
    assert "Bar 5, beat 2: D♯5 missed" in lines
    assert "Bar 7, beat 3½: G4 extra" in lines


def test_notes_are_heard_at_the_speed_of_the_practice(text):
    line = re.search(r'<li data-bar="\d+" data-m="m1" data-written="([\d. ]+)"', text)
    onset_s, length_s, pitch = map(float, line[1].split())
    beat_s = 60 / 104 / 0.8
    assert (onset_s, length_s, pitch) == pytest.approx((2 * beat_s, beat_s, 71), abs=0.001)


def test_every_head_belongs_to_a_note(text):
    ids = set(re.findall(r'data-[mp]="([mp]\d+)"', text))
    assert set(re.findall(r'data-n="([^"]*)"', text)) == ids
    assert len(ids) == 26 + 26


def test_ids_are_unique_and_glyphs_are_there(text):
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(ids)


def test_the_engraved_score_can_be_taken_along(page, text):
    data = re.search(r'download="score.musicxml" href="data:[^,]*,([^"]*)"', text)[1]
    assert b64decode(data) == (page.parent / "score.musicxml").read_bytes()


def test_thirty_two_bars_stay_below_a_megabyte(tmp_path):
    song = make_song(f"{ODE} {ODE}", fifths=2)
    assert write(tmp_path, song, as_written(song)).stat().st_size < 1_000_000


def test_equal_takes_give_equal_pages(tmp_path, page):
    assert write(tmp_path, *mama_with_mistakes()).read_bytes() == page.read_bytes()
    assert (tmp_path / "report.pdf").read_bytes() == (page.parent / "report.pdf").read_bytes()


def test_user_text_is_escaped(tmp_path):
    song = make_song("C4:4", title=HOSTILE, composer=HOSTILE)
    details = ReportDetails(datetime(2026, 11, 22), HOSTILE, remark=HOSTILE)
    text = write(tmp_path, song, [], details).read_text(encoding="utf-8")
    assert text.count("<script>") == 1
    assert "<img" not in text
    assert "&lt;script&gt;window.hacked" in text


def test_pictures_share_their_glyphs():
    one = (
        '<svg viewBox="0 0 9 9" id="a1"><defs><g id="E0A4-a1"><path d="M0"/></g></defs>'
        "<style>#a1 g.x {fill: red}</style>"
        '<g id="m0" class="note"><use xlink:href="#E0A4-a1"/></g></svg>'
    )
    two = one.replace("a1", "b2").replace('id="m0"', 'id="m0-2"')
    glyphs, style, pictures = inline_systems([one, two])
    assert glyphs.count("<path") == 1
    assert style == "#score g.x {fill: red}"
    assert pictures[0].count('<g data-n="m0" class="note"><use href="#E0A4"/>') == 1
    assert pictures[1] == pictures[0].replace("System 1", "System 2")


def test_it_loads_without_an_error_or_a_request(opened, page):
    assert errors_of(opened) == []
    assert requests_of(opened) == [page.as_uri()]
    assert opened.title == "Mama"
    assert opened.find_element("id", "player").is_displayed()


def test_a_server_sees_one_request_and_the_page_can_make_no_other(browser, page):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.read_bytes())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser.get(f"http://127.0.0.1:{server.server_port}/report.html")
        click(browser, head(browser, "m0"))
        answer = browser.execute_async_script(
            "const done = arguments[0]; fetch('/more').then(() => done('sent'), () => done('no'))"
        )
        server.shutdown()
    assert answer == "no"
    assert asked == ["/report.html"]


def test_a_click_sounds_what_should_have_been_and_what_was(opened):
    click(opened, head(opened, "m4"))
    assert said(opened) == "Bar 2, beat 4: wrong pitch: D♯5 for E5, 61 ms late"
    heard = until(lambda: len(p := pitches_heard(opened)) > 1 and p)
    assert heard[:2] == pytest.approx([76, 75], abs=0.3)
    assert errors_of(opened) == []


def test_a_click_in_the_piano_roll_sounds_too(opened):
    click(opened, head(opened, "p0", "piano roll"))
    assert until(lambda: pitches_heard(opened)) == pytest.approx([65], abs=0.3)


def test_a_bar_to_practise_can_be_heard_where_it_is_shown(opened):
    click(opened, head(opened, "m9", "bars to practise"))
    assert said(opened) == "Bar 5, beat 2: D♯5 missed"
    assert until(lambda: pitches_heard(opened)) == pytest.approx([75], abs=0.3)


@pytest.mark.parametrize(
    ("what", "note", "kinds"),
    [
        ("written", "m4", ["triangle"]),
        ("played", "m4", ["sawtooth"]),
        ("both", "m9", ["triangle"]),  # a missed note
    ],
)
def test_what_is_to_be_heard_can_be_chosen(opened, what, note, kinds):
    click(opened, opened.find_element("css selector", f"input[value={what}]"))
    click(opened, head(opened, note))
    assert until(lambda: len(opened.execute_script("return struck")) == len(kinds))
    assert [each[0] for each in opened.execute_script("return struck")] == kinds


def test_a_bar_is_played_with_its_lateness(opened):
    click(opened, head(opened, "m0"))
    press(opened, "ESCAPE")  # its second tone is not there yet
    opened.execute_script("struck.length = 0")
    click(opened, opened.find_element("id", "hear-bar"))
    struck = until(lambda: len(s := opened.execute_script("return struck")) == 6 and s)
    begun = struck[0][2]
    late_s = 0.061 / 0.8
    for (kind, hertz, when), pitch, beat in zip(
        struck, (65, 65, 71, 71, 76, 76), (0, 0, 2, 2, 3, 3), strict=True
    ):
        assert hertz == pytest.approx(frequency(pitch), abs=0.01)
        due = beat * 60 / 104 / 0.8 + (late_s if kind == "sawtooth" else 0)
        assert when - begun == pytest.approx(due, abs=0.002)


def test_everything_is_played_at_half_speed_and_can_be_stopped(opened):
    opened.find_element("css selector", '#speed option[value="0.5"]').click()
    opened.find_element("css selector", "input[value=written]").click()
    click(opened, opened.find_element("id", "hear-all"))
    assert until(lambda: len(opened.execute_script("return struck")) >= 2)
    (_, _, first), (_, _, second) = opened.execute_script("return struck")[:2]
    assert second - first == pytest.approx(2 * 60 / 104 / 0.8 / 0.5, abs=0.002)
    press(opened, "ESCAPE")
    count = len(opened.execute_script("return struck"))
    time.sleep(1.0)
    assert len(opened.execute_script("return struck")) == count < 26


def test_the_keyboard_goes_from_note_to_note(opened):
    opened.execute_script("arguments[0].focus()", head(opened, "m0"))
    press(opened, "ARROW_RIGHT", "ARROW_RIGHT", "ARROW_RIGHT", "ARROW_RIGHT")
    assert said(opened).startswith("Bar 2, beat 4")
    assert opened.switch_to.active_element.get_attribute("data-n") == "m4"
    press(opened, "ARROW_DOWN")
    assert opened.switch_to.active_element.get_attribute("data-n") == "p4"
    (ring,) = opened.find_elements("class name", "ring")
    around, inside = ring.rect, head(opened, "p4").rect
    assert around["x"] < inside["x"] < inside["x"] + inside["width"] < around["x"] + around["width"]
    assert opened.execute_script("return struck") == []
    press(opened, "ENTER")
    assert until(lambda: len(opened.execute_script("return struck")) == 2)
    press(opened, "END")
    assert opened.switch_to.active_element.get_attribute("data-n") == "p25"
    press(opened, "HOME", "ARROW_UP", "SPACE")
    assert opened.switch_to.active_element.get_attribute("data-n") == "m0"
    assert until(lambda: len(opened.execute_script("return struck")) == 4)


def test_the_tab_key_finds_each_picture_once(opened):
    stops = opened.execute_script(
        "return [...document.querySelectorAll('[data-n][tabindex=\"0\"]')].map(e => e.dataset.n)"
    )
    assert stops[1:] == ["m0", "m0"]  # after the bars to practise
    for stop in stops:
        press(opened, "TAB")
        assert opened.switch_to.active_element.get_attribute("data-n") == stop


def test_readers_of_the_screen_hear_what_each_note_is(opened):
    label = head(opened, "m9").get_attribute("aria-label")
    assert label == "Bar 5, beat 2: D♯5 missed (written)"
    assert head(opened, "m9").get_attribute("role") == "button"
    assert head(opened, "m9").find_element("xpath", "ancestor::div").aria_role == "group"


def words_of(pdf, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "print.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(tmp_path / "print.pdf"), "-"]
    return subprocess.run(command, capture_output=True, timeout=20, check=True).stdout.decode()


def test_it_prints_without_what_is_only_for_the_screen(opened, tmp_path):
    pdf = printed(opened)
    assert int(re.search(rb"/Type ?/Pages[^>]*?/Count (\d+)", pdf)[1]) >= 2
    text = words_of(pdf, tmp_path)
    assert "Mama" in text and "Practise next" in text
    assert "Speed" not in text and "Click a note" not in text


def test_without_scripts_it_can_be_read(browser, page, tmp_path):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(page.as_uri())
        text = words_of(printed(browser), tmp_path)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "Mama" in text and "24 correct" in text.replace("  ", " ")
    assert "Choose a note" not in text


def test_hostile_titles_are_shown_and_not_run(browser, tmp_path):
    song = make_song(MAMA, title=HOSTILE, composer=HOSTILE)
    browser.get(write(tmp_path, song, as_written(song)).as_uri())
    assert browser.find_element("tag name", "h1").text == HOSTILE
    assert browser.execute_script("return window.hacked") is None
    errors_of(browser)


def test_a_take_without_notes_loads(browser, tmp_path):
    errors_of(browser)
    browser.get(write(tmp_path, make_song("C4:4"), []).as_uri())
    assert errors_of(browser) == []
    assert "Nothing was played" in browser.find_element("tag name", "main").text
