"""The pay annex of a week: a document of its own, in a folder that only its owner may open."""

import hashlib
import os
import shutil
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.company import Company
from flows.copies import private_folder
from flows.edition import Pack
from flows.manifest import MANIFEST
from flows.pay.rules import rules_of
from flows.pay.wages import read_wages
from flows.render import PackJob, render_packs
from flows.review import Review
from flows.review_facts import review_facts
from flows.settings.company import Recipient
from transforms.incentives import facts_read, incentives
from transforms.scopes import COMPANY
from transforms.views import PackInputs, PackView, identity
from transforms.views.pay import pay_view

TABLES = ("incentive", "pay_proposal")


class AnnexEntry(BaseModel):
    """One annex of an edition; the edition it was rendered in may be an earlier one."""

    model_config = ConfigDict(frozen=True)

    scope_kind: str
    scope: str
    edition: int
    identity: str
    file: str
    sha256: str


class Annexes(BaseModel):
    """`pay/<week>/edition-<n>/manifest.json`, written once."""

    model_config = ConfigDict(frozen=True)

    week: str
    edition: int
    annexes: tuple[AnnexEntry, ...]


def publish_annexes(company: Company, review: Review, team: str | None = None) -> tuple[Pack, ...]:
    """Write the pay annexes of a week for the scopes somebody may see the pay of.

    Nothing is computed, written or read without `[incentives]` and a recipient who may see pay.
    `team` limits it to that team's. An annex never changes: other content makes the next edition,
    with the table of its calculations (CSV) beside it. Raises SettingsError for a rule whose
    metric there is not.
    """
    scopes = _scopes(company.settings.recipients, team)
    rules = rules_of(company, review.catalogue)
    if rules is None or not scopes:
        return ()
    with review_facts(company, review.week, review.known_at) as facts:
        rows = facts.in_columns(facts_read(review.catalogue, rules)) | facts.feeds()
    tables = incentives(
        {**rows, **review.facts},
        review.records["target"],
        review.records["assignment"],
        read_wages(company, review.known_at),
        review.catalogue,
        review.parameters,
        rules,
    )
    views = {scope: pay_view(_inputs(company, review, tables), *scope) for scope in scopes}
    return _published(company, review, views, tables)


def _scopes(recipients: tuple[Recipient, ...], team: str | None) -> list[tuple[str, str]]:
    """The scopes whose pay somebody may see: a recipient's team, or the company."""
    may_see = [each for each in recipients if each.may_see_pay]
    scopes = {("team", each.team) if each.team else (COMPANY, COMPANY) for each in may_see}
    return sorted(scope for scope in scopes if team is None or scope == ("team", team))


def _inputs(company: Company, review: Review, tables: dict[str, pl.DataFrame]) -> PackInputs:
    seen = {name: review.tables[name] for name in ("reconciliation",)}
    return PackInputs(
        company=company.settings.company.name,
        currency=company.settings.company.currency,
        parameters=review.parameters,
        catalogue=review.catalogue,
        tables={**seen, **tables},
    )


def _published(
    company: Company,
    review: Review,
    views: dict[tuple[str, str], PackView],
    tables: dict[str, pl.DataFrame],
) -> tuple[Pack, ...]:
    week = private_folder(private_folder(company.pay) / review.week.label)
    before = _latest(week)
    known = {(each.scope_kind, each.scope): each for each in before.annexes} if before else {}
    made = {scope: identity(view) for scope, view in views.items()}
    stale = [s for s in views if s not in known or known[s].identity != made[s]]
    if before is not None and not stale:
        return tuple(_pack(week, known[scope], is_new=False) for scope in views)
    number = before.edition + 1 if before else 1
    folder = week / f"edition-{number}"
    aside = week / f".edition-{number}.{os.getpid()}"
    private_folder(aside)
    try:
        locale = company.settings.company.locale
        paths = {scope: aside / _file_name(review, scope, number, locale) for scope in stale}
        render_packs([PackJob(views[s], locale, number, path) for s, path in paths.items()])
        for name in TABLES:
            tables[name].write_csv(aside / f"{name}.csv", include_bom=True)
        fresh = {
            scope: AnnexEntry(
                scope_kind=scope[0],
                scope=scope[1],
                edition=number,
                identity=made[scope],
                file=f"{folder.name}/{path.name}",
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            )
            for scope, path in paths.items()
        }
        kept = {scope: fresh.get(scope) or known[scope] for scope in views}
        manifest = Annexes(week=review.week.label, edition=number, annexes=tuple(kept.values()))
        (aside / MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return tuple(_pack(week, each, is_new=scope in fresh) for scope, each in kept.items())


def _latest(week: Path) -> Annexes | None:
    found = [Annexes.model_validate_json(p.read_bytes()) for p in week.glob(f"*/{MANIFEST}")]
    return max(found, key=lambda each: each.edition, default=None)


def _pack(week: Path, entry: AnnexEntry, *, is_new: bool) -> Pack:
    return Pack(
        entry.scope_kind, entry.scope, week / entry.file, entry.sha256, entry.edition, is_new
    )


def _file_name(review: Review, scope: tuple[str, str], number: int, locale: str) -> str:
    safe = "".join("_" if letter in '/\\:*?"<>| ' else letter for letter in scope[1])
    return f"{review.week.label}-{safe}-pay-e{number}.{locale}.pdf"
