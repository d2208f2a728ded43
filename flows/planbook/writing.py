"""Puts plan workbook (or CSV files) and their source files into a company folder."""

import csv
from datetime import date
from pathlib import Path

from flows.planbook.layout import YES_NO, Example, Language, PlanSheet, layout
from flows.planbook.sources import WORKBOOK, Form, file_name, source_text
from flows.planbook.workbook import write_plan_workbook


def write_plan(folder: Path, language: Language, form: Form) -> None:
    """Write the empty plan into `plan/` and a source a sheet into `sources/`; raises OSError."""
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    for sheet in layout().sheets:
        path = sources / f"{sheet.entity}.toml"
        path.write_text(source_text(sheet, language, form), "utf-8")
    if form == "xlsx":
        write_plan_workbook(folder / "plan" / WORKBOOK, language)
        return
    for sheet in layout().sheets:
        _write_csv(folder / "plan" / file_name(sheet, language), sheet, language)


def _write_csv(path: Path, sheet: PlanSheet, language: Language) -> None:
    """Write header and example row; with a byte order mark, so that Excel shows Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.title(language) for column in sheet.columns)
        writer.writerow(_cell(column.example_in(language), language) for column in sheet.columns)


def _cell(example: Example | None, language: Language) -> str:
    if example is None:
        return ""
    if isinstance(example, bool):
        return YES_NO[language][0 if example else 1]
    return example.isoformat() if isinstance(example, date) else str(example)
