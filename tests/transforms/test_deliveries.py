"""Loads as deliveries: what arrived together, what was only read again, what is missing now."""

from datetime import date, datetime
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


def deliveries(files: pl.DataFrame, mode: str = "delta") -> pl.DataFrame:
    return delivered(files, frame(KnownSource, [known(name, mode=mode) for name in "ab"]))


def positions(loads: list[dict[str, Any]], mode: str = "delta") -> dict[int, int]:
    found = deliveries(frame(OPS["file"], loads), mode).select("load_number", "position")
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


FOUR_DAYS = [
    load(number, "a", TICK, rows, stated_on=date(2026, 11, day))
    for number, (day, rows) in enumerate([(1, 70), (8, 80), (15, 90), (22, 95)], 1)
]
"""Exports kept from earlier weeks, in one run with the present one."""


@pytest.mark.parametrize(
    ("mode", "loads", "expected"),
    [
        pytest.param("snapshot", FOUR_DAYS, {1: 3, 2: 2, 3: 1, 4: 0}, id="snapshots of four days"),
        pytest.param("delta", FOUR_DAYS, {1: 0, 2: 0, 3: 0, 4: 0}, id="a delta in four files"),
        pytest.param(
            "snapshot",
            [*FOUR_DAYS, load(5, "a", 0, 95, stated_on=date(2026, 11, 22), file_id=f"{4:064x}")],
            {1: 3, 2: 2, 3: 1, 5: 0},
            id="the newest read again after a change of its settings",
        ),
        pytest.param(
            "snapshot",
            [*FOUR_DAYS, load(5, "a", -1, 96, stated_on=date(2026, 11, 29))],
            {1: 4, 2: 3, 3: 2, 4: 1, 5: 0},
            id="next week's",
        ),
    ],
)
def test_snapshots_of_several_days_are_a_delivery_each(
    mode: str, loads: list[dict[str, Any]], expected: dict[int, int]
) -> None:
    assert positions(loads, mode) == expected


def test_a_snapshot_stands_at_the_end_of_the_day_its_name_states() -> None:
    totals = delivery_totals(deliveries(frame(OPS["file"], FOUR_DAYS), "snapshot"))
    stands = totals.sort("position")["stands_at"].to_list()
    assert stands == [datetime(2026, 11, day) for day in (23, 16, 9, 2)]  # noqa: DTZ001 (UTC)
    assert totals.sort("position")["rows_read"].to_list() == [95, 90, 80, 70]


def test_a_file_read_again_keeps_the_day_it_arrived() -> None:
    first, again = load(1, "a", 3, 9), load(2, "a", 0, 9, file_id=f"{1:064x}", rows_rejected=2)
    totals = delivery_totals(deliveries(frame(OPS["file"], [first, again])))
    assert totals.item(0, "arrived_at") == first["arrived_at"]
    assert totals.item(0, "rows_rejected") == 2


def test_a_delivery_sums_its_files_and_says_whether_they_add_up() -> None:
    loads = [load(1, "a", TICK, 10, rows_rejected=1), load(2, "a", 0, 20, rows_unchanged=5)]
    lossy = [load(3, "b", 0, 10) | {"rows_opened": 9}]
    totals = delivery_totals(deliveries(frame(OPS["file"], loads + lossy))).sort("source")
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
    found = outstanding_rejects(delivered(files, sources), rejects, sources).sort("load_number")
    assert found["load_number"].to_list() == missing
    assert found["file_name"].to_list() == [f"a_{number}.csv" for number in missing]


def test_the_order_of_rows_does_not_matter() -> None:
    loads = [load(n, source, 9 - n, n) for n in range(1, 9) for source in "ab"]
    loads = [row | {"load_number": place} for place, row in enumerate(loads)]
    files = frame(OPS["file"], loads)
    shuffled = files.sample(fraction=1, shuffle=True, seed=7)
    keys = ["source", "position"]
    one, other = (delivery_totals(deliveries(each)).sort(keys) for each in (files, shuffled))
    assert one.equals(other)
    assert one.filter(pl.col("position") == 0)["rows_read"].to_list() == [8, 8]
