"""Keys that occur more than once in one file."""

import polars as pl
import pytest

from transforms.typing import last_of_each_key


@pytest.mark.parametrize(
    ("contents", "kept", "superseded", "conflicts"),
    [
        pytest.param(["a1", "b1"], [2, 3], 0, [], id="distinct"),
        pytest.param(["a1", "b1", "a1"], [2, 3], 1, [], id="identical keeps the first"),
        pytest.param(["a1", "b1", "a2"], [3, 4], 1, [[2, 4]], id="different keeps the last"),
        pytest.param(["a1", "a2", "a1"], [4], 2, [[2, 3, 4]], id="there and back"),
    ],
)
def test_one_row_a_key(
    contents: list[str], kept: list[int], superseded: int, conflicts: list[list[int]]
) -> None:
    rows = pl.DataFrame(
        {
            "id": [text[0] for text in contents],
            "value": [text[1] for text in contents],
            "row_number": range(2, len(contents) + 2),
        }
    )
    found = last_of_each_key(rows, ["id"])
    assert found.rows.get_column("row_number").to_list() == kept
    assert found.superseded == superseded
    assert found.conflicts.get_column("row_numbers").to_list() == conflicts
