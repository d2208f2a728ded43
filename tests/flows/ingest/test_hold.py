"""Hard rules: each holds the file, names the evidence, and lets it pass where a person says so."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.company import open_company
from flows.errors import RunHeld
from flows.ingest import check, rebuild
from flows.ingest.journal import read_journal

from .conftest import COMPANY, MONDAY, OPPORTUNITY, ORDER, Desk, set_up

HEAD = "单号,行号,日期,客户,金额\n"
CONTROL = """
title = "对账"
entity = "control_total"
files = "对账*.csv"
[columns]
metric = { value = "sales_amount" }
scope_kind = { value = "company" }
scope = { value = "company" }
period_start = "开始"
period_end = "结束"
amount = "金额"
"""


def lines(first: int, last: int, *, year: int = 2026, width: int = 6, suffix: str = "") -> str:
    """Order lines of one week in November, one a document."""
    return HEAD + "".join(
        f"{number:0{width}d}{suffix},1,{year}-11-{2 + number % 7:02d},K1,{number}\n"
        for number in range(first, last + 1)
    )


def with_checks(text: str, checks: str) -> str:
    return f"{text}[checks]\n{checks}\n"


def only_problem(desk: Desk, weeks: int) -> RunHeld:
    """Run, and give the one problem; nothing of the source may have changed."""
    before = desk.known("order_line"), read_journal(desk.company)
    (problem,) = desk.run(weeks=weeks).problems
    assert isinstance(problem, RunHeld)
    assert problem.where
    assert problem.state
    assert desk.known("order_line").equals(before[0])
    assert read_journal(desk.company) == before[1]
    return problem


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with thirty order lines."""
    desk = set_up(tmp_path_factory.mktemp("hold") / "acme", order=ORDER)
    desk.put("订单.csv", lines(1, 30))
    desk.run()
    return desk.company.folder


@pytest.fixture
def loaded(thirty: Path, tmp_path: Path) -> Desk:
    """A copy of the company with thirty order lines."""
    return Desk(open_company(Path(shutil.copytree(thirty, tmp_path / "acme"))))


@pytest.mark.parametrize(
    ("content", "says", "remedy"),
    [
        pytest.param(lines(1, 12), "18 of 30 known rows (60%) are gone", "mode", id="shrunk"),
        pytest.param(
            lines(1, 30, year=2027),
            "30 of 30 known keys have ordered_on moved by 365 days, about 1.0 year(s), such as "
            "000001 / 1: 2026-11-03 → 2027-11-03",
            "look at the years",
            id="shifted by a year",
        ),
        pytest.param(
            lines(1, 30, year=1922), "moved by -37986 days, about -104.0", "years", id="two digits"
        ),
        pytest.param(
            lines(101, 130, year=2019),
            "2551 days away from all that is known (2026-11-02 to 2026-11-08) and 2572 days from",
            "look at the years",
            id="new rows far away",
        ),
        pytest.param(
            lines(1, 30, width=1),
            "30 new values of order_id (单号) are known ones but for zeros in front or decimals "
            "behind, such as 1 for 000001",
            'order_id = { source = "单号", pad_zeros = 6 }',
            id="leading zeros lost",
        ),
        pytest.param(
            lines(1, 30, width=1).replace(",1,2026", ",1.0,2026"),
            "such as 1 for 000001",
            "pad_zeros = 6",
            id="both columns of the key",
        ),
        pytest.param(
            lines(1, 30, width=1, suffix=".0"), "such as 1.0 for 000001", "as text", id="decimals"
        ),
        pytest.param(
            HEAD + "1.23E+10,1,2026-11-03,K1,5\n",
            "in scientific notation",
            "format the column as text",
            id="scientific",
        ),
        pytest.param(
            lines(1, 30)[:-3], "the last line has no line end", "export it again", id="cut off"
        ),
    ],
)
def test_suspicious_file_is_held_with_its_evidence(
    loaded: Desk, content: str, says: str, remedy: str
) -> None:
    loaded.put("订单.csv", content)
    problem = only_problem(loaded, weeks=1)
    assert says in problem.what
    assert remedy in problem.remedy


def test_check_says_what_the_file_alone_tells(loaded: Desk) -> None:
    loaded.put("订单.csv", lines(1, 30)[:-3])
    (problem,) = check(loaded.company, now=MONDAY).problems
    assert "the last line has no line end" in problem.what


def test_person_lets_a_held_file_pass_and_the_journal_says_so(loaded: Desk) -> None:
    path = loaded.put("订单.csv", lines(1, 12))
    remedy = only_problem(loaded, weeks=1).remedy
    assert path.exists()
    setting = remedy[remedy.index("accept = ") : remedy.index(" under [checks]")]
    loaded.source("order", with_checks(ORDER, setting))
    report = loaded.run(weeks=2)
    assert not report.problems
    assert report.files.get_column("versions_closed").to_list() == [18]
    entries = read_journal(loaded.company)
    assert "18 of 30 known rows" in entries[-1].accepted
    assert not entries[0].accepted
    before = loaded.dump()
    rebuild(loaded.company)
    assert loaded.dump() == before


def test_accepting_one_file_lets_no_other_pass(loaded: Desk) -> None:
    loaded.source("order", with_checks(ORDER, 'accept = ["0123456789ab"]'))
    loaded.put("订单.csv", lines(1, 12))
    assert "are gone" in only_problem(loaded, weeks=1).what


@pytest.mark.parametrize(
    ("content", "checks"),
    [
        pytest.param(lines(1, 15), "", id="half is still there"),
        pytest.param(lines(1, 3), "max_missing_share = 1", id="a setting allows it"),
        pytest.param(lines(1, 60), "", id="more rows"),
        pytest.param(
            lines(1, 30).replace("2026-11-03", "2025-11-03"), "", id="some rows of last year"
        ),
        pytest.param(lines(1, 31).replace("000031", "31A"), "", id="a key of another form"),
    ],
)
def test_ordinary_change_is_loaded(loaded: Desk, content: str, checks: str) -> None:
    loaded.source("order", with_checks(ORDER, checks))
    loaded.put("订单.csv", content)
    assert not loaded.run(weeks=1).problems


def test_short_snapshot_of_few_rows_says_nothing(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(order=ORDER)
    desk.put("订单.csv", lines(1, 19))
    desk.run()
    desk.put("订单.csv", lines(1, 1))
    assert not desk.run(weeks=1).problems


def test_files_of_one_snapshot_are_judged_together(loaded: Desk) -> None:
    loaded.put("订单_a.csv", lines(1, 12))
    loaded.put("订单_b.csv", lines(13, 30))
    report = loaded.run(weeks=1)
    assert not report.problems
    assert len(loaded.amounts()) == 30


def test_padding_the_key_takes_the_same_rows_in_once(loaded: Desk) -> None:
    loaded.put("订单.csv", lines(1, 30, width=1))
    remedy = only_problem(loaded, weeks=1).remedy
    line = remedy[remedy.index("order_id = ") : remedy.index(" in the source file")]
    loaded.source("order", ORDER.replace('order_id = "单号"', line))
    report = loaded.run(weeks=2)
    assert not report.problems
    assert report.files.get_column("rows_unchanged").to_list() == [30]
    assert len(loaded.amounts()) == 30


@pytest.mark.parametrize(
    ("limit", "weeks", "is_held"),
    [
        pytest.param(21, 1, False, id="young enough"),
        pytest.param(13, 1, True, id="too old"),
    ],
)
def test_export_older_than_allowed(loaded: Desk, limit: int, weeks: int, is_held: bool) -> None:
    loaded.source("order", with_checks(ORDER, f"max_age_days = {limit}"))
    loaded.put("订单.csv", lines(1, 31))
    report = loaded.run(weeks=weeks)
    assert bool(report.problems) == is_held
    if is_held:
        assert "the newest ordered_on is 2026-11-08, 15 days before" in report.problems[0].what


@pytest.mark.parametrize(
    ("stated", "tolerance", "is_held"),
    [
        pytest.param("465", "0.00", False, id="tied"),
        pytest.param("465.01", "0.00", True, id="a cent"),
        pytest.param("465.01", "0.01", False, id="within the tolerance"),
    ],
)
def test_control_total_of_the_same_run(
    make_desk: Callable[..., Desk], stated: str, tolerance: str, is_held: bool
) -> None:
    settings = f"{COMPANY}[ingest]\ncontrol_total_tolerance = {tolerance}\n"
    desk = make_desk(settings, a_order=ORDER, z_control=CONTROL)
    desk.put("订单.csv", lines(1, 30))
    desk.put("对账.csv", f"开始,结束,金额\n2026-11-02,2026-11-08,{stated}\n")
    report = desk.run()
    assert bool(report.problems) == is_held
    assert len(desk.amounts()) == (0 if is_held else 30)
    if is_held:
        assert "the system states 465.01, the rows add up to 465.00 (-0.01;" in (
            report.problems[0].what
        )
    desk.put("订单.csv", lines(1, 31))
    assert not desk.run(weeks=1).problems, "an old total says nothing about what came later"


def test_own_share_of_rejects_goes_before_the_companys(make_desk: Callable[..., Desk]) -> None:
    bad = lines(1, 30) + "X,1,2026-11-03,K1,待核价\n"
    desk = make_desk(order=with_checks(ORDER, "max_reject_share = 0.03"))
    desk.put("订单.csv", bad)
    assert "max_reject_share allows 3%" in desk.run().problems[0].what
    desk.source("order", with_checks(ORDER, "max_reject_share = 0.04"))
    assert not desk.run(weeks=1).problems


def test_first_file_has_nothing_to_be_compared_with(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(opportunity=OPPORTUNITY)
    desk.put("商机.csv", "编号,阶段,关闭\nO1,谈判,")
    assert not desk.run().problems
    desk.put("商机2.csv", "编号,阶段,关闭\nO2,谈判,")
    assert not desk.run(weeks=1).problems, "no file of this source ever ended with a line end"
