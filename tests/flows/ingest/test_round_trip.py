"""Whatever a system writes, the rows that come out are the rows that went in."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from flows.ingest import scan
from flows.warehouse import reader
from transforms.typing.cells import BLANKS

from .conftest import Desk, set_up
from .generated import Line, Payment, Shape, lines, shapes

SOURCES = 10
"""Files that arrive together, each in a form of its own; every source delivers twice."""
SEED = 20261123
COMPANY = '[company]\nname = "海川"\n[ingest]\nmax_reject_share = 1\nmax_missing_share = 1\n'

Deliveries = list[tuple[Shape, list[Line], list[Line]]]
Known = dict[str, tuple[int, Payment]]
"""Key to row number and values."""


@st.composite
def deliveries(draw: st.DrawFn) -> Deliveries:
    """Two exports of each source, in one form."""
    found = []
    for _ in range(SOURCES):
        shape = draw(shapes())
        rows = lines(shape.text.quote)
        found.append((shape, draw(rows), draw(rows)))
    return found


def run_law(files: int) -> int:
    """Try so many generated files; returns how many there were."""
    tried: Counter[str] = Counter()

    @seed(SEED)
    @settings(
        deadline=None,
        max_examples=-(-files // (2 * SOURCES)),
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,),
    )
    @given(delivered=deliveries())
    def law(delivered: Deliveries) -> None:
        with TemporaryDirectory() as folder:
            desk = set_up(Path(folder) / "acme", COMPANY)
            known: list[Known] = [{} for _ in delivered]
            for week in (0, 1):
                arrive(desk, week, delivered, known)
                tried["files"] += len(delivered)

    law()
    return tried["files"]


def arrive(desk: Desk, week: int, delivered: Deliveries, known: list[Known]) -> None:
    """Take in one export of every source and compare what became of it; updates `known`."""
    exports = [
        shape.export(versions[week], f"s{position}-")
        for position, (shape, *versions) in enumerate(delivered)
    ]
    for position, export in enumerate(exports):
        desk.put(f"s{position}_{week}.csv", export.content)
        desk.source(f"s{position}", delivered[position][0].source(f"s{position}", export.content))
    report = desk.run(week)
    refused = [
        f"s{position}_{week}.csv has a header but no row"
        for position, export in enumerate(exports)
        if not export.rows_read and known[position] and delivered[position][0].mode == "snapshot"
    ]
    assert [problem.what for problem in report.problems] == refused
    files = {row["source"]: row for row in report.files.iter_rows(named=True)}
    current = rows_by_source(desk)
    for position, export in enumerate(exports):
        shape, source = delivered[position][0], f"s{position}"
        if source not in files:  # refused, or the same bytes as the week before
            assert not export.rows_read or f"{source}_{week}.csv" in report.known_files
            continue
        before = known[position]
        opened = {
            key: row
            for key, row in export.typed.items()
            if key not in before or before[key][1] != row[1]
        }
        stays = export.keys if shape.mode == "snapshot" else before.keys()
        known[position] = {key: row for key, row in before.items() if key in stays} | opened
        assert {part: files[source][f"rows_{part}"] for part in PARTS} == {
            "read": export.rows_read,
            "opened": len(opened),
            "unchanged": len(export.typed) - len(opened),
            "rejected": len(export.rejects),
            "superseded": export.superseded,
        }
        rejects = report.rejects.filter(pl.col("load_number") == files[source]["load_number"])
        assert rejects.select("row_number", "rule").sort("row_number").rows() == export.rejects
        assert current.get(source, {}) == known[position]


PARTS = ("read", "opened", "unchanged", "rejected", "superseded")


def rows_by_source(desk: Desk) -> dict[str, Known]:
    """What is known now: source, then key, to row number and values."""
    with reader(desk.company.warehouse) as connection:
        rows = connection.sql(
            "select source, payment_id, row_number, account_id, paid_on, amount"
            " from core.payment where known_to is null"
        ).fetchall()
    found: dict[str, Known] = {}
    for source, key, number, *values in rows:
        found.setdefault(source, {})[key] = (number, Payment(*values))
    return found


def test_law_every_row_is_accounted_for_and_every_value_comes_back() -> None:
    assert run_law(200) >= 200


@pytest.mark.soak
def test_law_of_every_row_in_ten_thousand_files() -> None:
    assert run_law(10_000) >= 10_000


def test_blanks_that_reading_takes_off_are_looked_for_in_bulk() -> None:
    assert set(BLANKS) <= set(scan.BLANKS)
