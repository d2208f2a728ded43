"""From when on the data support a proposal; the settings of a company may change it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class ProposalRules:
    """Thresholds of what is proposed for the next period (D-20)."""

    grow_roi: Decimal = Decimal(1)
    """From this ROI of the year on, more of a channel is proposed (加大)."""
    pause_roi: Decimal = Decimal(0)
    """Below it a channel is to be paused and mended (暂停并优化): its spend has not come back."""
    least_customers: int = 10
    """New customers of the year that a channel needs for a verdict."""
    least_leads: int = 30
    """Leads of a source, and of all others, that a comparison needs."""
    quality_margin: Decimal = Decimal("0.10")
    """A source differs where its share of qualified leads is off that of the others by this much
    of it, beyond chance."""
    target_margin: Decimal = Decimal("0.01")
    """A target is left alone where trend or team is within this of it."""
