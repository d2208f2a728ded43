"""What the figures of customers are reckoned with; the settings of a company may change it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

HEALTH_INPUTS: Final = ("usage", "satisfaction", "renewal", "payment", "trend")
"""Inputs of the health score (D-13), in the order they are shown."""

TYPES: Final = ("strategic", "profit", "nurture", "maintain")
"""战略型, 利润型, 培育型, 维持型 (D-11)."""

UNTYPED: Final = "untyped"
"""Customers without a type: the lost, prospects without an open deal, those without any input."""

GROUPS: Final = ("prospect", "lost", "dormant", "key", "new", "existing")
"""Additive groups in the order in which the first that fits counts (D-12)."""

NO_CUSTOMER: Final = "no_customer"
"""The rest that makes the groups add up: sales lines that name no customer."""


@dataclass(frozen=True)
class CustomerRules:
    """How customers are scored, typed, grouped and valued."""

    months: int = 12
    """Window of frequency, monetary value, profit and growth (D-10, D-11)."""
    scored_from: int = 25
    """Fewer customers than this get no RFM scores: too few cases."""
    value_share: Decimal = Decimal("0.80")
    """High value: the largest customers that make up this share."""
    type_margin: Decimal = Decimal("0.10")
    """A customer changes sides at once beyond a border by more than this: of the value of all, or
    of the places of potential (D-11)."""
    type_reviews: int = 2
    """Nearer to the border it changes after so many weeks on the other side; 1 is at once."""
    costed_share: Decimal = Decimal("0.90")
    """Value is gross profit where at least this share of sales has a cost, else sales."""
    is_long_chain_potential: bool = True
    """Whether a longer decision chain speaks for potential, or against it."""
    key_share: Decimal = Decimal("0.20")
    """Key customers are the largest of this share of the customers, and those flagged."""
    dormant_months: int = 6
    lost_months: int = 12
    health_weights: dict[str, Decimal] = field(
        default_factory=lambda: dict.fromkeys(HEALTH_INPUTS, Decimal(1)), hash=False
    )
    health_days: int = 91
    """Window of usage, surveys and complaints."""
    late_days: int = 60
    """Mean payment delay that scores 0."""
    survey_worst: Decimal = Decimal(0)
    survey_best: Decimal = Decimal(10)
    """Ends of the scale of survey scores."""
    complaint_penalty: Decimal = Decimal("0.25")
    """What one complaint in the window takes off satisfaction."""
    coverage: Decimal = Decimal("0.50")
    """Below this coverage the health score is grey."""
    health_green: Decimal = Decimal("0.70")
    health_yellow: Decimal = Decimal("0.50")
    fall: Decimal = Decimal("0.10")
    """A fall of the health score by this much is a warning."""
    fall_weeks: int = 4
    """Weeks over which the fall is measured."""
    lifetime_model: Literal["purchases", "contracts", "none"] = "purchases"
    """BG/NBD with Gamma-Gamma, sBG over contracts, or none (D-14)."""
    horizon_months: int = 36
    monthly_discount_rate: Decimal = Decimal("0.01")
    contract_months: int = 12
    """Months from one renewal of a contract to the next."""

    @property
    def type_weeks(self) -> int:
        """Weeks before the reviewed one that its types are settled by."""
        return self.type_reviews + 3 if self.type_reviews > 1 else 1
