"""Which case comes first and which gets a page (D-17)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.transforms.why.builders import AS_OF, QUARTER, value, values
from transforms.why.case import Case
from transforms.why.ranking import ranked

CASE = Case(
    case_id="",
    metric="sales_amount",
    scope_kind="team",
    scope="华东二部",
    period_kind="qtd",
    starts_on=QUARTER,
    ends_on=AS_OF,
    reference_kind="plan",
    actual=Decimal(80),
    reference=Decimal(100),
    is_within_noise=False,
)
REGIONS = {"华东一部": "华东", "华东二部": "华东", "华中部": "华中"}


def case(actual: int, **more: object) -> Case:
    made = replace(CASE, actual=Decimal(actual), **more)  # type: ignore[arg-type]
    return replace(made, case_id=f"{made.metric} {made.scope} {made.period_kind}")


def pages(*cases: Case, most: int = 6) -> list[str]:
    found = ranked(cases, values(), REGIONS, most)
    return [each.case_id for each in found if each.has_page]


def test_money_at_stake_decides_and_noise_comes_last() -> None:
    cases = (
        case(90, scope="A"),
        case(10, scope="B", is_within_noise=True),
        case(60, scope="C"),
        case(150, scope="D"),
    )
    assert [each.scope for each in ranked(cases, values(), {}, 6)] == ["D", "C", "A", "B"]


@pytest.mark.parametrize(
    ("metric", "rows", "stake"),
    [
        pytest.param("cash_collected", [], 20, id="money itself"),
        pytest.param("gross_margin", [], 1000, id="margin × net sales"),
        pytest.param(
            "leads", [value("contract_amount", "7", "500")], 100, id="20 % of contracts due"
        ),
        pytest.param("leads", [value("sales_amount", "300")], 60, id="no contracts: of sales"),
        pytest.param(
            "stage_conversion[谈判]", [value("contract_amount", "7", "500")], 100, id="stage"
        ),
        pytest.param("aov", [value("sales_amount", "7", "400")], 80, id="repeat business"),
        pytest.param("leads", [value("contract_amount", "7", "500", scope="X")], 0, id="elsewhere"),
        pytest.param("stage_days[谈判]", [value("contract_amount", "7", "500")], 0, id="no chain"),
    ],
)
def test_the_stake_of_a_driver_comes_from_the_value_chain(
    metric: str, rows: list[dict[str, object]], stake: int
) -> None:
    (found,) = ranked([case(80, metric=metric, weight=Decimal(50))], values(*rows), {}, 6)
    assert found.stake == stake


def test_week_and_quarter_of_one_metric_share_a_page() -> None:
    days = {"period_kind": "week", "starts_on": date(2026, 11, 9)}
    assert pages(case(80), case(90, **days)) == ["sales_amount 华东二部 qtd"]


def test_noise_gets_a_line() -> None:
    assert pages(case(10, is_within_noise=True), case(80, scope="A")) == ["sales_amount A qtd"]


@pytest.mark.parametrize(
    ("reference_kind", "bands", "has_page"),
    [
        pytest.param("plan", 1.1, True, id="off plan and beyond the limits"),
        pytest.param("plan", 0.4, False, id="off plan, a signal only by its run of weeks"),
        pytest.param("baseline", 1.8, False, id="just beyond its limits: chance among hundreds"),
        pytest.param("baseline", 2.1, True, id="far beyond its limits"),
        pytest.param("plan", 0.0, True, id="without enough history for limits"),
    ],
)
def test_a_page_is_for_what_stands_out(reference_kind: str, bands: float, has_page: bool) -> None:
    found = pages(case(60, reference_kind=reference_kind, bands=bands))
    assert bool(found) is has_page


def test_no_more_pages_than_allowed() -> None:
    assert pages(case(50, scope="A"), case(60, scope="B"), case(70, scope="C"), most=2) == [
        "sales_amount A qtd",
        "sales_amount B qtd",
    ]


@pytest.mark.parametrize(
    ("child", "told_of"),
    [
        pytest.param(case(75), ["华东二部"], id="the child makes all of it"),
        pytest.param(case(81), ["华东", "华东二部"], id="less than four fifths: two stories"),
        pytest.param(case(75, scope="华中部"), ["华中部", "华东"], id="a team of another region"),
        pytest.param(case(125), ["华东二部", "华东"], id="the other direction"),
        pytest.param(case(75, metric="leads"), ["华东", "华东二部"], id="another metric"),
    ],
)
def test_a_story_is_told_where_somebody_can_act(child: Case, told_of: list[str]) -> None:
    parent = case(76, scope_kind="region", scope="华东")
    found = ranked([parent, child], values(), REGIONS, 6)
    assert [each.scope for each in found if each.has_page] == told_of


@pytest.mark.parametrize(
    ("other", "told_by"),
    [
        pytest.param(case(20, period_kind="mtd"), "mtd", id="its month ranks higher"),
        pytest.param(case(22, period_kind="mtd"), "qtd", id="its month ranks lower"),
        pytest.param(case(180, period_kind="mtd"), "qtd", id="the month lies on the other side"),
        pytest.param(
            case(20, period_kind="mtd", is_within_noise=True), "qtd", id="the month is noise"
        ),
        pytest.param(case(20, period_kind="mtd", bands=0.9), "qtd", id="it does not stand out"),
    ],
)
def test_the_page_of_a_story_is_of_the_period_that_ranks_highest_there(
    other: Case, told_by: str
) -> None:
    """As in the pack of the child, whatever period the parent's gap is of."""
    parent, child = case(5, scope_kind="region", scope="华东"), case(21)
    found = ranked([parent, child, other], values(), REGIONS, 1)
    assert [each.period_kind for each in found if each.has_page] == [told_by]


def test_a_story_that_is_a_childs_is_not_told_by_another_period_as_well() -> None:
    """Of the parent's quarter four fifths lie in the child; of its month nobody has as much."""
    quarter, child = case(5, scope_kind="region", scope="华东"), case(21)
    month = case(6, scope_kind="region", scope="华东", period_kind="mtd")
    found = ranked([quarter, child, month], values(), REGIONS, 6)
    told = [(each.scope_kind, each.period_kind) for each in found if each.has_page]
    assert told == [("team", "qtd")]
