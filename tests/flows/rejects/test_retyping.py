"""Repaired rows are typed again, as files are, when the settings of their source change."""

from pathlib import Path

import polars as pl
import pytest

from flows.ingest import rebuild
from tests.flows.ingest.conftest import COMPANY, ORDER, Desk, set_up
from tests.flows.rejects.conftest import back, exported, standing_rows


def test_changed_settings_type_repaired_rows_again(desk: Desk) -> None:
    book = exported(desk)
    book.write(22, 金额="5", 客户="K2")
    book.write(23, 单号="X2", 金额="七")
    back(desk, book.save())
    numbers = 'net_amount = { source = "金额", aliases = { "七" = "7" } }'
    text = ORDER.replace('account_id = "客户"', 'account_id = { source = "客户", case = "lower" }')
    desk.source("order", text.replace('net_amount = "金额"', numbers))
    report = desk.run(weeks=2)
    assert not report.problems
    known = desk.known("order_line").select("order_id", "account_id", "net_amount")
    assert known.filter(pl.col("account_id") != "k1").rows() == [("X1", "k2", 5), ("X2", "k3", 7)]
    assert standing_rows(desk) == [24]
    before = desk.dump()
    assert desk.run(weeks=3).files.is_empty()
    rebuild(desk.company)
    assert desk.dump() == before


@pytest.mark.parametrize("mode", ["snapshot", "delta"])
def test_row_that_new_settings_would_take_counts_once_as_it_was_repaired(
    tmp_path: Path, mode: str
) -> None:
    source = ORDER.replace('line_number = "行号"', 'line_number = { generate = "content_key" }')
    source = source.replace("files =", f'mode = "{mode}"\nfiles =')
    desk = set_up(tmp_path / "acme", f"{COMPANY}[ingest]\nmax_reject_share = 0.5\n", order=source)
    desk.put("订单.csv", "单号,日期,客户,金额\nS1,2026-11-03,K1,5\nS1,2026-11-03,K1,六\n")
    desk.run()
    book = exported(desk)
    book.write(3, 金额="6.50")
    back(desk, book.save())
    desk.source(
        "order",
        source.replace('"金额"', '{ source = "金额", aliases = { "六" = "6" } }'),
    )
    assert not desk.run(weeks=2).problems
    assert desk.known("order_line").get_column("net_amount").sort().to_list() == [5, 6.5]
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before
