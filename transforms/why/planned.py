"""Did what the plan names move what it was to move: strategies (D-7) and milestones (D-8)."""

from datetime import date, timedelta

import dataframely as dy
import polars as pl

from transforms.calendar import latest_complete_week
from transforms.parameters import Parameters
from transforms.scopes import COMPANY
from transforms.tables.act import PlanEffect
from transforms.why.effects import action_effects

_BETWEEN = "#"


def plan_effects(
    strategy: pl.DataFrame,
    tasks: pl.DataFrame,
    history: pl.DataFrame,
    values: pl.DataFrame,
    parameters: Parameters,
) -> dy.DataFrame[PlanEffect]:
    """Hold the weeks since each step of the plan was in place against the 13 up to then.

    Takes `StrategyItem` and `Task` rows, the metrics' history (`MetricPoint`) and the values of the
    reviewed week. An action of the strategy table is in place by the week of its due day, in the
    company; a task that names a metric by that of its actual end (the planned one where only its
    progress says that it is done), in its team, else the company. Until a whole week has followed,
    and while a task is not done, it is too early. Otherwise a step is judged as a countermeasure
    of the register is (`transforms.why.effects.action_effects`).
    """
    ended = pl.when(pl.col("progress_share") >= 1).then("planned_end_on")
    steps = pl.concat(
        [
            strategy.select(
                pl.lit("strategy_item").alias("entity"),
                pl.col("strategy_id").alias("item_id"),
                pl.lit(None, pl.String).alias("team"),
                pl.col("due_on").alias("placed_on"),
                *("effect_metric", "effect_delta"),
            ),
            tasks.filter(pl.col("effect_metric").is_not_null()).select(
                pl.lit("task").alias("entity"),
                pl.col("task_id").alias("item_id"),
                "team",
                pl.coalesce("actual_end_on", ended).alias("placed_on"),
                *("effect_metric", "effect_delta"),
            ),
        ]
    )
    ends_on = parameters.calendar.week_ends_on
    weeks = {day: _week(day, ends_on) for day in steps["placed_on"].drop_nulls().unique()}
    items = steps.select(
        pl.concat_str("entity", "item_id", separator=_BETWEEN).alias("action_id"),
        pl.col("placed_on")
        .replace_strict(weeks, default="", return_dtype=pl.String)
        .alias("decided_in_week"),
        (pl.col("placed_on") + timedelta(weeks=1)).alias("due_on"),
        pl.lit(None, pl.String).alias("status"),
        "team",
        *("effect_metric", "effect_delta"),
        pl.when(pl.col("team").is_null())
        .then(pl.lit(COMPANY))
        .otherwise(pl.lit("team"))
        .alias("scope_kind"),
        pl.coalesce("team", pl.lit(COMPANY)).alias("scope"),
    )
    found = action_effects(items, history, values, parameters).with_columns(
        pl.col("action_id")
        .str.splitn(_BETWEEN, 2)
        .struct.rename_fields(["entity", "item_id"])
        .alias("step")
    )
    named = found.unnest("step").select(PlanEffect.column_names())
    return PlanEffect.validate(named.sort("entity", "item_id"))


def _week(day: date, ends_on: int) -> str:
    return latest_complete_week(day + timedelta(days=6), ends_on).label
