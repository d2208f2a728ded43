"""Which scopes exist, since when, and in which facts they can be told apart."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from transforms.scopes import COMPANY, SCOPE_COLUMNS, UNASSIGNED

UNIVERSE = {"scope_kind": pl.String, "scope": pl.String, "since": pl.Date}


def scope_universe(
    facts: Mapping[str, pl.DataFrame], also: pl.DataFrame, start: date
) -> pl.DataFrame:
    """List every scope seen in any fact since `start`, with the first day it was seen on.

    `also` holds scopes that exist without facts, such as those with a target: scope_kind, scope,
    since. The company always exists. Columns: scope_kind, scope, since.
    """
    seen = [
        frame.filter(pl.col("occurred_on") >= start)
        .group_by(pl.col(kind).alias("scope"))
        .agg(pl.col("occurred_on").min().alias("since"))
        .select(pl.lit(kind).alias("scope_kind"), "scope", "since")
        for frame in facts.values()
        for kind in SCOPE_COLUMNS
    ]
    company = pl.DataFrame([(COMPANY, COMPANY, start)], schema=UNIVERSE, orient="row")
    return (
        pl.concat([company, also.select(list(UNIVERSE)), *seen])
        .group_by("scope_kind", "scope")
        .agg(pl.col("since").min())
        .sort("scope_kind", "scope")
    )


def told_apart(fact: pl.DataFrame) -> list[str]:
    """Name the scope kinds that a fact is recorded by.

    A fact whose every row is 未分配 in a kind says nothing about the other scopes of that kind:
    they get no value, instead of a zero that nobody measured.
    """
    kinds = [kind for kind in SCOPE_COLUMNS if (fact[kind] != UNASSIGNED).any()]
    return [COMPANY, *kinds]
