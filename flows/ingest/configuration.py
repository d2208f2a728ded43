"""Everything that decides how a file of one source is typed, as one archived document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from flows.company import Company
from flows.settings import SourceSettings
from flows.settings.column import ColumnSettings, ConvertSettings
from transforms.typing import Allowed, CaseRule, ColumnRule, Conversion
from transforms.typing.rules import Answers, Rate

_NOT_TYPING = {"title", "files", "folder", "is_required", "checks", "pull"}
_STAGE_COLUMNS = {"opportunity": ("stage",), "stage_event": ("from_stage", "to_stage")}
_SAME_NAME = (
    *(
        "source",
        "value",
        "product_of",
        "joined",
        "separator",
        "until_next",
        "numbers",
        "default",
        "aliases",
    ),
    *("case", "pad_zeros", "map", "unit", "sign", "decimal", "date_formats", "is_excel_serial"),
    *("true_values", "false_values", "nulls"),
)
"""Settings of a column that are a parameter of the same name."""


@dataclass(frozen=True)
class References:
    """What a source reads of other sources' rows: part of its configuration, so archived with it.

    `answers` has an entry for each column with a lookup, `rates` those into `currency`, by day.
    """

    answers: Mapping[str, Answers] = field(default_factory=dict)
    currency: str = ""
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True)
class Configuration:
    """The settings of a source, the company's time zone, its stages and the rows looked up."""

    source: SourceSettings
    zone: str
    stages: tuple[str, ...]
    references: References = field(default_factory=References)

    @classmethod
    def of(
        cls, company: Company, source: SourceSettings, references: References | None = None
    ) -> Self:
        """Take what matters from the settings as they are now.

        `references` are the rows that the source looks up (`flows.ingest.lookups`).
        """
        settings = company.settings
        stages = tuple(stage.name for stage in settings.stages)
        return cls(source, settings.company.time_zone, stages, references or References())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an archived document."""
        document: dict[str, Any] = json.loads(text)
        source = {"title": "archived", "files": "*", **document["source"]}
        rates = tuple(
            (currency, date.fromisoformat(day), Decimal(rate))
            for currency, day, rate in document.get("rates", ())
        )
        references = References(document.get("lookups", {}), document.get("currency", ""), rates)
        stages = tuple(document["stages"])
        return cls(SourceSettings.model_validate(source), document["zone"], stages, references)

    @cached_property
    def text(self) -> str:
        """The document: canonical, so that comments and the order of keys do not matter.

        Title, place, glob and checks are left out: they do not change what a row means.
        """
        source = self.source.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_TYPING)
        stages = list(self.stages) if self.source.entity in _STAGE_COLUMNS else []
        document: dict[str, Any] = {"source": source, "zone": self.zone, "stages": stages}
        if self.references.answers:
            document["lookups"] = dict(self.references.answers)
        if self.references.currency:
            document["currency"] = self.references.currency
            document["rates"] = [
                (currency, day.isoformat(), str(rate))
                for currency, day, rate in self.references.rates
            ]
        return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)

    @cached_property
    def sha256(self) -> str:
        """Identity of the document."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def rules(self) -> dict[str, ColumnRule]:
        """The columns as parameters of the transforms."""
        return {
            name: ColumnRule(
                cases=tuple(CaseRule(**dict(case)) for case in column.cases),
                is_content_key=column.generate == "content_key",
                is_row_json=column.generate == "row_json",
                answers=self.references.answers.get(name, {}) if column.lookup else None,
                convert=self._conversion(column.convert) if column.convert else None,
                **{setting: getattr(column, setting) for setting in _SAME_NAME},
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

    def _conversion(self, convert: ConvertSettings) -> Conversion:
        """Read the day of the rate as the column of the entity does that reads the same cells."""
        same: list[ColumnSettings] = [
            column for column in self.source.columns.values() if column.source == convert.on
        ]
        formats = convert.date_formats or next((column.date_formats for column in same), ())
        return Conversion(
            to=self.references.currency,
            rates=self.references.rates,
            on=convert.on,
            column=convert.column,
            currency=convert.currency,
            date_formats=formats,
        )
