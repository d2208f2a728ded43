"""A worksheet that comes back says whose it is; another company's or week's is refused (D-20)."""

from pathlib import Path

import pytest

from flows.errors import FileUnreadable
from flows.ingest import check
from flows.worksheet.identity import HIDDEN, read_identity
from tests.flows.small_company import make_company
from tests.flows.worksheet.desk import ANSWER, EAST, KEY, Desk
from tests.flows.worksheet.filling import fill, grid, rename_parts

pytestmark = pytest.mark.xdist_group("worksheet")


def refusal(desk: Desk) -> str:
    """What the run says of the one file it does not take, which stays where it lies."""
    report = desk.take_in(1)
    (problem,) = report.problems
    assert isinstance(problem, FileUnreadable)
    assert report.files.filter(source="worksheet").is_empty()
    assert [path.name for path in desk.inbox.iterdir()] == ["回复.why.xlsx"]
    assert "nothing of this file was loaded" in problem.state
    assert report.exit_code == 3
    return f"{problem.what} → {problem.remedy}"


def test_a_worksheet_says_which_pack_it_belongs_to(desk: Desk) -> None:
    found = read_identity(desk.sheet())
    pack = next(pack for pack in desk.edition.packs if pack.scope == EAST)
    assert found is not None
    assert (found.company, found.week, found.scope, found.edition) == (
        *("海川设备", "2026-W46", EAST),
        str(pack.edition),
    )
    assert [name for name, _ in grid(desk.sheet(), HIDDEN)] == list(vars(found))


def test_that_of_another_company_is_refused(desk: Desk) -> None:
    other = desk.inbox.parent / "other.xlsx"
    rename_parts(desk.sheet(), other, "海川设备", "远山仪器")
    fill(other, desk.inbox / "回复.why.xlsx", {0: ANSWER})
    assert refusal(desk) == (
        "回复.why.xlsx is a 5-Why worksheet of 远山仪器, and this is 海川设备 "
        "→ put it into the inbox of 远山仪器"
    )
    other.unlink()


def test_untouched_it_is_refused_as_well(desk: Desk) -> None:
    """Whoever put it there believes that it was read."""
    rename_parts(desk.sheet(), desk.inbox / "回复.why.xlsx", "海川设备", "远山仪器")
    assert "of 远山仪器" in refusal(desk)


def test_that_of_a_week_without_a_pack_is_refused(desk: Desk) -> None:
    rename_parts(desk.sheet(), desk.inbox / "回复.why.xlsx", "2026-W46", "2026-W31")
    said = refusal(desk)
    assert "is a 5-Why worksheet of 2026-W31, of which 海川设备 has no pack" in said
    assert "the newest is of 2026-W46" in said


def test_that_of_a_namesake_is_refused_by_the_content_of_its_pack(desk: Desk) -> None:
    pack = read_identity(desk.sheet())
    assert pack is not None
    rename_parts(desk.sheet(), desk.inbox / "回复.why.xlsx", pack.pack, "0" * 64)
    assert f"edition 1 of 2026-W46 for {EAST}, but no pack published here" in refusal(desk)


def test_lines_pasted_from_another_are_refused_with_their_rows(desk: Desk) -> None:
    """The case numbers are protected; one that was changed answers nothing here."""
    desk.answer("回复.why.xlsx", **ANSWER, 案例号=f"2026-W45:{KEY}")
    said = refusal(desk)
    assert "answers cases that no pack of 海川设备 has shown: row " in said
    assert f"first 2026-W45:{KEY}" in said


def test_before_anything_was_published_no_answer_can_be_right(desk: Desk, tmp_path: Path) -> None:
    desk.answer("回复.why.xlsx", **ANSWER)
    fresh = make_company(tmp_path / "fresh")
    fill(desk.inbox / "回复.why.xlsx", fresh.folder / "inbox" / "回复.why.xlsx", {})
    (problem,) = check(fresh).problems
    assert "of which 海川设备 has no pack" in problem.what
    assert "fupan review" in problem.remedy


def test_the_hidden_sheet_is_not_needed_where_the_cases_are_known(desk: Desk) -> None:
    """Some programs lose it; then the numbers of the cases tell."""
    bare = desk.inbox.parent / "bare.xlsx"
    rename_parts(desk.answer("回复.why.xlsx", **ANSWER), bare, f'name="{HIDDEN}"', 'name="Tabelle"')
    bare.replace(desk.inbox / "回复.why.xlsx")
    assert read_identity(desk.inbox / "回复.why.xlsx") is None
    assert not desk.take_in(1).problems
    assert desk.report.files.filter(source="worksheet")["rows_opened"].to_list() == [1]
