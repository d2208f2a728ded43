"""What a run of the ingest did and what it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl

from flows.errors import FupanError, RunHeld
from flows.ingest.repairs import Repair
from flows.output import OUT, print_frame, print_table
from transforms.parameters import ReviewWeek
from transforms.tables.quality import QUALITY

_PRINTED: Final = 20
"""Rows of rejects and findings that are shown to a person; `--json` has them all."""


def exit_code_of(problems: Sequence[FupanError], *, has_findings: bool) -> int:
    """Choose how a command ends: the worst problem, else 1 for findings, else 0.

    >>> exit_code_of([], has_findings=True)
    1
    """
    worst = max((problem.exit_code for problem in problems), default=0)
    return worst or int(has_findings)


@dataclass(frozen=True)
class IngestReport:
    """One run.

    `files` holds the rows of `ops.file` that the run made, `rejects` those of `ops.reject`;
    `findings` is `ops.finding` as it now stands, over all sources.
    """

    arrived_at: datetime
    known_at: datetime
    """Instant (UTC) from which everything loaded so far is known: a review as of now reads this."""
    files: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    problems: tuple[FupanError, ...]
    """Files and sources that were not taken in, each with its reason and remedy."""
    known_files: tuple[str, ...]
    """Files that were there and had been loaded before: nothing happened."""
    repairs: tuple[Repair, ...] = ()
    """Workbooks of repaired rejects that were taken in."""

    @property
    def rejected(self) -> int:
        """Rows rejected in this run."""
        return int(self.files.get_column("rows_rejected").sum())

    @property
    def is_held(self) -> bool:
        """Whether a hard rule holds the run (a required source, `on_reject`, too many rejects)."""
        return any(isinstance(problem, RunHeld) for problem in self.problems)

    @property
    def exit_code(self) -> int:
        """0 done, 1 done with rejects or findings, else that of the worst problem."""
        has_findings = bool(self.rejected or self.findings.height)
        return exit_code_of(self.problems, has_findings=has_findings)


@dataclass(frozen=True)
class FileCheck:
    """One file as `check` found it; nothing was written."""

    source: str
    entity: str
    file_name: str
    file_id: str
    """sha-256 of its content."""
    encoding: str
    rows_read: int
    rows_good: int
    rows_rejected: int
    rows_superseded: int
    rows_deleting: int
    filled: Mapping[str, int]
    """Values in each column of the good rows."""
    rejects: pl.DataFrame


@dataclass(frozen=True)
class CheckReport:
    """The data-quality report: each file, the findings over all of them, and the problems."""

    files: tuple[FileCheck, ...]
    findings: pl.DataFrame
    problems: tuple[FupanError, ...]
    week: ReviewWeek
    """The week that ended last: what is fresh is told against it."""
    quality: Mapping[str, pl.DataFrame]
    """`source_quality` and `column_quality`, and what a page of them needs."""

    @property
    def rejected(self) -> int:
        """Rows that would be rejected."""
        return sum(file.rows_rejected for file in self.files)

    @property
    def exit_code(self) -> int:
        """0 all good, 1 rejects or findings, else that of the worst problem."""
        has_findings = bool(self.rejected or self.findings.height)
        return exit_code_of(self.problems, has_findings=has_findings)

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain data, for `--json`."""
        return {
            "files": [
                {**counts_of(file), "rejects": file.rejects.to_dicts()} for file in self.files
            ],
            "findings": self.findings.to_dicts(),
            "problems": [
                {"kind": type(problem).__name__, **said_of(problem)} for problem in self.problems
            ],
            "week": self.week.label,
            **{name: self.quality[name].to_dicts() for name in QUALITY},
        }


def said_of(problem: FupanError) -> dict[str, str]:
    """Give the four parts of a problem's message."""
    return {
        "what": problem.what,
        "where": problem.where,
        "state": problem.state,
        "remedy": problem.remedy,
    }


def print_report(report: CheckReport) -> None:
    """Print the data-quality report for a person."""
    if report.files:
        rows = [counts_of(file) for file in report.files]
        print_table("文件 / Files", rows, rows[0])
    for file in report.files:
        if file.rejects.height:
            shown = min(file.rejects.height, _PRINTED)
            title = f"{file.file_name}: 拒收 / rejects ({shown} of {file.rejects.height})"
            print_frame(title, file.rejects.head(shown))
    if report.findings.height:
        shown = min(report.findings.height, _PRINTED)
        title = f"待处理 / Findings ({shown} of {report.findings.height})"
        print_frame(title, report.findings.head(shown))
    for problem in report.problems:
        OUT.print(str(problem), style="red", markup=False, highlight=False)
    if not (report.rejected or report.findings.height or report.problems):
        OUT.print("没有问题 / nothing to repair")


def counts_of(file: FileCheck) -> dict[str, Any]:
    """Give what was counted of a file."""
    return {
        "source": file.source,
        "file_name": file.file_name,
        "entity": file.entity,
        "encoding": file.encoding,
        "rows_read": file.rows_read,
        "rows_good": file.rows_good,
        "rows_rejected": file.rows_rejected,
        "rows_superseded": file.rows_superseded,
        "rows_deleting": file.rows_deleting,
    }
