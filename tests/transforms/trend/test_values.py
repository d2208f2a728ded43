"""What metrics are worth in a period: days first, then the period, then the formulas."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from transforms.trend.axis import Span
from transforms.trend.cells import read_cells
from transforms.trend.definitions import DefinitionError, metrics_of
from transforms.trend.values import cells_of, period_values

MAY = Span(date(2026, 5, 1), date(2026, 5, 31))
JUNE = Span(date(2026, 6, 1), date(2026, 6, 30))
JULY = Span(date(2026, 7, 1), date(2026, 7, 31))

ROWS = [
    ("2026-05-03", "30", "US", "K1"),
    ("2026-05-01", "1,000", "US", "K1"),
    ("2026-05-01", "10", "UK", "K2"),
    ("2026-05-02", "", "US", "K3"),
    ("2026-06-30", "-5", "UK", ""),
    ("2026-08-01", "99", "US", "K1"),
]


def values(
    document: dict[str, Any], rows: Sequence[tuple[str, ...]] = ROWS
) -> dict[str, list[float | None]]:
    """May, June and July (which has no rows) of a document of metrics."""
    metrics = metrics_of(document)
    text = pl.DataFrame(rows, schema=["on", "n", "country", "key"], orient="row")
    cells = {cell for name, each in metrics.items() for cell in cells_of(name, each, "on")}
    found = read_cells(text.with_row_index("row_number", offset=2), "on", cells)
    assert found.complaints.is_empty()
    return period_values(found.rows, metrics, [MAY, JUNE, JULY, None], "on")


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param({"column": "n", "aggf": "sum"}, [1040.0, -5.0, None], id="sum"),
        pytest.param(
            {"column": "n", "aggf": "mean"}, [(505 + 30) / 2, -5.0, None], id="mean of days' means"
        ),
        pytest.param({"column": "n", "aggf": "min"}, [10.0, -5.0, None], id="min"),
        pytest.param({"column": "n", "aggf": "max"}, [1000.0, -5.0, None], id="max"),
        pytest.param({"column": "n", "aggf": "first"}, [1000.0, -5.0, None], id="first by day"),
        pytest.param({"column": "n", "aggf": "last"}, [30.0, -5.0, None], id="last by day"),
        pytest.param({"column": "key", "aggf": "count"}, [4.0, None, None], id="count of texts"),
        pytest.param({"column": "key", "aggf": "distinct"}, [3.0, None, None], id="distinct"),
        pytest.param(
            {"filter": {"base_column": "n", "query": "country == 'US'"}, "aggf": "sum"},
            [1030.0, None, None],
            id="filter: no row that matches is no value",
        ),
        pytest.param(
            {"filter": {"base_column": "n", "query": "country == 'US'"}, "aggf": "count"},
            [2.0, 0.0, None],
            id="filter: of filled rows none that matches is a count of 0",
        ),
        pytest.param(
            {"filter": {"base_column": "key", "query": "n > 10"}, "aggf": "distinct"},
            [1.0, None, None],
            id="distinct of matching rows",
        ),
        pytest.param(
            {"filter": {"base_column": "n", "query": "on >= '2026-05-02'"}, "aggf": "sum"},
            [30.0, -5.0, None],
            id="filter by day",
        ),
    ],
)
def test_measures(definition: dict[str, Any], expected: list[float | None]) -> None:
    assert values({"m": definition})["m"] == [*expected, None]


N = {"column": "n", "aggf": "sum"}
BEST = {"column": "n", "aggf": "max"}
US = {"filter": {"base_column": "n", "query": "country == 'US'"}, "aggf": "sum"}
NIL = {"function": {"difference": [{"metric": {"name": "n"}}, {"metric": {"name": "n"}}]}}


@pytest.mark.parametrize(
    ("operation", "names", "expected"),
    [
        pytest.param("sum", ["n", "best"], [2040.0, -10.0, None], id="sum"),
        pytest.param("difference", ["n", "best", "best"], [-960.0, 5.0, None], id="left to right"),
        pytest.param("product", ["n", "best"], [1_040_000.0, 25.0, None], id="product"),
        pytest.param("divide", ["n", "best"], [1.04, 1.0, None], id="divide"),
        pytest.param("divide", ["n", "nil"], [None, None, None], id="by 0"),
        pytest.param("sum", ["n", "us"], [2070.0, None, None], id="what is missing is not 0"),
    ],
)
def test_formulas_are_formed_of_aggregated_values(
    operation: str, names: list[str], expected: list[float | None]
) -> None:
    formula = {"function": {operation: [{"metric": {"name": name}} for name in names]}}
    found = values({"m": formula, "nil": NIL, "us": US, "best": BEST, "n": N})
    assert found["m"] == [*expected, None]


def test_sums_are_exact() -> None:
    rows = [("2026-05-01", "0.1", "", "")] * 10
    assert values({"m": N}, rows)["m"][0] == 1.0


def test_a_wrong_query_names_its_metric() -> None:
    (metric,) = metrics_of({"m": {**US, "filter": {"base_column": "n", "query": "n >"}}}).values()
    with pytest.raises(DefinitionError, match=r"metric 'm' has a query that cannot be read: .* 4"):
        cells_of("m", metric, "on")


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        pytest.param(["Sun, 05-Jan-2020"], [date(2020, 1, 5)], id="weekday before"),
        pytest.param(["2020-01-05", "2020/1/6"], [date(2020, 1, 5), date(2020, 1, 6)], id="ISO"),
        pytest.param(["13/01/2020", "5/1/2020"], [date(2020, 1, 13), date(2020, 1, 5)], id="d/m/y"),
        pytest.param(["2020年1月5日"], [date(2020, 1, 5)], id="Chinese"),
        pytest.param(["20200105"], [date(2020, 1, 5)], id="compact"),
    ],
)
def test_days_are_read_as_the_column_writes_them(texts: list[str], days: list[date]) -> None:
    rows = pl.DataFrame({"on": texts}).with_row_index("row_number", offset=2)
    assert read_cells(rows, "on", ()).rows["day"].to_list() == days


def test_an_order_of_day_and_month_that_nothing_proves_is_not_guessed() -> None:
    rows = pl.DataFrame({"on": ["03/04/2020", "05/06/2020"], "row_number": [2, 3]})
    assert read_cells(rows, "on", ()).orders == ("d/m/y", "m/d/y")
