"""The driver decomposition is exact and order-free (D-18)."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.why.shapley import Node, contributions, leaves, rounded_parts, total

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=50) | st.just(Fraction(0))
PAIRS = st.tuples(NUMBERS, NUMBERS)

TREES = [
    pytest.param(Node("sum", ("a", "b", "c")), id="sum"),
    pytest.param(Node("product", ("a", "b", "c", "d", "e", "f")), id="product of six"),
    pytest.param(
        Node("sum", (Node("product", ("a", Node("sum", ("b", "c")), "d")), "e", "f")), id="nested"
    ),
]


@pytest.mark.parametrize("tree", TREES)
@given(pairs=st.lists(PAIRS, min_size=6, max_size=6))
def test_parts_sum_to_the_gap_exactly(tree: Node, pairs: list[tuple[Fraction, Fraction]]) -> None:
    values = dict(zip("abcdef", pairs, strict=True))
    actual, reference = total(tree, values)
    parts = contributions(tree, values)
    assert sum(parts.values()) == actual - reference
    assert set(parts) == set(leaves(tree))


@given(pairs=st.lists(PAIRS, min_size=4, max_size=4), order=st.permutations(range(4)))
def test_order_and_names_of_factors_do_not_matter(
    pairs: list[tuple[Fraction, Fraction]], order: list[int]
) -> None:
    plain = contributions(Node("product", tuple("abcd")), dict(zip("abcd", pairs, strict=True)))
    renamed = [f"leaf {place}" for place in range(4)]
    values = dict(zip(renamed, pairs, strict=True))
    shuffled = contributions(Node("product", tuple(renamed[place] for place in order)), values)
    assert list(plain.values()) == [shuffled[name] for name in renamed]


@given(pairs=st.lists(PAIRS, min_size=3, max_size=3), same=NUMBERS)
def test_a_factor_that_did_not_change_explains_nothing(
    pairs: list[tuple[Fraction, Fraction]], same: Fraction
) -> None:
    values = {**dict(zip("abc", pairs, strict=True)), "d": (same, same)}
    assert contributions(Node("product", tuple("abcd")), values)["d"] == 0


def test_two_factors_share_their_common_part_equally() -> None:
    values = {"leads": (Fraction(80), Fraction(100)), "rate": (Fraction(3, 10), Fraction(6, 10))}
    parts = contributions(Node("product", ("leads", "rate")), values)
    assert parts == {"leads": Fraction(-9), "rate": Fraction(-27)}


@pytest.mark.parametrize(
    ("actual", "reference"),
    [
        pytest.param((0, 5), (4, 5), id="a factor vanished"),
        pytest.param((4, 5), (0, 5), id="a factor is new"),
        pytest.param((0, 0), (0, 0), id="nothing on either side"),
        pytest.param((-3, 5), (3, 5), id="returns exceed sales"),
    ],
)
def test_zeros_and_negatives_need_no_care(
    actual: tuple[int, int], reference: tuple[int, int]
) -> None:
    values = {
        code: (Fraction(now), Fraction(before))
        for code, now, before in zip("ab", actual, reference, strict=True)
    }
    parts = contributions(Node("product", ("a", "b")), values)
    assert sum(parts.values()) == actual[0] * actual[1] - reference[0] * reference[1]
    assert parts["b"] == 0


def test_a_product_of_seven_factors_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        Node("product", tuple("abcdefg"))


def test_eighteen_leaves_cost_the_orders_of_their_nodes_not_of_the_tree() -> None:
    branches = tuple(
        Node("product", tuple(f"{branch}{factor}" for factor in range(6))) for branch in "abc"
    )
    tree = Node("sum", branches)
    values = {code: (Fraction(3), Fraction(2)) for code in leaves(tree)}
    with patch("transforms.why.shapley.combinations", wraps=combinations) as subsets:
        parts = contributions(tree, values)
    assert len(parts) == 18
    assert subsets.call_count == 3 * 6 * 6
    assert sum(parts.values()) == 3 * (3**6 - 2**6)


@given(
    parts=st.dictionaries(st.text(max_size=3), NUMBERS, min_size=1, max_size=8),
)
def test_rounded_parts_add_up_and_stay_within_one_unit(parts: dict[str, Fraction]) -> None:
    whole = Decimal(round(sum(parts.values()) * 1_000_000)) * Decimal("0.000001")
    found = rounded_parts(parts, whole)
    assert sum(found.values()) == whole
    for code, part in parts.items():
        assert abs(Fraction(found[code]) - part) < Fraction(2, 1_000_000)
    assert found == rounded_parts(dict(reversed(parts.items())), whole)
