"""What a new edition restates."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl

from transforms.restatements import restatements
from transforms.tables.review import MetricPoint

SINCE = datetime(2026, 11, 16)  # noqa: DTZ001  # instants are naive UTC in every frame


def _values(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    day = date(2026, 11, 15)
    return pl.DataFrame(
        [
            {
                "metric": metric,
                "scope_kind": "team",
                "scope": scope,
                "period_kind": "week",
                "period_start": date(2026, 11, 9),
                "period_end": day,
                "numerator": None if value is None else Decimal(str(value)),
                "denominator": Decimal(1),
                "value": value,
                "state": "no_data" if value is None else "ok",
            }
            for metric, scope, value in rows
        ],
        schema={**MetricPoint.create_empty().drop("n").schema, "state": pl.String},
    )


LOADS = pl.DataFrame(
    {
        "source": ["orders", "leads", "orders"],
        "arrived_at": [datetime(2026, 11, 15), datetime(2026, 11, 17), datetime(2026, 11, 18)],  # noqa: DTZ001
        "rows_opened": [100, 0, 2],
        "rows_deleting": [0, 0, 0],
        "versions_closed": [0, 0, 3],
    }
)


def test_only_what_changed_is_restated_with_what_caused_it() -> None:
    before = _values(("sales_amount", "A", 10.0), ("sales_amount", "B", 5.0))
    now = _values(("sales_amount", "A", 8.5), ("sales_amount", "B", 5.0))
    result = restatements(before, now, LOADS, SINCE, "late correction")
    assert result.select(
        "scope", "as_reported", "as_restated", "delta", "source", "changed_rows", "arrived_at"
    ).rows() == [("A", 10.0, 8.5, -1.5, "orders", 5, datetime(2026, 11, 18))]  # noqa: DTZ001


def test_a_figure_that_appears_is_restated_from_null() -> None:
    result = restatements(_values(), _values(("leads", "A", 3.0)), LOADS, SINCE, "new data")
    assert result.select("as_reported", "as_restated", "delta").rows() == [(None, 3.0, None)]


def test_equal_values_restate_nothing() -> None:
    same = _values(("leads", "A", 3.0), ("aov", "A", None))
    assert restatements(same, same, LOADS, SINCE, "rerun").is_empty()
