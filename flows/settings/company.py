"""`fupan.toml`: everything about one company that is not a source, a metric or the plan."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from flows.settings.base import Settings
from flows.settings.calibration import CalibrationSettings
from flows.settings.customers import CustomerSettings
from flows.settings.incentives import IncentiveSettings
from flows.settings.playbook import CauseSettings
from flows.settings.proposals import ProposalSettings

Share = Annotated[Decimal, Field(ge=0, le=1)]
Locale = Literal["zh-CN", "en"]


class Identity(Settings):
    """Who the company is."""

    name: str = Field(min_length=1, description="Name as it stands in the head of a pack")
    locale: Locale = Field("zh-CN", description="Language of the packs")
    currency: str = Field("CNY", pattern="^[A-Z]{3}$", description="Reporting currency, ISO 4217")
    time_zone: str = Field("Asia/Shanghai", description="IANA name; days are days of this zone")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            message = "not an IANA time zone such as Asia/Shanghai"
            raise ValueError(message)
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


class CalendarSettings(Settings):
    """Weeks, fiscal year, working days and seasonality."""

    week_ends_on: int = Field(7, ge=1, le=7, description="ISO weekday on which a week ends")
    fiscal_year_starts_in: int = Field(1, ge=1, le=12, description="Month the year starts in")
    country: str | None = Field("CN", description="Country of the public holidays; none: omit")
    extra_holidays: frozenset[date] = Field(frozenset(), description="More days off")
    extra_workdays: frozenset[date] = Field(frozenset(), description="More working days (调休)")
    works_on: tuple[int, ...] = Field((1, 2, 3, 4, 5), description="ISO weekdays of work")
    month_weights: tuple[Decimal, ...] = Field(
        (Decimal(1),) * 12,
        min_length=12,
        max_length=12,
        description="Season weight of a working day in January … December",
    )
    season: Literal["given", "history"] = Field(
        "given",
        description="given: month_weights; history: worked out from whole fiscal years of sales",
    )


class StageSettings(Settings):
    """One stage of the pipeline."""

    name: str = Field(min_length=1, description="As the CRM writes it")
    outcome: Literal["open", "won", "lost"] = Field("open", description="What the stage means")
    allowed_days: int | None = Field(None, ge=1, description="Days allowed; none: not watched")
    win_probability: Share | None = Field(None, description="For the weighted pipeline")


class SalesSettings(Settings):
    """What counts as a sale."""

    contracts_from: Literal["contract", "won_opportunity"] = Field(
        "contract", description="Where contract_amount comes from"
    )
    sales_from: Literal["order_line", "won_opportunity"] = Field(
        "order_line", description="Where sales_amount comes from"
    )
    repurchase_months: int = Field(12, ge=1, description="Window of repurchase_rate (domain §4)")
    sales_cycle_days: int | None = Field(
        None, ge=1, description="Days from lead to decision; none: learned from the company's own"
    )
    short_cycle_days: int = Field(
        7, ge=0, description="Up to this cycle a period's own leads explain its new customers"
    )


class LightSettings(Settings):
    """Traffic lights (D-15); deviations as fractions, better is positive."""

    plan_green: Decimal = Field(Decimal(0), description="Green from this deviation on")
    plan_yellow: Decimal = Field(Decimal("-0.10"), description="Yellow from this one on")
    baseline_yellow: Decimal = Field(Decimal("-0.10"), description="Yellow at this or worse")
    baseline_red: Decimal = Field(Decimal("-0.20"), description="Red at this or worse")
    minimum_cases: int = Field(5, ge=1, description="Fewer cases make a ratio too few to judge")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.plan_green < self.plan_yellow or self.baseline_yellow < self.baseline_red:
            message = "green must lie above yellow, yellow above red"
            raise ValueError(message)
        return self


class ReviewSettings(Settings):
    """The weekly review."""

    trigger: Share = Field(Decimal("0.10"), description="Deviation that starts a chain (D-17)")
    case_pages: int = Field(6, ge=0, le=50, description="5-Why cases with a page of their own")
    answer_within_days: int = Field(2, ge=0, description="Days given for an answer")
    close_after_weeks: int = Field(
        4, ge=1, le=52, description="Reviews without data after which closing a case is proposed"
    )
    report_due_at: time = Field(
        time(17), description="A daily report entered after this hour of its day is late (D-26)"
    )
    baseline_weeks: int = Field(13, ge=4, le=52, description="Weeks in the baseline")
    minimum_weeks: int = Field(8, ge=2, le=52, description="Weeks a baseline needs at least")
    copy_weeks: int = Field(
        26, ge=4, le=104, description="Weeks in which reps and teams are compared step by step"
    )
    copy_cases: int = Field(
        30, ge=5, description="Cases a rep or team needs at a step to be compared (D-21)"
    )
    relation_weeks: int = Field(
        26, ge=16, le=104, description="Weeks that a process and a result need in common (D-19)"
    )


class PlanSettings(Settings):
    """The plan (D-5)."""

    reserve: Share = Field(Decimal("0.10"), description="Stretch above the committed target")


class IngestSettings(Settings):
    """How strict the loading is."""

    on_reject: Literal["continue", "stop"] = Field(
        "continue", description="Whether one rejected row holds the run"
    )
    max_reject_share: Share = Field(
        Decimal("0.20"), description="A file with more rejected rows holds the run"
    )
    max_missing_share: Share = Field(
        Decimal("0.50"), description="A snapshot that lacks more of the known rows is held"
    )
    max_age_days: int | None = Field(
        None, ge=0, description="A file whose newest day lies further back is held; none: any age"
    )
    control_total_tolerance: Decimal = Field(
        Decimal("0.00"),
        ge=0,
        description="A larger difference from a control total of the same run holds the file",
    )
    max_file_bytes: int = Field(4_000_000_000, ge=1, description="Longest file that is read")
    max_expanded_bytes: int = Field(
        4_000_000_000, ge=1, description="Most that a zip, gzip or Parquet file may expand to"
    )
    max_expansion_ratio: int = Field(
        250, ge=2, description="Most that a packed file may expand by, from 16 MB on"
    )
    max_workbook_bytes: int = Field(
        1_000_000_000, ge=1, description="Most that a workbook may expand to"
    )
    max_sheet_cells: int = Field(
        20_000_000, ge=1, le=200_000_000, description="Rows × columns of a sheet; 75 bytes each"
    )
    max_columns: int = Field(2_000, ge=1, le=16_384, description="Most columns of an export")
    max_line_bytes: int = Field(
        4_000_000, ge=1_000, le=8_000_000, description="Longest line of a text file"
    )
    data_root: str | None = Field(
        None, description="Folder of exports that are read where they lie (folder = 'data_root')"
    )


class Recipient(Settings):
    """Somebody who gets packs."""

    name: str = Field(description="Name")
    email: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+$", description="Address")
    team: str | None = Field(None, description="Team whose pack; omitted: the company's")
    may_see_pay: bool = Field(default=False, description="May see incentive pages")


class DeliverySettings(Settings):
    """How packs go out; the password comes from FUPAN_SMTP_PASSWORD only."""

    smtp_host: str | None = Field(None, description="Mail server; none: packs stay in the folder")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    smtp_user: str | None = Field(None, description="User to log in as")
    starttls: bool = Field(default=True, description="Encrypt the connection")
    sender: str = Field("fupan@localhost", description="From address")
    operations: str | None = Field(
        None, pattern=r"^[^@\s]+@[^@\s]+$", description="Address told when a scheduled run fails"
    )


class CompanySettings(Settings):
    """The whole of `fupan.toml`."""

    company: Identity
    calendar: CalendarSettings = CalendarSettings()
    stages: tuple[StageSettings, ...] = ()
    sales: SalesSettings = SalesSettings()
    lights: LightSettings = LightSettings()
    review: ReviewSettings = ReviewSettings()
    proposals: ProposalSettings = ProposalSettings()
    plan: PlanSettings = PlanSettings()
    calibration: CalibrationSettings = CalibrationSettings()
    customers: CustomerSettings = CustomerSettings()
    incentives: IncentiveSettings | None = None
    playbook: tuple[CauseSettings, ...] = ()
    ingest: IngestSettings = IngestSettings()
    recipients: tuple[Recipient, ...] = ()
    delivery: DeliverySettings = DeliverySettings()

    @model_validator(mode="after")
    def _distinct_stages(self) -> Self:
        names = [stage.name for stage in self.stages]
        if len(names) != len(set(names)):
            message = f"stages must have distinct names, given {names}"
            raise ValueError(message)
        return self
