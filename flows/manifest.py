"""The manifest of an edition: what was published, from what, with which hashes."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl
from pydantic import BaseModel, ConfigDict, field_validator

from flows.company import Company
from transforms.parameters import ReviewWeek

MANIFEST = "manifest.json"

_FIRST_NAMES: Final = {"budget_spending": "budget_use"}
"""Review table to the name that editions published before it was renamed have it under."""


def first_name(table: str) -> str:
    """The name a review table was first published under.

    What an edition is told from is hashed under it, so that a new name alone makes no edition.

    >>> first_name("budget_spending"), first_name("metric_value")
    ('budget_use', 'metric_value')
    """
    return _FIRST_NAMES.get(table, table)


class PackEntry(BaseModel):
    """One pack: the edition it was rendered in may be an earlier one, when nothing changed."""

    model_config = ConfigDict(frozen=True)

    scope_kind: str
    scope: str
    locale: str
    edition: int
    identity: str
    """sha-256 of the canonical view model."""
    file: str
    """Path within the week's folder."""
    sha256: str
    """sha-256 of the PDF."""
    worksheet: str | None = None
    """Path of its 5-Why worksheet within the week's folder; none where there is no case."""


class Manifest(BaseModel):
    """`published/packs/<week>/edition-<n>/manifest.json`, written once."""

    model_config = ConfigDict(frozen=True)

    company: str
    week: str
    week_starts_on: date
    week_ends_on: date
    edition: int
    identity: str
    known_at: datetime
    reason: str
    code_version: str
    packs: tuple[PackEntry, ...]
    tables: dict[str, int]
    """Review table, by its name of today, to its number of rows."""

    @field_validator("tables")
    @classmethod
    def _named_as_today(cls, tables: dict[str, int]) -> dict[str, int]:
        names = {first: today for today, first in _FIRST_NAMES.items()}
        return {names.get(name, name): rows for name, rows in tables.items()}

    @property
    def review_week(self) -> ReviewWeek:
        """The week reviewed."""
        return ReviewWeek(self.week, self.week_starts_on, self.week_ends_on)


def week_folder(company: Company, week: str) -> Path:
    """The folder of all editions of a week."""
    return company.published / "packs" / week


def edition_folder(company: Company, week: str, edition: int) -> Path:
    """The folder of one edition."""
    return week_folder(company, week) / f"edition-{edition}"


def manifests(company: Company, week: str | None = None) -> list[Manifest]:
    """Every published edition, of one week or of all, in order of week and edition."""
    found = (company.published / "packs").glob(f"{week or '*'}/edition-*/{MANIFEST}")
    read = [Manifest.model_validate_json(path.read_bytes()) for path in found]
    return sorted(read, key=lambda manifest: (manifest.week, manifest.edition))


def review_table(company: Company, manifest: Manifest, name: str) -> pl.DataFrame:
    """One review table as that edition reported it, under its name of today or of then."""
    folder = edition_folder(company, manifest.week, manifest.edition) / "review"
    path = folder / f"{name}.parquet"
    return pl.read_parquet(path if path.exists() else folder / f"{first_name(name)}.parquet")
