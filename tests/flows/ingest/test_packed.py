"""Exports that come inside zip and gzip files."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.ingest import check, rebuild

from .conftest import ACCOUNT, ACCOUNTS, ORDER, ORDERS, Desk
from .hostile import in_gbk, zipped


def left(desk: Desk) -> list[str]:
    return sorted(path.name for path in (desk.company.folder / "inbox").iterdir())


def test_each_file_of_a_zip_is_a_file_of_its_own(desk: Desk) -> None:
    desk.put("导出.zip", zipped(("2026/客户.csv", ACCOUNTS), ("订单.csv", ORDERS)))
    report = desk.run()
    assert report.problems == ()
    assert report.files.get_column("file_name").to_list() == [
        "导出.zip/2026/客户.csv",
        "导出.zip/订单.csv",
    ]
    assert desk.amounts() == {"S1": 100, "S2": 200.5}
    assert left(desk) == []
    assert not list(desk.company.state.glob(".unpacked-*"))


def test_warehouse_is_rebuilt_without_the_zip(desk: Desk) -> None:
    desk.put("导出.zip", zipped(("客户.csv", ACCOUNTS), ("订单.csv", ORDERS)))
    desk.run()
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before


def test_gzip_is_known_by_its_content(desk: Desk) -> None:
    desk.put("订单.csv.gz", gzip.compress(ORDERS.encode()))
    assert desk.run().files.get_column("file_name").to_list() == ["订单.csv.gz"]
    desk.put("订单.csv", ORDERS)
    again = desk.run(weeks=1)
    assert (again.files.height, again.known_files) == (0, ("订单.csv",))
    assert left(desk) == []


def test_name_written_by_chinese_windows(desk: Desk) -> None:
    desk.put("x.zip", in_gbk(zipped(("QQQQ.csv", ACCOUNTS)), "QQQQ.csv", "客户.csv"))
    assert desk.run().files.get_column("file_name").to_list() == ["x.zip/客户.csv"]


def test_member_says_which_file_of_a_zip(make_desk: Callable[..., Desk]) -> None:
    text = ORDER.replace("订单*.csv", "ERP_*.zip") + '[read]\nmember = "*_lines.csv"\n'
    desk = make_desk(order=text)
    desk.put("ERP_1.zip", zipped(("a_lines.csv", ORDERS), ("b.csv", "x\n")))
    desk.put("CRM_1.zip", zipped(("c_lines.csv", "x\n")))
    report = desk.run()
    assert report.problems == ()
    assert report.files.get_column("file_name").to_list() == ["ERP_1.zip/a_lines.csv"]


def test_zip_stays_while_it_holds_a_file_that_no_source_takes(desk: Desk) -> None:
    desk.put("导出.zip", zipped(("订单.csv", ORDERS), ("回款.csv", "a\n")))
    desk.run()
    assert left(desk) == ["导出.zip"]
    desk.put("订单.csv", ORDERS[: ORDERS.index("S2")])
    assert desk.run(weeks=1).problems == ()
    assert list(desk.amounts()) == ["S1"], "what an older zip still holds is no part of it"
    assert left(desk) == ["导出.zip"]


def test_zip_stays_while_one_of_its_files_is_bad(desk: Desk) -> None:
    desk.put("导出.zip", zipped(("客户.csv", ACCOUNTS), ("订单.csv", "")))
    report = desk.run()
    (problem,) = report.problems
    assert "empty (0 bytes)" in problem.what
    assert report.files.get_column("source").to_list() == ["account"]
    assert left(desk) == ["导出.zip"]


def test_check_reads_packed_files_and_leaves_nothing(desk: Desk) -> None:
    desk.put("导出.zip", zipped(("客户.csv", ACCOUNTS), ("订单.csv", ORDERS)))
    before = sorted(desk.company.folder.rglob("*"))
    report = check(desk.company)
    assert [file.rows_read for file in report.files] == [2, 2]
    assert sorted(desk.company.folder.rglob("*")) == before


def test_file_that_grows_while_it_is_read(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.ingest import archive, batch

    desk = make_desk(account=ACCOUNT)
    path = desk.put("客户.csv", ACCOUNTS)
    whole = archive.file_sha256

    def slow(each: Path) -> str:
        digest = whole(each)
        with each.open("a") as file:
            file.write("K3,新客户\n")
        return digest

    monkeypatch.setattr(batch, "file_sha256", slow)
    (problem,) = desk.run().problems
    assert "was changed while it was being read" in problem.what
    assert path.exists()
    monkeypatch.undo()
    assert desk.run(weeks=1).files.item(0, "rows_read") == 3
