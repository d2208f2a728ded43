"""The body of `fupan rejects`: list, write to a workbook, take a repaired workbook back in."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from flows.company import Company
from flows.errors import FileUnreadable, UsageError, nearest
from flows.ingest import IngestReport, ingest
from flows.ingest.standing import Rejects, standing
from flows.output import OUT, print_json, print_table
from flows.rejects.workbook import nearest_known, write_workbook
from flows.warehouse import readers_copy

_NONE: Final = "没有被拒收的行 / no row stands rejected"


def find_rejects(company: Company, source: str | None = None) -> list[Rejects]:
    """Find what stands rejected, of one source or of all; raises UsageError, SettingsError."""
    if source is not None and source not in company.sources:
        message = f"there is no source {source!r}; {nearest(source, company.sources)}"
        raise UsageError(message, remedy="fupan rejects")
    names = [source] if source is not None else list(company.sources)
    with readers_copy(company) as connection:
        found = [standing(company, connection, name) for name in names]
    return [rejects for rejects in found if rejects is not None and rejects.rows]


def by_rule(found: Sequence[Rejects]) -> list[dict[str, Any]]:
    """Count rejected rows by source and rule, most first, with the amount at stake where known.

    A row that breaks two rules counts in both.
    """
    lines = []
    for rejects in found:
        counts = Counter(rule for row in rejects.rows for rule in {c.rule for c in row.complaints})
        for rule, count in counts.most_common():
            mine = [row for row in rejects.rows if rule in {c.rule for c in row.complaints}]
            amounts = [row.amount for row in mine if row.amount is not None]
            lines.append(
                {
                    "source": rejects.source,
                    "rule": rule,
                    "rows": count,
                    "amount": sum(amounts, Decimal(0)) if amounts else None,
                    "rows_with_amount": len(amounts),
                    "example": f"{mine[0].file_name} #{mine[0].place[1]}",
                    "message": next(c.message for c in mine[0].complaints if c.rule == rule),
                }
            )
    return lines


def as_document(found: Sequence[Rejects]) -> dict[str, Any]:
    """Give what stands rejected as plain data, for `--json`."""
    return {
        "rules": by_rule(found),
        "left_out": {each.source: each.left_out for each in found if each.left_out},
        "rows": [
            {
                "source": rejects.source,
                "file_name": row.file_name,
                "file_id": row.place[0],
                "row_number": row.place[1],
                "amount": row.amount,
                "rule": complaint.rule,
                "column": complaint.column,
                "value": complaint.value,
                "message": complaint.message,
                "nearest": nearest_known(complaint, rejects.configuration),
            }
            for rejects in found
            for row in rejects.rows
            for complaint in row.complaints
        ],
    }


def print_rejects(found: Sequence[Rejects]) -> None:
    """Print what stands rejected for a person."""
    if not found:
        OUT.print(_NONE)
        return
    columns = ["source", "rule", "rows", "amount", "rows_with_amount", "example", "message"]
    print_table("拒收 / Rejects", by_rule(found), columns)
    for rejects in found:
        if rejects.left_out:
            OUT.print(
                f"{rejects.source}: 另有 {rejects.left_out} 行以上未列出，请先改设置 / at least "
                f"{rejects.left_out} more rows: look at the settings of the source first"
            )
    OUT.print("下一步 / next: fupan rejects --export FILE.xlsx", soft_wrap=True)


def export_rejects(company: Company, path: Path, source: str | None = None) -> int:
    """Write what stands rejected to a workbook; returns the number of rows, 0: none, no file."""
    if path.suffix.lower() != ".xlsx":
        message = f"{path.name} is not named as a workbook"
        raise UsageError(message, remedy=f"fupan rejects --export {path.with_suffix('.xlsx')}")
    found = find_rejects(company, source)
    return write_workbook(path, company.settings.company.name, found) if found else 0


def take_in(company: Company, path: Path, arrived_at: datetime) -> IngestReport:
    """Take a repaired workbook back in, and nothing else; raises FileUnreadable."""
    if not path.is_file():
        message = f"{path.name} is missing"
        raise FileUnreadable(message, where=str(path), remedy="fupan rejects --export FILE.xlsx")
    return ingest(company, arrived_at, repair=path)


def print_taken(report: IngestReport) -> None:
    """Say what a repaired workbook has done."""
    for repair in report.repairs:
        still = report.rejected
        OUT.print(
            f"{repair.workbook.file_name}: 载入 / loaded {repair.changed - still}，"
            f"仍被拒收 / still rejected {still}，未改动 / untouched {repair.untouched}，"
            f"已处理 / settled before {repair.settled}",
            soft_wrap=True,
        )
    for problem in report.problems:
        OUT.print(str(problem), style="red", markup=False, highlight=False)


def run_rejects(
    company: Company, source: str | None, export: Path | None, back: Path | None, *, is_json: bool
) -> int:
    """Do what the command line asks; returns the exit code: 1 where rows stand rejected."""
    if export is not None and back is not None:
        message = "--export and --take-in cannot be given together"
        raise UsageError(message, remedy="export, repair the workbook, then take it in")
    if back is not None:
        report = take_in(company, back, datetime.now(UTC))
        print_taken(report)
        return report.exit_code
    if export is not None:
        count = export_rejects(company, export, source)
        OUT.print(f"{count} 行已写入 / rows written to {export}" if count else _NONE)
        return 0
    found = find_rejects(company, source)
    if is_json:
        print_json(as_document(found))
    else:
        print_rejects(found)
    return int(bool(found))
