"""`metrics.toml`: the catalogue as one company sees it."""

from decimal import Decimal

from pydantic import Field

from flows.settings.base import Settings
from flows.settings.company import LightSettings


class MetricOverride(Settings):
    """What one company changes in one metric."""

    is_active: bool = Field(default=True, description="Off: the metric is not computed")
    title_zh: str | None = Field(None, description="Chinese name")
    title_en: str | None = Field(None, description="English name")
    lights: LightSettings | None = Field(None, description="Thresholds of its own")
    minimum_cases: int | None = Field(None, ge=1, description="Cases it needs")
    trigger: Decimal | None = Field(None, ge=0, le=1, description="Deviation that starts a chain")


class MetricSettings(Settings):
    """The whole of `metrics.toml`."""

    metrics: dict[str, MetricOverride] = Field({}, description="Metric code = what is changed")
