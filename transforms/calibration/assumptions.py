"""What a calibration takes as given: named numbers of the company, and one changed on trial."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

Kind = Literal["new_hire", "tools", "training", "other"]
Origin = Literal["data", "plan", "setting", "trial", "derived"]
BudgetOrigin = Literal["plan", "setting"]

NAMES: Final = (
    "growth",
    "conversion",
    "visits_per_customer",
    "aov",
    "output_per_head",
    "heads",
    "turnover",
    "new_hire",
    "tools",
    "training",
    "buffer",
    "budget",
    "cac",
    "market",
)
"""Every assumption that a what-if may change."""


@dataclass(frozen=True)
class Increment:
    """A named gain over the team's baseline (D-4): new hires come up to speed, tools, training."""

    name: str
    kind: Kind
    share: Decimal
    """0.30 is +30 %."""
    covers: Decimal | None = None
    """Share of the heads it holds for; None: new hires by the roster, everybody otherwise."""


@dataclass(frozen=True)
class Budget:
    """Money to win new customers with, of one scope and period."""

    scope_kind: str
    scope: str
    starts_on: date
    ends_on: date
    amount: Decimal
    origin: BudgetOrigin = "setting"
    """A line of the plan's Budget sheet, or `[[calibration.budgets]]`."""


@dataclass(frozen=True)
class Module:
    """A share of the whole budget (D-5): promotion 40 %, channels 30 %, training 10 %."""

    name: str
    share: Decimal


@dataclass(frozen=True)
class Change:
    """A trial value of one assumption: set, raised by an amount, or multiplied."""

    value: Decimal
    how: Literal["set", "add", "times"] = "set"

    def of(self, usual: Fraction | None) -> Fraction | None:
        """Apply it to the usual value; what is not known can only be set.

        >>> Change(Decimal("1.1"), "times").of(Fraction(200))
        Fraction(220, 1)
        >>> Change(Decimal("0.06")).of(None)
        Fraction(3, 50)
        """
        value = Fraction(self.value)
        if self.how == "set":
            return value
        if usual is None:
            return None
        return usual + value if self.how == "add" else usual * value


@dataclass(frozen=True)
class Assumptions:
    """The assumptions of one company; None is measured from its own data."""

    growth: Decimal | None = None
    """Yearly growth; None: the mean of up to three years."""
    conversion: Decimal | None = None
    """Leads that become customers; None: of the last three periods."""
    aov: Decimal | None = None
    """Order value that history is taken to be."""
    turnover: Decimal | None = None
    """Leavers ÷ heads in a period; None: of the last three periods."""
    cac: Decimal | None = None
    """Cost of a new customer; None: spend ÷ new customers of the last three periods."""
    buffer: Decimal = Decimal("0.15")
    """市场波动缓冲: a target is reachable up to capacity × (1 − buffer) (D-5)."""
    market: Decimal | None = None
    """Allowance for the market as a fraction, −0.05 is 5 % less."""
    market_reason: str | None = None
    ramp_months: int = 6
    """How long a new hire counts as new."""
    increments: tuple[Increment, ...] = ()
    budgets: tuple[Budget, ...] = ()
    budget_from: BudgetOrigin = "plan"
    """Which holds where the plan sheet and a setting both have a budget."""
    modules: tuple[Module, ...] = ()
    emergency: Decimal | None = None
    """Emergency reserve (应急) of the whole budget."""
    reserve: Decimal = Decimal("0.10")
    """Stretch above a target (D-5)."""
    changes: Mapping[str, Change] = field(default_factory=dict, hash=False)
    """The assumptions changed on trial."""

    def given(self, name: str, measured: Fraction | Decimal | None = None) -> Fraction | None:
        """An assumption as it holds on trial: the company's own setting, else what is measured."""
        own: Decimal | None = getattr(self, name, None)
        known = measured if own is None else own
        usual = None if known is None else Fraction(known)
        change = self.changes.get(name)
        return usual if change is None else change.of(usual)

    def origin(self, name: str) -> Origin:
        """Where an assumption comes from: a trial, a setting, or the data."""
        if name in self.changes:
            return "trial"
        return "data" if getattr(self, name, None) is None else "setting"
