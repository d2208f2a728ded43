"""Many values compared with what is due and with their baseline at once (D-15).

What `transforms.lights` says of one value, column by column: quotients of whole numbers of 128
bits, compared crosswise. Values for which that is too narrow are left to it (`is_beyond`).
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters

_WHOLE: Final = pl.Int128
_MOST: Final = 1e30
"""Products below it leave room for their difference and for the sides of a threshold."""
_MOST_SIDE: Final = 10**7
"""Largest side of a threshold that there is room for."""
_THRESHOLDS: Final = ("plan_green", "plan_yellow", "baseline_red", "baseline_yellow")

USUAL: Final = ("usual_above", "usual_below")


def with_median(charts: pl.DataFrame) -> pl.DataFrame:
    """Put the median of each series beside its two middle values, as a quotient (`USUAL`)."""
    low, under = pl.col("lower_above"), pl.col("lower_below")
    high, below = pl.col("upper_above"), pl.col("upper_below")
    is_alike = under == below
    return charts.with_columns(
        pl.when(is_alike).then(low + high).otherwise(low * below + high * under).alias(USUAL[0]),
        pl.when(is_alike).then(under * 2).otherwise(under * below * 2).alias(USUAL[1]),
    )


def is_beyond() -> pl.Expr:
    """Whether the products of a row are too large: by their size in floating point.

    The columns are those of `compared`, and the middle values of the baseline.
    """
    sizes = {
        name: pl.col(name).cast(pl.Float64).abs()
        for name in (
            *("above", "below", "due_above", "due_below"),
            *("lower_above", "lower_below", "upper_above", "upper_below"),
        )
    }
    middle = sizes["lower_below"] * sizes["upper_below"] * 2
    upper = pl.max_horizontal(sizes["lower_above"], sizes["upper_above"])
    lower = pl.max_horizontal(sizes["lower_below"], sizes["upper_below"])
    products = pl.max_horizontal(
        sizes["above"] * sizes["due_below"],
        sizes["below"] * sizes["due_above"],
        sizes["above"] * middle,
        sizes["below"] * upper * lower * 2,
    )
    return products.fill_null(0) >= _MOST


def compared(
    rows: pl.DataFrame, catalogue: Mapping[str, Metric], parameters: Parameters
) -> pl.DataFrame:
    """Compare values with what is due and with their median.

    `rows` have metric, above, below (the value; below > 0), due_above, due_below, `USUAL` and
    is_signal; what there is not is null. Adds gap_plan, whole_plan, gap_usual and whole_usual, the
    deviations as quotients, null where there is none, and the lights light_plan, light_baseline and
    light, and is_within_noise.
    """
    is_signal = pl.col("is_signal")
    rules = _rules(catalogue, parameters).cast({"metric": rows.schema["metric"]})
    return (
        rows.with_columns(
            *_deviation("due_above", "due_below", "plan"), *_deviation(*USUAL, "usual")
        )
        .join(rules, on="metric", how="left", maintain_order="left")
        .with_columns(_directed("plan"), _directed("usual"))
        .with_columns(
            _light("plan", (("plan_green", "ge", "green"), ("plan_yellow", "ge", "yellow")), "red"),
            _light(
                "usual",
                (("baseline_red", "le", "red"), ("baseline_yellow", "le", "yellow")),
                "green",
            ),
        )
        .with_columns(
            _worse("light_plan", "light_baseline").alias("light"),
            (~is_signal & (pl.col("light_baseline") != "grey"))
            .fill_null(value=False)
            .alias("is_within_noise"),
        )
    )


def has_room(catalogue: Mapping[str, Metric], parameters: Parameters) -> bool:
    """Whether there is room for the thresholds of every metric."""
    sides = [
        side
        for code in catalogue
        for name in _THRESHOLDS
        for side in getattr(parameters.lights_of(code), name).as_integer_ratio()
    ]
    return all(abs(side) <= _MOST_SIDE for side in sides)


def _deviation(above: str, below: str, of: str) -> list[pl.Expr]:
    """Gap to the reference over the size of the reference."""
    reference, under = pl.col(above).cast(_WHOLE), pl.col(below).cast(_WHOLE)
    is_there = pl.col("above").is_not_null() & (reference != 0)
    gap = pl.col("above") * under - reference * pl.col("below")
    return [
        pl.when(is_there).then(gap).alias(f"gap_{of}"),
        pl.when(is_there).then(reference.abs() * pl.col("below")).alias(f"whole_{of}"),
    ]


def _directed(of: str) -> pl.Expr:
    """Turn a gap so that below 0 is worse."""
    gap, better = pl.col(f"gap_{of}"), pl.col("better")
    turned = pl.when(better == "set").then(gap.abs() * -1).when(better == "up").then(gap)
    return turned.otherwise(gap * -1).alias(f"gap_{of}")


def _light(of: str, steps: tuple[tuple[str, str, str], ...], last: str) -> pl.Expr:
    """The light of the first threshold that holds, else the last."""
    gap, whole = pl.col(f"gap_{of}"), pl.col(f"whole_{of}")
    light = pl.lit(last)
    for threshold, relation, name in reversed(steps):
        value = gap * pl.col(f"{threshold}_below")
        limit = pl.col(f"{threshold}_above") * whole
        holds = value >= limit if relation == "ge" else value <= limit
        light = pl.when(holds).then(pl.lit(name)).otherwise(light)
    shown = pl.when(gap.is_null()).then(pl.lit("grey")).otherwise(light)
    return shown.alias("light_plan" if of == "plan" else "light_baseline")


def _worse(*lights: str) -> pl.Expr:
    """The worse of the lights; grey gives way to any other."""
    worst = pl.lit("grey")
    for name in ("green", "yellow", "red"):
        is_any = pl.any_horizontal(pl.col(light) == name for light in lights)
        worst = pl.when(is_any).then(pl.lit(name)).otherwise(worst)
    return worst


def _rules(catalogue: Mapping[str, Metric], parameters: Parameters) -> pl.DataFrame:
    """Direction and thresholds of every metric, these as two whole numbers."""
    rows = [
        (
            code,
            metric.better,
            *(
                side
                for name in _THRESHOLDS
                for side in getattr(parameters.lights_of(code), name).as_integer_ratio()
            ),
        )
        for code, metric in catalogue.items()
    ]
    sides = [f"{name}_{side}" for name in _THRESHOLDS for side in ("above", "below")]
    schema = {"metric": pl.String, "better": pl.String} | dict.fromkeys(sides, _WHOLE)
    return pl.DataFrame(rows, schema=schema, orient="row")
