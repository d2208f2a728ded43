"""What the pack says of a source whose rejected rows a person repairs."""

from datetime import timedelta

from flows.quality import quality_records
from flows.records import read_records
from flows.warehouse import reader
from tests.flows.ingest.conftest import MONDAY, Desk
from transforms.calendar import review_week

from .conftest import back, exported


def facts(desk: Desk, weeks: float) -> dict[str, object]:
    known_at = MONDAY + timedelta(weeks=weeks)
    with reader(desk.company.committed) as connection:
        records = read_records(connection, known_at)
    found = quality_records(desk.company, records, review_week("2026-W45"), known_at)
    standing = sorted(found["standing_reject"]["row_number"].to_list())
    return {"standing": standing, **found["source_quality"].row(0, named=True)}


def test_repaired_rows_stand_rejected_no_longer_and_are_no_delivery(desk: Desk) -> None:
    before = facts(desk, 0)
    assert (before["standing"], before["open_rejects"], before["light"]) == (
        [22, 23, 24],
        3,
        "yellow",
    )
    book = exported(desk)
    for row, cells in ((22, {"金额": "5"}), (24, {"金额": "7"})):
        book.write(row, **cells)
    back(desk, book.save())
    after = facts(desk, 1)
    assert (after["standing"], after["open_rejects"]) == ([23], 1)
    assert (after["rows_read"], after["rows_rejected"], after["earlier_loads"]) == (23, 3, 0)
    assert after["known_rows"] == 22
    assert facts(desk, 0) == before, "what is known later does not change what was known"
