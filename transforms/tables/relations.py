"""Contracts of the process-result check (D-19)."""

import dataframely as dy

from transforms.tables import columns as c


class ProcessResult(dy.Schema):
    """One row per scope, process metric and result: how the two go together week by week (D-19).

    Of the lags tried the strongest is kept. A correlation, never a cause.
    """

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    process = c.key("Process metric")
    result = c.key("Result metric")
    lag_weeks = c.count("Weeks by which the process comes first", required=True)
    correlation = c.ratio("Rank correlation of what neither trend nor season announced")
    correlation_low = c.ratio("Lower end of its 95 % interval")
    correlation_high = c.ratio("Upper end of its 95 % interval")
    weeks = c.count("Weeks in which both are known", required=True)
    p_value = c.ratio("Probability under independence, for the lags tried")
    q_value = c.ratio("Adjusted over the pairs of the scope (Benjamini and Hochberg 1995)")
    is_shown = c.flag("q_value is at most 0.05", required=True)


class ProcessCheck(dy.Schema):
    """One row per scope and rule that holds: effort rose and its result did not follow (D-19)."""

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    rule = c.key("Rule code")
    process = c.text("Process metric that rose", required=True)
    result = c.text("What did not follow: a metric, or two joined by ' / '", required=True)
    process_before = c.ratio("Mean week before", required=True)
    process_now = c.ratio("Mean of the latest weeks", required=True)
    process_change = c.ratio("Change as a fraction", required=True)
    process_change_low = c.ratio("Lower end of its 95 % interval", required=True)
    result_before = c.ratio("Value before", required=True)
    result_now = c.ratio("Value of the latest weeks", required=True)
    result_change = c.ratio("Change as a fraction", required=True)
    result_change_high = c.ratio("Upper end of its 95 % interval", required=True)
    weeks = c.count("Latest weeks looked at", required=True)
    weeks_before = c.count("Weeks before those", required=True)
