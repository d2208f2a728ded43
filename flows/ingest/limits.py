"""The hard rules of one source: its own `[checks]`, else `[ingest]` of the company."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from flows.company import Company
from flows.settings import SourceSettings


@dataclass(frozen=True)
class Limits:
    """What a file may not go beyond; None where nothing is asked."""

    on_reject: str
    max_reject_share: Decimal
    max_missing_share: Decimal
    max_age_days: int | None
    control_total_tolerance: Decimal

    @classmethod
    def of(cls, company: Company, source: SourceSettings) -> Self:
        """Take them from the settings as they are now."""
        general, own = company.settings.ingest, source.checks
        chosen = {
            name: getattr(general if getattr(own, name) is None else own, name)
            for name in (
                "max_reject_share",
                "max_missing_share",
                "max_age_days",
                "control_total_tolerance",
            )
        }
        return cls(on_reject=general.on_reject, **chosen)
