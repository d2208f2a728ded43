"""`[proposals]` of `fupan.toml`: from when on a proposal is made for the next period (D-20)."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from flows.settings.base import Settings

Share = Annotated[Decimal, Field(ge=0, le=1)]


class ProposalSettings(Settings):
    """From when on the data support a proposal (D-20)."""

    grow_roi: Decimal = Field(Decimal(1), description="ROI from which more is proposed (加大)")
    pause_roi: Decimal = Field(Decimal(0), description="ROI below which a pause is proposed")
    least_customers: int = Field(10, ge=1, description="New customers a channel needs")
    least_leads: int = Field(30, ge=5, description="Leads a source and the others need")
    quality_margin: Share = Field(
        Decimal("0.10"), description="Share of qualified leads off the others' by this much of it"
    )
    target_margin: Share = Field(
        Decimal("0.01"), description="A target is left alone this near to trend or team"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.grow_roi <= self.pause_roi:
            message = "grow_roi must lie above pause_roi"
            raise ValueError(message)
        return self
