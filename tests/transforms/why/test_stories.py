"""One question per story (D-18), and answers that hold for all of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.why.builders import table
from transforms.tables.act import CaseAnswer, CaseThread
from transforms.why.case import Case
from transforms.why.stories import answers_of_story, opened_of_stories, stories

Row = dict[str, Any]
START, END = date(2026, 10, 1), date(2026, 11, 15)


def case(metric: str, period: str, gap: int, scope: str = "华东二部", **more: object) -> Case:
    """A case of a team, held against 100."""
    base: Row = {
        "case_id": f"2026-W46:{metric}:team:{scope}:{period}",
        "metric": metric,
        "scope_kind": "team",
        "scope": scope,
        "period_kind": period,
        "starts_on": START,
        "ends_on": END,
        "reference_kind": "plan",
        "actual": Decimal(100 + gap),
        "reference": Decimal(100),
        "is_within_noise": False,
    }
    return Case(**(base | more))


def told(*cases: Case, **drivers: list[Row]) -> list[str]:
    """The teller of each case, both without week and team."""
    by_case = {each.case_id: drivers.get(each.metric, []) for each in cases}
    found = stories(cases, by_case)
    return [_short(found[each.case_id]) for each in cases]


def _short(case_id: str) -> str:
    _, metric, _, scope, period = case_id.split(":")
    return f"{metric} {period}" if scope == "华东二部" else f"{metric} {period} {scope}"


def driver(code: str, share: float | None) -> Row:
    return {"driver": code, "share": share}


def test_week_month_and_quarter_of_one_gap_are_one_story() -> None:
    periods = (case("leads", "mtd", -30), case("leads", "week", -40), case("leads", "qtd", -12))
    assert told(*periods) == ["leads mtd"] * 3


def test_the_case_with_the_page_tells_the_story() -> None:
    periods = (case("leads", "mtd", -30), case("leads", "qtd", -12, has_page=True))
    assert told(*periods) == ["leads qtd"] * 2


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(case("leads", "week", 40), id="another side"),
        pytest.param(case("leads", "week", -40, "华东一部"), id="another team"),
        pytest.param(case("win_rate", "week", -40), id="another metric"),
    ],
)
def test_another_gap_is_another_story(other: Case) -> None:
    own = case("leads", "qtd", -12)
    assert told(own, other) == ["leads qtd", _short(other.case_id)]


@pytest.mark.parametrize(
    ("share", "gap", "noise", "is_one"),
    [
        pytest.param(0.8, -30, False, True, id="four fifths of the gap"),
        pytest.param(0.79, -30, False, False, id="less"),
        pytest.param(None, -30, False, False, id="no share"),
        pytest.param(0.9, 30, False, False, id="the driver is above"),
        pytest.param(0.9, -30, True, False, id="the driver is noise"),
    ],
)
def test_a_metric_and_the_driver_that_makes_up_its_gap_are_one_story(
    share: float | None, gap: int, noise: bool, is_one: bool
) -> None:
    """Qualified leads lag because leads do: nobody is asked twice."""
    cases = (
        case("qualified_leads", "qtd", -30),
        case("leads", "qtd", gap, is_within_noise=noise),
        case("leads", "mtd", gap, is_within_noise=noise),
    )
    parts = [driver("leads", share), driver("qualification_rate", 0.1)]
    found = told(*cases, qualified_leads=parts)
    assert found == (["qualified_leads qtd"] * 3 if is_one else [found[0], *["leads qtd"] * 2])


def test_every_case_has_one_teller_that_tells_itself() -> None:
    cases = [
        case(metric, period, gap, scope, has_page=period == "mtd")
        for metric in ("leads", "win_rate")
        for period in ("week", "mtd", "qtd")
        for gap in (-20, 20)
        for scope in ("华东一部", "华东二部")
    ]
    found = stories(cases, {})
    assert set(found) == {each.case_id for each in cases}
    assert all(found[teller] == teller for teller in found.values())


def answer(week: str, period: str, why: str, **more: object) -> Row:
    """An answer to the leads of a team."""
    case_id = f"{week}:leads:team:华东二部:{period}"
    base = {
        "case_id": case_id,
        "answered_by": "李强",
        "line": 1,
        "case_key": case_id.partition(":")[2],
        "answered_in_week": week,
        "metric": "leads",
        "scope_kind": "team",
        "scope": "华东二部",
        "period_kind": period,
        "why": why,
        "is_current": True,
        "is_conflicting": False,
    }
    return base | more


def current(answers: pl.DataFrame, own: Case, *cases: Case) -> list[str]:
    """What counts as answered to a case, by its own key."""
    found = answers_of_story(answers, own.case_id, stories(cases, {}))
    mine = found.filter("is_current", case_key=own.case_id.partition(":")[2])
    return mine["why"].to_list()


def test_an_answer_to_the_week_is_found_in_the_month() -> None:
    week, month, other = (
        case("leads", "week", -40),
        case("leads", "mtd", -20),
        case("aov", "qtd", 9),
    )
    given = table(CaseAnswer, [answer("2026-W46", "week", "渠道停投")])
    assert current(given, month, week, month, other) == ["渠道停投"]
    assert current(given, week, week, month, other) == ["渠道停投"]
    assert current(given, other, week, month, other) == []


def test_an_answer_to_a_week_that_is_none_now_holds_for_the_month() -> None:
    month = case("leads", "mtd", -20)
    given = table(CaseAnswer, [answer("2026-W45", "week", "渠道停投")])
    assert current(given, month, month) == ["渠道停投"]


def test_an_answer_to_the_other_side_does_not() -> None:
    week, quarter = case("leads", "week", 40), case("leads", "qtd", -20)
    given = table(CaseAnswer, [answer("2026-W46", "week", "展会")])
    assert current(given, quarter, week, quarter) == []


def test_the_newest_answer_to_the_story_stands_and_a_closed_one_does_not() -> None:
    week, month = case("leads", "week", -40), case("leads", "mtd", -20)
    given = table(
        CaseAnswer,
        [
            answer("2026-W44", "mtd", "旧"),
            answer("2026-W45", "week", "新"),
            answer("2026-W46", "qtd", "已结案", is_current=False),
        ],
    )
    assert current(given, month, week, month) == ["新"]


def thread(period: str, state: str, opened: str, direction: str = "below") -> Row:
    return {
        "case_key": f"leads:team:华东二部:{period}",
        "metric": "leads",
        "scope_kind": "team",
        "scope": "华东二部",
        "period_kind": period,
        "state": state,
        "direction": direction,
        "opened_in_week": opened,
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [thread("mtd", "carried", "2026-W44"), thread("week", "recovered", "2026-W45")],
            {"mtd": "2026-W44", "qtd": "2026-W44", "week": "2026-W44"},
            id="the week recovers before the month",
        ),
        pytest.param(
            [
                thread("mtd", "carried", "2026-W44"),
                thread("week", "recovered", "2026-W45", "above"),
            ],
            {"mtd": "2026-W44", "qtd": "2026-W44"},
            id="the week lay on the other side",
        ),
        pytest.param(
            [thread("mtd", "period_ended", "2026-W44"), thread("week", "recovered", "2026-W45")],
            {},
            id="all of it is closed",
        ),
        pytest.param(
            [thread("mtd", "carried", "2026-W44"), thread("week", "new", "2026-W46")],
            {"mtd": "2026-W44", "qtd": "2026-W44", "week": "2026-W46"},
            id="both stand open on their own",
        ),
    ],
)
def test_a_case_stands_open_as_long_as_its_story(rows: list[Row], expected: dict[str, str]) -> None:
    found = opened_of_stories(table(CaseThread, rows))
    assert {
        key.rpartition(":")[2]: week
        for key, week in found.select("case_key", "opened_in_week").rows()
    } == expected
