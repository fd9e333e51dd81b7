"""The scoring benchmark's command: its sections, and where it writes them."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
if not (ROOT / "tools" / "scoring").is_dir():
    pytest.skip("the tools are not installed", allow_module_level=True)
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.scoring import __main__ as tool  # noqa: E402

TABLE = [["notes", "took"], ["52", "3 ms"]]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(tool, "SECTIONS", {"one": lambda: [TABLE], "two": lambda: [TABLE, TABLE]})


def test_figures_go_where_they_belong(quick, tmp_path, capsys):
    page, figures = tmp_path / "page.md", tmp_path / "figures.json"
    page.write_text("a\n<!-- one: begin -->\nold\n<!-- one: end -->\nb\n", encoding="utf-8")
    assert tool.main(["one", "--docs", str(page), "-o", str(figures)]) == 0
    shown = "| notes | took |\n| --- | --- |\n| 52 | 3 ms |\n"
    assert capsys.readouterr().out.startswith(shown)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"a\n<!-- one: begin -->\n{shown}")
    assert "old" not in text and text.endswith("<!-- one: end -->\nb\n")
    assert json.loads(figures.read_text(encoding="utf-8"))["one"] == [TABLE]


def test_a_page_without_marks_is_told_before_anything_is_measured(quick, tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text("nothing", encoding="utf-8")
    assert tool.main(["--docs", str(page)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "one: begin" in said.err


def test_the_page_has_marks_for_every_section():
    page = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
    for name in tool.SECTIONS:
        assert f"<!-- {name}: begin -->" in page


def test_an_unknown_section_is_a_wrong_usage(quick, capsys):
    with pytest.raises(SystemExit) as ended:
        tool.main(["three"])
    assert ended.value.code == 2
    assert "name some of one, two" in capsys.readouterr().err
