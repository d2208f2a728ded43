"""Hard rules: what holds a file instead of loading it, and how a person lets it pass."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from flows.company import Company
from flows.errors import RunHeld
from flows.ingest.archive import find_file
from flows.ingest.batch import Batch, Candidate
from flows.ingest.evaluate import Evaluation
from flows.ingest.journal import Entry
from flows.ingest.lateness import late, newer_files
from flows.ingest.limits import Limits
from flows.ingest.suspicion import Look, suspicions
from transforms.tables import ENTITIES

_STATE: Final = "nothing of this file was loaded; the other files were"
_FINGERPRINT: Final = 12
"""Letters of a file's sha-256 that `accept` asks for."""
_LINE_ENDS: Final = (b"\n", b"\r", b"\n\x00", b"\r\x00")
_LOOKED_BACK: Final = 3
"""Earlier files whose last byte says how an export usually ends."""


def held(
    company: Company, plan: Batch, file: Candidate, content: Evaluation, history: Sequence[Entry]
) -> RunHeld | None:
    """Say why one file may not be loaded, as far as the file itself tells; None where it may.

    `history` are the earlier loads of its source. Rows that a person has repaired, and files of
    the archive that are read again, have passed before.
    """
    if plan.repair:
        return None
    source = plan.configuration.source
    problem = _too_many_rejects(plan.source, file, content, Limits.of(company, source))
    if plan.is_reload:
        return problem
    problem = problem or late(plan, file, newer_files(plan, file, history))
    return problem or _cut_off(company, plan, file, history)


def _too_many_rejects(
    name: str, file: Candidate, content: Evaluation, limits: Limits
) -> RunHeld | None:
    """Say why a file may not be loaded: a reject where none is allowed, or too many of them."""
    if not content.rejected:
        return None
    limit = limits.max_reject_share
    if limits.on_reject == "stop":
        rule = 'on_reject = "stop" under [ingest] allows none'
    elif content.rejected > limit * content.rows_read:
        rule = f"max_reject_share allows {limit:.0%}"
    else:
        return None
    share = Decimal(content.rejected) / content.rows_read
    worst = content.rejects.group_by("rule").len().sort("len", "rule", descending=[True, False])
    example = content.rejects.row(0, named=True)
    message = (
        f"{file.file_name}: {content.rejected} of {content.rows_read} rows rejected ({share:.1%}); "
        f"{rule}. Most often: {worst.item(0, 'rule')} ({worst.item(0, 'len')} rows); "
        f"first: row {example['row_number']}, {example['column'] or 'row'}: {example['message']}"
    )
    remedy = "repair the rows that `fupan check` lists, or change the setting, then run again"
    return RunHeld(message, where=f"source {name}", state=_STATE, remedy=remedy)


def released(
    company: Company,
    connection: duckdb.DuckDBPyConnection,
    plan: Batch,
    entries: Sequence[Entry],
    run_began: datetime,
) -> list[Entry]:
    """Look at a batch that is loaded and not yet committed; returns its lines of the journal.

    Raises RunHeld where what it would make known is not to be believed and no person has let
    these files pass; who did stands in the line.
    """
    if plan.is_reload or plan.repair:
        return list(entries)
    source = plan.configuration.source
    look = Look(connection, company, source, Limits.of(company, source), entries, run_began)
    key = ENTITIES[source.entity].primary_key()
    generated = [name for name in key if source.columns[name].generate is not None]
    found = next(suspicions(look, key, generated), None)
    if found is None:
        return list(entries)
    if all(is_accepted(plan, entry.file_id) for entry in entries):
        return [replace(entry, accepted=entry.accepted or found.what) for entry in entries]
    names = "、".join(entry.file_name for entry in entries)
    message = f"{names}: {found.what}"
    raise RunHeld(
        message,
        where=f"source {plan.source}",
        state=_STATE,
        remedy=f"{found.remedy}; {how_to_accept(plan.source, [e.file_id for e in entries])}",
    )


def is_accepted(plan: Batch, file_id: str) -> bool:
    """Whether `accept` of the source lets a file pass."""
    return file_id.startswith(plan.configuration.source.checks.accept or ("·",))


def how_to_accept(name: str, file_ids: Sequence[str]) -> str:
    """Write the setting that lets files pass on purpose."""
    listed = ", ".join(f'"{file_id[:_FINGERPRINT]}"' for file_id in file_ids)
    return (
        f"if the file is right as it is / 若文件无误: accept = [{listed}] under [checks] in "
        f"sources/{name}.toml, then run again"
    )


def _cut_off(
    company: Company, plan: Batch, file: Candidate, history: Sequence[Entry]
) -> RunHeld | None:
    """Hold a text file without a line end behind its last row, where earlier ones had one."""
    if plan.configuration.source.format != "csv" or _ends_a_line(file.path) is not False:
        return None
    earlier = [
        find_file(company, entry.file_id)
        for entry in [entry for entry in history if not entry.repair][-_LOOKED_BACK:]
    ]
    ends = [_ends_a_line(path) for path in earlier if path is not None]
    if not ends or not all(ends):
        return None
    message = (
        f"{file.file_name}: 最后一行没有换行，之前的文件都有，可能被截断 / the last line has no "
        f"line end, which the {len(ends)} file(s) before had: the export may have been cut off"
    )
    return RunHeld(
        message,
        where=str(file.path),
        state=_STATE,
        remedy=f"export it again; {how_to_accept(plan.source, [file.file_id])}",
    )


def _ends_a_line(path: Path) -> bool | None:
    """Tell whether a file of text ends with a line end; None where it is packed or empty."""
    if path.suffix.lower() in {".gz", ".zip"}:
        return None
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 2, 0))
        tail = file.read()
    return tail.endswith(_LINE_ENDS) if tail else None
