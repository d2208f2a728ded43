"""`[incentives]` of `fupan.toml`: what people are paid for (D-24)."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from flows.settings.base import Settings

Part = Annotated[Decimal, Field(ge=0, le=1)]
Attainment = Annotated[Decimal, Field(gt=0, le=10)]
Amount = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class StepSettings(Settings):
    """A step of the bonus on target; the highest one reached pays alone."""

    attainment: Attainment = Field(description="From this attainment on: 1.00 is 100 %")
    wage_share: Part = Field(description="Share of a month's wage: 0.10 is 10 %")


class CommissionSettings(Settings):
    """Commission on a person's own base."""

    metric: str = Field("sales_amount", description="Metric that is the base; a sum of money")
    rate: Part = Field(Decimal("0.01"), description="Rate: 0.01 is 1 %")


class TeamFactorSettings(Settings):
    """What the team's attainment does to the commission rate of its members."""

    attainment: Attainment = Field(Decimal("0.80"), description="From this attainment on")
    factor: Decimal = Field(Decimal("1.10"), ge=1, le=5, description="The rate times this")


class ExcessSettings(Settings):
    """Extra commission on what a product line sells beyond its target."""

    product_line: str = Field(min_length=1, description="Product line with a target of its own")
    rate: Part = Field(description="Rate of the excess, shared by what each person sold")


class IncrementSettings(Settings):
    """A bonus for growth over the same period of last year."""

    growth: Decimal = Field(ge=0, le=10, description="From this growth on: 0.15 is 15 %")
    wage_share: Part = Field(description="Share of a month's wage")


class TeamBonusSettings(Settings):
    """A bonus for every member of a team that reaches its target."""

    attainment: Attainment = Field(Decimal(1), description="From this attainment on")
    wage_share: Part = Field(description="Share of a month's wage")


class NewHireSettings(Settings):
    """The first deal of a new hire goes to the growth fund."""

    within_months: int = Field(6, ge=1, le=36, description="Months after joining")
    amount: Amount = Field(description="Amount in the reporting currency")


class AwardSettings(Settings):
    """An award to the best at a metric; equals share it."""

    name: str = Field(min_length=1, description="Its name, such as 本周之星")
    metric: str = Field(description="Metric by which the best is found")
    period: Literal["week", "attainment"] = Field(
        "attainment", description="The reviewed week, or the attainment period"
    )
    amount: Amount = Field(description="Amount in the reporting currency")


class ProposalSettings(Settings):
    """After how many closed periods in a row something is proposed; a person decides."""

    improvement_after: int | None = Field(2, ge=1, le=12, description="Below 100 %: a plan")
    reassign_after: int | None = Field(3, ge=1, le=12, description="Below 100 %: reassignment")
    promotion_after: int | None = Field(None, ge=1, le=12, description="At `above`: promotion")
    leave_after: int | None = Field(None, ge=1, le=12, description="At `above`: extra leave")
    above: Attainment = Field(Decimal("1.20"), description="Attainment that counts for these")


class IncentiveSettings(Settings):
    """All rules; one that is left out does not exist."""

    metric: str = Field("sales_amount", description="Metric whose attainment counts; a sum")
    period: Literal["month", "quarter", "year"] = Field("month", description="Attainment period")
    steps: tuple[StepSettings, ...] = Field((), description="Bonus on target, by steps")
    commission: CommissionSettings | None = Field(None, description="Commission")
    team_factor: TeamFactorSettings | None = Field(None, description="Commission and the team")
    excess: tuple[ExcessSettings, ...] = Field((), description="Extra commission by product line")
    increment: IncrementSettings | None = Field(None, description="Bonus for growth")
    team_bonus: TeamBonusSettings | None = Field(None, description="Bonus for the team's target")
    new_hire: NewHireSettings | None = Field(None, description="Growth fund of new hires")
    awards: tuple[AwardSettings, ...] = Field((), description="Awards to the best")
    proposals: ProposalSettings = Field(ProposalSettings(), description="What runs propose")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        for what, names in (
            ("steps must have distinct attainments", [step.attainment for step in self.steps]),
            ("awards must have distinct names", [award.name for award in self.awards]),
            ("excess must name each line once", [each.product_line for each in self.excess]),
        ):
            if len(names) != len(set(names)):
                raise ValueError(what)
        if self.team_factor is not None and self.commission is None:
            message = "team_factor multiplies a commission, and there is none"
            raise ValueError(message)
        return self
