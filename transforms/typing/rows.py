"""Rows of text into typed rows of an entity, and a reject with its reason for every other row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import polars as pl

from transforms.typing.complaints import nearest_of, said
from transforms.typing.rules import Allowed, ColumnRule
from transforms.typing.values import read_column

ROW_NUMBER: Final = "row_number"
REJECTS: Final = pl.Schema(
    {
        ROW_NUMBER: pl.Int64,
        "rule": pl.String,
        "column": pl.String,
        "value": pl.String,
        "message": pl.String,
        "hint": pl.String,
    }
)
"""One row per rule that a rejected row broke; `column` is the export's own name."""


@dataclass(frozen=True)
class TypedRows:
    """The columns of the entity and `row_number`; the rejects; the keys of rejected rows."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    rejected_keys: pl.DataFrame
    """Keys that could be read in rows that were rejected: they are in the file all the same."""


def typed_rows(
    rows: pl.DataFrame,
    columns: Mapping[str, ColumnRule],
    schema: type[dy.Schema],
    *,
    zone: str = "UTC",
    allowed: Sequence[Allowed] = (),
) -> TypedRows:
    """Type rows of text by the rules of their columns, then by the entity's own rules.

    `rows` has String columns and `row_number`. No row is lost: each is typed or rejected. A
    reject's rule is `<column>|<what>` for a cell, such as `net_amount|not_a_number`, and the
    plain name for a rule over a whole row. Raises polars.exceptions.ColumnNotFoundError where
    a rule reads a column that the rows do not have.
    """
    kinds = schema.create_empty().schema
    reads = {
        name: read_column(rows, name, rule, kinds[name], zone) for name, rule in columns.items()
    }
    number = rows.get_column(ROW_NUMBER)
    typed = pl.DataFrame([read.values.alias(name) for name, read in reads.items()]).with_columns(
        *(pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in reads),
        number,
    )
    typed = typed.select(*kinds, ROW_NUMBER).cast(dict(kinds.items()))
    unread = [
        read.failed.select(
            number.gather(read.failed.get_column("position")).alias(ROW_NUMBER),
            pl.format(f"{name}|{{}}", "rule").alias("rule"),
            pl.lit(columns[name].label, pl.String).alias("column"),
            "value",
            "message",
            "hint",
        )
        for name, read in reads.items()
        if read.failed.height
    ]
    labels = {name: rule.label for name, rule in columns.items()}
    unread += [_not_allowed(typed, item, labels.get(item.column)) for item in allowed]
    first = pl.concat([pl.DataFrame(schema=REJECTS), *unread])
    readable = typed.join(first, on=ROW_NUMBER, how="anti", maintain_order="left")
    good, second = _by_schema(readable, schema, labels)
    rejects = pl.concat([first, second]).sort(ROW_NUMBER, "rule")
    key = schema.primary_key()
    lost = typed.join(rejects, on=ROW_NUMBER, how="semi").select(key).drop_nulls()
    return TypedRows(good, rejects, lost)


def _by_schema(
    rows: pl.DataFrame, schema: type[dy.Schema], labels: Mapping[str, str | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Filter by the entity's contract; keys that occur twice are looked at elsewhere."""
    with_place: Any = type(schema.__name__, (schema,), {ROW_NUMBER: dy.Int64(primary_key=True)})
    good, failure = with_place.filter(rows)
    details = failure.details()
    rules = [name for name in details.columns if name not in rows.columns]
    found = [pl.DataFrame(schema=REJECTS)]
    for rule in rules:
        broken = details.filter(pl.col(rule) == "invalid")
        if broken.is_empty():
            continue
        column, _, what = rule.rpartition("|")
        name, message, hint = _complaint(schema, column, what or rule)
        value = pl.col(column).cast(pl.String) if column else pl.lit(None, pl.String)
        found.append(
            broken.select(
                ROW_NUMBER,
                pl.lit(name).alias("rule"),
                pl.lit(labels.get(column), pl.String).alias("column"),
                value.alias("value"),
                pl.lit(message).alias("message"),
                pl.lit(hint, pl.String).alias("hint"),
            )
        )
    frame = pl.DataFrame(good).select(rows.columns).sort(ROW_NUMBER)
    return frame, pl.concat(found).unique([ROW_NUMBER, "rule"], maintain_order=True)


def _complaint(schema: type[dy.Schema], column: str, what: str) -> tuple[str, str, str | None]:
    """Give rule, message and hint."""
    if not column:
        rule = getattr(schema, what)
        return what, " ".join(str(rule.validation_fn.__doc__ or what).split()), None
    if what in {"nullability", "min_length"}:
        return f"{column}|missing", f"必填项为空 / {column} is required and empty", None
    metadata = schema.columns()[column].metadata or {}
    if what.startswith("check"):
        values = ", ".join(metadata.get("values", ()))
        return f"{column}|unknown_value", f"只能是 / {column} must be one of: {values}", values
    return f"{column}|out_of_range", f"超出范围 / {column} breaks its bound ({what})", what


def _not_allowed(rows: pl.DataFrame, item: Allowed, label: str | None) -> pl.DataFrame:
    known = list(item.values)
    wrong = rows.filter(pl.col(item.column).is_not_null() & ~pl.col(item.column).is_in(known))
    value = wrong.get_column(item.column)
    near = nearest_of(value, known)
    return wrong.select(
        ROW_NUMBER,
        pl.lit(item.rule).alias("rule"),
        pl.lit(label, pl.String).alias("column"),
        value.alias("value"),
        pl.format(f"“{{}}”{item.message}; {{}}", value, said(near)).alias("message"),
        near.alias("hint"),
    )
