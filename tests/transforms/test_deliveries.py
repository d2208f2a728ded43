"""Loads as deliveries: what arrived together, what was only read again, what is missing now."""

from typing import Any

import polars as pl
import pytest

from tests.transforms.views.builders_quality import known, load
from tests.transforms.views.frames import frame
from transforms.deliveries import delivered, delivery_totals, outstanding_rejects
from transforms.tables.ops import OPS
from transforms.tables.quality import KnownSource

TICK = 1e-9
"""Weeks that are far less than a second: loads of one run."""


def positions(loads: list[dict[str, Any]]) -> dict[int, int]:
    found = delivered(frame(OPS["file"], loads)).select("load_number", "position")
    return dict(found.iter_rows())


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        pytest.param([load(1, "a", 1, 10), load(2, "a", 0, 10)], {1: 1, 2: 0}, id="two runs"),
        pytest.param([load(1, "a", TICK, 10), load(2, "a", 0, 10)], {1: 0, 2: 0}, id="one run"),
        pytest.param([load(1, "a", 1, 10), load(2, "b", 0, 10)], {1: 0, 2: 0}, id="two sources"),
        pytest.param(
            [load(1, "a", 2, 9), load(2, "a", 1, 8), load(3, "a", 0, 8, file_id=f"{2:064x}")],
            {1: 1, 3: 0},
            id="a snapshot read again after a change of its settings",
        ),
        pytest.param(
            [
                load(1, "a", 2, 9),
                load(2, "a", 1, 8),
                load(3, "a", TICK, 9, file_id=f"{1:064x}"),
                load(4, "a", 0, 8, file_id=f"{2:064x}"),
            ],
            {3: 1, 4: 0},
            id="a delta read again file by file",
        ),
        pytest.param(
            [load(1, "a", 2, 9), load(2, "a", 1, 8), load(3, "a", 0, 9, file_id=f"{1:064x}")],
            {1: 2, 2: 1, 3: 0},
            id="an older snapshot that was put back has arrived",
        ),
    ],
)
def test_loads_are_deliveries(loads: list[dict[str, Any]], expected: dict[int, int]) -> None:
    assert positions(loads) == expected


def test_a_file_read_again_keeps_the_day_it_arrived() -> None:
    first, again = load(1, "a", 3, 9), load(2, "a", 0, 9, file_id=f"{1:064x}", rows_rejected=2)
    totals = delivery_totals(delivered(frame(OPS["file"], [first, again])))
    assert totals.item(0, "arrived_at") == first["arrived_at"]
    assert totals.item(0, "rows_rejected") == 2


def test_a_delivery_sums_its_files_and_says_whether_they_add_up() -> None:
    loads = [load(1, "a", TICK, 10, rows_rejected=1), load(2, "a", 0, 20, rows_unchanged=5)]
    lossy = [load(3, "b", 0, 10) | {"rows_opened": 9}]
    totals = delivery_totals(delivered(frame(OPS["file"], loads + lossy))).sort("source")
    assert totals["rows_read"].to_list() == [30, 10]
    assert totals["rows_opened"].to_list() == [24, 9]
    assert totals["is_conserved"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("mode", "missing"),
    [
        pytest.param("snapshot", [2], id="the newest snapshot is the whole truth"),
        pytest.param("delta", [1, 2], id="no later file of a delta repeats a row"),
    ],
)
def test_rejects_that_are_missing_now(mode: str, missing: list[int]) -> None:
    files = frame(OPS["file"], [load(number, "a", 2 - number, 9) for number in (1, 2)])
    rejects = frame(
        OPS["reject"],
        [
            {"load_number": number, "row_number": 5, "rule": "not_a_date", "message": "?"}
            for number in (1, 2)
        ],
    )
    sources = frame(KnownSource, [known("a", mode=mode)])
    found = outstanding_rejects(delivered(files), rejects, sources).sort("load_number")
    assert found["load_number"].to_list() == missing
    assert found["file_name"].to_list() == [f"a_{number}.csv" for number in missing]


def test_the_order_of_rows_does_not_matter() -> None:
    loads = [load(n, source, 9 - n, n) for n in range(1, 9) for source in "ab"]
    loads = [row | {"load_number": place} for place, row in enumerate(loads)]
    files = frame(OPS["file"], loads)
    shuffled = files.sample(fraction=1, shuffle=True, seed=7)
    keys = ["source", "position"]
    one, other = (delivery_totals(delivered(each)).sort(keys) for each in (files, shuffled))
    assert one.equals(other)
    assert one.filter(pl.col("position") == 0)["rows_read"].to_list() == [8, 8]
