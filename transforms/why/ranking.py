"""Which case comes first, and which gets a page of its own (D-17)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.scopes import COMPANY
from transforms.why.case import Case

MONEY: Final = frozenset({"sales_amount", "contract_amount", "cash_collected"})
MARGINS: Final = frozenset({"gross_margin"})
"""Shares of net sales: their denominator is money."""

NEW_BUSINESS: Final = frozenset(
    {
        "leads",
        "qualified_leads",
        "lead_conversion",
        "lead_conversion_cohort",
        "effective_visits",
        "discovery_depth",
        "proposals",
        "proposal_quality",
        "win_rate",
        "new_customers",
        "stage_conversion",
    }
)
"""Factors of the chain leads → visits → proposals → won deals → contract value."""

REPEAT_BUSINESS: Final = frozenset({"aov", "repurchase_rate"})
"""Factors of the chain customers → orders → sales."""

FLOWS: Final = (
    (NEW_BUSINESS, ("contract_amount", "sales_amount")),
    (REPEAT_BUSINESS, ("sales_amount",)),
)
EXPLAINED_BY_CHILD: Final = Decimal("0.8")
"""Share of a parent's gap from which on a child's case tells the same story."""

UNPLANNED_BANDS: Final = 2.0
"""Noise bands by which a metric without a target must leave its own past to get a page.

Some hundred series of metric × scope are watched every week, and one in a few hundred leaves its
limits by chance; beyond twice the limits hardly one does (docs/false-alarms.md)."""

Key = tuple[str, str, str, str]


def base_code(metric: str) -> str:
    """Strip the member of a metric that exists once per member.

    >>> base_code("stage_conversion[谈判]")
    'stage_conversion'
    """
    return metric.partition("[")[0]


def ranked(
    cases: Iterable[Case], values: pl.DataFrame, regions: Mapping[str, str], pages: int
) -> tuple[Case, ...]:
    """Order the cases, signals before noise, then by money at stake, and give out the pages.

    Money at stake: the gap itself where it is money; a margin's gap × net sales; for a factor of
    the value chain the relative gap (at most 100 %) × the value of the business that flows
    through the chain in the same scope and period, because in a product a change of x % in one
    factor changes the result by x %. What has no place in the chain follows by the size of its gap
    in noise bands.
    """
    amounts = _amounts(values)
    staked = [replace(case, stake=_stake(case, amounts)) for case in cases]
    order = sorted(
        staked,
        key=lambda case: (
            case.is_within_noise,
            not case.is_beyond_trigger,
            -case.stake,
            -case.bands,
            case.metric,
            case.scope_kind,
            case.scope,
            case.period_kind,
        ),
    )
    paged = _paged(order, regions, pages)
    return tuple(replace(case, has_page=case.case_id in paged) for case in order)


def _amounts(values: pl.DataFrame) -> dict[Key, Decimal]:
    """Money that flows in a scope and period: what is due, else what came."""
    rows = values.filter(pl.col("metric").is_in(MONEY)).select(
        "metric", "scope_kind", "scope", "period_kind", pl.coalesce("due", "numerator")
    )
    return {
        (metric, kind, scope, period): amount
        for metric, kind, scope, period, amount in rows.iter_rows()
        if amount is not None
    }


def _stake(case: Case, amounts: Mapping[Key, Decimal]) -> Decimal:
    code = base_code(case.metric)
    if code in MONEY:
        return abs(case.gap)
    if code in MARGINS:
        return abs(case.gap * case.weight)
    for members, flows in FLOWS:
        if code in members and case.reference:
            keys = [(flow, case.scope_kind, case.scope, case.period_kind) for flow in flows]
            flow = next((amounts[key] for key in keys if key in amounts), Decimal(0))
            return min(abs(case.gap / case.reference), Decimal(1)) * abs(flow)
    return Decimal(0)


def _paged(order: Sequence[Case], regions: Mapping[str, str], pages: int) -> frozenset[str]:
    """Give the pages to distinct stories.

    Noise gets a line, and so does what does not stand out or is a signal within the trigger. Week
    and quarter of one metric and scope are one story: the case that ranks highest decides who
    tells it. A case whose gap lies to at least four fifths in one child of the same metric and
    period is that child's story: the page goes to the child, where somebody can act, and there to
    the period that ranks highest, as in the child's own pack.
    """
    told: dict[tuple[str, str, str], str] = {}
    stories: set[tuple[str, str, str, bool]] = set()
    for case in order:
        if len(told) >= pages or case.is_within_noise:
            break
        if not case.is_beyond_trigger or not _stands_out(case) or _gap(case) in stories:
            continue
        stories.add(_gap(case))
        teller = case
        while child := _child(teller, order, regions):
            teller = child
        first = next((each for each in order if _is_told_by(each, teller)), teller)
        told.setdefault((teller.metric, teller.scope_kind, teller.scope), first.case_id)
    return frozenset(told.values())


def _gap(case: Case) -> tuple[str, str, str, bool]:
    """What week, month and quarter of one gap have in common."""
    return case.metric, case.scope_kind, case.scope, case.gap > 0


def _is_told_by(case: Case, teller: Case) -> bool:
    """Whether a case that may have a page is the same gap, be it over another period."""
    is_signal = case.is_beyond_trigger and not case.is_within_noise
    return _gap(case) == _gap(teller) and is_signal and _stands_out(case)


def _stands_out(case: Case) -> bool:
    """Whether the gap itself, and not only a run of weeks, is beyond the noise of its series.

    A series without enough history has no bands, and its gap is taken as it is.
    """
    least = 1.0 if case.reference_kind == "plan" else UNPLANNED_BANDS
    return not case.bands or case.bands > least


def _child(parent: Case, order: Sequence[Case], regions: Mapping[str, str]) -> Case | None:
    whole = parent.gap * parent.weight
    for case in order:
        part = case.gap * case.weight
        is_same = (case.metric, case.period_kind) == (parent.metric, parent.period_kind)
        if (
            is_same
            and not case.is_within_noise
            and case.is_beyond_trigger
            and _lies_in(case, parent, regions)
            and part * whole > 0
            and abs(part) >= EXPLAINED_BY_CHILD * abs(whole)
        ):
            return case
    return None


def _lies_in(case: Case, parent: Case, regions: Mapping[str, str]) -> bool:
    if parent.scope_kind == COMPANY:
        return case.scope_kind != COMPANY
    is_team = (parent.scope_kind, case.scope_kind) == ("region", "team")
    return is_team and regions.get(case.scope) == parent.scope
