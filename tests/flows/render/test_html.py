"""What stands in the HTML of a pack."""

import re
from dataclasses import replace

import pytest
from jinja2 import UndefinedError

from flows.render import render_html
from flows.render.environment import environment
from flows.render.wording import LocaleName, Wording
from tests.transforms.views.builders import bare_inputs, inputs
from transforms.views import PackView, identity, pack_view

pytestmark = pytest.mark.xdist_group("render")  # its fixtures are made once


def text(html: str) -> str:
    body = html.split("</head>")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body).replace("\u00a0", " "))


def test_page_one_says_where_we_stand(company_html: str) -> None:
    said = text(company_html)
    assert "第四季度销售额落后应达 320 万；华东二部占差额的 60.9%" in said
    assert "“启明能源储能产线合同”在法务审批超时 3 天，涉及 420 万" in said
    assert "数据截至 11/22 24:00 · 第 1 版 · 与 ERP 对账一致" in said


def test_the_headline_and_the_table_show_the_same_figure(company_html: str) -> None:
    row = re.search(r"<tr>(?:(?!</tr>).)*华东二部(?:(?!</tr>).)*−195", company_html)
    assert row is not None
    assert "−320" in company_html


def test_a_bridge_says_what_it_leads_from_and_a_month_that_is_not_over_is_explained(
    company: PackView, company_html: str
) -> None:
    chinese, english = text(company_html), text(render_html(company, "en", 1))
    assert "从应达到实际" in chinese
    assert "From due to actual" in english
    for said, note in ((chinese, "* 当月未满"), (english, "* to date")):
        assert re.search(r"\S+\*", said.replace(note, "")), "the sign that the note explains"
        assert note in said


def test_english_is_made_from_the_same_view(company: PackView) -> None:
    said = text(render_html(company, "en", 2))
    assert "Q4 Sales is 3.2 M behind plan; 华东二部 is 60.9% of the gap" in said
    assert "Edition 2" in said


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_company_with_nothing_renders(locale: LocaleName) -> None:
    view = pack_view(bare_inputs())
    html = render_html(view, locale, 1)
    assert not any(page.blocks for page in view.pages)
    assert html.count('<section class="line"') == len(view.pages) > 0
    assert "<table" not in html


@pytest.mark.parametrize(
    ("locale", "wrong", "heading"),
    [
        pytest.param(
            "zh-CN",
            r"(?<![美欧日港单])元(?!件)|CNY|RMB|人民币|[¥￥]",
            "仓库合计（美元）",
            id="Chinese",
        ),
        pytest.param("en", r"CNY|RMB|元|[¥￥]", "Warehouse (USD)", id="English"),
    ],
)
def test_a_company_in_dollars_reads_nothing_of_yuan(
    locale: LocaleName, wrong: str, heading: str
) -> None:
    view = pack_view(replace(inputs(), currency="USD"))
    said = text(render_html(view, locale, 1))
    assert heading in said
    assert re.findall(f".{{0,20}}(?:{wrong}).{{0,20}}", said) == []


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_text_of_a_locale_names_a_currency(locale: LocaleName) -> None:
    groups = Wording(locale, "USD", 2026).texts
    fixed = [
        text
        for group in groups.keys() - {"currencies"}
        for text in _texts(groups[group])
        if re.search(r"万元|（元）|亿元|[0-9} ]元|CNY|RMB|[¥￥]", text)
    ]
    assert fixed == []


def _texts(given: object) -> list[str]:
    if isinstance(given, dict):
        return [text for inner in given.values() for text in _texts(inner)]
    return [given] if isinstance(given, str) else []


def test_tables_have_caption_and_scope(company_html: str) -> None:
    assert company_html.count("<table") == company_html.count("<caption>")
    headings = re.findall(r"<th[ >][^>]*", company_html)
    assert headings
    assert all("scope=" in heading for heading in headings)


def test_charts_say_what_they_show(company_html: str) -> None:
    charts = re.findall(r"<svg[^>]*>", company_html)
    assert charts
    assert all('role="img"' in chart and "aria-label=" in chart for chart in charts)


def test_nothing_is_fetched(company_html: str) -> None:
    assert not re.search(r"(?:src|href)=\"(?!#)", company_html)
    assert "url(http" not in company_html


def test_every_page_reference_has_a_page(company_html: str) -> None:
    anchors = set(re.findall(r'id="([^"]+)"', company_html))
    asked = set(re.findall(r'href="#([^"]+)"', company_html))
    assert asked
    assert asked <= anchors


def test_the_identity_stands_in_the_footer(company: PackView, company_html: str) -> None:
    assert identity(company)[:8] in text(company_html)


def test_a_name_that_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()
