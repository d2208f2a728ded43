"""The drop-down of countermeasures offers those of the class of the cause, and is read back."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from flows.render.wording import LocaleName
from flows.worksheet.identity import Identity
from flows.worksheet.workbook import write_worksheet
from tests.flows.worksheet.desk import ANSWER, Desk
from tests.flows.worksheet.filling import grid, lines

pytestmark = pytest.mark.xdist_group("worksheet")

MEASURES: Final = (("strategy", ("改定价",)), ("external", ("换供应商", "提前备货")))
"""Nothing for execution."""
LISTS: Final = {"zh-CN": "选项", "en": "Lists"}
BOTH = pytest.mark.parametrize("locale", ["zh-CN", "en"])


def written(desk: Desk, path: Path, locale: LocaleName) -> dict[str, str]:
    """A worksheet with measures of two classes; its parts by name."""
    view = desk.pack()
    assert view.worksheet is not None
    offered = replace(view, worksheet=replace(view.worksheet, countermeasures=MEASURES))
    write_worksheet(path, offered, locale, Identity("海川", "2026-W46", "东部一队", "1", "0" * 64))
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def chosen_from(path: Path, parts: dict[str, str], locale: LocaleName) -> dict[str, list[str]]:
    """The words that each named list stands for."""
    named = re.findall(
        r"<definedName name=\"(fupan_measures_\d)\">([^<]+)</definedName>", parts["xl/workbook.xml"]
    )
    cells = grid(path, LISTS[locale])
    found = {}
    for name, place in named:
        letter, last = re.search(r"\$([A-Z])\$1:\$\1\$(\d+)$", place).groups()  # type: ignore[union-attr]
        column = ord(letter) - ord("A")
        found[name] = [cells[row][column] for row in range(int(last))]
    return found


@BOTH
def test_each_class_has_its_list_and_without_a_class_there_is_that_of_all(
    desk: Desk, tmp_path: Path, locale: LocaleName
) -> None:
    path = tmp_path / "sheet.xlsx"
    parts = written(desk, path, locale)
    every = ["改定价", "换供应商", "提前备货"]
    assert chosen_from(path, parts, locale) == {
        "fupan_measures_0": every,
        "fupan_measures_1": ["改定价"],
        "fupan_measures_2": every,
        "fupan_measures_3": ["换供应商", "提前备货"],
    }


@BOTH
def test_the_list_follows_the_class_of_its_own_line(
    desk: Desk, tmp_path: Path, locale: LocaleName
) -> None:
    path = tmp_path / "sheet.xlsx"
    sheet = written(desk, path, locale)["xl/worksheets/sheet1.xml"]
    (formula,) = re.findall(r"<formula1>(INDIRECT\([^<]*)</formula1>", sheet)
    cell, words = re.search(  # type: ignore[union-attr]
        r"MATCH\(\$([A-Z])3,'[^']+'!\$([A-Z])\$1:\$\2\$3,0\)", formula
    ).groups()
    _, heads, *_ = grid(path)
    assert heads[ord(cell) - ord("A")] in {"原因类别", "Cause class"}
    listed = [row[ord(words) - ord("A")] for row in grid(path, LISTS[locale])[:3]]
    assert listed in (["策略有效性", "执行问题", "外部因素"], ["Strategy", "Execution", "External"])


def test_a_company_without_a_playbook_has_no_list_and_its_answers_are_read(desk: Desk) -> None:
    with zipfile.ZipFile(desk.sheet()) as book:
        assert "fupan_measures" not in book.read("xl/workbook.xml").decode()
    desk.answer("回复.why.xlsx", **{**ANSWER, "措施": "自拟的措施", "原因类别": "外部因素"})
    desk.monday(1)
    assert not desk.report.problems
    said = desk.answers().row(0, named=True)
    assert (said["action"], said["cause_class"]) == ("自拟的措施", "external")
    assert any(row["措施"] == "自拟的措施" for row in lines(desk.sheet()))
