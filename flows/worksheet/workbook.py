"""Writes a worksheet: the chain protected, yellow cells to fill, drop-downs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet as Page

from flows.errors import PlatformError
from flows.planbook.layout import Language
from flows.render.wording import LocaleName, Wording
from flows.worksheet.identity import Identity, write_identity
from flows.worksheet.layout import HEAD_ROW, SHEET, Column, language_of, layout
from transforms.views.model import PackView, SheetLine, Worksheet
from transforms.views.worksheet import PARTS

_LISTS: Final[Mapping[Language, str]] = {"zh": "选项", "en": "Lists"}
_CLASS: Final = "cause_class"
_MEASURES: Final = "countermeasures"
_NAME: Final = "fupan_measures_"
"""Named list of countermeasures, with the number of the class of cause."""
_MADE_ON: Final = datetime(2020, 1, 1)  # noqa: DTZ001 -- a workbook knows no zone; the same bytes
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)
_LONGEST_CELL: Final = 32_000
_HIDDEN: Final = frozenset({"driver", "segment"})
_MAY: Final = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
    "autofilter": True,
}
"""What the protected sheet lets people do besides filling it in; there is no password."""
_SAID: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "list": "请从列表中选择",
        "open": "列表外的内容也可以填写",
        "date": "请填日期，如 2026-12-31",
        "number": "请填数字；比率的变化写 3% 或 0.03",
    },
    "en": {
        "list": "Choose from the list",
        "open": "Anything else may be typed, too",
        "date": "Give a date such as 2026-12-31",
        "number": "Give a number; write the change of a rate as 3% or 0.03",
    },
}


def write_worksheet(path: Path, view: PackView, locale: LocaleName, identity: Identity) -> None:
    """Write the worksheet of a pack that has one; raises PlatformError where it cannot be.

    Headings stand in row `HEAD_ROW` of the sheet `SHEET`; the source of `flows.worksheet.source`
    reads it back. A hidden sheet says which pack it belongs to.
    """
    if view.worksheet is None:
        return
    language = language_of(locale)
    wording = Wording(locale, view.currency, view.starts_on.year)
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _MADE_ON})
    lists = _lists(view.worksheet, language)
    page = book.add_worksheet(SHEET)
    _write_head(book, page, view, wording, language)
    forms = _forms(book)
    for place, column in enumerate(layout().columns):
        hidden = {"hidden": True} if column.column in _HIDDEN else {}
        page.set_column(place, place, column.width, None, hidden)
    lines = view.worksheet.lines
    titles = {name.code: wording.cell(name) for name in view.worksheet.metrics}
    for number, line in enumerate(lines, HEAD_ROW):
        _write_line(page, number, line, wording, forms, titles)
    _validate(page, len(lines), lists, language)
    page.protect("", _MAY)
    _name_lists(book, lists, language)
    _write_lists(book.add_worksheet(_LISTS[language]), lists)
    write_identity(book, identity)
    try:
        book.close()
    except FileCreateError as error:
        message = f"{path.name} cannot be written: {error}"
        remedy = "give this user the right to write there, then run the same command again"
        raise PlatformError(message, where=str(path.parent), remedy=remedy) from error


def _forms(book: xlsxwriter.Workbook) -> dict[str, Format]:
    fill = {
        "locked": False,
        "bg_color": "#FFF8DC",
        "valign": "top",
        "border": 1,
        "border_color": "#D0C8A0",
        "text_wrap": True,
    }
    return {
        "chain": book.add_format({"valign": "top", "text_wrap": True, "font_color": "#303030"}),
        "code": book.add_format({"valign": "top", "font_color": "#909090", "font_size": 8}),
        "text": book.add_format(fill),
        "day": book.add_format(fill | {"num_format": "yyyy-mm-dd"}),
        "number": book.add_format(fill | {"num_format": "General"}),
    }


def _write_head(
    book: xlsxwriter.Workbook, page: Page, view: PackView, wording: Wording, language: Language
) -> None:
    """The week and what to do, above the headings; what is to be filled has a yellow heading."""
    columns = layout().columns
    note = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#404040"})
    words = layout().note
    text = f"{view.company}　{wording.week_of(view)}　{words.zh if language == 'zh' else words.en}"
    page.merge_range(HEAD_ROW - 2, 0, HEAD_ROW - 2, len(columns) - 1, text, note)
    page.set_row(HEAD_ROW - 2, 34)
    page.freeze_panes(HEAD_ROW, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW - 1)
    heads = {
        is_filled: book.add_format(
            {"bold": True, "text_wrap": True, "bg_color": "#FFE699" if is_filled else "#D9D9D9"}
        )
        for is_filled in (True, False)
    }
    for place, column in enumerate(columns):
        page.write_string(HEAD_ROW - 1, place, column.title(language), heads[column.is_filled])


def _write_line(
    page: Page,
    number: int,
    line: SheetLine,
    wording: Wording,
    forms: Mapping[str, Format],
    titles: Mapping[str, str],
) -> None:
    said: dict[str, Any] = dict(zip(PARTS, line.chain, strict=True)) if line.chain else {}
    for place, column in enumerate(layout().columns):
        if column.chain is not None:
            text = _plain(wording, said[column.chain]) if said else ""
            page.write_string(number, place, text, forms["chain"])
        else:
            cell, form = _cell(line, column, language_of(wording.locale), titles)
            _write(page, (number, place), cell, forms[form])


def _plain(wording: Wording, cell: Any) -> str:  # noqa: ANN401 -- any cell of a view
    """A cell as text; a line for each sentence of a level."""
    cells = getattr(cell, "cells", None)
    if cells is not None and getattr(cell, "joint", None) == "list":
        lines = (str(wording.cell(each).striptags()) for each in cells)
        return "\n".join(filter(None, lines))[:_LONGEST_CELL]
    return str(wording.cell(cell).striptags())[:_LONGEST_CELL]


def _cell(
    line: SheetLine, column: Column, language: Language, titles: Mapping[str, str]
) -> tuple[object, str]:
    """What stands in a column of the entity, and the form of the cell."""
    name = str(column.column)
    if not column.is_filled:
        return getattr(line, name), "code"
    value = None if line.given is None else getattr(line.given, name)
    if column.words is not None and value is not None:
        value = layout().words[column.words][value].of(language)
    if name == "effect_metric" and value is not None:
        value = titles.get(value, value)
    form = {"due_on": "day", "effect_delta": "number"}.get(name, "text")
    return value, form


def _write(page: Page, place: tuple[int, int], value: object, form: Format) -> None:
    match value:
        case None:
            page.write_blank(*place, None, form)
        case date():
            page.write_datetime(*place, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001
        case int() | Decimal():
            page.write_number(*place, value, form)
        case _:
            page.write_string(*place, str(value)[:_LONGEST_CELL], form)


def _validate(
    page: Page, count: int, lists: Mapping[str, Sequence[str]], language: Language
) -> None:
    said, last = _SAID[language], HEAD_ROW + count - 1
    for place, column in enumerate(layout().columns):
        rule: dict[str, Any] | None = None
        name = column.words or column.suggest
        if name is not None and lists[name]:
            is_open = column.suggest is not None
            source = _place(lists, name, language)
            rule = {
                "validate": "list",
                "source": _of_class(lists, language) if name == _MEASURES else source,
                "error_message": said["open" if is_open else "list"],
                "error_type": "information" if is_open else "stop",
            }
        elif column.column == "due_on":
            rule = {
                "validate": "date",
                "criteria": "between",
                "minimum": _EARLIEST,
                "maximum": _LATEST,
                "error_message": said["date"],
            }
        elif column.column == "effect_delta":
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -1e15,
                "maximum": 1e15,
                "error_message": said["number"],
                "error_type": "warning",
            }
        if rule is not None and count:
            page.data_validation(HEAD_ROW, place, last, place, rule)


def _place(lists: Mapping[str, Sequence[str]], name: str, language: Language) -> str:
    """Where a list stands on the sheet of lists."""
    letter = xl_col_to_name(list(lists).index(name))
    return f"='{_LISTS[language]}'!${letter}$1:${letter}${len(lists[name])}"


def _of_class(lists: Mapping[str, Sequence[str]], language: Language) -> str:
    """The list of countermeasures of the class that the line states; without one that of all."""
    classes = next(n for n, each in enumerate(layout().columns) if each.words == _CLASS)
    stated = f"${xl_col_to_name(classes)}{HEAD_ROW + 1}"
    known = _place(lists, _CLASS, language).removeprefix("=")
    return f'=INDIRECT("{_NAME}"&IFERROR(MATCH({stated},{known},0),0))'


def _name_lists(
    book: xlsxwriter.Workbook, lists: Mapping[str, Sequence[str]], language: Language
) -> None:
    """Name the lists of countermeasures: 0 that of all, then by class in the classes' order."""
    if not lists[_MEASURES]:
        return
    for number, code in enumerate((None, *layout().words[_CLASS])):
        own = f"{_MEASURES}_{code}"
        name = own if lists.get(own) else _MEASURES
        book.define_name(f"{_NAME}{number}", _place(lists, name, language))


def _lists(sheet: Worksheet, language: Language) -> dict[str, tuple[str, ...]]:
    """Every list of words that a column is chosen from, by its name."""
    words = {
        name: tuple(word.of(language) for word in codes.values())
        for name, codes in layout().words.items()
    }
    return words | {
        "status": layout().statuses(language),
        "people": sheet.people,
        _MEASURES: tuple(dict.fromkeys(word for _, each in sheet.countermeasures for word in each)),
        "metrics": tuple(name.zh if language == "zh" else name.en for name in sheet.metrics),
        **{f"{_MEASURES}_{code}": each for code, each in sheet.countermeasures},
    }


def _write_lists(page: Page, lists: Mapping[str, Sequence[str]]) -> None:
    for place, line, word in _words(lists):
        page.write_string(line, place, word)
    page.protect("", _MAY)


def _words(lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, int, str]]:
    for place, words in enumerate(lists.values()):
        for line, word in enumerate(words):
            yield place, line, word
