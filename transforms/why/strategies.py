"""Did what the plan's strategy table names move what it was to move (D-7)."""

from datetime import date, timedelta

import dataframely as dy
import polars as pl

from transforms.calendar import latest_complete_week
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.tables.act import StrategyEffect
from transforms.why.effects import action_effects


def strategy_effects(
    strategy: pl.DataFrame, history: pl.DataFrame, values: pl.DataFrame, parameters: Parameters
) -> dy.DataFrame[StrategyEffect]:
    """Hold the company's weeks since each action of the plan was due against the 13 up to then.

    Takes `StrategyItem` rows, the metrics' history (`MetricPoint`) and the values of the reviewed
    week. An action is in place by the week of its due day; until a whole week has followed, it is
    too early. Otherwise it is judged as a countermeasure of the register is
    (`transforms.why.effects.action_effects`). One without a due day stays too early.
    """
    ends_on = parameters.calendar.week_ends_on
    weeks = {day: _week(day, ends_on) for day in strategy["due_on"].drop_nulls().unique()}
    items = strategy.select(
        pl.col("strategy_id").alias("action_id"),
        pl.col("due_on")
        .replace_strict(weeks, default="", return_dtype=pl.String)
        .alias("decided_in_week"),
        pl.lit(None, pl.String).alias("team"),
        pl.lit(None, pl.String).alias("status"),
        (pl.col("due_on") + timedelta(weeks=1)).alias("due_on"),
        "effect_metric",
        "effect_delta",
        pl.lit(COMPANY).alias("scope_kind"),
        pl.lit(COMPANY).alias("scope"),
    )
    found = action_effects(items, history, values, parameters)
    named = found.rename({"action_id": "strategy_id"})
    return StrategyEffect.validate(named.select(StrategyEffect.column_names()))


def _week(day: date, ends_on: int) -> str:
    return latest_complete_week(day + timedelta(days=6), ends_on).label
