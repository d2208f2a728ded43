"""Level 2: which driver. The parts of a case's gap, exact, in reading order (D-18)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from transforms.catalogue import Measure, Metric
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.why.breakdown import GAP, REST, Breakdown, Leaf, whole
from transforms.why.case import Case, Window, fraction
from transforms.why.cohort import customers_won
from transforms.why.cuts import Cut
from transforms.why.held import held, values_of
from transforms.why.margins import margin_parts, profit_leaves
from transforms.why.ratios import numerator_and_denominator, rate_and_mix
from transforms.why.sales import sales_leaves
from transforms.why.segments import telling_dimension
from transforms.why.shapley import Node, Two, inner_nodes, leaf_weights, total
from transforms.why.slices import Slices
from transforms.why.trees import AMOUNT, SALES_BY_ORDERS, TREES, VOLUME, Quantity, Tree

_SMALLEST: Final = Fraction(1, 1_000_000)


def measured_metric(case: Case, catalogue: Mapping[str, Metric]) -> Metric | None:
    """The metric of a case, where facts measure it by day; None for states and rules of its own."""
    metric = catalogue.get(case.metric)
    if metric is None or metric.rule != "measures" or metric.numerator.fact in SNAPSHOT_FACTS:
        return None
    return metric


def metric_cut(metric: Metric, case: Case, slices: Slices) -> Cut | None:
    """The metric itself, now and in the window, cut along every dimension."""
    if metric.code == "sales_amount":
        return _sum("metric", metric.numerator, case, slices, fine=True)
    return _cut("metric", Quantity(metric.numerator, metric.denominator), case, slices)


def break_down(
    case: Case,
    slices: Slices,
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
    metric = measured_metric(case, catalogue)
    if metric is None:
        known = catalogue.get(case.metric)
        return _whole(case, "rate" if known is not None and known.is_ratio else "volume")
    cut = metric_cut(metric, case, slices)
    if metric.code == "gross_margin":
        found = _of_margin(case, slices, cut)
        if found is not None:
            return found
    if metric.is_ratio:
        return _whole(case, "rate") if cut is None else _of_ratio(case, cut, slices.span.stretches)
    if cut is None:
        return _whole(case, "volume")
    tree = _special_tree(case, metric, slices) or _plain_tree(case, slices)
    if tree is None:
        return _of_tree(case, slices.span, VOLUME, {"volume": cut, GAP: cut}, {})
    root, leaves, plans = tree
    return _of_tree(case, slices.span, root, {**leaves, GAP: cut}, _planned(plans, dues))


_Measured = tuple[Node, dict[str, Cut], Mapping[str, str]]
"""Tree, its leaves, and the metrics whose plan is a leaf's own."""


def _special_tree(case: Case, metric: Metric, slices: Slices) -> _Measured | None:
    """Trees whose shape depends on what the company records: sales, new customers, profit."""
    place = (case.scope_kind, case.scope)
    if not slices.rows.has("sale", *place):
        return None
    if case.metric == "sales_amount":
        return *sales_leaves(slices, place), SALES_PLANS
    if case.metric == "new_customers":
        found = customers_won(slices, place)
        return None if found is None else (*found, SALES_PLANS)
    side = metric.numerator
    if (side.fact, side.column, side.how) == ("sale", "margin_amount", "sum"):
        return None if side.where is not None else (*profit_leaves(slices, place), {})
    return None


def _plain_tree(case: Case, slices: Slices) -> _Measured | None:
    tree = TREES.get(case.metric)
    return None if tree is None else _of_data(tree, case, slices)


def _of_data(tree: Tree, case: Case, slices: Slices) -> _Measured | None:
    """Measure a tree; None where a leaf has no fact, or a rate a numerator over nothing."""
    measured = {code: _cut(code, leaf, case, slices) for code, leaf in tree.leaves.items()}
    cuts = {code: cut for code, cut in measured.items() if cut is not None and cut.is_defined}
    if len(cuts) < len(tree.leaves):
        return None
    plans = {code: leaf.metric for code, leaf in tree.leaves.items() if leaf.metric}
    return tree.root, cuts, plans


def by_driver_targets(case: Case, slices: Slices, dues: Mapping[str, Decimal]) -> Breakdown | None:
    """Take sales against plan apart as the driver targets do (D-2a); None for other cases.

    Order value as its target says, else as in the window; orders per customer as in the window;
    the active customers are solved for, so that the three make the sales due.
    """
    if (case.metric, case.reference_kind) != ("sales_amount", "plan"):
        return None
    found = _of_data(SALES_BY_ORDERS, case, slices)
    cut = _sum("sales", AMOUNT, case, slices)
    if found is None or cut is None:
        return None
    root, leaves, plans = found
    return _of_tree(case, slices.span, root, {**leaves, GAP: cut}, _planned(plans, dues))


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


def _of_margin(case: Case, slices: Slices, cut: Cut | None) -> Breakdown | None:
    """The margin rate by price, cost and mix; None where the lines do not allow it."""
    is_known = slices.lines("sale") is not None
    found = margin_parts(slices, (case.scope_kind, case.scope)) if is_known else None
    if found is None or cut is None:
        return None
    bars, cuts, weights = found
    return Breakdown(
        Node("sum", tuple(leaf.code for leaf in bars), GAP),
        (*bars, *_rest(case, cut.values())),
        cuts={**cuts, GAP: cut},
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
    counted = replace(scaled.cells, sides=scaled.cells.sides[[1, 1, 3, 3]])
    volume = Cut(counted, "sum", d1 / d0)
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


def _sum(
    name: str, measure: Measure, case: Case, slices: Slices, *, fine: bool = False
) -> Cut | None:
    lines = slices.lines(measure.fact)
    if lines is None:
        return None

    def measured(by: str) -> Cut:
        if fine:
            return slices.fine_cut(lines, measure, by)
        return slices.put_together([(measure, "n1", "n0")], "sum", by)

    return slices.cut((name, case.metric), (case.scope_kind, case.scope), measured)


def _rate(name: str, upper: Measure, lower: Measure, case: Case, slices: Slices) -> Cut | None:
    if slices.lines(upper.fact) is None or slices.lines(lower.fact) is None:
        return None

    def measured(by: str) -> Cut:
        return slices.put_together([(upper, "n1", "n0"), (lower, "d1", "d0")], "rate", by)

    return slices.cut((name, case.metric), (case.scope_kind, case.scope), measured)


def _cut(name: str, leaf: Quantity, case: Case, slices: Slices) -> Cut | None:
    """Measure a leaf; `name` tells it from the other leaves of the case's metric."""
    if leaf.denominator is None:
        return _sum(name, leaf.numerator, case, slices)
    return _rate(name, leaf.numerator, leaf.denominator, case, slices)
