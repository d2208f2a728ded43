"""The warehouse is a function of archive and journal, whenever a process was killed."""

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.company import open_company
from flows.errors import FupanError
from flows.ingest import rebuild
from flows.ingest.journal import read_journal
from flows.paths import ROOT

from .conftest import (
    ACCOUNT,
    ACCOUNTS,
    LOST_REASON,
    OPPORTUNITY,
    ORDER,
    ORDERS,
    TARGET,
    Desk,
    set_up,
)

KILLED = textwrap.dedent("""
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from flows.company import open_company
    from flows.ingest import ingest, take_in

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    real = take_in.append

    def append_then_die(*given):
        real(*given)
        die()

    take_in.append = {"before the journal": die, "after the journal": append_then_die}[sys.argv[2]]
    ingest(open_company(Path(sys.argv[1])), datetime(2026, 11, 16, 1, tzinfo=UTC))
""")


@pytest.fixture(scope="module")
def three_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks of files: corrections, rejects, a snapshot of two files, changed settings."""
    folder = tmp_path_factory.mktemp("rebuild") / "acme"
    desk = set_up(folder, account=ACCOUNT, order=ORDER, opportunity=OPPORTUNITY, target=TARGET)
    head, first, second = ORDERS.splitlines(keepends=True)
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单_1.csv", head + first)
    desk.put("订单_2.csv", head + second)
    desk.put("商机1.csv", "编号,阶段,关闭\nO1,谈判,\nO2,谈判,\n")
    desk.put("目标.csv", "区域,目标值,责任人\n华南,80,\n", "plan")
    desk.run()
    desk.put("订单_1.csv", ORDERS.replace("200.50", "7") + "S9,1,2026-11-05,K9,1\n")
    desk.put("商机2.csv", "编号,阶段,关闭,备注\nO2,成交,2026-11-12,x\nO1,谈判,,\n")
    desk.run(weeks=1)
    desk.source("opportunity", LOST_REASON)
    desk.put("客户.csv", ACCOUNTS.replace("K2,启明能源\n", ""))
    desk.run(weeks=2)
    return folder


@pytest.fixture
def busy(three_weeks: Path, tmp_path: Path) -> Desk:
    """A copy of the company after its three weeks."""
    return Desk(open_company(Path(shutil.copytree(three_weeks, tmp_path / "acme"))))


def test_rebuilt_warehouse_equals_the_old_one(busy: Desk) -> None:
    before = busy.dump()
    assert len(before["ops.file"]) == rebuild(busy.company) == len(read_journal(busy.company))
    assert busy.dump() == before


def test_lost_warehouse_comes_back_with_the_next_run(busy: Desk) -> None:
    before = busy.dump()
    busy.company.warehouse.unlink()
    assert busy.run(weeks=3).files.is_empty()
    assert busy.dump() == before


def test_archive_that_has_lost_a_file_leaves_the_warehouse_alone(busy: Desk) -> None:
    before = busy.dump()
    next(busy.company.archive.rglob("商机1.csv")).unlink()
    with pytest.raises(FupanError, match="the archive has lost the file"):
        rebuild(busy.company)
    assert busy.dump() == before


@pytest.mark.parametrize("when", ["before the journal", "after the journal"])
def test_killed_load_is_all_there_or_not_at_all(desk: Desk, when: str) -> None:
    desk.put("订单.csv", ORDERS)
    command = [sys.executable, "-c", KILLED, str(desk.company.folder), when]
    died = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    assert died.returncode == -9, died.stderr
    report = desk.run(weeks=1)
    assert not report.problems
    assert desk.amounts() == {"S1": 100, "S2": 200.5}
    assert [row[0] for row in desk.dump()["ops.file"]] == [1]
    assert bool(desk.amounts(weeks=0)) == (when == "after the journal")
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before


def test_torn_end_of_the_journal_was_never_committed(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    journal = desk.company.archive / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole[: len(whole) // 2])
    desk.put("订单.csv", ORDERS.replace("200.50", "7"))
    desk.run(weeks=1)
    assert [entry.number for entry in read_journal(desk.company)] == [1, 2]
    assert journal.read_bytes().startswith(whole)
    assert desk.amounts() == {"S1": 100, "S2": 7}


def test_batch_that_is_not_all_there_was_never_committed(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(order=ORDER)
    desk.put("订单_1.csv", ORDERS)
    desk.put("订单_2.csv", ORDERS.replace("S", "T"))
    desk.run()
    journal = desk.company.archive / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])
    assert read_journal(desk.company) == []


def test_damage_inside_the_journal_stops_everything(busy: Desk) -> None:
    journal = busy.company.archive / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"{}\n", *lines[2:]]))
    with pytest.raises(FupanError, match="line 2 of the journal is damaged"):
        busy.run(weeks=3)
