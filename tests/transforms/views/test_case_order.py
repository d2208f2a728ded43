"""The packs of company and team, and the worksheet, speak of the same case of a story."""

from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.views.builders import bare_inputs, inputs
from tests.transforms.views.frames import STARTS, WEEK, frame
from transforms.tables.review import REVIEW
from transforms.views import pack_view
from transforms.views.book import Book
from transforms.views.cases import cases
from transforms.views.inputs import PackInputs

TEAM = "华东二部"


def variance(rank: int, period: str, actual: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    gap = Decimal(actual - 100)
    return {
        "case_id": f"2026-W47:qualified_leads:team:{TEAM}:{period}",
        "rank": rank,
        "story": f"2026-W47:qualified_leads:team:{TEAM}:qtd",
        "metric": "qualified_leads",
        "scope_kind": "team",
        "scope": TEAM,
        "period_kind": period,
        "period_start": STARTS[period],
        "period_end": WEEK.ends_on,
        "reference_kind": "plan",
        "reference": Decimal(100),
        "actual": Decimal(actual),
        "gap": gap,
        "deviation_share": float(gap / 100),
        "is_within_noise": False,
        "is_beyond_trigger": True,
        "has_page": period == "qtd",
        **more,
    }


def given(*rows: dict[str, Any]) -> PackInputs:
    """The quarter ranks above the month, whose deviation is the larger one."""
    story = [variance(7, "qtd", 68), variance(12, "mtd", 57), *rows]
    return bare_inputs(
        metric_value=inputs().tables["metric_value"], variance=frame(REVIEW["variance"], story)
    )


@pytest.mark.parametrize(("kind", "scope"), [("company", "company"), ("team", TEAM)])
def test_the_case_that_ranks_first_tells_the_story_everywhere(kind: str, scope: str) -> None:
    found = cases(Book(given(), kind, scope))
    told = [case for case in found if case.is_told]
    assert [case.row["period_kind"] for case in told] == ["qtd"]
    assert told[0].has_page
    assert [row["period_kind"] for row in told[0].also] == ["mtd"]


def test_the_worksheet_asks_about_the_case_that_has_the_page() -> None:
    view = pack_view(given(), "team", TEAM)
    assert view.worksheet is not None
    assert {line.case_id.rpartition(":")[2] for line in view.worksheet.lines} == {"qtd"}


def test_a_case_of_another_team_moves_none_of_a_team() -> None:
    other = variance(1, "qtd", 10, scope="华东一部", case_id="other", story="other")
    alone, beside = (
        [case.row["case_id"] for case in cases(Book(each, "team", TEAM))]
        for each in (given(), given(other))
    )
    assert alone == beside
