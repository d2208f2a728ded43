"""The scoreboard's rows: what stands in which unit, and what is said where there is no number."""

from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.views.builders import inputs
from tests.transforms.views.builders_metrics import metric_values, value_row
from tests.transforms.views.frames import frame
from transforms.tables.review import REVIEW
from transforms.views import pack_view
from transforms.views.cells import Cell, Delta, Figure, Group, MetricName, Sentence, Text
from transforms.views.model import Page, Table

WHOLE = ("company", "company")
PERIODS = ("week", "mtd", "qtd", "ytd")


def scoreboard(metric: str, numerator: str, denominator: str) -> Page:
    """The scoreboard with one metric more, without target and baseline."""
    sides = Decimal(numerator), Decimal(denominator)
    rows = [value_row(metric, WHOLE, period, sides, None) for period in PERIODS]
    values = pl.concat([metric_values(), frame(REVIEW["metric_value"], rows)])
    return next(
        page for page in pack_view(inputs(metric_value=values)).pages if page.code == "scoreboard"
    )


def row_of(page: Page, metric: str) -> dict[str, Cell]:
    for block in page.blocks:
        assert isinstance(block, Table)
        for row in block.rows:
            if any(isinstance(cell, MetricName) and cell.code == metric for cell in row):
                return dict(zip((column.code for column in block.columns), row, strict=True))
    pytest.fail(f"no row of {metric}")


def test_the_gap_to_time_progress_is_in_points_and_is_held_against_nothing_else() -> None:
    """41.5 % reached where 43.4 % is due differ by −1.9 pp, not by −1.9 %."""
    row = row_of(scoreboard("time_progress_gap", "-19", "1000"), "time_progress_gap")
    for period in ("week", "mtd", "qtd"):
        assert row[period] == Delta(Decimal("-0.019"), "share", is_good=False)
    beside = ("plan_light", "baseline_light", "due", "baseline", "last_year", "mtd_gap", "qtd_gap")
    assert [row[name] for name in beside] == [Text(None)] * len(beside)


def test_a_metric_that_is_measured_without_a_baseline_is_not_without_data() -> None:
    row = row_of(scoreboard("budget_use", "98", "100"), "budget_use")
    assert row["week"] == Figure(Decimal("0.98"), "share", n=100)
    assert row["baseline"] == Figure(None, "share", "no_baseline")


@pytest.mark.parametrize(
    ("metric", "named"),
    [
        pytest.param("campaign_conversion", ["campaign_conversion"], id="leads of the period"),
        pytest.param("budget_use", [], id="no cohort"),
    ],
)
def test_the_note_names_the_shares_of_cohorts_that_are_still_open(
    metric: str, named: list[str]
) -> None:
    note = [block.note for block in scoreboard(metric, "0", "100").blocks if hasattr(block, "note")]
    assert isinstance(note[-1], Sentence)
    told = dict(note[-1].cells)["open"]
    names = dict(told.cells)["metrics"] if isinstance(told, Sentence) else Group(())
    assert isinstance(names, Group)
    assert [cell.code for cell in names.cells if isinstance(cell, MetricName)] == named
