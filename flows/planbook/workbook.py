"""Writes the plan workbook: drop-downs, validation, an example row, formulas nobody can break."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from flows.planbook.layout import (
    YES_NO,
    Example,
    Language,
    PlanSheet,
    SheetColumn,
    SheetFormula,
    layout,
)
from transforms.catalogue import CATALOGUE
from transforms.tables import ENTITIES

ROWS: Final = 400
"""Rows below the example that formulas and validation are laid under."""
_NOTE_ROW, _HEAD_ROW, _EXAMPLE_ROW, _FIRST_ROW = 0, 1, 2, 3
_LAST_ROW: Final = _FIRST_ROW + ROWS - 1
_LISTS: Final[dict[Language, str]] = {"zh": "选项", "en": "Lists"}
_METRIC, _YES_NO = "metric", "yes_no"
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)
_MADE_ON: Final = datetime(2020, 1, 1)  # noqa: DTZ001 -- a workbook knows no zone; the same bytes
_MAY: Final = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "sort": True,
    "autofilter": True,
}
"""What a protected sheet lets people do besides filling it in; there is no password."""
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "required": "必填",
        "list": "请从列表中选择",
        "date": "请填日期，如 2026-12-31",
        "number": "这里一般是数字；比率写 30% 或 0.3",
        "fraction": "请填 0 到 1 之间的比例，如 90%",
        "above": "{note}　「示例」行不会被读取；灰色列是公式，不用填。",
    },
    "en": {
        "required": "Required",
        "list": "Choose from the list",
        "date": "Give a date such as 2026-12-31",
        "number": "Usually a number; write a rate as 30% or 0.3",
        "fraction": "Give a fraction between 0 and 1, such as 90%",
        "above": "{note} The Example row is not read; grey columns are formulas.",
    },
}


def write_plan_workbook(path: Path, language: Language) -> None:
    """Write the empty workbook.

    Raises xlsxwriter.exceptions.FileCreateError (an OSError on a full disk) where it cannot be
    written.
    """
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _MADE_ON})
        forms = _forms(book)
        ranges = _list_ranges(language)
        for sheet in layout().sheets:
            page = book.add_worksheet(sheet.title(language))
            _write_sheet(page, sheet, language, forms, ranges)
        _write_lists(book.add_worksheet(_LISTS[language]), language, forms["note"])


def _forms(book: xlsxwriter.Workbook) -> dict[str, Format]:
    free = {"locked": False, "valign": "top"}
    example = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2", "valign": "top"}
    return {
        "note": book.add_format({"text_wrap": True, "valign": "top", "font_color": "#404040"}),
        "head": book.add_format({"bold": True, "bg_color": "#D9D9D9", "text_wrap": True}),
        "required": book.add_format({"bold": True, "bg_color": "#BFBFBF", "text_wrap": True}),
        "computed": book.add_format({"bold": True, "bg_color": "#F2F2F2", "text_wrap": True}),
        "text": book.add_format(free),
        "as_text": book.add_format(free | {"num_format": "@"}),
        "day": book.add_format(free | {"num_format": "yyyy-mm-dd"}),
        "number": book.add_format(free),
        "example_text": book.add_format(example),
        "example_as_text": book.add_format(example | {"num_format": "@"}),
        "example_day": book.add_format(example | {"num_format": "yyyy-mm-dd"}),
        "example_number": book.add_format(example),
    }


def _form(sheet: PlanSheet, column: SheetColumn) -> str:
    """Name the form of a column's cells: a percentage with a note beside it is a text."""
    kind = sheet.kind(column)
    if column.note_column is not None:
        return "as_text"
    if isinstance(kind, pl.Date):
        return "day"
    return "number" if kind.is_numeric() else "text"


def _write_sheet(
    page: Worksheet,
    sheet: PlanSheet,
    language: Language,
    forms: Mapping[str, Format],
    ranges: Mapping[str, str],
) -> None:
    words = _WORDS[language]
    width = len(sheet.columns) + len(sheet.formulas)
    note = words["above"].format(note=sheet.note(language))
    page.merge_range(_NOTE_ROW, 0, _NOTE_ROW, min(width, 10) - 1, note, forms["note"])
    page.set_row(_NOTE_ROW, 48)
    page.freeze_panes(_HEAD_ROW + 1, 1)
    schema = ENTITIES[sheet.entity].columns()
    for place, column in enumerate(sheet.columns):
        form = _form(sheet, column)
        page.set_column(place, place, column.width, forms[form])
        is_required = not schema[column.column].nullable
        head = forms["required" if is_required else "head"]
        page.write_string(_HEAD_ROW, place, column.title(language), head)
        if is_required:
            page.write_comment(_HEAD_ROW, place, words["required"])
        example = column.example_in(language)
        if isinstance(example, bool):
            example = YES_NO[language][0 if example else 1]
        _write(page, _EXAMPLE_ROW, place, example, forms[f"example_{form}"])
        if rule := _validation(sheet, column, words, ranges):
            page.data_validation(_FIRST_ROW, place, _LAST_ROW, place, rule)
    letters = {column.column: xl_col_to_name(place) for place, column in enumerate(sheet.columns)}
    for place, formula in enumerate(sheet.formulas, len(sheet.columns)):
        page.set_column(place, place, formula.width)
        page.write_string(_HEAD_ROW, place, formula.title(language), forms["computed"])
        for line in range(_FIRST_ROW, _LAST_ROW + 1):
            page.write_formula(
                line, place, _formula(formula, letters, line + 1, language), None, ""
            )
    page.protect("", _MAY)


def _write(page: Worksheet, line: int, place: int, cell: Example | None, form: Format) -> None:
    if cell is None:
        page.write_blank(line, place, None, form)
    elif isinstance(cell, date):
        page.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), form)  # noqa: DTZ001
    elif isinstance(cell, str):
        page.write_string(line, place, cell, form)
    else:
        page.write_number(line, place, cell, form)


def _validation(
    sheet: PlanSheet, column: SheetColumn, words: Mapping[str, str], ranges: Mapping[str, str]
) -> dict[str, Any] | None:
    """What Excel lets be typed; where other words are right, too, it only warns."""
    kind = sheet.kind(column)
    is_open = column.is_metric or column.suggest is not None
    name = column.words or column.suggest or (_METRIC if column.is_metric else None)
    if isinstance(kind, pl.Boolean):
        name = _YES_NO
    if name is not None:
        return {
            "validate": "list",
            "source": ranges[name],
            "error_message": words["list"],
            "error_type": "warning" if is_open else "stop",
        }
    if isinstance(kind, pl.Date):
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": _EARLIEST,
            "maximum": _LATEST,
            "error_message": words["date"],
        }
    if sheet.entity == "commercial_term" and column.column == "value":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": 1,
            "error_message": words["fraction"],
        }
    if kind.is_numeric() and column.note_column is None:
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e15,
            "maximum": 1e15,
            "error_message": words["number"],
            "error_type": "warning",
        }
    return None


def _formula(
    formula: SheetFormula, letters: Mapping[str, str], line: int, language: Language
) -> str:
    text = formula.formula
    for column, letter in letters.items():
        whole = f"${letter}${_FIRST_ROW + 1}:${letter}${_LAST_ROW + 1}"
        text = text.replace(f"{{{column}:all}}", whole).replace(f"{{{column}}}", f"${letter}{line}")
    for name, codes in layout().words.items():
        for code, word in codes.items():
            text = text.replace(f"{{word:{name}.{code}}}", word.of(language))
    return f"={text}"


def _lists(language: Language) -> dict[str, tuple[str, ...]]:
    """Every list of words that a column is chosen from, by its name."""
    found = {
        name: tuple(word.of(language) for word in codes.values())
        for name, codes in layout().words.items()
    }
    found |= {name: layout().suggestions(name, language) for name in layout().suggest}
    titles = (m.title_zh if language == "zh" else m.title_en for m in CATALOGUE.values())
    return found | {_METRIC: tuple(titles), _YES_NO: YES_NO[language]}


def _list_ranges(language: Language) -> dict[str, str]:
    """Where on the sheet of lists each list stands."""
    sheet, found = _LISTS[language], {}
    for place, (name, words) in enumerate(_lists(language).items()):
        letter = xl_col_to_name(place)
        found[name] = f"='{sheet}'!${letter}$2:${letter}${len(words) + 1}"
    return found


def _write_lists(page: Worksheet, language: Language, form: Format) -> None:
    for place, (name, words) in enumerate(_lists(language).items()):
        page.set_column(place, place, 16)
        page.write_string(0, place, name, form)
        for line, word in enumerate(words, 1):
            page.write_string(line, place, word)
    page.protect("", _MAY)
