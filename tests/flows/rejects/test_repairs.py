"""A row that was rejected goes out in a workbook, is repaired there, and comes back in."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from flows.errors import FileUnreadable
from flows.ingest import rebuild
from flows.ingest.journal import read_journal
from flows.rejects.command import by_rule, find_rejects, take_in
from tests.flows.ingest.conftest import COMPANY, MONDAY, OPPORTUNITY, ORDER, Desk, set_up
from tests.flows.rejects.conftest import (
    BAD_AMOUNT,
    BAD_KEY,
    BAD_SHAPE,
    GOOD,
    HEAD,
    ORDERS,
    back,
    exported,
    standing_rows,
)


def test_list_counts_by_rule_with_the_amount_at_stake(desk: Desk) -> None:
    found = {line["rule"]: line for line in by_rule(find_rejects(desk.company))}
    assert {rule: (line["rows"], line["amount"]) for rule, line in found.items()} == {
        "net_amount|not_a_number": (1, None),
        "order_id|missing": (1, 70),
        "cells_do_not_fit": (1, None),
    }
    assert found["order_id|missing"]["example"] == "订单.csv #23"


def test_workbook_has_the_row_as_exported_beside_what_is_wrong(desk: Desk) -> None:
    book = exported(desk)
    assert book.head[7:12] == HEAD.strip().split(",")
    assert book.line(22)[:5] == ["订单.csv", "22", "net_amount|not_a_number", "金额", "待核价"]
    assert book.line(22)[7:12] == ["X1", "1", "2026-11-04", "K2", "待核价"]
    assert book.line(24)[7:12] == ["X3", "1", "2026-11-06", "K4", None]


def test_repaired_rows_load_and_untouched_ones_stay_rejected(desk: Desk) -> None:
    book = exported(desk)
    book.write(22, 金额="5")
    book.write(24, 金额="7")
    report = back(desk, book.save())
    (repair,) = report.repairs
    assert (repair.changed, repair.untouched, repair.settled) == (2, 1, 0)
    assert {key: desk.amounts()[key] for key in ("X1", "X3")} == {"X1": 5, "X3": 7}
    assert len(desk.amounts()) == 22
    assert standing_rows(desk) == [23]
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before


def test_row_that_is_still_wrong_is_rejected_again_with_its_reason(desk: Desk) -> None:
    book = exported(desk)
    book.write(22, 金额="五元", 客户="K9")
    path = book.save()
    assert back(desk, path).rejected == 1
    again = exported(desk)
    assert again.cell(22, "·值 / value") == "五元"
    assert (again.cell(22, "金额"), again.cell(22, "客户")) == ("五元", "K9")
    before = desk.dump()
    assert back(desk, path, 2).repairs[0].untouched == 3
    assert desk.dump() == before, "the same workbook a second time does nothing"
    again.write(22, 金额="5")
    assert back(desk, again.save(), 3).rejected == 0
    assert desk.amounts()["X1"] == 5
    assert standing_rows(desk) == [23, 24]


def test_same_workbook_twice_does_nothing(desk: Desk) -> None:
    book = exported(desk)
    book.write(22, 金额="5")
    path = book.save()
    back(desk, path)
    before, journal = desk.dump(), read_journal(desk.company)
    repair = back(desk, path, 2).repairs[0]
    assert (repair.changed, repair.untouched, repair.settled) == (0, 2, 1)
    assert (desk.dump(), read_journal(desk.company)) == (before, journal)


def test_workbook_in_the_inbox_is_taken_in_with_the_next_run(desk: Desk) -> None:
    book = exported(desk)
    book.write(23, 单号="X2")
    path = desk.company.folder / "inbox" / "订单.rejects.xlsx"
    shutil.copy(book.save(), path)
    desk.put("订单.csv", ORDERS.replace("K1,7\n", "K1,8\n"))
    report = desk.run(weeks=1)
    assert not report.problems
    assert not path.exists()
    assert (desk.amounts()["X2"], desk.amounts()["S7"]) == (70, 8)
    assert standing_rows(desk) == [22, 24]


def test_later_snapshot_with_the_same_bad_rows_keeps_what_was_repaired(desk: Desk) -> None:
    book = exported(desk)
    book.write(22, 金额="5")
    book.write(23, 单号="X2")
    back(desk, book.save())
    moved = HEAD + BAD_KEY + GOOD.replace("K1,7\n", "K1,8\n") + BAD_AMOUNT + BAD_SHAPE
    desk.put("订单.csv", moved)
    report = desk.run(weeks=2)
    assert not report.problems
    assert {key: desk.amounts()[key] for key in ("X1", "X2", "S7")} == {"X1": 5, "X2": 70, "S7": 8}
    assert standing_rows(desk) == [24]
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before
    desk.put("订单.csv", HEAD + GOOD)
    desk.run(weeks=3)
    assert not {"X1", "X2"} & set(desk.amounts()), "rows that are gone are closed"


def test_old_workbook_repairs_the_same_row_of_a_newer_file(desk: Desk) -> None:
    book = exported(desk)
    desk.put("订单.csv", HEAD + BAD_AMOUNT + GOOD)
    desk.run(weeks=1)
    book.write(22, 金额="5")
    back(desk, book.save(), 2)
    assert desk.amounts()["X1"] == 5
    assert standing_rows(desk) == []


def test_row_of_a_delta_that_a_later_file_has_right_is_settled(tmp_path: Path) -> None:
    head = "编号,阶段,关闭\n"
    many = "".join(f"O{number},谈判,\n" for number in range(9))
    desk = set_up(tmp_path / "acme", opportunity=OPPORTUNITY)
    desk.put("商机1.csv", head + many + "X,试用,\n")
    desk.run()
    (rejects,) = find_rejects(desk.company)
    assert [row.complaints[0].rule for row in rejects.rows] == ["unknown_stage"]
    desk.put("商机2.csv", head + "X,谈判,\n")
    desk.run(weeks=1)
    assert find_rejects(desk.company) == []


def test_identical_lines_without_a_key_are_all_kept(tmp_path: Path) -> None:
    source = ORDER.replace('line_number = "行号"', 'line_number = { generate = "content_key" }')
    desk = set_up(tmp_path / "acme", f"{COMPANY}[ingest]\nmax_reject_share = 0.5\n", order=source)
    head, line = "单号,日期,客户,金额\n", "S1,2026-11-03,K1,5\n"
    bad = line.replace(",5", ",五")
    desk.put("订单.csv", head + 2 * line + bad)
    desk.run()
    book = exported(desk)
    book.write(4, 金额="5")
    back(desk, book.save())
    assert desk.known("order_line").get_column("net_amount").to_list() == [5, 5, 5]
    desk.put("订单.csv", head + bad + 2 * line + line.replace("S1", "S2"))
    desk.run(weeks=2)
    assert desk.known("order_line").height == 4


def test_formula_in_a_cell_stays_text(tmp_path: Path) -> None:
    desk = set_up(tmp_path / "acme", order=ORDER)
    desk.put("订单.csv", HEAD + GOOD + "=1+1,1,2026-11-04,@K,-x\n")
    desk.run()
    book = exported(desk)
    assert book.line(22)[7:12] == ["=1+1", "1", "2026-11-04", "@K", "-x"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"·company": "别家"}, "which are not of this company", id="company"),
        pytest.param({"·source": "lead"}, "which are not of this company", id="source"),
        pytest.param({"·file": "ab" * 32}, "never loaded the file", id="file"),
        pytest.param({"·row": None}, "rows cannot be added here", id="added row"),
        pytest.param({"·row": "23"}, "stands twice", id="copied row"),
    ],
)
def test_row_that_is_not_what_it_says_refuses_the_workbook(
    desk: Desk, change: dict[str, str | None], says: str
) -> None:
    book = exported(desk)
    book.write(22, 金额="5")
    book.write(22, **change)
    before = desk.dump()
    report = take_in(desk.company, book.save(), MONDAY + timedelta(weeks=1))
    (problem,) = report.problems
    assert isinstance(problem, FileUnreadable)
    assert says in problem.what
    assert problem.remedy
    assert desk.dump() == before


@pytest.mark.parametrize("gone", ["金额", "·file"])
def test_column_that_was_deleted_refuses_the_workbook(desk: Desk, gone: str) -> None:
    book = exported(desk)
    place = book.head.index(gone)
    for line in book.rows:
        del line[place]
    report = take_in(desk.company, book.save(), MONDAY + timedelta(weeks=1))
    assert gone in report.problems[0].what
