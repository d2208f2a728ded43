"""Anchor 5, the market (D-4): an allowance in percent, with its reason."""

from transforms.calibration.assumptions import Assumptions
from transforms.calibration.ground import Ground
from transforms.calibration.trend import trend
from transforms.calibration.verdict import Check, Figure, Plan, number


def market(
    plan: Plan,
    ground: Ground,
    assumed: Assumptions,
    driver: str | None,
    *,
    is_down_better: bool = False,
) -> Check:
    """Hold a target against the trend × (1 + allowance) (competition, policy, behaviour)."""
    allowance = assumed.given("market")
    figures = [Figure("allowance", number(allowance), assumed.origin("market"))]
    if allowance is None:
        return Check("market", "no_data", "no_allowance", supply="market", figures=tuple(figures))
    expected, _ = trend(plan, ground, assumed)
    if expected is None:
        kept = tuple(figures)
        return Check("market", "no_data", "no_trend", supply="earlier_years", figures=kept)
    allowed = expected * (1 + allowance)
    kept = (*figures, Figure("allowed", number(allowed), "derived"))
    if not assumed.market_reason and "market" not in assumed.changes:
        reason = "no_allowance_reason"
        return Check("market", "question", reason, number(allowed), "market_reason", figures=kept)
    is_beyond = plan.value < allowed if is_down_better else plan.value > allowed
    if not is_beyond:
        words = assumed.market_reason
        return Check("market", "met", "within_market", number(allowed), words=words, figures=kept)
    if driver:
        return Check("market", "met", "driver_named", number(allowed), words=driver, figures=kept)
    return Check("market", "question", "above_market", number(allowed), "driver", figures=kept)
