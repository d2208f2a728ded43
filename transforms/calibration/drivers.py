"""What the plan names as the reason of a target beyond the trend (D-4, D-7)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from transforms.calibration.verdict import Plan


@dataclass(frozen=True)
class Drivers:
    """Goals and strategy items that name a metric, next to the notes of the targets."""

    goals: pl.DataFrame
    strategy: pl.DataFrame

    def of(self, plan: Plan) -> str | None:
        """The driver of a target: its own note, its goal's key action, a strategy item; or None.

        A goal counts for its own scope and a time that overlaps; a strategy item for every scope
        of the metric it should move.
        """
        if plan.note and plan.note.strip():
            return plan.note.strip()
        for row in self._goals.get(plan[:3], ()):
            starts_late = row["starts_on"] is not None and row["starts_on"] > plan.ends_on
            ends_early = row["due_on"] is not None and row["due_on"] < plan.starts_on
            if not starts_late and not ends_early:
                return str(row["key_action"])
        return self._strategy.get(plan.metric)

    @cached_property
    def _goals(self) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in self.goals.sort("goal_id").to_dicts():
            if row["metric"] and (row["key_action"] or "").strip():
                key = (row["metric"], row["scope_kind"] or "", row["scope"] or "")
                found.setdefault(key, []).append(row)
        return found

    @cached_property
    def _strategy(self) -> dict[str, str]:
        rows = self.strategy.sort("strategy_id", descending=True).to_dicts()
        return {row["effect_metric"]: row["action"] for row in rows if row["effect_metric"]}
