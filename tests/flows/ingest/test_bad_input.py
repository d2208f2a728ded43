"""Bad input: a clear message and the right exit code, and the good rows all the same."""

from collections.abc import Callable

import pytest

from flows.errors import ColumnsChanged, FileUnreadable, RunHeld
from flows.ingest import check

from .conftest import ACCOUNT, ACCOUNTS, COMPANY, OPPORTUNITY, ORDER, ORDERS, TARGET, Desk

MANY = ORDERS + "".join(f"T{number},1,2026-11-05,K1,1\n" for number in range(20))


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        pytest.param(b"", FileUnreadable, "empty (0 bytes)", id="empty file"),
        pytest.param(
            ORDERS.replace("金额", "净额").encode(),
            ColumnsChanged,
            "金额: known: 净额",
            id="column renamed",
        ),
        pytest.param(
            ("销售订单 2026\n\n" + ORDERS).encode(),
            ColumnsChanged,
            "lacks 5 column(s)",
            id="header row moved",
        ),
        pytest.param(ORDERS.encode("utf-16-le")[:-9], FileUnreadable, "", id="torn utf-16"),
        pytest.param(b"PK\x03\x04", FileUnreadable, "is a workbook", id="workbook named csv"),
    ],
)
def test_bad_file_never_stops_the_good_ones(
    desk: Desk, content: bytes, kind: type[Exception], says: str
) -> None:
    desk.put("客户.csv", ACCOUNTS)
    path = desk.put("订单.csv", content)
    report = desk.run()
    (problem,) = report.problems
    assert isinstance(problem, kind)
    assert says in problem.what
    assert problem.where
    assert problem.remedy
    assert (report.exit_code, report.is_held) == (3, False)
    assert report.files.get_column("source").to_list() == ["account"]
    assert path.exists()


def test_renamed_column_names_the_nearest(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS.replace("客户", "客户名"))
    (problem,) = desk.run().problems
    assert "客户: did you mean 客户名?" in problem.what


def test_moved_header_says_where_it_is(desk: Desk) -> None:
    desk.put("订单.csv", "销售订单 2026\n\n" + ORDERS)
    (problem,) = desk.run().problems
    assert "set header_row = 3" in problem.remedy


def test_wrong_encoding(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(order=ORDER + '[read]\nencoding = "utf-8"\n')
    desk.put("订单.csv", ORDERS.encode("gb18030"))
    (problem,) = desk.run().problems
    assert "is not in utf-8: byte 0 (line 1)" in problem.what
    assert 'encoding = "gb18030"' in problem.remedy


def test_corrupt_workbook(make_desk: Callable[..., Desk]) -> None:
    text = ORDER.replace("订单*.csv", "订单*.xlsx").replace("files =", 'format = "excel"\nfiles =')
    desk = make_desk(account=ACCOUNT, order=text)
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单.xlsx", b"PK\x03\x04 and then the disk was full")
    report = desk.run()
    assert [type(problem) for problem in report.problems] == [FileUnreadable]
    assert report.files.get_column("source").to_list() == ["account"]


def test_missing_file_of_a_required_source(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(account=ACCOUNT, order=ORDER.replace("files =", "is_required = true\nfiles ="))
    desk.put("客户.csv", ACCOUNTS)
    report = desk.run()
    (problem,) = report.problems
    assert isinstance(problem, RunHeld)
    assert "order (订单) is required and was never loaded" in problem.what
    assert (report.exit_code, report.is_held, report.files.height) == (3, True, 1)


@pytest.mark.parametrize(
    ("line", "rule", "says"),
    [
        pytest.param(
            "X,1,2026-11-05,K1,待核价", "net_amount|not_a_number", "待核价", id="text in a number"
        ),
        pytest.param(
            "X,1,2026-02-30,K1,1", "ordered_on|impossible_date", "不存在", id="impossible date"
        ),
        pytest.param("X,1,,K1,1", "ordered_on|missing", "必填", id="required cell empty"),
        pytest.param("X,1,2026-11-05,K1", "cells_do_not_fit", "4 格", id="cell missing"),
    ],
)
def test_bad_row_is_rejected_and_the_others_are_loaded(
    desk: Desk, line: str, rule: str, says: str
) -> None:
    desk.put("订单.csv", MANY + line + "\n")
    report = desk.run()
    (reject,) = report.rejects.to_dicts()
    assert (reject["rule"], reject["row_number"]) == (rule, 24)
    assert says in reject["message"]
    assert len(desk.amounts()) == 22
    assert report.exit_code == 1


def test_unknown_stage(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(opportunity=OPPORTUNITY)
    desk.put(
        "商机.csv", "编号,阶段,关闭\n" + "".join(f"O{n},谈判,\n" for n in range(9)) + "X,试用,\n"
    )
    report = desk.run()
    (reject,) = report.rejects.to_dicts()
    assert (reject["rule"], reject["column"], reject["value"]) == ("unknown_stage", "阶段", "试用")
    assert desk.known("opportunity").height == 9


def test_duplicate_key_keeps_the_last_and_is_a_finding(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS + "S1,1,2026-11-03,K1,90\nS2,1,2026-11-04,K2,200.50\n")
    report = desk.run()
    (finding,) = report.findings.to_dicts()
    assert (finding["rule"], finding["value"], finding["rows"]) == ("duplicate_key", "S1 / 1", 2)
    assert "2, 4" in finding["message"]
    assert report.files.item(0, "rows_superseded") == 2
    assert desk.amounts() == {"S1": 90, "S2": 200.5}
    assert report.exit_code == 1


def test_order_for_an_unknown_customer(desk: Desk) -> None:
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单.csv", ORDERS + "S3,1,2026-11-05,k 1,70\nS4,1,2026-11-05,k 1,5\n")
    report = desk.run()
    (finding,) = report.findings.to_dicts()
    assert (finding["rule"], finding["value"], finding["rows"]) == ("unknown_account", "k 1", 2)
    assert finding["amount"] == 75
    assert 'account_id = { source = "客户", aliases = { "k 1" = "K1" } }' in finding["message"]
    assert len(desk.amounts()) == 4


def test_company_without_a_customer_list_has_no_unknown_customers(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    assert desk.run().findings.is_empty()


def test_target_without_owner(make_desk: Callable[..., Desk]) -> None:
    """D-3: each branch names an owner."""
    desk = make_desk(target=TARGET)
    desk.put("目标.csv", "区域,目标值,责任人\n华东,100,张敏\n华南,80,\n", "plan")
    report = desk.run()
    (finding,) = report.findings.to_dicts()
    assert finding["rule"] == "target_without_owner"
    assert finding["value"] == "sales_amount / region / 华南"
    assert desk.known("target").height == 2


def test_new_column_that_nothing_reads(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    assert desk.run().findings.is_empty()
    desk.put(
        "订单.csv", ORDERS.replace("金额", "金额,毛利").replace("100", "100,3").replace(".50", ",4")
    )
    (finding,) = desk.run(weeks=1).findings.to_dicts()
    assert (finding["rule"], finding["value"]) == ("unmapped_column", "毛利")


@pytest.mark.parametrize(
    ("setting", "says"),
    [('on_reject = "stop"', "allows none"), ("max_reject_share = 0.04", "allows 4%")],
)
def test_hard_rule_holds_the_run_and_commits_nothing_of_the_file(
    make_desk: Callable[..., Desk], setting: str, says: str
) -> None:
    desk = make_desk(f"{COMPANY}[ingest]\n{setting}\n", account=ACCOUNT, order=ORDER)
    desk.put("客户.csv", ACCOUNTS)
    path = desk.put("订单.csv", MANY + "X,1,2026-11-05,K1,待核价\n")
    report = desk.run()
    (problem,) = report.problems
    assert isinstance(problem, RunHeld)
    assert says in problem.what
    assert "net_amount|not_a_number (1 rows)" in problem.what
    assert (report.is_held, report.exit_code, path.exists()) == (True, 3, True)
    assert set(desk.dump()) == {"core.account", "ops.column_profile", "ops.file"}


def test_bad_file_of_a_snapshot_lets_nothing_be_closed(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.put("订单_a.csv", ORDERS[: ORDERS.index("S2")])
    desk.put("订单_b.csv", "")
    assert len(desk.run(weeks=1).problems) == 1
    assert list(desk.amounts()) == ["S1", "S2"]


def test_snapshot_without_a_row_closes_nothing(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS)
    desk.run()
    desk.put("订单.csv", ORDERS.splitlines()[0] + "\n")
    (problem,) = desk.run(weeks=1).problems
    assert "a header but no row" in problem.what
    assert "would close all 2 rows" in problem.state
    assert list(desk.amounts()) == ["S1", "S2"]


def test_first_file_without_a_row_is_a_finding(desk: Desk) -> None:
    desk.put("订单.csv", ORDERS.splitlines()[0] + "\n")
    (finding,) = desk.run().findings.to_dicts()
    assert (finding["rule"], finding["value"]) == ("no_rows", "订单.csv")


def test_key_that_another_source_fills_is_a_finding(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(a_crm=ACCOUNT, b_erp=ACCOUNT.replace("客户*.csv", "往来*.csv"))
    desk.put("客户.csv", ACCOUNTS)
    desk.put("往来.csv", ACCOUNTS.replace("海川重工", "海川"))
    (finding,) = desk.run().findings.to_dicts()
    assert (finding["source"], finding["rule"], finding["value"], finding["rows"]) == (
        "b_erp",
        "key_of_another_source",
        "a_crm",
        1,
    )


def test_check_says_the_same_and_writes_nothing(desk: Desk) -> None:
    desk.put("客户.csv", ACCOUNTS)
    desk.put("订单.csv", MANY + "X,1,2026-02-30,K1,1\nS9,1,2026-11-05,K9,1\n")
    before = sorted(desk.company.folder.rglob("*"))
    report = check(desk.company)
    assert sorted(desk.company.folder.rglob("*")) == before
    assert [
        (file.source, file.rows_read, file.rows_good, file.rows_rejected) for file in report.files
    ] == [
        ("account", 2, 2, 0),
        ("order", 24, 23, 1),
    ]
    assert report.findings.get_column("value").to_list() == ["K9"]
    assert report.exit_code == 1
    assert report.as_dict()["files"][1]["rejects"][0]["rule"] == "ordered_on|impossible_date"
    loaded = desk.run()
    assert loaded.findings.equals(report.findings)
    assert check(desk.company).findings.equals(report.findings)
