"""`[calibration]` of `fupan.toml`: what targets are held against (D-4, D-5)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from flows.settings.base import Settings
from transforms.calibration.acquisition import MODULES
from transforms.scopes import COMPANY

Part = Annotated[Decimal, Field(ge=0, le=1)]
Gain = Annotated[Decimal, Field(ge=-1, le=10)]


class IncrementSettings(Settings):
    """A named gain over the team's baseline."""

    name: str = Field(min_length=1, description="What it is called, such as 新人上手")
    kind: Literal["new_hire", "tools", "training", "other"] = Field(
        description="new_hire holds for new hires only; the others for everybody"
    )
    share: Gain = Field(description="Gain as a fraction: 0.30 is +30 %")
    covers: Part | None = Field(None, description="Share of the heads it holds for, where known")


class BudgetSettings(Settings):
    """Money to win new customers with."""

    scope_kind: Literal["company", "region", "team"] = Field(COMPANY, description="Whose")
    scope: str = Field(COMPANY, description="Which one")
    starts_on: date = Field(description="First day it is meant for")
    ends_on: date = Field(description="Last day")
    amount: Decimal = Field(ge=0, description="Amount in the reporting currency")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ends_on < self.starts_on:
            message = "a budget cannot end before it starts"
            raise ValueError(message)
        return self


class ModuleSettings(Settings):
    """A share of the whole budget."""

    name: str = Field(min_length=1, description="Module, such as 推广")
    share: Part = Field(description="Share as a fraction")


class CalibrationSettings(Settings):
    """Assumptions of the calibration; each that is left out is measured, or asked for."""

    growth: Gain | None = Field(None, description="Yearly growth; none: mean of up to 3 years")
    conversion: Part | None = Field(None, description="Leads that become customers; none: measured")
    aov: Decimal | None = Field(None, gt=0, description="Usual order value; none: measured")
    turnover: Part | None = Field(None, description="Leavers ÷ heads a period; none: measured")
    cac: Decimal | None = Field(None, gt=0, description="Cost of a new customer; none: measured")
    buffer: Part = Field(
        Decimal("0.15"), description="Reachable is up to capacity × (1 − this) (市场波动缓冲)"
    )
    market: Gain | None = Field(None, description="Allowance for the market: -0.05 is 5 % less")
    market_reason: str | None = Field(None, description="Its reason: competition, policy, …")
    ramp_months: int = Field(6, ge=1, le=36, description="Months that a new hire counts as new")
    increments: tuple[IncrementSettings, ...] = Field((), description="Named gains")
    budgets: tuple[BudgetSettings, ...] = Field((), description="Budgets to win customers with")
    budget_from: Literal["plan", "setting"] = Field(
        "plan", description="Which holds where the plan's Budget sheet and `budgets` both have one"
    )
    acquisition_modules: tuple[str, ...] = Field(
        MODULES, description="Modules of the Budget sheet that win customers"
    )
    modules: tuple[ModuleSettings, ...] = Field((), description="Shares of the whole budget")
    emergency: Part | None = Field(None, description="Emergency reserve (应急), usually 0.10–0.20")
