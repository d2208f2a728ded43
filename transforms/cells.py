"""A fact added up to cells: one row per scope and day, from which every period is made."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.layers import layer_numbers, of_layers
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import NUMBER

CELL: Final = ("scope_kind", "scope", "period")
KIND: Final = pl.Enum(sorted(SCOPE_KINDS))
"""Values of an enumeration are ordered as its categories are: here as the names are."""

Cut = tuple[str, ...]
CUTS: Final[tuple[Cut, ...]] = (
    (COMPANY, "region", "team", "rep"),
    ("channel",),
    ("product_line",),
)
"""Scope kinds by which a fact is added up in one pass: who sold, through what, and what. A rep has
one team but sells everything: all kinds at once would leave nearly as many cells as rows."""

_DAY_CELL: Final = ("scope_kind", "scope", "occurred_on")
_MOST_SCOPES: Final = 2**32
_MOST_PERIODS: Final = 2**28

ROWS: Final = "rows"
"""Column of groups of like rows: how many each stands for."""


def is_counted(measure: Measure) -> pl.Expr:
    """Whether a row counts; unknown is not yes."""
    given = pl.col(measure.column or "occurred_on").is_not_null()
    return given if measure.where is None else given & measure.where.fill_null(value=False)


def read_rows(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> dict[Cut, pl.DataFrame]:
    """Lay the rows of a fact out for `day_cells`: for each cut, those that say what it has.

    `fact` has its scopes, the company among them, as values of one enumeration; `days` come from
    `transforms.layers.period_days`. Which rows a measure counts may depend on the period: the rows
    then say so for each layer (`counts`).
    """
    moving = {name: measure for name, measure in measures.items() if measure.needs_period}
    rows = _with_counted(fact, moving, days) if moving else fact
    return dict.fromkeys(CUTS, rows)


def day_cells(
    cuts: Mapping[Cut, pl.DataFrame], measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.LazyFrame:
    """Add up sums and counts of a fact for every scope and day that has rows.

    `cuts` hold the rows of the fact (`read_rows`), or groups of like rows with their number in
    `ROWS` and their amounts added up (`transforms.groups`). One row per scope_kind, scope and
    occurred_on with, for each measure, `<name>_n` (cases) and, unless it counts them, `<name>`
    (NUMBER). Which rows a measure counts may depend on the period: it then has such columns per
    layer, `<name>@<layer>`.
    """
    named = labelled(measures, days)
    parts = []
    for cut, rows in cuts.items():
        sides = [
            side for label, measure in named.items() for side in _sides(label, measure, rows.schema)
        ]
        names = [side.meta.output_name() for side in sides]
        own = [kind for kind in cut if kind != COMPANY]
        cells = (
            rows.lazy()
            .group_by(*own, "occurred_on")
            .agg(sides)
            .with_columns(pl.lit(COMPANY, dtype=rows.schema[COMPANY]).alias(COMPANY))
        )
        parts += [cells.select(*of_kind(kind), "occurred_on", *names) for kind in cut]
    return pl.concat(parts).group_by(_DAY_CELL).agg(pl.all().sum())


def labelled(measures: Mapping[str, Measure], days: pl.DataFrame) -> dict[str, Measure]:
    """Give each measure its name, and one that depends on the period a name for each layer."""
    layers = layer_numbers(days)
    return {
        label: measure
        for name, measure in measures.items()
        for label in ([f"{name}@{layer}" for layer in layers] if measure.needs_period else [name])
    }


def layer_of(label: str) -> int:
    """The layer of a label of a measure that depends on the period."""
    return int(label.rpartition("@")[2])


def counts(label: str) -> str:
    """Name the column that says whether a row counts for a measure."""
    return f"{label} counts"


def period_cells(
    cells: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.LazyFrame:
    """Add up `day_cells` to periods: cell (`number_of_cell`) and the pair of each measure."""
    layers = layer_numbers(days)

    def of_period(name: str, measure: Measure, side: str = "") -> pl.Expr:
        if not measure.needs_period:
            return pl.col(f"{name}{side}")
        return pl.coalesce(
            pl.when(pl.col("layer") == layer).then(f"{name}@{layer}{side}") for layer in layers
        )

    amounts = {name: each for name, each in measures.items() if not _is_count(each)}
    inside = cells.lazy().join(
        days.lazy().select("layer", "period", "day"), left_on="occurred_on", right_on="day"
    )
    return (
        inside.group_by(number_of_cell())
        .agg(
            *(of_period(name, each).sum().alias(name) for name, each in amounts.items()),
            *(
                of_period(name, each, "_n").sum().alias(f"{name}_n")
                for name, each in measures.items()
            ),
        )
        .with_columns(
            (pl.col(f"{name}_n") * each.factor).cast(NUMBER).alias(name)
            for name, each in measures.items()
            if _is_count(each)
        )
    )


def number_of_cell() -> pl.Expr:
    """Put scope_kind, scope and period together to one number, `cell`, which is quick to find."""
    kind, scope, period = (pl.col(name).to_physical().cast(pl.Int64) for name in CELL)
    return ((kind * _MOST_SCOPES + scope) * _MOST_PERIODS + period).alias("cell")


def of_kind(kind: str) -> list[pl.Expr]:
    """Name the scope kind and take the scope from the column of that name."""
    return [pl.lit(kind, dtype=KIND).alias("scope_kind"), pl.col(kind).alias("scope")]


def _with_counted(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Say of each row whether it counts in the period of each layer that its day lies in."""
    day = pl.col("occurred_on")
    calendar = fact.select(pl.date_range(day.min(), day.max()).alias("day"))
    number = fact.select((day - day.min()).dt.total_days().cast(pl.UInt32)).to_series()
    bounds = sorted({"period_start"}.union(*(measure.bounds for measure in measures.values())))
    is_inside = pl.col("period_start").is_not_null()
    read = fact.select(sorted({"occurred_on"}.union(*(m.columns for m in measures.values()))))
    found = []
    for layer, dated in of_layers(days):
        of_day = calendar.join(dated, on="day", how="left", maintain_order="left")
        inside = read.with_columns(of_day[bound].gather(number) for bound in bounds)
        found += inside.select(
            (is_counted(measure) & is_inside).alias(counts(f"{name}@{layer}"))
            for name, measure in measures.items()
        ).get_columns()
    return fact.with_columns(found)


def _is_count(measure: Measure) -> bool:
    """Whether the amount is the number of cases."""
    return measure.column is None or measure.how == "count"


def _sides(label: str, measure: Measure, schema: pl.Schema) -> list[pl.Expr]:
    is_in = pl.col(counts(label)) if counts(label) in schema else is_counted(measure)
    # a group counts for as many rows as it stands for
    rows = pl.when(is_in).then(ROWS).sum() if ROWS in schema else is_in.sum()
    cases = rows.cast(pl.Int64).alias(f"{label}_n")
    if _is_count(measure):
        return [cases]
    # what is exact as it stands is added up as it stands
    value, kind = pl.col(str(measure.column)), schema[str(measure.column)]
    is_exact = kind.is_decimal() or kind == pl.Int64
    summed = pl.when(is_in).then(value if is_exact else value.cast(NUMBER)).sum()
    amount = (summed.cast(NUMBER) * pl.lit(measure.factor, dtype=pl.Int64)).cast(NUMBER)
    return [amount.alias(label), cases]
