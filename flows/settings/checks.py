"""`[checks]` of a source: what holds its file instead of loading it."""

import re
from decimal import Decimal

from pydantic import Field, field_validator

from flows.settings.base import Settings


class CheckSettings(Settings):
    """Hard rules of one source; each that is left out is that of `[ingest]` in `fupan.toml`."""

    max_reject_share: Decimal | None = Field(
        None, ge=0, le=1, description="More rejected rows hold the file"
    )
    max_missing_share: Decimal | None = Field(
        None, ge=0, le=1, description="A snapshot that lacks more of the known rows is held"
    )
    max_age_days: int | None = Field(
        None, ge=0, description="A file whose newest day lies further back is held"
    )
    control_total_tolerance: Decimal | None = Field(
        None, ge=0, description="A larger difference from a control total holds the file"
    )
    as_of: str | None = Field(
        None, description="Pattern whose group is the day in a file's name, such as _(\\d{8})"
    )
    accept: tuple[str, ...] = Field(
        (), description="Files let through on purpose: the first 12 letters of their sha-256"
    )

    @field_validator("as_of")
    @classmethod
    def _one_group(cls, value: str | None) -> str | None:
        try:
            groups = 1 if value is None else re.compile(value).groups
        except re.error as error:
            message = f"not a regular expression: {error}"
            raise ValueError(message) from error
        if groups != 1:
            message = "needs exactly one group, around the day, such as _(\\d{8})"
            raise ValueError(message)
        return value

    @field_validator("accept")
    @classmethod
    def _fingerprints(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [item for item in value if not re.fullmatch("[0-9a-f]{12,64}", item)]:
            message = f"not the beginning (12 letters or more) of a sha-256: {', '.join(wrong)}"
            raise ValueError(message)
        return value
