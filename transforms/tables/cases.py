"""Review contracts of the 5-Why engine: cases, their segments and their evidence (D-17, D-18)."""

import dataframely as dy

from transforms.tables import columns as c
from transforms.tables.answers import CAUSE_CLASSES


class Variance(dy.Schema):
    """Level 1: one row per deviation that starts a chain (D-17)."""

    case_id = c.key("Stable number: week, metric, scope kind, scope, period kind")
    story = c.text(
        "Case that tells and asks for it, itself or another: the same gap over another period, or "
        "of the metric that it is a driver of",
        required=True,
    )
    rank = c.count("1 is first; by money, then by signal", required=True)
    metric = c.text("Metric code", required=True)
    scope_kind = c.text("Scope kind", required=True)
    scope = c.text("Scope", required=True)
    period_kind = c.text("Period kind", required=True)
    period_start = c.day("First day", required=True)
    period_end = c.day("Last day", required=True)
    reference_kind = c.one_of("plan", "baseline", description="Held against", required=True)
    actual = c.number("Actual", required=True)
    reference = c.number("Plan due or baseline", required=True)
    gap = c.number("actual − reference", required=True)
    deviation_share = c.ratio("(actual − reference) / |reference|; null where it is 0")
    is_within_noise = c.flag("Inside the XmR limits", required=True)
    has_page = c.flag("Gets a page of its own (else a line)", required=True)
    is_beyond_trigger = c.flag(
        "Deviates beyond the trigger (D-17); else listed because it is a signal (D-16)",
        required=True,
    )


class Segment(dy.Schema):
    """Level 3: one row per segment that explains a driver of a case, best first."""

    case_id = c.key("Case")
    driver = c.key("Driver it explains; 'gap' for the gap as a whole")
    position = dy.Int64(primary_key=True, min=1, description="1 is best")
    dimensions = c.text("Dimension names, joined by ' × '", required=True)
    members = c.text("Values in the same order, joined by ' × '", required=True)
    actual = c.number("Actual in the segment", required=True)
    reference = c.number("Reference in the segment", required=True)
    contribution = c.number("Part of the gap", required=True)
    share = c.ratio("contribution / gap", required=True)
    residual_share = c.ratio("What of the gap lies outside the segment", required=True)


class Evidence(dy.Schema):
    """Levels 4 and 5: one row per fact on record, or per question where there is none."""

    case_id = c.key("Case")
    level = dy.Int64(primary_key=True, min=4, max=5, description="4 behaviour, 5 root cause")
    position = dy.Int64(primary_key=True, min=1, description="Order within the level")
    kind = c.one_of(
        "metric",
        "condition",
        "event",
        "record",
        "answer",
        "earlier",
        "question",
        description="What it is; answer: of a person, to this case; earlier: to one like it",
        required=True,
    )
    subject = c.text("Metric code, condition, event, record or person it is of")
    dimensions = c.text("Dimensions of the place, joined by ' × '; null for the case's own scope")
    members = c.text("Values in the same order, joined by ' × '")
    unmeasured = c.text("Dimensions of the segment it is not measured by, joined by ' × '")
    actual = c.ratio("Value now; of a count the mean of a week")
    reference = c.ratio("Value before or planned")
    lag_weeks = c.count("Weeks before the case's period that it is looked at")
    lag_basis = c.one_of(
        "learned",
        "sales_cycle",
        "same_week",
        "dated",
        description="Where the lag comes from: own weeks, a default, or the step itself (dated)",
    )
    effect = c.ratio("Change against the pace of like segments, in the unit of the subject")
    effect_low = c.ratio("Lower end of its 95 % placebo interval")
    effect_high = c.ratio("Upper end of its 95 % placebo interval")
    n = c.count("Cases that the value now rests on")
    comparison = c.text("Like segments it is compared with, joined by ' · '; null where none")
    text = c.text("Text on record, word for word")
    asked_of = c.text("For a question: the person asked")
    due_on = c.day("For a question: answer by")
    cause_class = c.one_of(
        *CAUSE_CLASSES, description="What a person, else the playbook, classes the cause as"
    )
    answered_in_week = c.text("For an answer: week of the worksheet")
    countermeasure = c.text("For an answer: what the person decided; else what the playbook has")
