"""Numbers as text: scales, signs, places, points, states."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.render.formatting import (
    MINUS,
    Scale,
    amount,
    day,
    number,
    percent,
    plain,
    points,
    signed,
)
from flows.render.wording import LocaleName, Wording
from transforms.views.cells import (
    Cell,
    Day,
    Delta,
    Figure,
    Group,
    Light,
    MetricName,
    Span,
    Term,
    Text,
    say,
)
from transforms.views.model import Column, Table


def words(cell: Cell, locale: LocaleName = "zh-CN", currency: str = "CNY") -> str:
    return Wording(locale, currency, 2026).cell(cell).striptags().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        pytest.param("51410000", "5,141 万", "51.41 M", id="ten million"),
        pytest.param("337840000", "3.378 亿", "337.8 M", id="hundred million: four digits"),
        pytest.param("721000", "72.1 万", "721 K", id="hundred thousand"),
        pytest.param("12500", "1.25 万", "12.5 K", id="just above the first scale"),
        pytest.param("9999", "9,999 元", "9,999 CNY", id="below the first scale: the currency"),
        pytest.param("-3200000", "−320 万", "−3.2 M", id="a true minus"),
        pytest.param("0", "0 元", "0 CNY", id="zero"),
    ],
)
def test_an_amount_alone_has_at_most_four_digits(value: str, chinese: str, english: str) -> None:
    figure = Figure(Decimal(value), "money")
    assert (words(figure), words(figure, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("cell", "chinese", "english"),
    [
        pytest.param(Delta(Decimal("-0.035"), "share"), "−3.5 pp", "−3.5 pp", id="pp"),
        pytest.param(
            Delta(Decimal("-0.059"), "share", is_relative=True), "−5.9%", "−5.9%", id="of a base"
        ),
        pytest.param(Delta(Decimal(760000), "money"), "+76 万", "+760 K", id="plus"),
        pytest.param(Delta(None, "money"), "", "", id="nothing to compare"),
        pytest.param(Figure(Decimal("0.217"), "share"), "21.7%", "21.7%", id="share"),
        pytest.param(Figure(Decimal("1.08"), "attainment"), "108%", "108%", id="D-22"),
        pytest.param(Figure(Decimal(57), "days"), "57 天", "57 d", id="days"),
        pytest.param(Figure(Decimal("22.0"), "days"), "22.0 天", "22.0 d", id="measured days"),
        pytest.param(Figure(Decimal("1.117964"), "ratio"), "1.12×", "1.12×", id="ratio"),
        pytest.param(Figure(Decimal("45.1854"), "ratio"), "45.2×", "45.2×", id="ratio from 10 on"),
        pytest.param(Figure(Decimal("1234.56"), "exact_money"), "1,234.56", "1,234.56", id="cents"),
        pytest.param(Term("driver", "win_rate"), "成交率", "win rate", id="word"),
        pytest.param(Term("driver", "brand_new"), "brand_new", "brand_new", id="open group"),
        pytest.param(MetricName("aov", "客单价", "AOV"), "客单价", "AOV", id="metric"),
        pytest.param(Day(date(2026, 11, 16)), "11/16", "11/16", id="day"),
        pytest.param(Day(date(2025, 11, 16)), "2025/11/16", "2025/11/16", id="day last year"),
        pytest.param(Day(None), "", "", id="no day"),
        pytest.param(
            Span("qtd", date(2026, 10, 1), date(2026, 11, 22), 4), "第四季度", "Q4", id="quarter"
        ),
        pytest.param(
            Group((Term("dimension", "team"), Term("dimension", "channel")), "list"),
            "团队、渠道",
            "team, channel",
            id="list",
        ),
    ],
)
def test_cells_in_both_locales(cell: Cell, chinese: str, english: str) -> None:
    assert [words(cell), words(cell, "en")] == [chinese, english]


def test_words_of_people_are_escaped() -> None:
    assert str(Wording("en", "CNY", 2026).cell(Text("<启明>"))) == "&lt;启明&gt;"


def test_every_state_has_its_own_words() -> None:
    states = ("no_target", "no_data", "zero", "not_due", "too_few_cases", "due_zero", "no_baseline")
    for locale in ("zh-CN", "en"):
        wording = Wording(locale, "CNY", 2026)
        assert len({wording.state(state, 3) for state in states}) == len(states)
    assert words(Figure(None, "share", "too_few_cases", 3)) == "样本太少 n=3"
    assert words(Figure(None, "money", "no_target")) == "无目标"
    assert words(Figure(Decimal(0), "count", "zero")) == "0"


@pytest.mark.parametrize(
    ("light", "shape"),
    [
        pytest.param(Light("green"), "●", id="green"),
        pytest.param(Light("yellow"), "◆", id="yellow"),
        pytest.param(Light("red"), "▼", id="red"),
        pytest.param(Light("red", is_hollow=True), "▽", id="red within noise"),
        pytest.param(Light("grey", reason="no_target"), "■", id="grey"),
    ],
)
def test_lights_differ_by_shape_d15(light: Light, shape: str) -> None:
    assert words(light) == shape


def test_a_grey_light_says_why_d15() -> None:
    assert 'title="样本太少 n=3"' in Wording("zh-CN", "CNY", 2026).light(
        Light("grey", reason="too_few_cases", n=3)
    )


def test_a_sentence_is_made_of_its_cells() -> None:
    sentence = say(
        "funnel_open", deals=Figure(Decimal(18)), value=Figure(Decimal(5_000_000), "money")
    )
    assert words(sentence) == "在手商机 18 个，共 500 万"
    assert words(sentence, "en") == "18 open deals worth 5 M"


@pytest.mark.parametrize(
    ("amounts", "chinese", "english"),
    [
        pytest.param((13_299, 8_561), "13,299 元 8,561 元", "13,299 CNY 8,561 CNY", id="元"),
        pytest.param((101_000_000, 98_000_000), "10,100 万 9,800 万", "101 M 98 M", id="万"),
        pytest.param((5_747_000, 2_590), "575 万 2,590 元", "5.747 M 2,590 CNY", id="far apart"),
    ],
)
def test_amounts_that_a_sentence_compares_have_one_unit(
    amounts: tuple[int, int], chinese: str, english: str
) -> None:
    actual, reference = (Figure(Decimal(value), "money") for value in amounts)
    sentence = say("level_1", gap=actual, against=Text(None), reference=reference, actual=Text(""))
    said = words(sentence), words(sentence, "en")
    found = [" ".join(re.findall(r"[\d.,]+ (?:元|万|CNY|M)", text)) for text in said]
    assert found == [chinese, english]


def test_a_text_that_is_missing_names_its_place() -> None:
    with pytest.raises(KeyError, match=r"en.toml has no text sentences.nonsense"):
        words(say("nonsense"), "en")


def _table(*values: int, is_mixed: bool = False) -> Table:
    rows = tuple((Figure(Decimal(value), "money"),) for value in values)
    return Table("parts_team", (Column("actual", "number"),), rows, is_mixed=is_mixed)


@pytest.mark.parametrize(
    ("table", "unit", "shown"),
    [
        pytest.param(_table(51_410_000, 30_000), "万元", ["5,141", "3"], id="one scale for all"),
        pytest.param(_table(51_410_000, 300), "万元", ["5,141", "0.03"], id="never 0 unless it is"),
        pytest.param(_table(9_500, 12), "元", ["9,500", "12"], id="small company"),
        pytest.param(
            _table(51_410_000, 31_400, 20_000, is_mixed=True),
            "万元",
            ["5,141", "3.14", "2.00"],
            id="mixed rows",
        ),
        pytest.param(
            replace(
                _table(5_174_000, 13_820, 39, 0, is_mixed=True),
                indents=(0, 1, 1, 1),
                emphasised=(0,),
            ),
            "万元",
            ["517", "1", "0.004", "0"],
            id="a tree of drivers has one precision",
        ),
        pytest.param(
            replace(
                _table(13_300, 4_738, 627_000, is_mixed=True), indents=(0, 1, 2), emphasised=(0,)
            ),
            "万元",
            ["1.33", "0.47", "62.70"],
            id="that of its total, not of the sums that a ratio is of",
        ),
    ],
)
def test_a_table_has_one_scale(table: Table, unit: str, shown: list[str]) -> None:
    wording = Wording("zh-CN", "CNY", 2026)
    scale = wording.scale_of(table)
    assert scale is not None
    places = wording.places_of(table, scale)
    assert wording.unit(scale) == unit
    assert [wording.cell(row[0], scale, places) for row in table.rows] == shown


def _gaps(*rows: tuple[int, int]) -> Table:
    """Targets with the gap to them."""
    cells = tuple(
        (Figure(Decimal(target), "money"), Delta(Decimal(gap), "money")) for target, gap in rows
    )
    return Table("attainment_qtd", (Column("target", "number"), Column("gap", "number")), cells)


QUARTER = _gaps((132_340_000, -2_590_000), (21_960_000, -1_480_000), (16_440_000, 0))
YEAR = _gaps((478_440_000, -8_330_000), (102_690_000, -2_410_000))


@pytest.mark.parametrize(
    ("locale", "table", "shown"),
    [
        pytest.param("en", QUARTER, [("132.3", "−2.6"), ("22.0", "−1.5"), ("16.4", "0.0")], id="M"),
        pytest.param("en", YEAR, [("478.4", "−8.3"), ("102.7", "−2.4")], id="four digits of M"),
        pytest.param("en", _gaps((478_440_000, -8_330)), [("478.4", "−0.008")], id="no more"),
        pytest.param("en", _gaps((95_000, -1200)), [("95,000", "−1,200")], id="no scale"),
        pytest.param(
            "zh-CN",
            replace(
                _gaps((5_174_000, -1_490_000), (99_100, -33_200), (103_900, -12_200)),
                indents=(0, 1, 2),
                emphasised=(0,),
            ),
            [("517.4", "−149.0"), ("9.9", "−3.3"), ("10.4", "−1.2")],
            id="drivers of a tree",
        ),
        pytest.param(
            "zh-CN", QUARTER, [("13,234", "−259"), ("2,196", "−148"), ("1,644", "0")], id="万"
        ),
    ],
)
def test_a_gap_beside_its_targets_keeps_two_digits(
    locale: LocaleName, table: Table, shown: list[tuple[str, str]]
) -> None:
    wording = Wording(locale, "CNY", 2026)
    scale = wording.scale_of(table)
    places = wording.places_of(table, scale)
    found = [
        tuple(re.sub("<[^>]+>", "", wording.cell(cell, scale, places)) for cell in row)
        for row in table.rows
    ]
    assert found == shown


def test_the_currency_stands_in_the_heading() -> None:
    scale = Wording("en", "USD", 2026).scale_of(_table(51_410_000))
    assert scale is not None
    assert Wording("en", "USD", 2026).unit(scale) == "K USD"
    assert Wording("zh-CN", "USD", 2026).unit(scale) == "K美元"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_a_sign_never_stands_before_zero(value: Decimal) -> None:
    shown = signed(plain(value, 1))
    is_zero = shown.strip(f"+{MINUS}") == "0.0"
    assert is_zero == (shown == "0.0")
    assert "-" not in shown


@given(st.decimals(min_value=1, max_value=10**9, places=2))
def test_an_amount_reads_back_within_its_last_digit(value: Decimal) -> None:
    scale = Wording("en", "USD", 2026).scales.alone(value)
    shown = Decimal(amount(value, scale).replace(",", ""))
    assert abs(shown * scale.divisor - value) <= value * Decimal("0.0051")


def test_plain_helpers() -> None:
    assert number(Decimal("0.15")) == "0.15"
    assert percent(Decimal("0.9333"), 0) == "93%"
    assert points(Decimal(0)).startswith("0.0")
    assert day(date(2026, 1, 5), 2026) == "1/5"


@pytest.mark.parametrize("value", ["0.004", "-0.004", "0", "-0.00000001"])
def test_less_than_a_cent_is_nothing_and_has_no_sign(value: str) -> None:
    scale = Scale(Decimal(1), "")
    assert signed(amount(Decimal(value), scale, 0)) == "0"
    assert signed(amount(Decimal(value), scale)) == "0"
