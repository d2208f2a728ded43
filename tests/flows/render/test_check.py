"""The page that `fupan check --html` writes."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.company import Company, open_company
from flows.errors import PlatformError
from flows.ingest import check
from flows.render.check import render_check, write_check
from tests.flows.small_company import MONDAY, SETTINGS, make_company

pytestmark = pytest.mark.xdist_group("render")

BAD = "S9001,2026-02-30,R1,K1,10\nS9002,2026/11/12,R1,K1,<script>alert(1)</script>\n"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = make_company(tmp_path / "acme")
    with (made.folder / "inbox" / "订单.csv").open("a", encoding="utf-8") as file:
        file.write(BAD)
    (made.folder / "plan" / "目标.csv").write_bytes(b"")
    return made


def written(company: Company) -> str:
    return render_check(company, check(company, now=MONDAY), MONDAY)


class _Outline(HTMLParser):
    """Every tag that was opened and not closed, and every label of a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.labels: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)
        self.labels |= {value or "" for name, value in attrs if name == "data-label"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_says_what_is_wrong_and_what_to_do(company: Company) -> None:
    said = re.sub(r"<[^>]+>", " ", written(company).replace("\u00a0", " "))
    assert "1 处读不进来；3 个来源中" in said
    assert "目标.csv is empty" in said
    assert re.search(r"订单\.csv 第 \S+ 行：2026-02-30", said)
    assert "新鲜度对照 2026-W46（11/9–11/15）" in said


def test_it_needs_nothing_beside_it_and_runs_nothing(company: Company) -> None:
    html = written(company)
    assert not re.search(r"<(script|link|img|iframe)|(src|href)=|url\(|@import", html)
    assert "&lt;script&gt;" in html


def test_it_is_whole_and_labelled_for_a_phone(company: Company) -> None:
    outline = _Outline()
    html = written(company)
    outline.feed(html)
    assert outline.open == []
    assert {"来源", "新鲜度", "读入", "拒收"} <= outline.labels
    assert html.count("<table") == html.count("<caption>")
    assert '<meta name="viewport"' in html
    assert "@media print" in html


def test_lights_differ_by_shape_and_are_named(company: Company) -> None:
    html = written(company)
    shapes = dict(re.findall(r'aria-label="([^"]+)"><span class="light \w+"[^>]*>(.)<', html))
    assert shapes == {"要看一眼": "◆", "正常": "●", "未载入": "■"}


def test_english(tmp_path: Path) -> None:
    settings = SETTINGS.replace("[company]", '[company]\nlocale = "en"')
    made = make_company(tmp_path / "acme", settings)
    html = written(open_company(made.folder))
    assert '<html lang="en">' in html
    assert "All 3 sources can be loaded" in html


def test_a_folder_that_is_not_there_is_named(company: Company, tmp_path: Path) -> None:
    report = check(company, now=MONDAY)
    with pytest.raises(PlatformError, match=r"report\.html cannot be written"):
        write_check(company, report, MONDAY, tmp_path / "nowhere" / "report.html")
