"""What people write on worksheets, week after week: nothing is settled for them (D-18, D-20)."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from rich.console import Console

from flows.render.wording import Wording
from flows.review import build_review, named_week
from flows.why import tree
from flows.why.documents import documents
from tests.flows.render.sentences import text
from tests.flows.worksheet.desk import ANSWER, EAST, KEY, WEEKS, Desk
from tests.flows.worksheet.filling import lines
from transforms.scopes import COMPANY
from transforms.views.book import Book
from transforms.views.cases import cases
from transforms.views.model import Table

pytestmark = pytest.mark.xdist_group("worksheet")

OTHER = ANSWER | {
    "根本原因": "两名老员工离职，客户没有人跟进",
    "措施": "一周内补齐客户交接",
    "负责人": "王芳",
    "填写人": "王芳",
}
DIFFER = "李强、王芳的回答不同，两种都保留；请共同确定一个，以下一份工作表为准"
WORDS = Wording("zh-CN", "CNY", 2026)


def told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """The case as `fupan why` prints it."""
    out = io.StringIO()
    monkeypatch.setattr(tree, "OUT", Console(file=out, width=400))
    book = Book(desk.inputs(), COMPANY, COMPANY)
    mine = [case for case in cases(book) if case.row["case_id"].endswith(KEY)]
    tree.print_chains(book, mine, WORDS)
    (document,) = documents(book, mine, WORDS)
    assert all(
        branch["text"] in out.getvalue() for branch in document["said"]["levels"][4]["sentences"]
    )
    return out.getvalue()


def register(desk: Desk) -> dict[str, dict[str, Any]]:
    """The countermeasures of the case by who answered."""
    items = desk.review.tables["action_item"].filter(pl.col("case_key") == KEY)
    return {row["action_id"].split("#")[1]: row for row in items.iter_rows(named=True)}


def act_lines(desk: Desk, code: str = "act_register") -> list[tuple[str, ...]]:
    """A table of the page of actions, in words; no lines where it is not there."""
    pages = [page for page in desk.pack().pages if page.code == "act"]
    tables = [block for page in pages for block in page.blocks if isinstance(block, Table)]
    return [
        tuple(text(WORDS, cell) for cell in row)
        for table in tables
        if table.code == code
        for row in table.rows
    ]


def test_two_people_who_differ_are_both_shown_until_they_agree(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answer("李强.why.xlsx", **ANSWER)
    desk.answer("王芳.why.xlsx", **OTHER)
    desk.sell(1, "1050.20")
    desk.monday(1)
    assert desk.answers().select("answered_by", "is_current", "is_conflicting").rows() == [
        ("李强", True, True),
        ("王芳", True, True),
    ]
    assert desk.thread()["is_conflicting"]
    assert (desk.thread()["answers"], desk.thread()["open_actions"]) == (2, 2)
    assert desk.evidence()["kind"].to_list() == ["answer", "answer", "question"]
    assert set(register(desk)) == {"李强", "王芳"}
    tree_said = told(desk, monkeypatch)
    for expected in (str(ANSWER["根本原因"]), str(OTHER["根本原因"]), DIFFER):
        assert tree_said.count(expected) == 1
    assert "根本原因是什么" in tree_said
    assert [(row[2], row[4]) for row in act_lines(desk, "act_conflict")] == [
        ("李强", ANSWER["根本原因"]),
        ("王芳", OTHER["根本原因"]),
    ]
    asked = [text(WORDS, row[2]) for row in decided(desk)]
    assert "李强、王芳的回答不同，请共同确定" in asked
    carried = [row for row in lines(desk.sheet()) if row["填写人"]]
    assert [row["根本原因"] for row in carried] == [ANSWER["根本原因"], OTHER["根本原因"]]

    desk.answer(
        "一致.why.xlsx",
        **ANSWER
        | {"措施": "", "填写人": "王芳", "期限": "", "负责人": ""}
        | {"影响指标": "", "预期变化": "", "状态": ""},
    )
    desk.sell(2, "1050.20")
    desk.monday(2)
    assert not desk.thread()["is_conflicting"]
    assert desk.evidence()["kind"].to_list() == ["answer", "earlier", "earlier"]
    current = desk.answers().filter("is_current")
    assert current.select("answered_by", "answered_in_week", "why").rows() == [
        ("王芳", WEEKS[1], ANSWER["根本原因"])
    ]
    assert desk.answers().height == 3
    assert set(register(desk)) == {"李强", "王芳"}
    assert act_lines(desk, "act_conflict") == []
    assert DIFFER not in told(desk, monkeypatch)


@pytest.fixture(scope="module")
def answered(published: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One answer, due on the Friday of the next week, which has been reviewed.

    Not to be changed; `carried` is a copy for one test.
    """
    desk = published.copied(tmp_path_factory.mktemp("answered") / "acme")
    desk.answer("回复.why.xlsx", **ANSWER | {"期限": date(2026, 11, 20)})
    desk.sell(1, "1050.20")
    return desk.monday(1)


@pytest.fixture
def carried(answered: Desk, tmp_path: Path) -> Desk:
    return answered.copied(tmp_path / "acme")


def test_the_same_words_in_another_hand_are_no_conflict(desk: Desk) -> None:
    desk.answer("李强.why.xlsx", **ANSWER)
    desk.answer(
        "王芳.why.xlsx",
        **ANSWER | {"填写人": "王芳", "根本原因": "合作前未做资质审核,渠道方数据造假。"},
    )
    desk.sell(1, "1050.20")
    desk.monday(1)
    assert not desk.thread()["is_conflicting"]
    assert desk.evidence()["kind"].to_list() == ["answer", "answer"]


@pytest.mark.parametrize(
    ("status", "is_done", "open_actions", "verdict"),
    [
        pytest.param("已完成", True, 0, "有效但不足，需调整", id="done"),
        pytest.param("进行中", False, 1, "有效但不足，需调整", id="late"),
        pytest.param("已取消", True, 0, "已取消", id="dropped"),
    ],
)
def test_a_status_is_brought_up_to_date_in_the_next_worksheet(
    carried: Desk, status: str, is_done: bool, open_actions: int, verdict: str
) -> None:
    desk = carried
    assert desk.thread()["open_actions"] == 1
    desk.change("状态.why.xlsx", 状态=status)
    desk.sell(2, "1050.20")
    desk.monday(2)
    item = register(desk)["李强"]
    assert (item["status"], item["is_done"], item["decided_in_week"]) == (status, is_done, WEEKS[0])
    assert desk.thread()["open_actions"] == open_actions
    (line,) = act_lines(desk)
    assert (line[5], line[-1]) == (status, verdict)
    asked = [text(WORDS, row[0]) for row in decided(desk)]
    assert ("优化渠道筛选标准" in asked) == (not is_done)


def decided(desk: Desk) -> list[Any]:
    """What page 1 asks to decide."""
    table = desk.pack().summary.decisions
    return [] if table is None else [*table.rows]


def test_an_answer_changed_later_takes_the_place_of_the_first_and_both_are_kept(
    carried: Desk,
) -> None:
    desk = carried
    before = desk.report.known_at
    desk.change("改.why.xlsx", 根本原因="渠道方的资质从来没有人负责")
    desk.sell(2, "1050.20")
    desk.monday(2)
    assert desk.answers().select("why", "is_current", "is_conflicting").rows() == [
        ("渠道方的资质从来没有人负责", True, False)
    ]
    with duckdb.connect(desk.company.committed, read_only=True) as connection:
        kept = connection.sql(
            "select why, known_to is null from core.answer order by known_from"
        ).fetchall()
    assert kept == [(ANSWER["根本原因"], False), ("渠道方的资质从来没有人负责", True)]
    then = build_review(desk.company, named_week(desk.company, WEEKS[1]), before)
    assert then.tables["case_answer"]["why"].to_list() == [ANSWER["根本原因"]]


def test_one_wrong_line_of_several_is_rejected_alone(desk: Desk) -> None:
    desk.answer("李强.why.xlsx", **ANSWER)
    desk.answer("王芳.why.xlsx", **OTHER | {"期限": "下周"})
    desk.sell(1, "1050.20")
    desk.monday(1)
    assert not desk.report.problems
    assert desk.report.rejects.select("rule", "column", "value").rows() == [
        ("due_on|not_a_date", "期限", "下周")
    ]
    assert desk.answers()["answered_by"].to_list() == ["李强"]
    assert desk.thread()["scope"] == EAST
