"""The page of proposals: each beside the very cells it rests on (D-20)."""

from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.builders import bare_inputs
from tests.transforms.views.frames import WEEK, frame
from transforms.calendar import period_start
from transforms.proposals.tables import proposals
from transforms.tables.calibration import Calibration, CalibrationFigure
from transforms.tables.review import MetricValue
from transforms.views.book import Book
from transforms.views.cells import Figure, Term
from transforms.views.model import Page, Table
from transforms.views.next_steps import next_steps_page

YEAR = period_start(WEEK.ends_on, "year", 1)
DECEMBER = {"period_start": WEEK.ends_on.replace(month=12, day=1)}
DECEMBER["period_end"] = WEEK.ends_on.replace(month=12, day=31)


def value(metric: str, scope: str, top: object, below: object = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any column
    """A value of the year to date, of a channel or of the company."""
    numerator, denominator = Decimal(str(top)), Decimal(str(below))
    return {
        "metric": metric,
        "scope_kind": "company" if scope == "company" else "channel",
        "scope": scope,
        "period_kind": "ytd",
        "period_start": YEAR,
        "period_end": WEEK.ends_on,
        "numerator": numerator,
        "denominator": denominator,
        "value": float(numerator / denominator) if denominator else None,
        "n": 100,
        "unit": "ratio" if denominator != 1 else "count",
        "state": "ok",
        "target_state": "no_target",
        "light": "grey",
        "light_plan": "grey",
        "light_baseline": "grey",
        "is_within_noise": False,
        **more,
    }


CHANNELS = [
    value("channel_roi", "展会", 300, 200),
    value("new_customers", "展会", 20),
    value("leads", "展会", 100),
    value("qualified_leads", "展会", 75),
    value("channel_roi", "直播", 300, 100),
    value("new_customers", "直播", 3),
    value("leads", "直播", 100),
    value("qualified_leads", "直播", 20),
    value("channel_roi", "行业联盟", 400, 100),
    value("new_customers", "行业联盟", 20),
    value("leads", "company", 500),
    value("qualified_leads", "company", 275),
]


def case(number: int, metric: str, gap: int, *, noise: bool = False) -> dict[str, Any]:
    return {
        "case_id": f"c{number}",
        "metric": metric,
        "gap": Decimal(gap),
        "is_within_noise": noise,
    }


def segment(number: int, dimensions: str, members: str) -> dict[str, Any]:
    return {"case_id": f"c{number}", "dimensions": dimensions, "members": members}


CASES = [
    case(1, "qualified_leads", -50),
    case(2, "qualified_leads", 50),
    case(3, "qualified_leads", -50, noise=True),
    case(4, "qualified_leads", -50),
]
SEGMENTS = [
    segment(1, "team × channel", "华东二部 × 行业联盟"),
    segment(2, "channel", "展会"),
    segment(3, "channel", "展会"),
    segment(4, "team", "展会"),
]
"""Only the first is a channel with a deviation to the worse beyond noise."""


def target(metric: str, planned: int, **numbers: int) -> dict[str, list[dict[str, Any]]]:
    key = {"metric": metric, "scope_kind": "company", "scope": "company", **DECEMBER}
    check = {
        **key,
        "check": "history",
        "target": Decimal(planned),
        "verdict": "met",
        "reason": "within_trend",
    }
    figures = [
        {
            **key,
            "check": "history" if name == "trend" else "capacity",
            "name": name,
            "position": 1,
            "value": Decimal(number),
            "origin": "derived",
        }
        for name, number in numbers.items()
    ]
    return {"calibration": [check], "calibration_figure": figures}


def page(
    values: list[dict[str, Any]], *targets: dict[str, list[dict[str, Any]]], kind: str = "company"
) -> Page | None:
    contracts = {"calibration": Calibration, "calibration_figure": CalibrationFigure}
    tables = {
        name: frame(contract, [row for each in targets for row in each[name]])
        for name, contract in contracts.items()
    }
    tables |= {"variance": pl.DataFrame(CASES), "segment": pl.DataFrame(SEGMENTS)}
    tables["metric_value"] = frame(MetricValue, values)
    given = bare_inputs()
    proposed = proposals(tables, given.catalogue, given.parameters)
    inputs = bare_inputs(**tables, **proposed)
    return next_steps_page(Book(inputs, kind, kind if kind == "company" else "华东一部"))


def table(found: Page | None, code: str) -> Table:
    assert found is not None
    return next(each for each in found.blocks if isinstance(each, Table) and each.code == code)


def test_d20_each_proposal_stands_beside_its_evidence() -> None:
    found = page(CHANNELS, target("sales_amount", 540, trend=572, reachable=550))
    row = table(found, "next_targets").rows[0]
    assert row[3:] == (
        Figure(Decimal(540), "money"),
        Figure(Decimal(572), "money"),
        Figure(Decimal(550), "money"),
        Figure(Decimal(550), "money"),
        Term("proposal", "raise_target"),
    )
    cited = row[4].cited  # type: ignore[union-attr]
    assert cited is not None
    assert (cited.table, cited.columns) == ("target_proposal", ("trend",))
    channels = {each[0].text: each[-1] for each in table(found, "channel_verdicts").rows}  # type: ignore[union-attr]
    assert channels == {
        "展会": Term("proposal", "grow"),
        "直播": Term("proposal", "too_few_cases"),
        "行业联盟": Term("proposal", "explain"),
    }
    sources = [(each[0].text, each[-1]) for each in table(found, "lead_feedback").rows]  # type: ignore[union-attr]
    assert sources == [
        ("直播", Term("lead_quality", "worse")),
        ("展会", Term("lead_quality", "better")),
    ]
    assert found is not None
    said = {name: cell.value for name, cell in found.headline.cells}  # type: ignore[union-attr]
    assert said == {"raised": 1, "lowered": 0, "grow": 1, "pause": 0, "worse": 1}


def test_without_support_nothing_is_proposed_and_that_is_said() -> None:
    found = page([], target("sales_amount", 540, trend=400, reachable=600))
    assert found is not None
    assert found.headline.kind == "next_steps_none"
    assert table(found, "next_targets").rows[0][-1] == Term("proposal", "keep_target")
    missing = page([], target("sales_amount", 540, trend=400))
    assert table(missing, "next_targets").rows[0][5:] == (
        Figure(None, "money", "no_data"),
        Figure(None, "money", "no_data"),
        Term("proposal", "no_data_target"),
    )


def test_a_company_that_measures_none_of_it_has_no_page_and_a_team_neither() -> None:
    assert page([]) is None
    assert page(CHANNELS, kind="team") is None
