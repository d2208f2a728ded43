"""What is loaded, what a correction does, and what was known when."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest

from flows.ingest.journal import read_journal

from .conftest import (
    ACCOUNT,
    ACCOUNTS,
    COMPANY,
    LOST_REASON,
    MONDAY,
    OPPORTUNITY,
    ORDER,
    ORDERS,
    Desk,
)

COUNTS = ("rows_read", "rows_opened", "rows_unchanged", "rows_rejected", "rows_superseded")


def counts(files: pl.DataFrame) -> list[tuple[int, ...]]:
    return files.select(*COUNTS, "versions_closed").rows()


def test_file_moves_into_the_archive_and_is_never_changed(desk: Desk) -> None:
    path = desk.put("订单.csv", ORDERS)
    report = desk.run()
    assert not path.exists()
    kept = list(desk.company.archive.rglob("订单.csv"))
    assert [file.read_text() for file in kept] == [ORDERS]
    assert kept[0].stat().st_mode & 0o777 == 0o444
    assert kept[0].parent.name == report.files.item(0, "file_id")
    assert counts(report.files) == [(2, 2, 0, 0, 0, 0)]


def test_rows_know_their_line(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    rows = desk.dump()["core.order_line"]
    assert [(row[0], row[-5], row[-4], row[-3]) for row in rows] == [
        ("S1", "order", 2, 1),
        ("S2", "order", 3, 1),
    ]


def test_same_file_twice_changes_nothing(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    before = desk.dump()
    path = desk.put("订单 (1).csv", ORDERS)
    report = desk.run(weeks=1)
    assert desk.dump() == before
    assert report.files.is_empty()
    assert report.known_files == ("订单 (1).csv",)
    assert not path.exists()


def test_correction_closes_a_version_and_the_past_stays(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.put("订单.csv", ORDERS.replace("200.50", "199"))
    report = desk.run(weeks=1)
    assert counts(report.files) == [(2, 1, 1, 0, 0, 1)]
    assert desk.amounts(weeks=0.5) == {"S1": 100, "S2": 200.5}
    assert desk.amounts(weeks=1) == {"S1": 100, "S2": 199}
    assert desk.amounts(weeks=-1) == {}


def test_run_is_known_at_the_instant_it_was_given(desk: Desk) -> None:
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单.csv", ORDERS)
    report = desk.run()
    assert desk.amounts(weeks=0) == {"S1": 100, "S2": 200.5}
    assert report.known_at == MONDAY.replace(tzinfo=None)
    arrivals = report.files.get_column("arrived_at").to_list()
    assert arrivals[1] - arrivals[0] == timedelta(microseconds=1)


def test_arrivals_only_ever_grow(desk: Desk) -> None:
    for amount in ("1", "2", "3"):
        desk.put("订单.csv", ORDERS.replace("200.50", amount))
        desk.run(weeks=0)
    arrivals = [entry.arrived_at for entry in read_journal(desk.company)]
    assert arrivals == sorted(set(arrivals))
    assert desk.amounts()["S2"] == 3


def test_snapshot_closes_what_it_no_longer_has(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.put("订单.csv", ORDERS[: ORDERS.index("S2")])
    report = desk.run(weeks=1)
    assert counts(report.files) == [(1, 0, 1, 0, 0, 1)]
    assert list(desk.amounts()) == ["S1"]
    assert list(desk.amounts(weeks=0)) == ["S1", "S2"]


def test_delta_closes_nothing(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(opportunity=OPPORTUNITY)
    desk.put("商机1.csv", "编号,阶段,关闭\nO1,谈判,\nO2,谈判,\n")
    desk.run()
    desk.put("商机2.csv", "编号,阶段,关闭\nO2,成交,2026-11-20\nO3,需求确认,\n")
    report = desk.run(weeks=1)
    assert counts(report.files) == [(2, 2, 0, 0, 0, 1)]
    stages = dict(desk.known("opportunity").select("opportunity_id", "stage").iter_rows())
    assert stages == {"O1": "谈判", "O2": "成交", "O3": "需求确认"}


def test_files_of_one_run_are_one_snapshot(desk: Desk) -> None:
    first, second = ORDERS.splitlines(keepends=True)[1:]
    head = ORDERS.splitlines(keepends=True)[0]
    desk.put("订单_2025.csv", head + first)
    desk.put("订单_2026.csv", head + second)
    report = desk.run()
    assert counts(report.files) == [(1, 1, 0, 0, 0, 0)] * 2
    assert list(desk.amounts()) == ["S1", "S2"]


def test_snapshot_read_in_place_keeps_the_rows_of_its_unchanged_files(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(order=ORDER)
    desk.source("order", ORDER.replace("files = ", 'folder = "plan"\nfiles = '))
    head, first, second = ORDERS.splitlines(keepends=True)
    desk.put("订单_2025.csv", head + first, "plan")
    desk.put("订单_2026.csv", head + second, "plan")
    desk.run()
    desk.put("订单_2026.csv", head + second.replace("200.50", "7"), "plan")
    report = desk.run(weeks=1)
    assert report.known_files == ("订单_2025.csv",)
    assert desk.amounts() == {"S1": 100, "S2": 7}


def test_rejected_row_keeps_the_version_it_had(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(f"{COMPANY}[ingest]\nmax_reject_share = 0.5\n", order=ORDER)
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.put("订单.csv", ORDERS.replace("200.50", "待核价"))
    report = desk.run(weeks=1)
    assert counts(report.files) == [(2, 0, 1, 1, 0, 0)]
    assert desk.amounts() == {"S1": 100, "S2": 200.5}


def test_identical_lines_without_a_key_are_all_kept_in_any_order(
    make_desk: Callable[..., Desk],
) -> None:
    source = ORDER.replace('line_number = "行号"', 'line_number = { generate = "content_key" }')
    desk = make_desk(order=source)
    head, *lines = (
        "单号,日期,客户,金额",
        "S1,2026-11-03,K1,5",
        "S1,2026-11-03,K1,5",
        "S1,2026-11-03,K1,6",
    )
    desk.put("订单.csv", "\n".join([head, *lines]))
    assert counts(desk.run().files) == [(3, 3, 0, 0, 0, 0)]
    desk.put("订单.csv", "\n".join([head, *reversed(lines)]))
    assert counts(desk.run(weeks=1).files) == [(3, 0, 3, 0, 0, 0)]


def test_changed_settings_read_the_archive_again(desk: Desk) -> None:
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单.csv", ORDERS.replace("K2", "启明"))
    assert [row["value"] for row in desk.run().findings.to_dicts()] == ["启明"]
    repaired = 'account_id = { source = "客户", aliases = { "启明" = "K2" } }'
    desk.source("order", ORDER.replace('account_id = "客户"', repaired))
    report = desk.run(weeks=1)
    assert report.findings.is_empty()
    assert counts(report.files) == [(2, 1, 1, 0, 0, 1)]
    assert desk.known("order_line").get_column("account_id").to_list() == ["K1", "K2"]
    assert desk.known("order_line", 0).get_column("account_id").to_list() == ["K1", "启明"]


def test_changed_title_or_comment_is_no_change(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.source("order", "# checked\n" + ORDER.replace('"订单"', '"销售订单"'))
    assert desk.run(weeks=1).files.is_empty()


def test_changed_settings_of_a_delta_keep_the_last_word_of_each_key(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(opportunity=OPPORTUNITY)
    desk.put("商机1.csv", "编号,阶段,关闭\nO1,谈判,\nO2,谈判,\n")
    desk.put("商机2.csv", "编号,阶段,关闭\nO2,成交,2026-11-12\n")
    desk.run()
    desk.source("opportunity", LOST_REASON)
    report = desk.run(weeks=1)
    assert counts(report.files) == [(2, 1, 0, 0, 1, 1), (1, 1, 0, 0, 0, 1)]
    found = desk.known("opportunity").select("stage", "lost_reason").rows()
    assert found == [("谈判", "未知"), ("成交", "未知")]


def test_one_file_may_feed_two_sources(make_desk: Callable[..., Desk]) -> None:
    both = (
        ACCOUNT.replace("客户*.csv", "订单*.csv")
        .replace("客户编号", "客户")
        .replace("名称", "客户")
    )
    desk = make_desk(account=both, order=ORDER)
    path = desk.put("订单.csv", ORDERS)
    desk.run()
    assert desk.known("account").get_column("account_id").to_list() == ["K1", "K2"]
    assert list(desk.amounts()) == ["S1", "S2"]
    assert not path.exists()


@pytest.mark.parametrize("name", ["~$订单.xlsx", ".订单.csv"])
def test_what_a_spreadsheet_leaves_open_is_no_export(desk: Desk, name: str) -> None:
    desk.put(name, ORDERS)
    assert desk.run().files.is_empty()
