"""Rows that say that a record was deleted end its version and are counted apart."""

from collections.abc import Callable

import pytest

from flows.ingest.rebuild import rebuild
from tests.flows.ingest.conftest import ORDER, Desk

DELETABLE = ORDER.replace("[columns]", '[tombstone]\ncolumn = "删除"\n[columns]')
HEADER = "单号,行号,日期,客户,金额,删除\n"
FIRST = HEADER + "S1,1,2026-11-03,K1,100,\nS2,1,2026-11-03,K1,200,否\nS3,1,2026-11-03,K1,300,0\n"
COUNTS = ["rows_read", "rows_opened", "rows_unchanged", "rows_rejected", "rows_deleting"]


@pytest.mark.parametrize("mode", ["snapshot", "delta"])
@pytest.mark.parametrize(
    ("rows", "counts", "closed", "left"),
    [
        pytest.param("S1,1,2026-11-03,K1,100,true\n", (3, 0, 2, 0, 1), 1, {"S2", "S3"}, id="known"),
        pytest.param("S1,1,,,,1\n", (3, 0, 2, 0, 1), 1, {"S2", "S3"}, id="only-the-key-is-filled"),
        pytest.param("S1,1,x,K1,y,是\n", (3, 0, 2, 0, 1), 1, {"S2", "S3"}, id="other-cells-bad"),
        pytest.param(
            "S1,1,2026-11-03,K1,100,\nS9,1,2026-11-03,K1,1,1\n",
            (4, 0, 3, 0, 1),
            0,
            {"S1", "S2", "S3"},
            id="never-known",
        ),
        pytest.param(
            "S1,1,2026-11-03,K1,100,1\nS1,1,2026-11-03,K1,100,0\n",
            (4, 0, 3, 0, 1),
            0,
            {"S1", "S2", "S3"},
            id="deleted-and-there",
        ),
    ],
)
def test_tombstones(
    make_desk: Callable[..., Desk],
    mode: str,
    rows: str,
    counts: tuple[int, ...],
    closed: int,
    left: set[str],
) -> None:
    desk = make_desk(order=DELETABLE.replace("[tombstone]", f'mode = "{mode}"\n[tombstone]', 1))
    desk.put("订单1.csv", FIRST)
    desk.run()
    others = "S2,1,2026-11-03,K1,200,\nS3,1,2026-11-03,K1,300,\n"
    desk.put("订单2.csv", HEADER + rows + others)
    report = desk.run(1)
    assert report.files.select(*COUNTS, "versions_closed").row(0) == (*counts, closed)
    assert set(desk.amounts()) == left
    assert set(desk.amounts(0.5)) == {"S1", "S2", "S3"}
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before
