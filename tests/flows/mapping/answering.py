"""What a person does with the file that `fupan map` wrote: answer it, load it, look at the sums."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.company import Company, open_company
from flows.ingest import ingest
from flows.ingest.report import IngestReport
from flows.settings.questions import questions
from flows.warehouse import writer

ARRIVED_AT: Final = datetime(2026, 11, 16, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Loaded:
    """A company after one run of the ingest."""

    company: Company
    report: IngestReport

    def file(self, source: str) -> dict[str, Any]:
        """The account of the one file of a source."""
        return self.report.files.row(by_predicate=pl.col("source") == source, named=True)

    def total(self, source: str, entity: str, column: str) -> object:
        """Add up a column of what a source loaded (a yes counts one)."""
        with writer(self.company) as connection:
            frame = connection.table(f"core.{entity}").pl()
        return frame.filter(pl.col("source") == source).get_column(column).sum()


def answered(text: str, answers: Mapping[str, str]) -> str:
    """Put an answer, as TOML, in the place of each question; KeyError where there is none."""
    lines = text.splitlines()
    for question in questions(text, tomllib.loads(text)):
        place = question.line - 1
        lines[place] = lines[place].replace('"?"', answers[question.key], 1)
    return "\n".join(lines) + "\n"


def new_company(folder: Path) -> Path:
    """Write a company without any source."""
    for name in ("sources", "inbox", "plan"):
        (folder / name).mkdir(parents=True)
    (folder / "fupan.toml").write_text('[company]\nname = "海川设备"\n', "utf-8")
    return folder


def load(folder: Path) -> Loaded:
    """Take in all that lies in the inbox; nothing may be held or left over."""
    company = open_company(folder)
    report = ingest(company, ARRIVED_AT)
    assert report.problems == ()
    return Loaded(company, report)


def lost(file: Mapping[str, int]) -> int:
    """Rows of a file that nobody accounts for."""
    kinds = ("opened", "unchanged", "rejected", "superseded", "deleting")
    return file["rows_read"] - sum(file[f"rows_{kind}"] for kind in kinds)
