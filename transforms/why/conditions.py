"""Conditions of selling (D-18, level 4): price, discount, stock-out, people, working days.

Each is made into rows with a day and their scopes, so that it is measured week by week in a place
and in like places as process metrics are.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.calendar import days_between, is_workday
from transforms.catalogue import Measure
from transforms.parameters import Calendar
from transforms.staff import RAMP_MONTHS
from transforms.why.case import number
from transforms.why.panels import WEEKS, Series
from transforms.why.places import PLACE
from transforms.why.rows import FactRows
from transforms.why.sums import positions, summed_by, values_at

CONDITIONS: Final = (
    Series(
        "price_level",
        "condition",
        "share",
        Measure("priced_sale", "net_amount"),
        Measure("priced_sale", "at_reference"),
    ),
    Series(
        "discount_share",
        "condition",
        "share",
        Measure("priced_sale", "off_list"),
        Measure("priced_sale", "at_list"),
    ),
    Series(
        "stock_out_share",
        "condition",
        "share",
        Measure("stock_week", how="count", where=pl.col("is_out")),
        Measure("stock_week", how="count"),
    ),
    Series("heads", "condition", "count", Measure("head_week", how="count")),
    Series(
        "new_hire_share",
        "condition",
        "share",
        Measure("head_week", how="count", where=pl.col("is_new")),
        Measure("head_week", how="count"),
    ),
)
"""price_level: sales at the price paid ÷ the same pieces at the product's mean price in the team
over the weeks looked at. discount_share: what is missing to the list price ÷ the list price.
stock_out_share: products of a channel without stock at a week's end ÷ all. heads: people in a team
at a week's end. new_hire_share: those of them in their first twelve months, who are still ramping
up (D-25)."""

UNITS: Final[Mapping[str, str]] = {
    **{each.code: each.unit for each in CONDITIONS},
    "working_days": "days",
}
"""Condition to its unit."""


def condition_facts(
    facts: Mapping[str, pl.LazyFrame],
    rows: FactRows,
    records: Mapping[str, pl.DataFrame],
    as_of: date,
) -> dict[str, pl.DataFrame]:
    """Make the rows that conditions are measured on; a company that records none has none.

    `rows` are the facts as cases are explained with them.
    """
    ends = pl.DataFrame(
        {"occurred_on": [as_of - timedelta(weeks=back) for back in range(WEEKS)]}
    ).sort("occurred_on")
    found = {
        "priced_sale": _priced(rows, records.get("product"), as_of),
        "stock_week": _stock(facts, ends),
        "head_week": _heads(facts, records.get("assignment"), ends),
    }
    return {name: rows for name, rows in found.items() if rows is not None and rows.height}


def working_days(start: date, end: date, calendar: Calendar) -> float:
    """Working days a week between two days, both included: holidays and 调休 considered."""
    days = days_between(start, end)
    return 7 * sum(is_workday(day, calendar) for day in days) / len(days)


def _priced(rows: FactRows, product: pl.DataFrame | None, as_of: date) -> pl.DataFrame | None:
    if "sale" not in rows.facts:
        return None
    since = as_of - timedelta(weeks=WEEKS)
    back = (pl.lit(as_of) - pl.col("occurred_on")).dt.total_days() // 7
    sold = (
        rows.facts["sale"]
        .lazy()
        .filter(
            pl.col("occurred_on").is_between(since, as_of, closed="right"),
            pl.col("document_kind") == "sale",
            pl.col("quantity") > 0,
            pl.col("product_id").is_not_null(),
        )
        .select(
            (pl.lit(as_of) - pl.duration(weeks=back)).alias("occurred_on"),
            *(PLACE, "team", "product_id", "net_amount", "quantity"),
        )
        .collect()
    )
    keys = ["product_id", "team"]
    paid = summed_by(sold, keys, ["net_amount", "quantity"])
    mean = paid.select(pl.col("net_amount").cast(pl.Float64) / pl.col("quantity").cast(pl.Float64))
    price = values_at(mean.to_series(), positions(sold, paid, keys))
    pieces = pl.col("quantity").cast(pl.Float64)
    at_list = number(pieces * pl.col("list_price"))
    net = number(pl.col("net_amount"))
    priced = sold.with_columns(price.alias("price"), _list_prices(sold, product)).select(
        "occurred_on",
        PLACE,
        net,
        number(pieces * pl.col("price")).alias("at_reference"),
        at_list.alias("at_list"),
        (at_list - net).alias("off_list"),
    )
    sums = ["net_amount", "at_reference", "at_list", "off_list"]
    return rows.places["sale"].named(summed_by(priced, [PLACE, "occurred_on"], sums))


def _list_prices(rows: pl.DataFrame, product: pl.DataFrame | None) -> pl.Series:
    """List price of each row's product; null where it has none."""
    if product is None:
        return pl.Series("list_price", [None], dtype=pl.Float64).new_from_index(0, rows.height)
    kind = rows.get_column("product_id").dtype
    known = product.select(
        pl.col("product_id").cast(kind, strict=False), pl.col("list_price").cast(pl.Float64)
    ).drop_nulls("product_id")
    return values_at(known["list_price"], positions(rows, known, ["product_id"]))


def _stock(facts: Mapping[str, pl.LazyFrame], ends: pl.DataFrame) -> pl.DataFrame | None:
    if "stock_level" not in facts:
        return None
    return _at_week_ends(facts["stock_level"], ends).with_columns(
        (pl.col("stock_amount") <= 0).alias("is_out")
    )


def _heads(
    facts: Mapping[str, pl.LazyFrame], assignment: pl.DataFrame | None, ends: pl.DataFrame
) -> pl.DataFrame | None:
    if "head" not in facts or assignment is None or assignment.is_empty():
        return None
    joined = assignment.group_by(pl.col("rep_id").alias("rep")).agg(pl.col("joined_on").min())
    heads = facts["head"].with_columns(pl.col("rep").cast(pl.String))
    tenured = pl.col("joined_on").dt.offset_by(f"{RAMP_MONTHS}mo")
    return (
        _at_week_ends(heads, ends)
        .join(joined, on="rep", how="left")
        .with_columns((tenured > pl.col("occurred_on")).fill_null(value=False).alias("is_new"))
    )


def _at_week_ends(spells: pl.LazyFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """One row for each week's end that a spell lasts over, on that day."""
    rows = spells.rename({"occurred_on": "since"}).collect()
    first, last = ends["occurred_on"].min(), ends["occurred_on"].max()
    begin = pl.max_horizontal("since", pl.lit(first))
    skipped = ((begin - pl.lit(first)).dt.total_days() + 6) // 7
    until = pl.min_horizontal(pl.col("ended_on").fill_null(last), pl.lit(last))
    lasting = (until - pl.lit(first)).dt.total_days() // 7
    return (
        rows.with_columns(pl.int_ranges(skipped, lasting + 1).alias("week"))
        .explode("week")
        .filter(pl.col("week").is_not_null())
        .with_columns((pl.lit(first) + pl.duration(weeks=pl.col("week"))).alias("occurred_on"))
        .drop("week")
    )
