"""Level 2: which driver. The parts of a case's gap, exact, in reading order (D-18)."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.catalogue import Measure, Metric
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.why.breakdown import GAP, REST, Breakdown, Leaf, whole
from transforms.why.case import Case, FactRows, Window, fraction, two_sided
from transforms.why.cuts import Cut, rate_cut, sum_cut
from transforms.why.held import held, values_of
from transforms.why.ratios import numerator_and_denominator, rate_and_mix
from transforms.why.sales import AMOUNT, sales_leaves
from transforms.why.segments import telling_dimension
from transforms.why.shapley import Node, Two, inner_nodes, leaf_weights, total
from transforms.why.trees import TREES, VOLUME, Quantity

_SMALLEST: Final = Fraction(1, 1_000_000)


def break_down(
    case: Case,
    span: Window,
    rows: FactRows,
    catalogue: Mapping[str, Metric],
    dues: Mapping[str, Decimal],
) -> Breakdown:
    """Take a case's gap apart.

    The reference of every part is the structure of the reference window scaled to what the case
    is held against (`transforms.why.held`), so that the parts add up to actual − reference. Where
    a driver has a plan of its own (`dues`: metric to due, D-2a), that is its reference. A ratio is
    scaled likewise. Where the window holds nothing to scale, `plan_basis` is the plan over the
    pace of history.
    """
    metric = catalogue.get(case.metric)
    if metric is None or metric.rule != "measures" or metric.numerator.fact in SNAPSHOT_FACTS:
        return _whole(case, "rate" if metric is not None and metric.is_ratio else "volume")
    if case.metric == "sales_amount":
        sales = rows.of("sale", case.scope_kind, case.scope)
        if sales is not None and sales.height:
            deals = rows.of("deal_closed", case.scope_kind, case.scope)
            root, cuts = sales_leaves(sales, deals, span)
            gap = sum_cut(two_sided(sales, span), AMOUNT, fine=True)
            return _of_tree(case, span, root, {**cuts, GAP: gap}, _planned(SALES_PLANS, dues))
    if metric.denominator is not None:
        ratio = _rate(metric.numerator, metric.denominator, case, span, rows)
        return _of_ratio(case, ratio, span.stretches) if ratio is not None else _whole(case, "rate")
    if case.metric in TREES:
        tree = TREES[case.metric]
        measured = {code: _cut(leaf, case, span, rows) for code, leaf in tree.leaves.items()}
        cuts = {code: cut for code, cut in measured.items() if cut is not None}
        amount = _sum(metric.numerator, case, span, rows)
        is_whole = len(cuts) == len(tree.leaves) and all(cut.is_defined for cut in cuts.values())
        if is_whole and amount is not None:
            plans = {code: leaf.metric for code, leaf in tree.leaves.items() if leaf.metric}
            return _of_tree(case, span, tree.root, {**cuts, GAP: amount}, _planned(plans, dues))
    volume = _sum(metric.numerator, case, span, rows)
    if volume is None:
        return _whole(case, "volume")
    return _of_tree(case, span, VOLUME, {"volume": volume, GAP: volume}, {})


SALES_PLANS: Final = {code: code for code in ("new_customers", "leads", "lead_conversion")}
"""Leaves of the sales tree whose plan is that of a metric."""


def _planned(plans: Mapping[str, str], dues: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {code: dues[metric] for code, metric in plans.items() if metric in dues}


def _of_tree(
    case: Case,
    span: Window,
    root: Node,
    cuts: Mapping[str, Cut],
    dues: Mapping[str, Decimal],
) -> Breakdown:
    measured = {code: cut for code, cut in cuts.items() if code != GAP}
    reference = fraction(case.reference)
    scaled, factor = held(root, measured, reference, span.stretches, dues)
    values = values_of(scaled)
    weights = leaf_weights(root, values)
    bars = tuple(
        Leaf(code, weight * (values[code][0] - values[code][1]), *scaled[code].values())
        for code, weight in weights.items()
    )
    is_leaf = cuts.get("volume") is cuts[GAP]
    gap = scaled["volume"] if is_leaf else cuts[GAP].scaled(factor)
    return Breakdown(
        root,
        (*bars, *_rest(case, total(root, values))),
        nodes={node.code: total(node, values) for node in inner_nodes(root)},
        cuts={**scaled, GAP: gap},
        weights={**weights, GAP: Fraction(1)},
    )


def _of_ratio(case: Case, cut: Cut, stretches: int) -> Breakdown:
    _, d1, _, d0 = cut.sides()
    old = cut.values()[1]
    if not d1 or not d0:
        return _whole(case, "rate")
    reference = fraction(case.reference)
    scaled = cut.scaled(reference / old) if old and reference else cut
    parts = rate_and_mix(scaled, telling_dimension(scaled))
    volume = Cut(scaled.rows.with_columns(n1="d1", n0="d0"), scaled.dimensions, "sum", d1 / d0)
    sides = numerator_and_denominator(scaled, parts, stretches)
    bars = tuple(
        Leaf(code, part, *(scaled.values() if code == "rate" else ()))
        for code, part in parts.named()
    )
    between = [leaf.code for leaf in bars[1:]]
    return Breakdown(
        Node("sum", tuple(leaf.code for leaf in bars), GAP),
        (*bars, *_rest(case, scaled.values())),
        details={"rate": tuple(Leaf(code, *values) for code, values in sides.items())},
        cuts={"rate": scaled, GAP: scaled, **dict.fromkeys(between, volume)},
        weights={"rate": Fraction(1), GAP: Fraction(1), **dict.fromkeys(between, Fraction(0))},
    )


def _rest(case: Case, values: Two) -> tuple[Leaf, ...]:
    basis = values[1] - fraction(case.reference)
    unknown = fraction(case.actual) - values[0]
    parts = zip(REST, (basis, unknown), strict=True)
    return tuple(Leaf(code, part) for code, part in parts if abs(part) >= _SMALLEST)


def _whole(case: Case, code: str) -> Breakdown:
    """Leave the gap in one piece, where no fact measures what is in it."""
    return whole(fraction(case.actual), fraction(case.reference), code)


def _rows(measure: Measure, case: Case, span: Window, rows: FactRows) -> pl.DataFrame | None:
    found = rows.of(measure.fact, case.scope_kind, case.scope)
    return None if found is None else two_sided(found, span)


def _sum(measure: Measure, case: Case, span: Window, rows: FactRows) -> Cut | None:
    found = _rows(measure, case, span, rows)
    return None if found is None else sum_cut(found, measure)


def _rate(
    numerator: Measure, denominator: Measure, case: Case, span: Window, rows: FactRows
) -> Cut | None:
    upper = _rows(numerator, case, span, rows)
    lower = _rows(denominator, case, span, rows)
    if upper is None or lower is None:
        return None
    return rate_cut(upper, numerator, lower, denominator)


def _cut(leaf: Quantity, case: Case, span: Window, rows: FactRows) -> Cut | None:
    if leaf.denominator is None:
        return _sum(leaf.numerator, case, span, rows)
    return _rate(leaf.numerator, leaf.denominator, case, span, rows)
