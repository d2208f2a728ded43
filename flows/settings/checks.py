"""`[checks]` of a source: what holds its file instead of loading it."""

from decimal import Decimal

from pydantic import Field

from flows.settings.base import Settings


class CheckSettings(Settings):
    """Hard rules of one source; each that is left out is that of `[ingest]` in `fupan.toml`."""

    max_reject_share: Decimal | None = Field(
        None, ge=0, le=1, description="More rejected rows hold the file"
    )
