"""The incentive rules of a company (D-24), frozen; a rule that is left out does not exist."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from transforms.calendar import Unit


@dataclass(frozen=True)
class Step:
    """From this attainment on, this share of a month's wage."""

    attainment: Decimal
    wage_share: Decimal


@dataclass(frozen=True)
class Commission:
    """A rate of a metric of the person."""

    metric: str
    rate: Decimal


@dataclass(frozen=True)
class TeamFactor:
    """From this attainment of the team on, the person's commission rate times a factor."""

    attainment: Decimal
    factor: Decimal


@dataclass(frozen=True)
class Excess:
    """Extra commission on what a product line sells beyond its target."""

    product_line: str
    rate: Decimal


@dataclass(frozen=True)
class Increment:
    """From this growth over the same period last year on, this share of a month's wage."""

    growth: Decimal
    wage_share: Decimal


@dataclass(frozen=True)
class TeamBonus:
    """From this attainment of the team on, this share of each member's monthly wage."""

    attainment: Decimal
    wage_share: Decimal


@dataclass(frozen=True)
class NewHire:
    """The first deal of somebody who joined within so many months: an amount for growth."""

    within_months: int
    amount: Decimal


@dataclass(frozen=True)
class Award:
    """An amount for whoever is best at a metric in a period; equals share it."""

    name: str
    metric: str
    period: Literal["week", "attainment"]
    amount: Decimal


@dataclass(frozen=True)
class ProposalRules:
    """After how many closed periods in a row what is proposed (a person decides)."""

    improvement_after: int | None = 2
    reassign_after: int | None = 3
    promotion_after: int | None = None
    leave_after: int | None = None
    above: Decimal = Decimal("1.20")
    """Attainment that counts towards promotion or leave."""


@dataclass(frozen=True)
class Rules:
    """All rules of one company."""

    currency: str
    metric: str = "sales_amount"
    """Metric whose attainment counts."""
    period: Unit = "month"
    steps: tuple[Step, ...] = ()
    commission: Commission | None = None
    team_factor: TeamFactor | None = None
    excess: tuple[Excess, ...] = ()
    increment: Increment | None = None
    team_bonus: TeamBonus | None = None
    new_hire: NewHire | None = None
    awards: tuple[Award, ...] = ()
    proposals: ProposalRules = ProposalRules()
