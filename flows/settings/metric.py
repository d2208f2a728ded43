"""`metrics.toml`: the catalogue as one company sees it, and the metrics it adds."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from flows.settings.base import Settings
from flows.settings.company import LightSettings

Aggregation = Literal["sum", "mean", "min", "max", "first", "last", "count", "distinct"]
_DEFINING = ("fact", "column", "aggregation", "filter", "formula")


class FormulaSettings(Settings):
    """An operation on the values of other metrics, from left to right."""

    operation: Literal["sum", "difference", "product", "ratio"] = Field(
        description="ratio: the first divided by the others"
    )
    of: tuple[str, ...] = Field(min_length=2, max_length=20, description="Metric codes")


class MetricOverride(Settings):
    """What a company changes in a metric, or the whole of one that it adds."""

    is_active: bool = Field(default=True, description="Off: the metric is not computed")
    title_zh: str | None = Field(None, min_length=1, description="Chinese name")
    title_en: str | None = Field(None, min_length=1, description="English name")
    definition_zh: str | None = Field(None, min_length=1, description="Chinese definition")
    definition_en: str | None = Field(None, min_length=1, description="English definition")
    lights: LightSettings | None = Field(None, description="Thresholds of its own")
    minimum_cases: int | None = Field(None, ge=1, description="Cases it needs")
    trigger: Decimal | None = Field(None, ge=0, le=1, description="Deviation that starts a chain")
    fact: str | None = Field(
        None, description="Of a metric that is added: the fact it aggregates, or feed.<name>"
    )
    column: str | None = Field(None, description="Its column; none: rows are counted")
    aggregation: Aggregation | None = Field(
        None, description="first and last: the rows of the first or last day of the period added up"
    )
    filter: str | None = Field(
        None, min_length=1, description="Rows that count, such as channel == '直销' and amount > 0"
    )
    formula: FormulaSettings | None = Field(
        None, description="Of a metric that is added: formed of others, in place of a fact"
    )
    kind: Literal["process", "result"] | None = Field(None, description="Of a metric added")
    level: Literal["day", "week", "month"] | None = Field(
        None, description="Finest period at which it is watched"
    )
    unit: Literal["money", "count", "share", "days", "hours", "ratio", "points"] | None = Field(
        None, description="Of a metric added"
    )
    better: Literal["up", "down", "set"] | None = Field(
        None, description="set: the target should be met exactly"
    )

    @property
    def is_added(self) -> bool:
        """Whether it defines a metric instead of changing one."""
        return self.fact is not None or self.formula is not None

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        given = [name for name in _DEFINING if getattr(self, name) is not None]
        if self.fact is not None and self.formula is not None:
            message = "a metric has a fact or a formula, not both"
            raise ValueError(message)
        if given and not self.is_added:
            message = f"{given[0]} belongs to a metric that is added: name its fact, too"
            raise ValueError(message)
        if self.formula is not None and len(given) > 1:
            message = f"a formula has no {given[0]}"
            raise ValueError(message)
        if self.fact is not None and self.aggregation is None:
            message = "a metric over a fact needs an aggregation"
            raise ValueError(message)
        if self.fact is not None and self.column is None and self.aggregation != "count":
            message = f"the aggregation {self.aggregation} needs a column"
            raise ValueError(message)
        own = [name for name in ("kind", "level", "unit") if getattr(self, name) is not None]
        if own and not self.is_added:
            message = f"{own[0]} of a metric of the catalogue is fixed; only an added one states it"
            raise ValueError(message)
        if self.is_added and not (self.title_zh or self.title_en):
            message = "a metric that is added needs title_zh or title_en"
            raise ValueError(message)
        return self


class MetricSettings(Settings):
    """The whole of `metrics.toml`."""

    metrics: dict[str, MetricOverride] = Field(
        {}, description="Metric code = what is changed, or the definition of one that is added"
    )
