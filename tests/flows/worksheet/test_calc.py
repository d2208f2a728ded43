"""A worksheet that was filled in and saved with LibreOffice Calc is read like any other.

What Calc 7.4 makes of a worksheet was looked at once, with its own interface: every list holds what
it is to hold, that of countermeasures follows the class of its line, protected cells refuse what
is typed, and a way over ODS and back changes none of it.
"""

import re
import zipfile
from datetime import date

import polars as pl
import pytest

from flows.worksheet.identity import read_identity
from tests.flows.worksheet.desk import ANSWER, Desk
from tests.flows.worksheet.filling import PART, lines, saved_by_calc

pytestmark = pytest.mark.xdist_group("worksheet")

DUE = date(2026, 11, 29)
WHY = "合作前未做资质审核\n第二行：渠道方 <数据> & 造假"


def test_an_answer_saved_by_calc_is_read(desk: Desk) -> None:
    path = desk.answer("回复.why.xlsx", **{**ANSWER, "根本原因": WHY, "预期变化": 0.03})
    before, whose = lines(path), read_identity(path)
    saved_by_calc(path)
    assert lines(path)[: len(before)] == before
    assert read_identity(path) == whose
    assert whose is not None
    desk.monday(1)
    assert not desk.report.problems
    file = desk.report.files.filter(pl.col("source") == "worksheet")
    assert file.select("rows_read", "rows_opened", "rows_rejected").rows() == [(1, 1, 0)]
    said = desk.answers().row(0, named=True)
    assert said["why"] == WHY
    assert (said["due_on"], said["cause_class"]) == (date(2026, 11, 29), "execution")
    assert (said["effect_metric"], float(said["effect_delta"])) == ("sales_amount", 0.03)


def test_untouched_it_comes_back_from_calc_as_nothing(desk: Desk) -> None:
    path = desk.inbox / desk.sheet().name
    path.write_bytes(desk.sheet().read_bytes())
    saved_by_calc(path)
    desk.take_in(0)
    assert not desk.report.problems
    file = desk.report.files.filter(pl.col("source") == "worksheet")
    assert file["rows_read"].to_list() == [0]


def test_a_day_that_is_a_formula_counts_as_calc_worked_it_out(desk: Desk) -> None:
    """=TODAY()+7, as somebody typed it: what was saved is meant, not what it would be today."""
    path = saved_by_calc(desk.answer("回复.why.xlsx", **{**ANSWER, "期限": DUE}))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    day = (DUE - date(1899, 12, 30)).days
    formula = f'<f aca="false">TODAY()+7</f><v>{day}</v>'
    parts[PART], count = re.subn(rf"<v>{day}</v>", formula, parts[PART])
    assert count == 1
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    desk.monday(1)
    assert desk.answers()["due_on"].to_list() == [DUE]
