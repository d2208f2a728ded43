"""What a column is, whatever the pieces in which it was seen."""

import polars as pl
import pytest

from transforms.mapping.profile import Profile, Tally


def profile(*values: str | None, pieces: int = 1) -> Profile:
    tally = Tally("x")
    column = pl.Series(values, dtype=pl.String)
    size = -(-len(values) // pieces)
    for start in range(0, len(values), size):
        tally.add(column.slice(start, size))
    return tally.profile()


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_pieces_make_the_same_profile(pieces: int) -> None:
    found = profile("03/04/2026", "未填写", "25/04/2026", None, "03/04/2026", pieces=pieces)
    assert (found.rows, found.filled, found.is_unique) == (5, 3, False)
    assert found.false_nulls == ("未填写",)
    assert found.day is not None
    assert found.day.formats == ("%d/%m/%Y",)
    assert found.day_share == 1


@pytest.mark.parametrize("pieces", [1, 3])
@pytest.mark.parametrize(
    ("values", "is_unique"),
    [
        pytest.param(["a", "b", "c"], True, id="unique"),
        pytest.param(["a", "b", "a"], False, id="twice"),
        pytest.param(["a", "b", None], False, id="a gap"),
    ],
)
def test_a_key_is_filled_and_unique(values: list[str | None], is_unique: bool, pieces: int) -> None:
    assert profile(*values, pieces=pieces).is_unique == is_unique


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        pytest.param(["是", "否"], (("是",), ("否",)), id="Chinese"),
        pytest.param(["有", "无"], (("有",), ("无",)), id="无 means no here"),
        pytest.param(["启用", "禁用"], (("启用",), ("禁用",)), id="enabled"),
        pytest.param(["TRUE"], (("TRUE",), ()), id="only yes"),
        pytest.param(["是", "也许"], None, id="a third word"),
        pytest.param(["-"], None, id="nothing"),
    ],
)
def test_yes_and_no_are_found(values: list[str], flags: object) -> None:
    assert profile(*values).flags == flags


def test_long_lists_of_values_are_not_kept_and_leading_zeros_are_seen() -> None:
    found = profile(*(f"{number:05}" for number in range(300)))
    assert found.values is None
    assert found.has_leading_zeros
    assert found.is_unique
