"""Everything that decides how a file of one source is typed, as one archived document."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Self

from flows.company import Company
from flows.settings import SourceSettings
from transforms.typing import Allowed, CaseRule, ColumnRule

_NOT_TYPING = {"title", "files", "folder", "is_required"}
_STAGE_COLUMNS = {"opportunity": ("stage",), "stage_event": ("from_stage", "to_stage")}


@dataclass(frozen=True)
class Configuration:
    """The settings of a source, the company's time zone and its stages."""

    source: SourceSettings
    zone: str
    stages: tuple[str, ...]

    @classmethod
    def of(cls, company: Company, source: SourceSettings) -> Self:
        """Take what matters from the settings as they are now."""
        settings = company.settings
        return cls(
            source, settings.company.time_zone, tuple(stage.name for stage in settings.stages)
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an archived document."""
        document: dict[str, Any] = json.loads(text)
        source = {"title": "archived", "files": "*", **document["source"]}
        stages = tuple(document["stages"])
        return cls(SourceSettings.model_validate(source), document["zone"], stages)

    @property
    def text(self) -> str:
        """The document: canonical, so that comments and the order of keys do not matter.

        Title, place and glob are left out: they do not change what a row means.
        """
        source = self.source.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_TYPING)
        stages = list(self.stages) if self.source.entity in _STAGE_COLUMNS else []
        document = {"source": source, "zone": self.zone, "stages": stages}
        return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)

    @property
    def sha256(self) -> str:
        """Identity of the document."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def rules(self) -> dict[str, ColumnRule]:
        """The columns as parameters of the transforms."""
        return {
            name: ColumnRule(
                source=column.source,
                value=column.value,
                cases=tuple(CaseRule(**dict(case)) for case in column.cases),
                product_of=column.product_of,
                until_next=column.until_next,
                is_content_key=column.generate == "content_key",
                default=column.default,
                aliases=column.aliases,
                map=column.map,
                unit=column.unit,
                sign=column.sign,
                date_formats=column.date_formats,
                is_excel_serial=column.is_excel_serial,
                true_values=column.true_values,
                false_values=column.false_values,
                nulls=column.nulls,
            )
            for name, column in self.source.columns.items()
        }

    @property
    def allowed(self) -> tuple[Allowed, ...]:
        """The stages, where the company has configured any."""
        if not self.stages:
            return ()
        return tuple(
            Allowed(
                column,
                self.stages,
                "unknown_stage",
                "不在 fupan.toml 的 [[stages]] 里 / is not among the configured stages",
            )
            for column in _STAGE_COLUMNS.get(self.source.entity, ())
            if column in self.source.columns
        )
