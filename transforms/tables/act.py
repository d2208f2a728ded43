"""Review contracts of what people answered and decided, and what came of it (D-18, D-20)."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c
from transforms.tables.answers import CAUSE_CLASSES

THREAD_STATES: Final = (
    *("new", "carried", "turned", "recovered"),
    *("period_ended", "unmeasured", "closed_by_person"),
)
VERDICTS: Final = (
    *("worked", "moved_less", "no_effect", "within_noise"),
    *("too_early", "no_data", "no_expectation", "not_started", "cancelled"),
)
PROPOSALS: Final = ("standardise", "stop", "adjust", "wait", "begin", "state_effect", "none")


class CaseAnswer(dy.Schema):
    """One row per answer on a 5-Why worksheet up to the reviewed week, with who, when and file."""

    case_id = c.key("Case it answers, with the week")
    answered_by = c.key("Who answered")
    line = dy.Int64(primary_key=True, min=1, description="Line of the case")
    case_key = c.text("The case whatever the week: metric, scope, period kind", required=True)
    answered_in_week = c.text("Week of the worksheet", required=True)
    metric = c.text("Metric code", required=True)
    scope_kind = c.text("Scope kind", required=True)
    scope = c.text("Scope", required=True)
    period_kind = c.text("Period kind", required=True)
    driver = c.text("Driver the case had come to")
    segment = c.text("Segment it had come to: dimension=member")
    why = c.text("Root cause in the person's words")
    cause_class = c.one_of(*CAUSE_CLASSES, description="strategy, execution or external")
    action = c.text("Countermeasure")
    owner = c.text("Who carries it out")
    due_on = c.day("By when")
    effect_metric = c.text("Metric it should move")
    effect_delta = c.number("By how much, in the metric's unit")
    status = c.text("How far it is, as written")
    answered_at = c.instant("When the file that holds it arrived")
    file_name = c.text("That file")
    is_current = c.flag("No later week's worksheet answers the same case", required=True)
    is_conflicting = c.flag(
        "Another person answers the same case of the same week in other words", required=True
    )


class CaseThread(dy.Schema):
    """One row per case that is open or was closed this week: a case goes on until it is back."""

    case_key = c.key("metric, scope kind, scope, period kind")
    metric = c.text("Metric code", required=True)
    scope_kind = c.text("Scope kind", required=True)
    scope = c.text("Scope", required=True)
    period_kind = c.text("Period kind", required=True)
    period_start = c.day("First day of the period it is about", required=True)
    opened_in_week = c.text("Week whose review opened it", required=True)
    weeks_open = c.count("Reviews that have shown it, this one among them", required=True)
    state = c.one_of(
        *THREAD_STATES,
        description="new, carried; turned: from below to above or back, and so new again; "
        "recovered: back within the trigger; period_ended: its month, "
        "quarter or year is over and the new one keeps to plan; unmeasured: no value this week; "
        "closed_by_person: unmeasured, and somebody has closed it on a worksheet",
        required=True,
    )
    direction = c.one_of("below", "above", description="Which side it lies or lay on")
    case_id = c.text("This week's case; null where there is none")
    last_case_id = c.text(
        "Its newest case, of this week or an earlier one; null where none is known"
    )
    value_state = c.text("State of its value this week; null where the metric has no row")
    weeks_unmeasured = c.count(
        "Reviews in a row in which it had no value, this one among them", required=True
    )
    unmeasured_since = c.text("Week of the first of those reviews; null where it has a value")
    is_close_proposed = c.flag(
        "It had no value for so many reviews that a person is asked to close it", required=True
    )
    answers = c.count("People who have answered it since it was opened", required=True)
    open_actions = c.count("Its countermeasures that are not done", required=True)
    is_conflicting = c.flag("Two people answer it in different words", required=True)


class ActionItem(dy.Schema):
    """One row per countermeasure up to the reviewed week, whoever recorded it where (D-20)."""

    action_id = c.key("Number in the action register; of a worksheet: case, person and line")
    origin = c.one_of(
        "register",
        "worksheet",
        description="register: the company's list of actions; worksheet: a 5-Why worksheet",
        required=True,
    )
    decided_in_week = c.text("Week whose review decided it", required=True)
    action = c.text("What is done", required=True)
    team = c.text("Team it concerns")
    owner = c.text("Owner")
    due_on = c.day("Due")
    status = c.text("Status as written")
    is_done = c.flag("Its status says that nothing is left to do", required=True)
    effect_metric = c.text("Metric it should move")
    effect_delta = c.number("By how much, in the metric's unit")
    case_id = c.text("Case it answers, with the week")
    case_key = c.text("That case whatever the week")
    scope_kind = c.text("Scope kind in which its effect is looked for", required=True)
    scope = c.text("Scope in which its effect is looked for", required=True)


class ActionEffect(dy.Schema):
    """One row per countermeasure: did the metric move as expected since the decision (D-20).

    Weeks after the decision are held against the 13 weeks up to it; the noise band of the
    difference is 2.66 × mean moving range × √(1/weeks before + 1/weeks after), the limit of an XmR
    chart (D-16) for a difference of means. Weeks of a sum count by what they weigh on its basis, a
    usual week as 1, and those that weigh nothing do not count.
    """

    action_id = c.key("Countermeasure")
    scope_kind = c.text("Scope kind looked at", required=True)
    scope = c.text("Scope looked at", required=True)
    metric = c.text("Metric looked at")
    expected = c.number("Expected change, of a sum that of a usual week, in the metric's unit")
    before = c.ratio(
        "Mean of the weeks up to the decision, of a sum that of a usual week; "
        "of a ratio, of all its cases"
    )
    after = c.ratio("Mean of the weeks since")
    moved = c.ratio("after − before")
    noise_band = c.ratio("Half-width of what chance alone moves")
    weeks_before = c.count("Weeks before", required=True)
    weeks_after = c.count("Weeks after", required=True)
    noise_basis = c.one_of(
        *("season", "working_days", "as_is"),
        description="What the weeks are weighed by, as `metric_value.noise_basis`; null: no weeks",
    )
    verdict = c.one_of(
        *VERDICTS,
        description="worked: beyond noise and at least as expected; moved_less: beyond noise, in "
        "the right direction, by less; no_effect: what was expected lies beyond noise and was not "
        "reached; within_noise: what was expected is too small to be told from chance; too_early, "
        "no_data, no_expectation, not_started, cancelled",
        required=True,
    )
    proposal = c.one_of(
        *PROPOSALS,
        description="standardise (标准化+复制), stop (止损), adjust, wait, begin (开始或取消), "
        "state_effect, none",
        required=True,
    )


class PlanEffect(dy.Schema):
    """One row per strategy (D-7) and per task that names a metric (D-8): did that metric move.

    Measured as the effect of a countermeasure is (`ActionEffect`): the weeks after the one in which
    the step was in place are held against the 13 weeks up to it.
    """

    entity = c.key("strategy_item: an action of the strategy table; task: a milestone or task")
    item_id = c.key("Its number")
    scope_kind = c.text("Scope kind looked at", required=True)
    scope = c.text("Scope looked at", required=True)
    metric = c.text("Metric looked at")
    expected = c.number("Expected change of a usual week, in the metric's unit")
    before = c.ratio("Mean of the weeks up to then, as of `action_effect`")
    after = c.ratio("Mean of the weeks since")
    moved = c.ratio("after − before")
    noise_band = c.ratio("Half-width of what chance alone moves")
    weeks_before = c.count("Weeks before", required=True)
    weeks_after = c.count("Weeks after", required=True)
    noise_basis = c.one_of(
        *("season", "working_days", "as_is"),
        description="What the weeks are weighed by, as `metric_value.noise_basis`; null: no weeks",
    )
    verdict = c.one_of(*VERDICTS, description="As of `action_effect`", required=True)


ACT: Final[dict[str, type[dy.Schema]]] = {
    "case_answer": CaseAnswer,
    "case_thread": CaseThread,
    "action_item": ActionItem,
    "action_effect": ActionEffect,
    "plan_effect": PlanEffect,
}
"""Review table name to its contract."""
