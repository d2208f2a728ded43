"""Weekly points with or without a planted relation."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.transforms.why.builders import AS_OF
from transforms.tables.review import MetricPoint

Series = npt.NDArray[np.float64]


def points(series: Mapping[str, Sequence[float] | Series], scope: str = "company") -> pl.DataFrame:
    """`MetricPoint` rows of one scope; each series ends with the reviewed week."""
    kind = "company" if scope == "company" else "team"
    rows = [
        {
            "metric": metric,
            "scope_kind": kind,
            "scope": scope,
            "period_kind": "week",
            "period_start": end - timedelta(days=6),
            "period_end": end,
            "numerator": round(value, 6),
            "denominator": 1,
            "value": value,
            "n": 10,
        }
        for metric, values in series.items()
        for end, value in zip(weeks(len(values)), values, strict=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None).cast(MetricPoint.create_empty().schema)


def weeks(count: int) -> list[date]:
    """Last days of so many weeks up to the reviewed one."""
    return [AS_OF - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def noise(generator: np.random.Generator, count: int, keep: float = 0.4) -> Series:
    """A series with a memory, a trend and a season of its own, and nothing in common."""
    fresh = generator.normal(size=count)
    for week in range(1, count):
        fresh[week] += keep * fresh[week - 1]
    time = np.arange(count)
    season = generator.normal() * np.sin(2 * np.pi * time / 52.18 + generator.uniform(0, 6))
    found: Series = 100 + 5 * fresh + 8 * season + 10 * generator.normal() * time / count
    return found
