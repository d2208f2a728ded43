"""A gap taken apart, and its rows: the bridge as a tree, every subtotal the sum of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from transforms.why.case import Case, rounded
from transforms.why.cuts import Cut
from transforms.why.shapley import Node, Two, code_of, leaves, rounded_parts

GAP: Final = "gap"
"""Code of the whole gap, the root of every tree."""

REST: Final = ("plan_basis", "unexplained")
"""What no driver explains: the plan over a history that has nothing to scale, and a value that
the facts do not reproduce. Neither is shown where it is nothing."""

Row = dict[str, Any]


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

    root: Node
    """The driver tree; its code is `gap`."""
    leaves: tuple[Leaf, ...]
    nodes: Mapping[str, Two] = field(default_factory=dict)
    """Actual and reference of the inner nodes, by their code."""
    details: Mapping[str, tuple[Leaf, ...]] = field(default_factory=dict)
    """What a driver's part is made of, by its code; the details sum to it exactly."""
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


def whole(actual: Fraction, reference: Fraction, code: str) -> Breakdown:
    """Leave a gap in one piece, where no fact measures what is in it."""
    return Breakdown(
        Node("sum", (code,), GAP), (Leaf(code, actual - reference, actual, reference),)
    )


def bridge_rows(
    case_id: str, reference_kind: str, ends: tuple[Decimal, Decimal], found: Breakdown
) -> list[Row]:
    """Rows of the table `bridge`: contributions at six decimals, each the exact sum of its parts.

    `ends` are actual and reference at six decimals. Each node's contribution is given, and its
    parts are rounded so that they add up to it (largest remainder).
    """
    actual, reference = ends
    gap = actual - reference
    bars = {leaf.code: leaf for leaf in found.leaves}
    rest = tuple(code for code in bars if code in REST)
    root = Node("sum", (*found.root.parts, *rest), GAP)
    rows = [
        _row(Leaf(GAP, Fraction(gap), Fraction(actual), Fraction(reference)), gap, None, 0, "total")
    ]
    rows += _parts(root, gap, found, bars, 1)
    return [
        {
            "case_id": case_id,
            "reference_kind": reference_kind,
            "position": place,
            "share": float(row["contribution"] / gap) if gap else None,
            **row,
        }
        for place, row in enumerate(rows)
    ]


def _parts(
    node: Node, contribution: Decimal, found: Breakdown, bars: Mapping[str, Leaf], depth: int
) -> Iterator[Row]:
    own = {
        code_of(part): sum((bars[code].part for code in leaves(part)), Fraction(0))
        for part in node.parts
    }
    parts = rounded_parts(own, contribution)
    for part in node.parts:
        code = code_of(part)
        if isinstance(part, Node):
            leaf = Leaf(code, own[code], *found.nodes[code])
            yield _row(leaf, parts[code], node.code, depth, "node")
            yield from _parts(part, parts[code], found, bars, depth + 1)
            continue
        yield _row(bars[code], parts[code], node.code, depth, "driver")
        details = found.details.get(code, ())
        split = rounded_parts({leaf.code: leaf.part for leaf in details}, parts[code])
        for leaf in details:
            yield _row(leaf, split[leaf.code], code, depth + 1, "detail")


def _row(leaf: Leaf, contribution: Decimal, parent: str | None, depth: int, role: str) -> Row:
    return {
        "node": leaf.code,
        "parent": parent,
        "depth": depth,
        "role": role,
        "actual": None if leaf.actual is None else rounded(leaf.actual),
        "reference": None if leaf.reference is None else rounded(leaf.reference),
        "contribution": contribution,
    }


def driver_rows(case: Case, bridge: list[Row]) -> list[Row]:
    """Rows of the table `driver`: the drivers of the bridge from the case's own reference."""
    kept = ("case_id", "parent", "actual", "reference", "contribution", "share")
    own = [row for row in bridge if row["reference_kind"] == case.reference_kind]
    drivers = [row for row in own if row["role"] == "driver"]
    return [
        {name: row[name] for name in kept} | {"driver": row["node"], "position": position}
        for position, row in enumerate(drivers, start=1)
    ]
