"""Editions: a published one is never changed; a rerun makes the next only if content differs."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import polars as pl

from flows.company import Company
from flows.errors import PlatformError, UsageError, nearest
from flows.manifest import (
    MANIFEST,
    Manifest,
    PackEntry,
    edition_folder,
    first_name,
    manifests,
    review_table,
    week_folder,
)
from flows.pack_inputs import pack_inputs
from flows.render import PackJob, render_packs
from flows.review import Review
from flows.worksheet.identity import Identity
from flows.worksheet.workbook import write_worksheet
from transforms.parameters import ReviewWeek
from transforms.restatements import restatements
from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.review import Restatement
from transforms.views import PackView, identity, pack_view


@dataclass(frozen=True)
class Pack:
    """One pack of an edition."""

    scope_kind: str
    scope: str
    path: Path
    sha256: str
    edition: int
    """Edition it was rendered in."""
    is_new: bool
    """Rendered in this run."""
    worksheet: Path | None = None
    """The 5-Why worksheet beside it, where it has cases."""


@dataclass(frozen=True)
class Edition:
    """One published edition of a week."""

    week: ReviewWeek
    number: int
    is_new: bool
    folder: Path
    packs: tuple[Pack, ...]


def publish_edition(
    company: Company,
    review: Review,
    *,
    reason: str,
    team: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Edition:
    """Publish a review as the next edition of its week, or find the one that already says it.

    Only packs whose content differs from the edition before are rendered; the others stay as
    they are and are referred to. `team` limits the run to that team's pack. Raises UsageError
    for a team nobody has, PlatformError where the folder cannot be written.
    """
    earlier = manifests(company, review.week.label)
    before = earlier[-1] if earlier else None
    scopes = _scopes(review, team)
    views = {scope: _view(company, review, scope) for scope in scopes}
    identities = {scope: identity(view) for scope, view in views.items()}
    published = before.packs if before else ()
    known = {
        _pack_key(pack): pack
        for pack in published
        if team is not None or (pack.scope_kind, pack.scope) in scopes
    }
    locale = company.settings.company.locale
    stale = [s for s in scopes if _identity_of(known.get((*s, locale))) != identities[s]]
    content = _content_identity(review)
    if before is not None and not stale and before.identity == content:
        return _as_edition(company, before, is_new=False)

    number = before.edition + 1 if before else 1
    changes = _restatements(company, before, review, reason)
    folder = edition_folder(company, review.week.label, number)
    with _Staged(folder) as staged:
        jobs = [
            PackJob(
                view=_view(company, review, scope, changes) if before else views[scope],
                locale=locale,
                edition=number,
                path=staged / _file_name(review.week, scope, number, locale),
            )
            for scope in stale
        ]
        render_packs(jobs, progress=progress)
        sheets = {
            job.path: _write_sheet(job, identities[scope])
            for scope, job in zip(stale, jobs, strict=True)
        }
        tables = {**review.tables, "restatement": changes}
        _write_tables(staged / "review", tables)
        fresh = [
            PackEntry(
                scope_kind=scope[0],
                scope=scope[1],
                locale=locale,
                edition=number,
                identity=identities[scope],
                file=f"{folder.name}/{job.path.name}",
                sha256=_sha256(job.path.read_bytes()),
                worksheet=_within(folder, sheets[job.path]),
            )
            for scope, job in zip(stale, jobs, strict=True)
        ]
        manifest = Manifest(
            company=company.settings.company.name,
            week=review.week.label,
            week_starts_on=review.week.starts_on,
            week_ends_on=review.week.ends_on,
            edition=number,
            identity=content,
            known_at=review.known_at,
            reason=reason,
            code_version=version("fupan"),
            packs=tuple((known | {_pack_key(pack): pack for pack in fresh}).values()),
            tables={name: table.height for name, table in sorted(tables.items())},
        )
        (staged / MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
    return _as_edition(company, manifest, is_new=True)


def _scopes(review: Review, team: str | None) -> list[tuple[str, str]]:
    values = review.tables["metric_value"]
    teams = values.filter(pl.col("scope_kind") == "team")["scope"].unique().sort().to_list()
    teams = [name for name in teams if name != UNASSIGNED]
    if team is None:
        return [(COMPANY, COMPANY), *(("team", name) for name in teams)]
    if team not in teams:
        message = f"there is no team {team!r}; {nearest(team, teams)}"
        raise UsageError(message, remedy="fupan metrics --scope team lists the teams")
    return [("team", team)]


def _view(
    company: Company,
    review: Review,
    scope: tuple[str, str],
    changes: pl.DataFrame | None = None,
) -> PackView:
    return pack_view(pack_inputs(company, review, changes), *scope)


def _restatements(
    company: Company, before: Manifest | None, review: Review, reason: str
) -> pl.DataFrame:
    if before is None:
        return Restatement.create_empty()
    reported = review_table(company, before, "metric_value")
    now = review.tables["metric_value"]
    return restatements(reported, now, review.records["file"], before.known_at, reason)


def _content_identity(review: Review) -> str:
    """Hash values, texts and configuration; neither run time nor code version."""
    digest = hashlib.sha256(repr((review.parameters, sorted(review.catalogue))).encode())
    tables = {first_name(name): table for name, table in review.tables.items()}
    for name, table in sorted(tables.items()):
        ordered = table.select(sorted(table.columns))
        digest.update(name.encode())
        digest.update(ordered.sort(ordered.columns).write_ndjson().encode())
    return digest.hexdigest()


def _write_tables(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    folder.mkdir()
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet")


def _file_name(week: ReviewWeek, scope: tuple[str, str], number: int, locale: str) -> str:
    safe = "".join("_" if letter in '/\\:*?"<>| ' else letter for letter in scope[1])
    return f"{week.label}-{safe}-e{number}.{locale}.pdf"


def _write_sheet(job: PackJob, pack: str) -> Path | None:
    """Write the worksheet beside a pack; returns its path, none where the pack has no case.

    `pack` is the identity of the pack's content.
    """
    if job.view.worksheet is None:
        return None
    stem = job.path.name.removesuffix(f".{job.locale}.pdf")
    path = job.path.with_name(f"{stem}.why.xlsx")
    whose = Identity(job.view.company, job.view.week, job.view.scope, str(job.edition), pack)
    write_worksheet(path, job.view, job.locale, whose)
    return path


def _within(folder: Path, path: Path | None) -> str | None:
    return None if path is None else f"{folder.name}/{path.name}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _pack_key(entry: PackEntry) -> tuple[str, str, str]:
    return entry.scope_kind, entry.scope, entry.locale


def _identity_of(entry: PackEntry | None) -> str | None:
    return entry.identity if entry else None


def _as_edition(company: Company, manifest: Manifest, *, is_new: bool) -> Edition:
    week = week_folder(company, manifest.week)
    packs = _packs(week, manifest, is_new=is_new)
    folder = edition_folder(company, manifest.week, manifest.edition)
    return Edition(manifest.review_week, manifest.edition, is_new, folder, tuple(packs))


def _packs(week: Path, manifest: Manifest, *, is_new: bool) -> Iterable[Pack]:
    for entry in manifest.packs:
        fresh = is_new and entry.edition == manifest.edition
        path = week / entry.file
        sheet = week / entry.worksheet if entry.worksheet else None
        yield Pack(entry.scope_kind, entry.scope, path, entry.sha256, entry.edition, fresh, sheet)


class _Staged:
    """A folder written aside and renamed into place, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder.with_name(f".{folder.name}.{os.getpid()}")

    def __enter__(self) -> Path:
        try:
            self._aside.mkdir(parents=True)
        except OSError as error:
            message = f"the folder of packs cannot be written: {error.strerror}"
            remedy = "give this user the right to write there, then run the same command again"
            raise PlatformError(message, where=str(self._folder.parent), remedy=remedy) from error
        return self._aside

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._aside.rename(self._folder)
        else:
            shutil.rmtree(self._aside, ignore_errors=True)
