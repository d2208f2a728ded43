"""Exact, order-free decomposition of a difference down a tree of sums and products (D-18).

In a sum every part contributes its own difference. In a product a factor contributes its
difference times the average, over all orders in which the factors could have changed, of the
product of the other factors (its Shapley value); a factor that is itself a tree hands that weight
down. Nothing is divided, so zeros need no care, and all arithmetic is in fractions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial, floor, prod
from typing import Final, Literal

from transforms.why.case import SCALE, fraction

MOST_FACTORS: Final = 6
"""Factors of one product; the number of orders grows with the factorial."""

Two = tuple[Fraction, Fraction]
"""Actual and reference."""


@dataclass(frozen=True)
class Node:
    """A sum or a product of parts; a part is a node or the code of a leaf."""

    kind: Literal["sum", "product"]
    parts: tuple["Node | str", ...]
    code: str = ""
    """Name of the node, unique in its tree; a bridge shows its subtotal under it."""

    def __post_init__(self) -> None:
        """Raise ValueError for a product of more than six factors."""
        if self.kind == "product" and len(self.parts) > MOST_FACTORS:
            message = f"a product of {len(self.parts)} factors; at most {MOST_FACTORS}"
            raise ValueError(message)


def leaves(tree: Node | str) -> tuple[str, ...]:
    """List the leaf codes of a tree in reading order."""
    if isinstance(tree, str):
        return (tree,)
    return tuple(code for part in tree.parts for code in leaves(part))


def inner_nodes(tree: Node | str) -> tuple[Node, ...]:
    """List the nodes below the root, in reading order."""
    if isinstance(tree, str):
        return ()
    nodes = [part for part in tree.parts if isinstance(part, Node)]
    return tuple(found for node in nodes for found in (node, *inner_nodes(node)))


def code_of(part: Node | str) -> str:
    """Name of a node or leaf."""
    return part if isinstance(part, str) else part.code


def total(tree: Node | str, values: Mapping[str, Two]) -> Two:
    """Form the actual and the reference value of a tree from those of its leaves."""
    if isinstance(tree, str):
        return values[tree]
    parts = [total(part, values) for part in tree.parts]
    join = sum if tree.kind == "sum" else prod
    return Fraction(join(part[0] for part in parts)), Fraction(join(part[1] for part in parts))


def weights(factors: Sequence[Two]) -> list[Fraction]:
    """Average product of the other factors, for each factor of a product.

    >>> weights([(Fraction(3), Fraction(2)), (Fraction(5), Fraction(4))])
    [Fraction(9, 2), Fraction(5, 2)]
    """
    size = len(factors)
    found = []
    for index in range(size):
        others = [other for other in range(size) if other != index]
        weight = Fraction(0)
        for count in range(size):
            orders = Fraction(factorial(count) * factorial(size - 1 - count), factorial(size))
            for changed in combinations(others, count):
                moved = set(changed)
                weight += orders * prod(
                    factors[other][0 if other in moved else 1] for other in others
                )
        found.append(weight)
    return found


def leaf_weights(tree: Node | str, values: Mapping[str, Two]) -> dict[str, Fraction]:
    """How much of the root's difference one unit of each leaf's difference makes."""
    if isinstance(tree, str):
        return {tree: Fraction(1)}
    if tree.kind == "sum":
        shares = [Fraction(1)] * len(tree.parts)
    else:
        shares = weights([total(part, values) for part in tree.parts])
    return {
        code: share * weight
        for part, share in zip(tree.parts, shares, strict=True)
        for code, weight in leaf_weights(part, values).items()
    }


def contributions(tree: Node | str, values: Mapping[str, Two]) -> dict[str, Fraction]:
    """Split the difference of the root over the leaves; the parts add up to it exactly.

    >>> tree = Node("product", ("leads", "rate"))
    >>> values = {"leads": (Fraction(8), Fraction(10)), "rate": (Fraction(1, 2), Fraction(1, 4))}
    >>> contributions(tree, values)
    {'leads': Fraction(-3, 4), 'rate': Fraction(9, 4)}
    """
    return {
        code: weight * (values[code][0] - values[code][1])
        for code, weight in leaf_weights(tree, values).items()
    }


def rounded_parts(parts: Mapping[str, Fraction], whole: Decimal) -> dict[str, Decimal]:
    """Round parts to six decimals so that they still add up to the whole (largest remainder).

    The whole must be the parts' sum rounded to six decimals; ties go to the first code by name.

    >>> rounded_parts({"a": Fraction(1, 3), "b": Fraction(2, 3)}, Decimal(1))
    {'a': Decimal('0.333333'), 'b': Decimal('0.666667')}
    """
    if not parts:
        return {}
    units = {code: part / fraction(SCALE) for code, part in parts.items()}
    floors = {code: floor(unit) for code, unit in units.items()}
    missing = int(fraction(whole) / fraction(SCALE)) - sum(floors.values())
    order = sorted(units, key=lambda code: (floors[code] - units[code], code))
    for index in range(abs(missing)):
        floors[order[index % len(order)]] += 1 if missing > 0 else -1
    return {code: (floors[code] * SCALE).quantize(SCALE) for code in parts}
