"""Level 3: which segment (D-18)."""

from fractions import Fraction
from random import Random

import polars as pl
import pytest

from transforms.why.cuts import Cut, Kind
from transforms.why.segments import located, own_rate, telling_dimension

CHANNELS = ("A", "B", "C", "D", "E")
LINES = ("1", "2", "3", "4")
REPS = ("r", "s", "t")
SCALE = pl.Decimal(38, 6)

Cell = tuple[int, int, int, int]


NAMES = ("rep", "product_line", "channel")


def cut(kind: Kind, **changes: Cell) -> Cut:
    """Sixty cells as a cut (`cells`)."""
    return Cut.of(cells(**changes), NAMES, kind)


def cells(**changes: Cell) -> pl.DataFrame:
    """Sixty cells with ordinary scatter; a change is named by the start of its cells' members."""
    random = Random(7)  # noqa: S311 - scatter, no secret
    rows = []
    for channel in CHANNELS:
        for line in LINES:
            for rep in REPS:
                n0 = 100 + random.randint(-9, 9)
                n1 = 100 + random.randint(-9, 9)
                cell = (n1, 200, n0, 200)
                for name, changed in changes.items():
                    if (channel + line + rep).startswith(name):
                        cell = changed
                rows.append((rep, line, channel, *cell))
    frame = pl.DataFrame(rows, schema=[*NAMES, "n1", "d1", "n0", "d0"], orient="row")
    return frame.with_columns(pl.col("n1", "d1", "n0", "d0").cast(SCALE))


@pytest.mark.parametrize("kind", ["sum", "rate"])
@pytest.mark.parametrize(
    ("changes", "members"),
    [
        pytest.param({"B": (40, 200, 100, 200)}, {"channel": "B"}, id="one channel fell"),
        pytest.param({"B": (180, 200, 100, 200)}, {"channel": "B"}, id="one channel rose"),
        pytest.param(
            {"B2": (10, 200, 100, 200)},
            {"product_line": "2", "channel": "B"},
            id="one line of one channel: most specific",
        ),
        pytest.param({}, None, id="ordinary scatter"),
    ],
)
def test_the_segment_that_changed_is_found(
    kind: Kind, changes: dict[str, Cell], members: dict[str, str] | None
) -> None:
    found = located(cut(kind, **changes), 2)
    assert (found[0].members if found else None) == members
    assert len(found) <= 1


def test_one_dimension_is_all_that_is_looked_at_when_one_is_allowed() -> None:
    assert len(located(cut("sum", B2=(0, 0, 100, 0)), 2)[0].members) == 2
    assert len(located(cut("sum", B2=(0, 0, 100, 0)), 1)[0].members) == 1


def test_a_change_everywhere_is_no_segment() -> None:
    everywhere = dict.fromkeys(CHANNELS, (70, 200, 100, 200))
    assert located(cut("sum", **everywhere), 2) == ()


def test_two_segments_are_found_one_after_the_other() -> None:
    found = located(cut("sum", A=(20, 0, 100, 0), D=(30, 0, 100, 0)), 2)
    assert [segment.members for segment in found] == [{"channel": "A"}, {"channel": "D"}]


def test_a_new_segment_explains_what_it_brings() -> None:
    (found,) = located(cut("sum", E=(90, 0, 0, 0)), 2)
    assert found.members == {"channel": "E"}
    assert [found.actual, found.reference, found.part] == [12 * 90, 0, 12 * 90]


def test_a_rate_that_few_cases_put_at_nothing_is_not_taken_for_certain() -> None:
    """Two hits in three cases, where three cases before had none, are no finding."""
    assert located(cut("rate", B2r=(2, 3, 0, 3), B2s=(0, 3, 0, 3)), 2) == ()


def test_a_member_without_a_denominator_has_no_rate_to_explain_with() -> None:
    assert located(cut("rate", B=(90, 0, 0, 0)), 2) == ()


def test_the_wider_segment_is_named_where_the_narrow_one_leaves_much_of_it() -> None:
    found = located(cut("sum", B=(60, 0, 100, 0), B2=(20, 0, 100, 0)), 2)
    assert found[0].members == {"channel": "B"}


def test_the_part_of_a_sum_is_actual_minus_scaled_reference() -> None:
    (found,) = located(cut("sum", B=(40, 200, 100, 200)), 2)
    assert found.part == 12 * (40 - 100)


def test_the_part_of_a_ratio_is_what_changes_when_the_segment_is_put_back() -> None:
    given = cut("rate", B=(40, 200, 100, 200))
    (found,) = located(given, 2)
    assert found.part == Fraction(12 * (40 - 100), 60 * 200)
    (within,) = own_rate(given, (found,))
    assert within.part == found.part


def test_rows_may_come_in_any_order_and_under_any_name() -> None:
    given = cells(B2=(10, 200, 100, 200))
    shuffled = Cut.of(given.sample(fraction=1, shuffle=True, seed=3), NAMES, "sum")
    assert located(shuffled, 2) == located(Cut.of(given, NAMES, "sum"), 2)
    renamed = given.with_columns(pl.col("channel").replace({"B": "甲"}))
    (found,) = located(Cut.of(renamed, NAMES, "sum"), 2)
    assert found.members == {"product_line": "2", "channel": "甲"}


def test_a_cut_that_repeats_another_is_left_out() -> None:
    """Every team has one rep: the team is named, not the pair."""
    given = cells(B=(40, 200, 100, 200))
    rows = given.with_columns(team=pl.concat_str(pl.lit("team "), "channel"))
    (found,) = located(Cut.of(rows, ("team", *NAMES), "sum"), 2)
    assert found.members == {"team": "team B"}


def test_the_telling_dimension_is_where_a_member_stands_out() -> None:
    assert telling_dimension(cut("rate", B=(40, 200, 100, 200))) == "channel"
    one = Cut.of(cells().head(1), NAMES, "rate")
    assert telling_dimension(one) is None


@pytest.mark.parametrize("name", ["K99", ""])
def test_lines_without_a_customer_are_no_segment(name: str) -> None:
    """They make all of the change, yet nobody could be asked about them."""
    rows = [(f"r{place % 5}", f"K{place}", 100 + place % 3, 100) for place in range(30)]
    rows += [(f"r{place}", name, 0, 200) for place in range(5)]
    frame = pl.DataFrame(rows, schema=["rep", "customer", "n1", "n0"], orient="row")
    sides = frame.with_columns(pl.col("n1", "n0").cast(SCALE), d1=pl.lit(0), d0=pl.lit(0))
    found = located(Cut.of(sides, ("rep", "customer"), "sum"), 1)
    assert [segment.members for segment in found] == ([{"customer": name}] if name else [])
