"""A company folder: its settings and the places in it."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.errors import QuestionsOpen, SettingsError
from flows.paths import ROOT, part
from flows.planbook.layout import Language
from flows.settings import CompanySettings, MetricSettings, SourceSettings
from flows.settings.base import parse, read_toml
from flows.settings.questions import open_keys, problem_of
from flows.worksheet.layout import language_of
from flows.worksheet.source import ENTITY as ANSWER
from flows.worksheet.source import NAME as WORKSHEET
from flows.worksheet.source import completed, is_completed, worksheet_source


@dataclass(frozen=True)
class Company:
    """One company: `folder` holds its files, `state` what Fupan writes.

    The two are the same, apart from folders inside `examples/`: nothing is ever written there.
    """

    folder: Path
    state: Path

    @cached_property
    def settings(self) -> CompanySettings:
        """`fupan.toml`; raises SettingsError."""
        path = self.folder / "fupan.toml"
        return parse(CompanySettings, read_toml(path), path)

    @cached_property
    def metrics(self) -> MetricSettings:
        """`metrics.toml`, which may be absent; raises SettingsError."""
        path = self.folder / "metrics.toml"
        return parse(MetricSettings, read_toml(path), path) if path.exists() else MetricSettings()

    @cached_property
    def sources(self) -> dict[str, SourceSettings]:
        """Name to source, by name, but those with open questions; raises SettingsError.

        Filled worksheets have a source of their own, unless the company describes one.
        """
        own = {
            path.stem: parse(SourceSettings, self._whole(path.stem, document), path)
            for path, document in self._source_documents.items()
            if not open_keys(document)
        }
        if any(source.entity == ANSWER for source in own.values()) or WORKSHEET in own:
            return own
        return {**own, WORKSHEET: worksheet_source(self._language, self.metrics)}

    def _whole(self, name: str, document: dict[str, Any]) -> dict[str, Any]:
        """A source file as it is; that of worksheets may leave its columns to the product."""
        if name != WORKSHEET or not is_completed(document):
            return document
        return completed(document, self._language, self.metrics)

    @property
    def _language(self) -> Language:
        return language_of(self.settings.company.locale)

    def is_built_in(self, source: str) -> bool:
        """Whether a source is the product's own: the company's file, if any, has no columns."""
        path = self.folder / "sources" / f"{source}.toml"
        return source == WORKSHEET and is_completed(
            self._source_documents.get(path, {"entity": ANSWER})
        )

    @property
    def open_questions(self) -> list[QuestionsOpen]:
        """The sources that are left out until somebody answers what is asked in their files."""
        found = (
            problem_of(path, path.read_text("utf-8-sig"), document)
            for path, document in self._source_documents.items()
        )
        return [problem for problem in found if problem is not None]

    @cached_property
    def _source_documents(self) -> dict[Path, dict[str, Any]]:
        paths = sorted((self.folder / "sources").glob("*.toml"))
        if not paths:
            message = "the company has no source"
            raise SettingsError(
                message, where=str(self.folder / "sources"), remedy="fupan map FILE"
            )
        return {path: read_toml(path) for path in paths}

    @property
    def data_root(self) -> Path:
        """Where exports lie that are read in place: FUPAN_DATA_ROOT, else `ingest.data_root`."""
        named = os.environ.get("FUPAN_DATA_ROOT") or self.settings.ingest.data_root
        return (self.folder / named).resolve() if named else self.folder

    def source_folder(self, source: SourceSettings) -> Path:
        """The folder that a source's files lie in."""
        places = {"inbox": self.folder / "inbox", "plan": self.folder / "plan"}
        return places.get(source.folder, self.data_root)

    @property
    def archive(self) -> Path:
        """Loaded files, by content, and the journal."""
        return self.state / "archive"

    @property
    def warehouse(self) -> Path:
        """The working database, one writer."""
        return self.state / "warehouse.duckdb"

    @property
    def committed(self) -> Path:
        """Copy of the warehouse as of the last finished load; what every reader opens."""
        return self.published / "warehouse.duckdb"

    @property
    def pay(self) -> Path:
        """Folder of what only those who may see pay get; only its owner may open it."""
        return self.state / "pay"

    @property
    def wages(self) -> Path:
        """Copy of the core tables of pay as of the last finished load."""
        return self.pay / "pay.duckdb"

    @property
    def published(self) -> Path:
        """Packs, finance file and manifests."""
        return self.state / "published"


def open_company(folder: Path) -> Company:
    """Find a company folder; raises SettingsError where there is none.

    State goes to `$FUPAN_STATE/<name>` where that is set; else to the folder itself, or, for a
    folder inside `examples/`, to `.state/<name>` of the project.
    """
    folder = folder.resolve()
    if not (folder / "fupan.toml").exists():
        message = f"{folder.name} is not a company folder: it has no fupan.toml"
        raise SettingsError(message, where=str(folder), remedy=f"fupan init {folder}")
    elsewhere = os.environ.get("FUPAN_STATE")
    if not elsewhere and folder.is_relative_to(part("examples")):
        elsewhere = str(ROOT / ".state")
    return Company(folder, Path(elsewhere).resolve() / folder.name if elsewhere else folder)
