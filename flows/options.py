"""Options that commands share, and what they are turned into."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from flows.company import Company, open_company
from flows.errors import UsageError, nearest
from flows.output import ERR
from transforms.scopes import COMPANY, SCOPE_KINDS

CompanyOption = Annotated[
    Path, typer.Option("--company", envvar="FUPAN_COMPANY", help="Company folder.")
]
WeekOption = Annotated[
    str, typer.Option("--week", help="Reviewed week: 2026-W47, or the date of its last day.")
]
ScopeOption = Annotated[
    str | None, typer.Option("--scope", help="KIND or KIND:KEY, such as team:华东二部.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
HERE = Path()

Scope = tuple[str, str | None]
"""Scope kind, and which one; None for all of the kind."""


def ready(folder: Path) -> Company:
    """Open a company; where it has never run, take its exports in first."""
    company = open_company(folder)
    if not company.committed.exists():
        from flows.ingest import ingest  # noqa: PLC0415

        ERR.print("first run: taking the exports in …")
        ingest(company, datetime.now(UTC))
    return company


def chosen_scope(text: str | None) -> Scope | None:
    """Read KIND or KIND:KEY; raises UsageError for a kind there is not."""
    if text is None:
        return None
    kind, _, key = text.partition(":")
    if kind not in SCOPE_KINDS:
        message = f"there is no scope kind {kind!r}; {nearest(kind, SCOPE_KINDS)}"
        raise UsageError(message, remedy="give it as KIND or KIND:KEY, such as team:华东二部")
    return kind, COMPANY if kind == COMPANY else key or None


def in_scope(frame: pl.DataFrame, scope: Scope | None) -> pl.DataFrame:
    """Keep the rows of a scope; raises UsageError for one that nothing is of."""
    if scope is None:
        return frame
    kind, key = scope
    kept = frame.filter(pl.col("scope_kind") == kind)
    if key is None:
        return kept
    known = kept["scope"].unique().to_list()
    if key not in known and not kept.is_empty():
        message = f"there is no {kind} {key!r}; {nearest(key, known)}"
        raise UsageError(message)
    return kept.filter(pl.col("scope") == key)
