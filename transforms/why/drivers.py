"""Level 2: which driver. The parts of a case's gap, exact, in reading order (D-18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.catalogue import Measure, Metric
from transforms.definitions.metric import SNAPSHOT_FACTS
from transforms.why.case import Case, FactRows, Window, fraction, rounded, two_sided
from transforms.why.cuts import Cut, rate_cut, sum_cut
from transforms.why.ratios import rate_and_mix
from transforms.why.sales import AMOUNT, sales_leaves
from transforms.why.segments import telling_dimension
from transforms.why.shapley import Node, Two, leaf_weights, rounded_parts, total
from transforms.why.trees import TREES, Quantity, Tree

GAP: Final = "gap"
REST: Final = ("plan_basis", "unexplained")
"""What no driver explains: the plan over a history that has nothing to scale, and a value that
the facts do not reproduce. Neither is shown where it is nothing."""

_SMALLEST: Final = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Leaf:
    """One bar of the bridge."""

    code: str
    part: Fraction
    actual: Fraction | None = None
    reference: Fraction | None = None


@dataclass(frozen=True)
class Breakdown:
    """A gap taken apart: the bars, and what each of them can be cut along."""

    leaves: tuple[Leaf, ...]
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    """By leaf code, and `gap` for the gap as a whole."""
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    """How much of the gap one unit of the leaf's own difference makes."""

    @property
    def drivers(self) -> tuple[str, ...]:
        """Leaves that explain a tenth of the gap or more, in its direction, the largest first."""
        gap = sum((leaf.part for leaf in self.leaves), Fraction(0))
        along = [
            leaf
            for leaf in self.leaves
            if leaf.code not in REST and leaf.part * gap > 0 and abs(leaf.part) * 10 >= abs(gap)
        ]
        return tuple(
            leaf.code for leaf in sorted(along, key=lambda leaf: (-abs(leaf.part), leaf.code))
        )

    @property
    def driver(self) -> str | None:
        """The leaf that explains most; None where none does."""
        return next(iter(self.drivers), None)


def break_down(
    case: Case,
    span: Window,
    rows: FactRows,
    catalogue: Mapping[str, Metric],
    dues: Mapping[str, Decimal],
) -> Breakdown:
    """Take a case's gap apart.

    The reference of every part is the structure of the reference window scaled to what the case
    is held against: volumes by one factor (due ÷ total of the window), rates and prices as they
    were, so that the parts are held against the plan itself and add up to actual − due. Where a
    volume has a plan of its own (`dues`: metric to due, D-2a), that is its reference and the rate
    takes what remains. A ratio is scaled likewise. Where the window holds nothing to scale,
    `plan_basis` is the plan over the pace of history.
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
            return _of_tree(case, span, root, {**cuts, GAP: gap}, {})
    if metric.denominator is not None:
        ratio = _rate(metric.numerator, metric.denominator, case, span, rows)
        return _of_ratio(case, ratio) if ratio is not None else _whole(case, "rate")
    if case.metric in TREES:
        tree = TREES[case.metric]
        measured = {code: _cut(leaf, case, span, rows) for code, leaf in tree.leaves.items()}
        cuts = {code: cut for code, cut in measured.items() if cut is not None}
        whole = _sum(metric.numerator, case, span, rows)
        is_whole = len(cuts) == len(tree.leaves) and all(cut.is_defined for cut in cuts.values())
        if is_whole and whole is not None:
            return _of_tree(case, span, tree.root, {**cuts, GAP: whole}, _planned(tree, dues))
    volume = _sum(metric.numerator, case, span, rows)
    if volume is None:
        return _whole(case, "volume")
    return _of_tree(case, span, Node("sum", ("volume",)), {"volume": volume, GAP: volume}, {})


def _of_tree(
    case: Case,
    span: Window,
    root: Node,
    cuts: Mapping[str, Cut],
    planned: Mapping[str, Decimal],
) -> Breakdown:
    leaves = {code: cut for code, cut in cuts.items() if code != GAP}
    _, before = total(root, {code: _two(cut) for code, cut in leaves.items()})
    reference = fraction(case.reference)
    factor = reference / before if before > 0 and reference > 0 else Fraction(1, span.stretches)
    scaled = {
        code: cut.scaled(factor) if cut.kind == "sum" else cut for code, cut in leaves.items()
    }
    for code, due in planned.items():
        scaled = _with_plan(scaled, code, fraction(due), reference)
    values = {code: _two(cut) for code, cut in scaled.items()}
    weights = leaf_weights(root, values)
    bars = tuple(
        Leaf(code, weight * (values[code][0] - values[code][1]), *scaled[code].values())
        for code, weight in weights.items()
    )
    is_leaf = cuts.get("volume") is cuts[GAP]
    whole = scaled["volume"] if is_leaf else cuts[GAP].scaled(factor)
    return Breakdown(
        (*bars, *_rest(case, total(root, values))),
        {**scaled, GAP: whole},
        {**weights, GAP: Fraction(1)},
    )


def _with_plan(
    cuts: dict[str, Cut], volume: str, due: Fraction, reference: Fraction
) -> dict[str, Cut]:
    """Hold a volume against its own plan, and its one rate against what remains of the plan."""
    before = cuts[volume].scaled(Fraction(1)).values()[1]
    (rate,) = (code for code in cuts if code != volume)
    old = cuts[rate].values()[1]
    if due <= 0 or before <= 0 or old <= 0:
        return cuts
    return {
        **cuts,
        volume: cuts[volume].scaled(due / before),
        rate: cuts[rate].scaled(reference / due / old),
    }


def _of_ratio(case: Case, cut: Cut) -> Breakdown:
    _, d1, _, d0 = cut.sides()
    old = cut.values()[1]
    if not d1 or not d0:
        return _whole(case, "rate")
    reference = fraction(case.reference)
    whole = cut.scaled(reference / old) if old and reference else cut
    rate, mix = rate_and_mix(whole, telling_dimension(whole))
    volume = Cut(whole.rows.with_columns(n1="d1", n0="d0"), whole.dimensions, "sum", d1 / d0)
    bars = (Leaf("rate", rate, *whole.values()), Leaf("mix", mix))
    return Breakdown(
        (*bars, *_rest(case, whole.values())),
        {"rate": whole, "mix": volume, GAP: whole},
        {"rate": Fraction(1), "mix": Fraction(0), GAP: Fraction(1)},
    )


def _rest(case: Case, values: Two) -> tuple[Leaf, ...]:
    basis = values[1] - fraction(case.reference)
    unknown = fraction(case.actual) - values[0]
    parts = zip(REST, (basis, unknown), strict=True)
    return tuple(Leaf(code, part) for code, part in parts if abs(part) >= _SMALLEST)


def _whole(case: Case, code: str) -> Breakdown:
    """Leave the gap in one piece, where no fact measures what is in it."""
    return Breakdown(
        (Leaf(code, fraction(case.gap), fraction(case.actual), fraction(case.reference)),)
    )


def _two(cut: Cut) -> Two:
    """What a leaf is in its tree; an effect is its own difference and nothing before."""
    actual, reference = cut.values()
    return (actual - reference, Fraction(0)) if cut.kind == "effect" else (actual, reference)


def _planned(tree: Tree, dues: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {
        code: dues[leaf.metric]
        for code, leaf in tree.leaves.items()
        if leaf.metric is not None and leaf.metric in dues
    }


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


def driver_rows(case: Case, breakdown: Breakdown) -> list[dict[str, object]]:
    """Rows of the table `driver`: parts rounded to six decimals that sum to the gap exactly."""
    parts = rounded_parts({leaf.code: leaf.part for leaf in breakdown.leaves}, case.gap)
    return [
        {
            "case_id": case.case_id,
            "driver": leaf.code,
            "position": position,
            "actual": None if leaf.actual is None else rounded(leaf.actual),
            "reference": None if leaf.reference is None else rounded(leaf.reference),
            "contribution": parts[leaf.code],
            "share": float(parts[leaf.code] / case.gap) if case.gap else None,
        }
        for position, leaf in enumerate(breakdown.leaves, start=1)
    ]
