"""The source files that read the plan workbook, or its sheets as CSV files."""

from typing import Final, Literal

import polars as pl
import tomlkit
from tomlkit.items import InlineTable

from flows.planbook.layout import (
    MARKERS,
    YES_NO,
    Language,
    PlanSheet,
    SheetColumn,
    layout,
    scope_aliases,
)
from transforms.catalogue import CATALOGUE

Form = Literal["xlsx", "csv"]

WORKBOOK: Final = "plan.xlsx"
_ABOVE: Final[dict[Language, str]] = {
    "zh": "计划工作簿的一张表；第一格以「{marker}」开头的行不读取。",
    "en": "A sheet of the plan workbook; rows whose first cell begins with {marker} are not read.",
}


def source_text(sheet: PlanSheet, language: Language, form: Form) -> str:
    """Write the source file of a sheet, which `flows.settings.source` reads."""
    document = tomlkit.document()
    document.add(tomlkit.comment(_ABOVE[language].format(marker=MARKERS[language])))
    document["title"] = sheet.title(language)
    document["entity"] = sheet.entity
    document["files"] = WORKBOOK if form == "xlsx" else file_name(sheet, language)
    document["folder"] = "plan"
    document["format"] = "excel" if form == "xlsx" else "csv"
    read = tomlkit.table()
    if form == "xlsx":
        read["sheet"] = sheet.title(language)
        read["header_row"] = 2
    read["example_marker"] = MARKERS[language]
    document["read"] = read
    columns = tomlkit.table()
    for column in sheet.columns:
        for name in filter(None, (column.column, column.note_column)):
            columns[name] = _origin(sheet, column, language)
    document["columns"] = columns
    return tomlkit.dumps(document)


def file_name(sheet: PlanSheet, language: Language) -> str:
    """Name of a sheet's CSV file."""
    return f"{sheet.title(language)}.csv"


def _origin(sheet: PlanSheet, column: SheetColumn, language: Language) -> str | InlineTable:
    title = column.title(language)
    more: dict[str, object] = {}
    if column.words is not None:
        more["map"] = _inline(layout().meanings(column.words))
    if column.aliases:
        more["aliases"] = _inline(column.aliases)
    if column.is_scope:
        more["aliases"] = _inline(scope_aliases())
    if column.is_metric:
        more["aliases"] = _inline(metric_titles(language))
    if column.unit != "1":
        more["unit"] = column.unit
    if isinstance(sheet.kind(column), pl.Boolean):
        yes, no = YES_NO[language]
        more |= {"true_values": [yes], "false_values": [no]}
    return _inline({"source": title, **more}) if more else title


def metric_titles(language: Language) -> dict[str, str]:
    """Titles of the catalogue's metrics, and the codes they mean."""
    return {
        metric.title_zh if language == "zh" else metric.title_en: code
        for code, metric in CATALOGUE.items()
    }


def _inline(content: dict[str, object] | dict[str, str]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(content)
    return table
