"""Review contracts: what metrics, signals and the 5-Why engine hand to packs and finance."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c
from transforms.tables.act import ACT
from transforms.tables.as_organised import AsOrganised
from transforms.tables.calibration import Calibration, CalibrationFigure
from transforms.tables.cases import Evidence, Segment, Variance
from transforms.tables.customers import CUSTOMERS
from transforms.tables.drivers import Bridge, Driver
from transforms.tables.forecast import Forecast, ForecastTest
from transforms.tables.high_value import HighValueAction
from transforms.tables.pipeline import PipelineBridge, WinRate
from transforms.tables.plan_review import (
    BudgetSpending,
    DerivedTarget,
    DriverPlan,
    GoalProgress,
    PlanFlaw,
    RiskCheck,
    TargetRevision,
    TermBreach,
    TermDue,
)
from transforms.tables.proposals import PROPOSED
from transforms.tables.relations import ProcessCheck, ProcessResult
from transforms.tables.staff import NewHireRamp, TrainingGap
from transforms.tables.states import STATES

PERIOD_KINDS: Final = ("week", "mtd", "qtd", "ytd")
LIGHTS: Final = ("green", "yellow", "red", "grey")


class Period(dy.Schema):
    """One row per period that is looked at for the reviewed week."""

    period_kind = c.one_of(*PERIOD_KINDS, "month", description="Kind", required=True)
    role = c.one_of(
        "current",
        "previous",
        "last_year",
        "history",
        description="What the period is to the reviewed week",
        required=True,
    )
    period_start = c.day("First day", required=True)
    period_end = c.day("Last day looked at (the as-of date where the period still runs)")
    full_end = c.day("Last day of the whole month, quarter or year")


class MetricPoint(dy.Schema):
    """One value of one metric: the long form that everything else is made of."""

    metric = c.key("Metric code")
    scope_kind = c.key("company, region, team, rep, product_line or channel")
    scope = c.key("Which one")
    period_kind = c.key("week, mtd, qtd, ytd or month")
    period_start = c.day("First day", primary_key=True)
    period_end = c.day("Last day", primary_key=True)
    numerator = c.number("Numerator; for a plain sum the value itself")
    denominator = c.number("Denominator; 1 for a plain sum")
    value = c.ratio("numerator / denominator; null where the denominator is 0 or there is no data")
    n = c.count("Cases the value rests on", required=True)


class MetricValue(MetricPoint):
    """One row per metric, scope and period of the reviewed week, with all it is held against."""

    unit = c.text("money, count, share, days, hours, ratio or points", required=True)
    state = c.one_of(*STATES, description="ok, or why not", required=True)
    target = c.number("Target of the whole period")
    due = c.number("Plan due at the as-of date (应达)")
    target_state = c.one_of(*STATES, description="ok, no_target or not_due", required=True)
    previous = c.ratio("Value of the period before")
    last_year = c.ratio("Value of the same period last year")
    baseline = c.ratio("Median of the 13 complete weekly values before (D-15)")
    noise_basis = c.one_of(
        *("season", "working_days", "as_is"),
        description="What the limits of a week allow for: working days × season of the plan, "
        "working days, or neither",
    )
    week_weight = c.ratio(
        "What the week weighs on that basis, a usual week being 1; 0: nothing was due"
    )
    limit_low = c.ratio("Lower XmR limit (D-16), at the weight of the week")
    limit_high = c.ratio("Upper XmR limit (D-16), at the weight of the week")
    is_signal = c.flag("Outside the XmR limits or the 8th in a row on one side")
    deviation_plan = c.ratio("Direction-aware deviation from due")
    deviation_baseline = c.ratio("Direction-aware deviation from the baseline")
    light_plan = c.one_of(*LIGHTS, description="Light against plan", required=True)
    light_baseline = c.one_of(*LIGHTS, description="Light against baseline", required=True)
    light = c.one_of(*LIGHTS, description="The worse of the two", required=True)
    light_reason = c.text("For grey: the state that explains it")
    is_within_noise = c.flag("The light against baseline is drawn hollow", required=True)


class TargetProgress(dy.Schema):
    """One row per target window: how far it is at the as-of date (D-2, D-15)."""

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day of the window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    target = c.number("Target of the window", required=True)
    due = c.number("Due at the as-of date")
    actual = c.number("Actual from the start to the as-of date")
    attainment = c.ratio("actual / target")
    state = c.one_of(*STATES, description="ok, or why not", required=True)


class Restatement(dy.Schema):
    """One row per figure that differs from the edition before."""

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_kind = c.key("Period kind")
    period_start = c.day("First day", primary_key=True)
    period_end = c.day("Last day", primary_key=True)
    as_reported = c.ratio("Value in the edition before")
    as_restated = c.ratio("Value now")
    delta = c.ratio("Difference")
    reason = c.text("Why the new edition was made", required=True)
    source = c.text("Sources whose later files caused it")
    changed_rows = c.count("Core rows opened or closed by those files", required=True)
    arrived_at = c.instant("When the newest of them arrived")


class FunnelStage(dy.Schema):
    """One row per scope and open stage: what passed it in the 13 weeks to the as-of date."""

    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    stage = c.key("Stage")
    position = c.count("Order of the stage", required=True)
    left_forward = c.count("Opportunities that left it forward", required=True)
    left = c.count("Opportunities that left it", required=True)
    conversion = c.ratio("left_forward / left; null where nothing left")
    baseline_conversion = c.ratio("The same in the 13 weeks before those")
    mean_days = c.ratio("Days in the stage / exits; null where unknown")
    open_count = c.count("Opportunities in it at the as-of date", required=True)
    open_amount = c.money("Their value")
    overdue_count = c.count("Of them past the allowed days; null where no limit is set")
    is_bottleneck = c.flag("The stage whose conversion fell most below its baseline", required=True)


class DormantAccount(dy.Schema):
    """One row per dormant customer (D-12): no order for 6 calendar months."""

    account_id = c.key("Customer")
    account_name = c.text("Name")
    team = c.text("Team of its last order", required=True)
    rep = c.text("Rep of its last order", required=True)
    is_key = c.flag("Key account", required=True)
    last_ordered_on = c.day("Day of the last sale", required=True)
    months_silent = c.count("Whole months since", required=True)
    sales_before = c.money("Net sales in the 12 months up to the last sale", required=True)


class GoalCheck(dy.Schema):
    """One row per flaw of a goal against S, M, A, R, T (D-1)."""

    goal_id = c.key("Goal")
    criterion = c.key("S, M, A, R or T")
    flaw = c.key("Code of what is missing, e.g. no_owner, metric_unknown, no_deadline")


class Reconciliation(dy.Schema):
    """One row per control total of the ERP: what the warehouse says and the difference."""

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day", primary_key=True)
    period_end = c.day("Last day", primary_key=True)
    warehouse_amount = c.number("Sum in the warehouse", required=True)
    control_amount = c.number("Total the ERP states", required=True)
    difference = c.number("warehouse − control", required=True)


REVIEW: Final[dict[str, type[dy.Schema]]] = {
    "metric_value": MetricValue,
    "metric_history": MetricPoint,
    "as_organised": AsOrganised,
    "target_progress": TargetProgress,
    "variance": Variance,
    "driver": Driver,
    "bridge": Bridge,
    "segment": Segment,
    "evidence": Evidence,
    "restatement": Restatement,
    "funnel_stage": FunnelStage,
    "win_rate": WinRate,
    "pipeline_bridge": PipelineBridge,
    "forecast": Forecast,
    "forecast_test": ForecastTest,
    "dormant_account": DormantAccount,
    "goal_check": GoalCheck,
    "high_value_action": HighValueAction,
    "process_result": ProcessResult,
    "process_check": ProcessCheck,
    "new_hire_ramp": NewHireRamp,
    "training_gap": TrainingGap,
    "calibration": Calibration,
    "calibration_figure": CalibrationFigure,
    "goal_progress": GoalProgress,
    "plan_flaw": PlanFlaw,
    "derived_target": DerivedTarget,
    "target_revision": TargetRevision,
    "risk_check": RiskCheck,
    "term_breach": TermBreach,
    "term_due": TermDue,
    "budget_spending": BudgetSpending,
    "driver_plan": DriverPlan,
    "reconciliation": Reconciliation,
    **CUSTOMERS,
    **ACT,
    **PROPOSED,
}
"""Review table name to its contract."""
