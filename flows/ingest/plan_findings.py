"""What does not add up in the plan as it was loaded (D-2, D-3, D-5), as findings."""

from typing import Final

import duckdb
import polars as pl

from flows.ingest.evaluate import FINDING
from flows.sql import statement
from transforms.catalogue import CATALOGUE
from transforms.plan_structure import plan_flaws
from transforms.tables import ENTITIES
from transforms.tables.columns import MONEY

_SAID: Final = {
    "children_exceed_parent": "下级目标之和超过上级 / the parts exceed their whole by this amount",
    "parent_unknown": "上级编号不存在 / no target has the number that its parts name",
    "budget_reserve": "应急储备不在预算的 10–20 % 之间 / the reserve is not 10–20 % of the budget",
    "undecomposed": "各月之和小于上级目标 / the shorter windows leave a rest",
}
RULES: Final = tuple(f"plan_{flaw}" for flaw in _SAID)


def plan_findings(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List the flaws of the plan that need a person; returns finding rows.

    Parts that cover only some scopes leave a rest that the pack shows; that is no mistake.
    """
    targets, budgets, assignments = (
        _rows(connection, entity) for entity in ("target", "budget", "assignment")
    )
    flaws = plan_flaws(
        targets.drop("source"), CATALOGUE, assignments.drop("source"), budgets.drop("source")
    )
    is_rest = (pl.col("flaw") == "undecomposed") & (pl.col("part_kind") != "time")
    of_budget = pl.col("metric") == "budget"
    source = pl.when(of_budget).then(_first(budgets)).otherwise(_first(targets))
    return (
        flaws.filter(pl.col("flaw").is_in(list(_SAID)), ~is_rest)
        .select(
            source.alias("source"),
            pl.format("plan_{}", "flaw").alias("rule"),
            pl.format(
                "{} / {} / {} / {}–{} / {}",
                *("metric", "scope_kind", "scope", "period_start", "period_end", "part_kind"),
            ).alias("value"),
            pl.lit(1, pl.Int64).alias("rows"),
            pl.col("amount").cast(MONEY),
            pl.col("flaw").replace_strict(_SAID, return_dtype=pl.String).alias("message"),
            pl.lit(None, pl.String).alias("hint"),
        )
        .cast(dict(FINDING.items()))
    )


def _first(rows: pl.DataFrame) -> pl.Expr:
    """The source of an entity; of several the first by name."""
    return pl.lit(rows["source"].min(), pl.String)


def _rows(connection: duckdb.DuckDBPyConnection, entity: str) -> pl.DataFrame:
    schema = ENTITIES[entity].create_empty().schema
    query = statement("ops", "plan_rows", entity=entity, columns=list(schema))
    rows: pl.DataFrame = connection.sql(query).pl()
    return rows.cast({"source": pl.String, **dict(schema.items())})
