"""Extracts that overlap, come late or in another form: each fact counts once, in its last state."""

from collections.abc import Callable

import pytest

from flows.errors import RunHeld
from flows.ingest import rebuild
from flows.ingest.journal import read_journal

from .conftest import COMPANY, OPPORTUNITY, Desk

INVOICE = """
title = "发票"
entity = "invoice"
files = "发票*.csv"
mode = "{mode}"
[columns]
invoice_id = "发票号"
invoiced_on = "日期"
gross_amount = "金额"
"""
LINE = """
title = "销售明细"
entity = "order_line"
files = "明细*.csv"
mode = "delta"
[columns]
order_id = "单号"
line_number = { generate = "content_key" }
document_kind = { value = "sale" }
ordered_on = "日期"
net_amount = "金额"
"""
DATED = OPPORTUNITY + "[checks]\nas_of = '_(\\d{8})'\n"
INVOICES = "发票号,日期,金额\n"
STAGES = "编号,阶段,关闭\n"


def invoices(desk: Desk) -> dict[str, float]:
    rows = desk.known("invoice").select("invoice_id", "gross_amount")
    return {str(key): float(amount) for key, amount in rows.iter_rows()}


def stages(desk: Desk) -> dict[str, str]:
    return dict(desk.known("opportunity").select("opportunity_id", "stage").iter_rows())


@pytest.mark.parametrize("weeks", [0, 1], ids=["one run", "two runs"])
@pytest.mark.parametrize("mode", ["delta", "snapshot"])
def test_invoice_in_two_yearly_files_counts_once(
    make_desk: Callable[..., Desk], mode: str, weeks: int
) -> None:
    desk = make_desk(invoice=INVOICE.format(mode=mode))
    first = INVOICES + "F1,2025-12-30,10\nF2,2025-12-31,20\n"
    second = INVOICES + "F2,2025-12-31,20\nF3,2026-01-01,30\n"
    desk.put("发票_2025.csv", first)
    if weeks:
        desk.run()
        desk.put("发票_2025.csv", first)
    desk.put("发票_2026.csv", second)
    assert not desk.run(weeks=weeks).problems
    assert invoices(desk) == {"F1": 10, "F2": 20, "F3": 30}


def test_line_without_a_key_in_two_overlapping_files_counts_once(
    make_desk: Callable[..., Desk],
) -> None:
    """Two identical lines of one file are two; the same two lines in the next file are no more."""
    desk = make_desk(line=LINE)
    head, twice = "单号,日期,金额\n", "S1,2025-12-31,5\n" * 2
    desk.put("明细_2025.csv", head + "S0,2025-12-30,1\n" + twice)
    desk.run()
    desk.put("明细_2026.csv", head + twice + "S2,2026-01-01,7\n")
    report = desk.run(weeks=1)
    assert report.files.select("rows_opened", "rows_unchanged").row(0) == (1, 2)
    amounts = desk.known("order_line").get_column("net_amount").sort().to_list()
    assert amounts == [1, 5, 5, 7]


def test_delta_without_leading_zeros_is_held_then_matched(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(invoice=INVOICE.format(mode="delta"))
    desk.put("发票_1.csv", INVOICES + "0012,2026-11-03,10\n0013,2026-11-04,20\n")
    desk.run()
    desk.put("发票_2.csv", INVOICES + "12,2026-11-03,11\n13,2026-11-04,20\n77,2026-11-05,5\n")
    (problem,) = desk.run(weeks=1).problems
    assert 'write invoice_id = { source = "发票号", pad_zeros = 4 }' in problem.remedy
    assert invoices(desk) == {"0012": 10, "0013": 20}
    padded = 'invoice_id = { source = "发票号", pad_zeros = 4 }'
    text = INVOICE.format(mode="delta").replace('invoice_id = "发票号"', padded)
    desk.source("invoice", text)
    assert not desk.run(weeks=2).problems
    assert invoices(desk) == {"0012": 11, "0013": 20, "0077": 5}


@pytest.fixture
def dated(make_desk: Callable[..., Desk]) -> Desk:
    """Deals as of the 16th are known, and as of the 2nd."""
    desk = make_desk(opportunity=DATED)
    desk.put("商机_20261102.csv", STAGES + "O1,需求确认,\nO2,需求确认,\nO3,需求确认,\n")
    desk.run()
    desk.put("商机_20261116.csv", STAGES + "O1,谈判,\nO2,需求确认,\n")
    desk.run(weeks=1)
    return desk


def test_older_delta_that_comes_late_replaces_nothing_newer(dated: Desk) -> None:
    desk = dated
    desk.put("商机_20261109.csv", STAGES + "O1,需求确认,\nO2,谈判,\nO3,谈判,\nO4,谈判,\n")
    report = desk.run(weeks=2)
    assert not report.problems
    assert stages(desk) == {"O1": "谈判", "O2": "需求确认", "O3": "谈判", "O4": "谈判"}
    counts = ("rows_read", "rows_opened", "rows_superseded")
    assert report.files.select(counts).row(0) == (4, 2, 2)
    assert len(read_journal(desk.company)[-1].later) == 1
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before


def test_deletion_counts_as_of_its_own_day(make_desk: Callable[..., Desk]) -> None:
    text = DATED.replace("[checks]", '[tombstone]\ncolumn = "删除"\n[checks]')
    head = "编号,阶段,关闭,删除\n"
    desk = make_desk(opportunity=text)
    desk.put("商机_20261116.csv", head + "O1,谈判,,0\nO2,谈判,,1\n")
    desk.run()
    desk.put("商机_20261109.csv", head + "O1,谈判,,1\nO2,需求确认,,0\nO3,谈判,,0\n")
    assert not desk.run(weeks=1).problems
    assert stages(desk) == {"O1": "谈判", "O3": "谈判"}


def test_changed_settings_read_late_files_in_the_order_of_their_days(dated: Desk) -> None:
    desk = dated
    desk.put("商机_20261109.csv", STAGES + "O1,需求确认,\nO2,谈判,\nO3,谈判,\n")
    desk.run(weeks=2)
    desk.source(
        "opportunity", DATED.replace("[columns]\n", '[columns]\nlost_reason = { value = "-" }\n')
    )
    assert not desk.run(weeks=3).problems
    assert stages(desk) == {"O1": "谈判", "O2": "需求确认", "O3": "谈判"}


def test_files_of_one_run_are_taken_in_the_order_of_their_days(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(opportunity=DATED)
    desk.put("商机a_20261116.csv", STAGES + "O1,谈判,\n")
    desk.put("商机b_20261109.csv", STAGES + "O1,需求确认,\n")
    desk.run()
    assert stages(desk) == {"O1": "谈判"}


def test_snapshots_of_two_days_in_one_run_are_known_one_after_the_other(
    make_desk: Callable[..., Desk],
) -> None:
    text = INVOICE.format(mode="snapshot") + "[checks]\nas_of = '_(\\d{8})'\n"
    desk = make_desk(COMPANY, invoice=text)
    desk.put("发票_20261116.csv", INVOICES + "F1,2026-11-03,9\n")
    desk.put("发票_20261109.csv", INVOICES + "F1,2026-11-03,10\nF2,2026-11-04,20\n")
    report = desk.run()
    assert not report.problems
    assert report.files["file_name"].to_list() == ["发票_20261109.csv", "发票_20261116.csv"]
    assert report.files["versions_closed"].to_list() == [0, 2], "what the newer one lacks, too"
    assert invoices(desk) == {"F1": 9}
    assert not desk.run(weeks=1).files.height


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("发票_20261109.csv", "an older snapshot than 1", id="older snapshot"),
        pytest.param("发票_新.csv", "its name states no day", id="no day in the name"),
    ],
)
def test_snapshot_that_may_be_older_is_held(
    make_desk: Callable[..., Desk], name: str, says: str
) -> None:
    text = INVOICE.format(mode="snapshot") + "[checks]\nas_of = '_(\\d{8})'\n"
    desk = make_desk(COMPANY, invoice=text)
    desk.put("发票_20261116.csv", INVOICES + "F1,2026-11-03,10\n")
    desk.run()
    path = desk.put(name, INVOICES + "F1,2026-11-03,9\n")
    (problem,) = desk.run(weeks=1).problems
    assert isinstance(problem, RunHeld)
    assert says in problem.what
    assert problem.remedy
    assert invoices(desk) == {"F1": 10}
    assert path.exists()
