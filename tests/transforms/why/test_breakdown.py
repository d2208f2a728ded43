"""The bridge as a tree: every subtotal is the exact sum of its parts (D-18)."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from transforms.why.breakdown import GAP, Breakdown, Leaf, bridge_rows
from transforms.why.case import rounded
from transforms.why.shapley import Node

PARTS = st.fractions(-1000, 1000, max_denominator=997)
TREE = Node(
    "sum",
    (Node("product", (Node("product", ("leads", "rate"), "due"), "size"), "new"), "returns"),
    GAP,
)


@given(parts=st.lists(PARTS, min_size=6, max_size=6))
def test_the_subtotal_of_a_node_is_the_sum_of_its_parts(parts: list[Fraction]) -> None:
    """At six decimals too, with zeros and negatives, and for the details of a driver."""
    codes = ("leads", "rate", "size", "returns", "unexplained")
    bars = tuple(Leaf(code, part) for code, part in zip(codes, parts, strict=False))
    details = (Leaf("sold back", parts[5]), Leaf("cancelled", parts[3] - parts[5]))
    nothing = (Fraction(0), Fraction(0))
    found = Breakdown(
        TREE, bars, nodes=dict.fromkeys(("new", "due"), nothing), details={"returns": details}
    )
    gap = rounded(sum((bar.part for bar in bars), Fraction(0)))
    rows = bridge_rows("case", "plan", (gap, Decimal(0)), found)
    for row in rows:
        children = [kid["contribution"] for kid in rows if kid["parent"] == row["node"]]
        assert not children or sum(children) == row["contribution"]
        assert (row["role"] in {"total", "node"}) <= bool(children)
    assert sum(row["contribution"] for row in rows if row["role"] == "driver") == gap
    assert [row["position"] for row in rows] == [*range(len(rows))]
    for bar in bars:
        (row,) = (row for row in rows if row["node"] == bar.code)
        assert abs(Fraction(row["contribution"]) - bar.part) < Fraction(5, 1_000_000)


def test_a_bridge_reads_as_its_tree() -> None:
    bars = tuple(Leaf(code, Fraction(1)) for code in ("leads", "rate", "size", "returns"))
    ends = (Fraction(9), Fraction(6))
    found = Breakdown(TREE, bars, nodes=dict.fromkeys(("new", "due"), ends))
    rows = bridge_rows("case", "plan", (Decimal(9), Decimal(5)), found)
    assert [(row["depth"], row["node"], row["role"], row["contribution"]) for row in rows] == [
        (0, "gap", "total", 4),
        (1, "new", "node", 3),
        (2, "due", "node", 2),
        (3, "leads", "driver", 1),
        (3, "rate", "driver", 1),
        (2, "size", "driver", 1),
        (1, "returns", "driver", 1),
    ]
