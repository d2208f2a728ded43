"""Frozen parameters of the transforms; the settings of a company are turned into these."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from transforms.customers.rules import CustomerRules
from transforms.proposals.rules import ProposalRules


@dataclass(frozen=True)
class Stage:
    """One stage of the pipeline."""

    name: str
    outcome: str = "open"
    """open, won or lost."""
    position: int = 0
    allowed_days: int | None = None
    """Days a deal may stay; None: *overdue* is no data."""
    win_probability: Decimal | None = None


@dataclass(frozen=True)
class Lights:
    """Thresholds of the traffic lights (D-15); deviations are fractions, direction-aware."""

    plan_green: Decimal = Decimal(0)
    plan_yellow: Decimal = Decimal("-0.10")
    baseline_yellow: Decimal = Decimal("-0.10")
    baseline_red: Decimal = Decimal("-0.20")
    minimum_cases: int = 5
    """A ratio on fewer cases is `too_few_cases`."""


@dataclass(frozen=True)
class Noise:
    """The baseline and the XmR chart (D-15, D-16)."""

    baseline_weeks: int = 13
    minimum_weeks: int = 8
    xmr_factor: Decimal = Decimal("2.66")
    run_length: int = 8
    chart_weeks: int = 26
    """Weeks before the reviewed one from which the limits are drawn."""


@dataclass(frozen=True)
class Variances:
    """The attribution trigger and its limits (D-17, D-18)."""

    trigger: Decimal = Decimal("0.10")
    pages: int = 6
    """Cases that get a page of their own in one pack."""
    segment_dimensions: int = 3
    """Most dimensions in one segment."""
    sales_cycle_days: int | None = None
    """Days from lead to decision; none: learned from the company's own opportunities."""
    short_cycle_days: int = 7
    """Longest cycle at which the leads of a period stand for its new customers (D-18)."""
    answer_within_days: int = 2
    close_after_weeks: int = 4
    """Reviews in a row without a value after which a person is asked to close a case (D-20)."""


@dataclass(frozen=True)
class Relations:
    """The process-result check (D-19) and the lags learned from it."""

    minimum_weeks: int = 26
    """Weeks that both metrics must have in common."""
    most_lag_weeks: int = 12


@dataclass(frozen=True)
class PlaybookCause:
    """One cause of the company's playbook: how it is classed, and what is done about it (D-18)."""

    name: str
    cause_class: str
    """strategy, execution or external."""
    words: tuple[str, ...] = ()
    """Words by which a text on record points to it."""
    countermeasures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Actions:
    """Actions worth copying (D-21)."""

    weeks: int = 26
    """Weeks that are looked at."""
    minimum_cases: int = 30
    """Cases of a rep or team at a step, and of the others."""
    cycle_days: int = 60
    """Days that a lead is given to become a customer."""


@dataclass(frozen=True)
class Calendar:
    """Working days, seasonality and the shape of weeks and years."""

    week_ends_on: int = 7
    """ISO weekday on which the reviewed week ends."""
    fiscal_year_starts_in: int = 1
    holidays: frozenset[date] = frozenset()
    """Days off that fall on Monday to Friday."""
    extra_workdays: frozenset[date] = frozenset()
    """Make-up working days (调休) that fall on a weekend."""
    works_on: tuple[int, ...] = (1, 2, 3, 4, 5)
    """ISO weekdays on which the company works."""
    month_weights: tuple[Decimal, ...] = field(default_factory=lambda: (Decimal(1),) * 12)
    """Season weight of a working day in January … December (D-2)."""

    def __repr__(self) -> str:
        """Write sets of days in order: the same calendar reads the same in every process."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        shown = (
            f"{name}={sorted(value) if isinstance(value, frozenset) else value!r}"
            for name, value in values.items()
        )
        return f"Calendar({', '.join(shown)})"


@dataclass(frozen=True)
class ReviewWeek:
    """The reviewed week: named and given explicitly to every function that needs it."""

    label: str
    """2026-W47."""
    starts_on: date
    ends_on: date
    """The as-of date."""


@dataclass(frozen=True)
class Parameters:
    """Everything a review is computed with, apart from the data."""

    week: ReviewWeek
    calendar: Calendar = Calendar()
    stages: tuple[Stage, ...] = ()
    lights: Lights = Lights()
    noise: Noise = Noise()
    variances: Variances = Variances()
    relations: Relations = Relations()
    actions: Actions = Actions()
    proposals: ProposalRules = field(default_factory=ProposalRules)
    playbook: tuple[PlaybookCause, ...] = ()
    repurchase_months: int = 12
    customers: CustomerRules = field(default_factory=CustomerRules)
    metric_lights: Mapping[str, Lights] = field(default_factory=dict, hash=False)
    """Metric code to thresholds of its own (D-15)."""

    metric_triggers: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    """Metric code to the deviation that starts a chain, where it has one of its own (D-17)."""

    def trigger_of(self, metric: str) -> Decimal:
        """Deviation that starts a chain: the metric's own, else the company's."""
        return self.metric_triggers.get(metric, self.variances.trigger)

    def lights_of(self, metric: str) -> Lights:
        """Thresholds of a metric: its own, else those of the company."""
        return self.metric_lights.get(metric, self.lights)
