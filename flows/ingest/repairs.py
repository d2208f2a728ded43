"""Rows that a person has repaired in a workbook of rejects, on their way back in."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import fastexcel

from flows.company import Company
from flows.errors import FileUnreadable, FupanError, InputError
from flows.ingest.archive import archived_file, file_sha256, keep_file
from flows.ingest.bad_rows import (
    FILE,
    ORIGINAL,
    OWN,
    ROW,
    Cells,
    archived_rows,
    fingerprint,
    is_computed,
    original_rows,
    read_part,
    repair_configuration,
)
from flows.ingest.batch import REJECTS, Batch, Candidate
from flows.ingest.journal import Entry, read_journal
from flows.ingest.standing import MOST, BadRow, Place, Rejects, standing
from flows.readers.workbook import read_workbook
from flows.settings.read import ReadSettings

COMPANY: Final = f"{OWN}company"
SOURCE: Final = f"{OWN}source"
IDENTITY: Final = (COMPANY, SOURCE, FILE, ROW)
"""Hidden columns of a workbook of rejects: which row of which file of which source it is."""
LONGEST_CELL: Final = 32_767
"""Characters that a cell of a spreadsheet can hold."""
_MIDNIGHT: Final = re.compile(r"^(\d{4}-\d{2}-\d{2}) 00:00:00$")
_NEXT: Final = "fupan rejects --export FILE.xlsx, repair it, then fupan rejects --take-in FILE.xlsx"


@dataclass(frozen=True)
class Repair:
    """One workbook: the rows that were changed, as a file of each source, and what was not."""

    workbook: Candidate
    batches: tuple[Batch, ...]
    changed: int
    untouched: int
    settled: int
    """Rows that no longer stand rejected: repaired before, or overtaken by a later file."""

    @property
    def files(self) -> tuple[Candidate, ...]:
        """The files of repaired rows, one a source."""
        return tuple(file for batch in self.batches for file in batch.load)


@dataclass(frozen=True)
class _Line:
    """One row of a sheet."""

    where: str
    source: str
    place: Place
    cells: Cells


def planned(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    paths: Iterable[Path],
    problems: list[FupanError],
) -> list[Repair]:
    """Read workbooks of rejects; one that does not fit is added to `problems` and left out."""
    repairs = []
    for path in paths:
        try:
            repairs.append(_planned(company, connection, path))
        except InputError as problem:
            problems.append(problem)
    return repairs


def workbooks(company: Company) -> list[Path]:
    """The workbooks of rejects that lie in the inbox: the next run takes them in."""
    found = (company.folder / "inbox").glob(f"*{REJECTS}")
    return sorted(
        path
        for path in found
        if path.is_file() and not path.is_symlink() and not path.name.startswith(("~$", "."))
    )


def in_a_cell(text: str | None) -> str | None:
    """Give a text as a spreadsheet gives it back: what a cell cannot hold does not count."""
    kept = _MIDNIGHT.sub(r"\1", (text or "")[:LONGEST_CELL])
    return kept.replace("\r\n", "\n") or None


def _planned(company: Company, connection: duckdb.DuckDBPyConnection, path: Path) -> Repair:
    workbook = Candidate(path, file_sha256(path), path.name)
    journal = read_journal(company)
    lines = [line for sheet in _sheets(path) for line in _lines(company, path, sheet)]
    _refuse_twice(lines, path)
    batches = []
    changed = untouched = settled = 0
    for source in dict.fromkeys(line.source for line in lines):
        mine = [line for line in lines if line.source == source]
        history = [entry for entry in journal if entry.source == source]
        rejects = standing(company, connection, source)
        chosen: list[tuple[BadRow, Cells]] = []
        for line, row in _matched(company, rejects, mine, history):
            if row is None:
                settled += 1
            elif cells := _repaired(row, line):
                chosen.append((row, cells))
            else:
                untouched += 1
        if chosen and rejects is not None:
            changed += len(chosen)
            batches.append(_batch(company, workbook, rejects, chosen))
    keep_file(company, path, workbook.file_id)
    return Repair(workbook, tuple(batches), changed, untouched, settled)


def _sheets(path: Path) -> list[str]:
    try:
        names: list[str] = fastexcel.read_excel(path).sheet_names
    except fastexcel.FastExcelError as error:
        message = f"{path.name} 不是可以读取的工作簿 / is no workbook that can be read"
        raise FileUnreadable(message, where=str(path), remedy=_NEXT) from error
    return names


def _lines(company: Company, path: Path, sheet: str) -> list[_Line]:
    """Read one sheet; raises FileUnreadable where a row does not say where it comes from."""
    reading = read_workbook(path, ReadSettings(sheet=sheet))
    where = f"{path}, sheet {sheet}"
    if missing := [name for name in IDENTITY if name not in reading.columns]:
        message = (
            f"{path.name} 缺少隐藏列 / lacks the hidden column(s) {', '.join(missing)}: it cannot "
            "be told which rows these are"
        )
        raise FileUnreadable(message, where=where, remedy=_NEXT)
    lines = []
    for row in reading.rows.to_dicts():
        number = row["row_number"]
        owner, source, file_id, place = (row[name] for name in IDENTITY)
        if None in {owner, source, file_id, place} or not str(place).isdecimal():
            message = (
                f"{path.name} 第 {number} 行没有标识，不能新增行 / row {number} does not say which "
                "row it is: rows cannot be added here"
            )
            raise FileUnreadable(message, where=where, remedy="put new rows into an export")
        if owner != company.settings.company.name or source not in company.sources:
            message = (
                f"{path.name} 第 {number} 行属于 {owner} / {source}，不属于本公司 / "
                f"row {number} belongs to {owner}, source {source}, which are not of this company"
            )
            raise FileUnreadable(message, where=where, remedy="take it in where it comes from")
        cells = {name: row[name] for name in reading.columns if not name.startswith(OWN)}
        lines.append(_Line(f"{where}, row {number}", source, (file_id, int(place)), cells))
    return lines


def _refuse_twice(lines: Sequence[_Line], path: Path) -> None:
    seen: dict[tuple[str, Place], str] = {}
    for line in lines:
        if first := seen.get((line.source, line.place)):
            message = (
                f"{path.name} 里同一行出现两次 / the same rejected row stands twice: "
                f"{first} and {line.where}"
            )
            raise FileUnreadable(message, where=line.where, remedy="delete one of the two")
        seen[line.source, line.place] = line.where


def _matched(
    company: Company, rejects: Rejects | None, lines: Sequence[_Line], history: Sequence[Entry]
) -> list[tuple[_Line, BadRow | None]]:
    """Find the row that stands rejected for each line: at its place, else with the same cells.

    None for a row that is settled. Raises FileUnreadable for one of a file never loaded.
    """
    rows = rejects.rows if rejects else ()
    by_place = {row.place: row for row in rows}
    by_cells = {fingerprint(row.exported): row for row in rows}
    loads = {entry.file_id: entry for entry in history if not entry.repair}
    originals: dict[Place, Cells] = {}
    elsewhere = [line for line in lines if line.place not in by_place]
    for file_id in dict.fromkeys(line.place[0] for line in elsewhere):
        mine = [line for line in elsewhere if line.place[0] == file_id]
        if file_id not in loads:
            message = (
                f"来源 {mine[0].source} 没有载入过这个文件 / source {mine[0].source} never loaded "
                f"the file {file_id[:12]}… that {mine[0].where} names"
            )
            raise FileUnreadable(message, where=mine[0].where, remedy=_NEXT)
        cells = archived_rows(company, loads[file_id], {line.place[1] for line in mine})
        originals |= {(file_id, number): row for number, row in cells.items()}
    return [
        (
            line,
            by_place.get(line.place)
            or (
                by_cells.get(fingerprint(originals[line.place]))
                if line.place in originals
                else None
            ),
        )
        for line in lines
    ]


def _repaired(row: BadRow, line: _Line) -> Cells | None:
    """Give the cells of a row as a person left them; None where nothing was changed.

    A cell that was not touched keeps what the export said, also where a spreadsheet cannot hold it.
    """
    if missing := [name for name in row.cells if name not in line.cells]:
        message = f"缺少列 / the column(s) {', '.join(missing)} are gone from the sheet"
        raise FileUnreadable(message, where=line.where, remedy=_NEXT)
    for before in (row.cells, row.exported):
        if all(in_a_cell(text) == in_a_cell(line.cells[name]) for name, text in before.items()):
            return None
    return {
        name: text if in_a_cell(text) == in_a_cell(line.cells[name]) else line.cells[name]
        for name, text in row.cells.items()
    }


def _batch(
    company: Company,
    workbook: Candidate,
    rejects: Rejects,
    chosen: Sequence[tuple[BadRow, Cells]],
) -> Batch:
    """Write the changed rows of one source as a file of their own, into the archive."""
    rows = [
        {
            **cells,
            **_computed(company, rejects, row, cells),
            FILE: row.place[0],
            ROW: str(row.place[1]),
            ORIGINAL: fingerprint(row.exported),
        }
        for row, cells in chosen
    ]
    file = file_of_rows(company, f"{workbook.path.stem}.{rejects.source}.csv", rows)
    configuration = repair_configuration(rejects.configuration)
    return Batch(rejects.source, configuration, (file,), repair=workbook.file_id)


def file_of_rows(company: Company, name: str, rows: Sequence[Cells]) -> Candidate:
    """Write repaired rows as a file of their own, into the archive."""
    text = io.StringIO(newline="")
    names = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text.getvalue(), "utf-8", newline="")
        file_id = file_sha256(path)
        return Candidate(keep_file(company, path, file_id), file_id, name)


def _computed(company: Company, rejects: Rejects, row: BadRow, cells: Cells) -> dict[str, str]:
    """Work out the columns that are made of the whole row or of other rows of its file.

    A key made of the content would be the key of an identical row: here the place is the key.
    """
    configuration = rejects.configuration
    found = {}
    for name, column in configuration.source.columns.items():
        if column.generate == "content_key":
            found[f"{OWN}{name}"] = f"{row.place[0][:12]}:{row.place[1]}"
        elif is_computed(column):
            around = {0: cells}
            if column.until_next is not None:
                every = archived_file(company, row.place[0])
                around |= original_rows(every, configuration, range(1, MOST))
                around = {**around, row.place[1]: cells}
            part = read_part(around, configuration, [name])
            value = dict(part.select("row_number", name).iter_rows()).get(0)
            found[f"{OWN}{name}"] = "" if value is None else str(value)
    return found
