"""Anchor 3, the team's capacity (D-4), and whether a target is reachable within it (D-5)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from transforms.calibration.assumptions import Assumptions, Increment, Origin
from transforms.calibration.ground import Ground
from transforms.calibration.heads import HEADED, Window
from transforms.calibration.verdict import Check, Figure, Plan, number

Weighed = Callable[[date, date], Decimal]
"""Working-day × season weight of the days from one to another."""


def capacity(
    plan: Plan, ground: Ground, assumed: Assumptions, weighed: Weighed, *, is_level: bool
) -> Check:
    """Hold a target against what the team can do: reachable up to capacity × (1 − buffer).

    Baseline of the last three periods: output per head and weighted working day × heads ×
    (1 − turnover) × the weighted days of the window; of a ratio, its value. Named increments add
    up over it: +30 % new hires on their share of the heads, +20 % tools, +25 % training.
    """
    base = ground.base_of(plan)
    output = ground.pooled(plan.metric, plan, base)
    if output is None:
        return Check("capacity", "no_data", "no_output", supply="earlier_periods")
    gain, gains = _gain(plan, ground, assumed)
    if is_level:
        baseline, figures = output, [Figure("baseline", number(output), "data")]
    else:
        if plan.scope_kind not in HEADED:
            return Check("capacity", "no_data", "no_heads", supply="heads")
        found, figures = _by_heads(plan, ground, assumed, weighed, output, base)
        if found is None:
            kept = tuple(figures)
            return Check("capacity", "no_data", "no_heads", supply="heads", figures=kept)
        baseline = found
    can_do = baseline * (1 + gain)
    buffer = assumed.given("buffer") or Fraction(0)
    reachable = can_do * (1 - buffer)
    kept = (
        *figures,
        *gains,
        Figure("capacity", number(can_do), "derived"),
        Figure("buffer", number(buffer), assumed.origin("buffer")),
        Figure("reachable", number(reachable), "derived"),
    )
    if plan.value <= reachable:
        return Check("capacity", "met", "reachable", number(reachable), figures=kept)
    if plan.value <= can_do:
        return Check("capacity", "question", "within_buffer", number(reachable), figures=kept)
    return Check("capacity", "short", "above_capacity", number(reachable), figures=kept)


def _by_heads(  # one figure each
    plan: Plan,
    ground: Ground,
    assumed: Assumptions,
    weighed: Weighed,
    output: Fraction,
    base: list[Window],
) -> tuple[Fraction | None, list[Figure]]:
    roster, scope = ground.roster, (plan.scope_kind, plan.scope)
    average = roster.average(*scope, base)
    days = sum((weighed(*window) for window in base), Decimal(0))
    window_days = weighed(plan.starts_on, plan.ends_on)
    usual = output / average / len(base) if average else None
    per_head = assumed.given("output_per_head", usual)
    there = roster.heads(*scope, ground.as_of)
    heads = assumed.given("heads", None if there is None else Fraction(there))
    turnover = assumed.given("turnover", roster.turnover(*scope, base))
    season = Fraction(window_days) * len(base) / Fraction(days) if days else Fraction(1)
    figures = [
        Figure("output_per_head", number(per_head), assumed.origin("output_per_head")),
        Figure("heads", number(heads), assumed.origin("heads")),
        Figure("turnover", number(turnover), assumed.origin("turnover")),
        Figure("season", number(season), "derived"),
    ]
    if per_head is None or heads is None:
        return None, figures
    return per_head * heads * (1 - (turnover or 0)) * season, figures


def _gain(plan: Plan, ground: Ground, assumed: Assumptions) -> tuple[Fraction, list[Figure]]:
    """Increments over the baseline, added up, each on the share of heads that it holds for."""
    total, figures = Fraction(0), []
    kinds = {each.kind for each in assumed.increments}
    # a trial of an increment that the company has not named is a new one
    extra = [
        Increment(kind, kind, Decimal(0))
        for kind in ("new_hire", "tools", "training")
        if kind in assumed.changes and kind not in kinds
    ]
    for each in (*assumed.increments, *extra):
        share = assumed.given(each.kind, each.share) or Fraction(0)
        covers = _covers(each, plan, ground, assumed)
        if covers is None:
            continue
        total += share * covers
        origin: Origin = "trial" if each.kind in assumed.changes else "setting"
        figures += [
            Figure(f"increment_{each.kind}", number(share), origin),
            Figure(f"covers_{each.kind}", number(covers), "derived"),
        ]
    return total, figures


def _covers(each: Increment, plan: Plan, ground: Ground, assumed: Assumptions) -> Fraction | None:
    if each.covers is not None:
        return Fraction(each.covers)
    if each.kind != "new_hire":
        return Fraction(1)
    return ground.roster.new_share(plan.scope_kind, plan.scope, ground.as_of, assumed.ramp_months)
