"""How customers are scored, typed, grouped, judged and valued (D-10 … D-14)."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from flows.settings.base import Settings

Share = Annotated[Decimal, Field(ge=0, le=1)]
Weight = Annotated[Decimal, Field(ge=0, le=100)]


class HealthWeights(Settings):
    """Weights of the inputs of the health score (D-13); 0 leaves an input out."""

    usage: Weight = Field(Decimal(1), description="Usage frequency (使用频率)")
    satisfaction: Weight = Field(Decimal(1), description="Surveys and complaints (服务满意度)")
    renewal: Weight = Field(Decimal(1), description="Renewal intention (续约意向)")
    payment: Weight = Field(Decimal(1), description="Payment delay (付款及时)")
    trend: Weight = Field(Decimal(1), description="Order trend (订单趋势)")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any(self.model_dump().values()):
            message = "at least one weight must lie above 0"
            raise ValueError(message)
        return self


class CustomerSettings(Settings):
    """How customers are scored, typed, grouped and valued (D-10 … D-14)."""

    months: int = Field(12, ge=1, le=36, description="Window of RFM, value and growth")
    scored_from: int = Field(25, ge=5, description="Fewer customers get no RFM scores")
    value_share: Share = Field(
        Decimal("0.80"), description="High value: the largest customers that make up this share"
    )
    type_margin: Share = Field(
        Decimal("0.10"), description="A type changes at once beyond its border by more than this"
    )
    type_reviews: int = Field(
        2, ge=1, le=8, description="Nearer to it after so many weeks across; 1: at once"
    )
    costed_share: Share = Field(
        Decimal("0.90"), description="Value is gross profit where this share of sales has a cost"
    )
    is_long_chain_potential: bool = Field(
        default=True, description="Whether a longer decision chain speaks for potential"
    )
    key_share: Share = Field(Decimal("0.20"), description="Key: the largest of this share")
    dormant_months: int = Field(6, ge=1, description="Silent so long: dormant (休眠)")
    lost_months: int = Field(12, ge=1, description="Silent so long: lost (流失)")
    health_weights: HealthWeights = HealthWeights()
    health_days: int = Field(91, ge=7, le=366, description="Window of usage and complaints")
    late_days: int = Field(60, ge=1, description="Mean payment delay that scores 0")
    survey_worst: Decimal = Field(Decimal(0), description="Worst score of the surveys' scale")
    survey_best: Decimal = Field(Decimal(10), description="Best score of the surveys' scale")
    complaint_penalty: Share = Field(Decimal("0.25"), description="Taken off for a complaint")
    coverage: Share = Field(Decimal("0.50"), description="Health is grey below this coverage")
    health_green: Share = Field(Decimal("0.70"), description="Green from this health on")
    health_yellow: Share = Field(Decimal("0.50"), description="Yellow from this health on")
    fall: Share = Field(Decimal("0.10"), description="A fall of health that warns")
    fall_weeks: int = Field(4, ge=1, le=52, description="Weeks over which it is measured")
    lifetime_model: Literal["purchases", "contracts", "none"] = Field(
        "purchases",
        description="BG/NBD with Gamma-Gamma, sBG for customers under contract, or none",
    )
    horizon_months: int = Field(36, ge=1, le=120, description="Horizon of the lifetime value")
    monthly_discount_rate: Share = Field(Decimal("0.01"), description="Discount a month")
    contract_months: int = Field(12, ge=1, description="From one renewal to the next")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lost_months < self.dormant_months:
            message = "lost_months must not lie below dormant_months"
            raise ValueError(message)
        if self.survey_best <= self.survey_worst:
            message = "survey_best must lie above survey_worst"
            raise ValueError(message)
        if self.health_green < self.health_yellow:
            message = "health_green must not lie below health_yellow"
            raise ValueError(message)
        return self
