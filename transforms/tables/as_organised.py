"""Review contract: sums by today's organisation beside those of the day (D-29)."""

import dataframely as dy

from transforms.tables import columns as c


class AsOrganised(dy.Schema):
    """One row per sum, region or team and period: by the assignments then, and by those of today.

    Facts belong to the assignment of their own day (`value_then`, as in metric_value); here they
    stand beside the same facts by the assignments valid on the as-of date (D-29). Both columns
    add up to the company's value. Ratios, distinct counts and states are not regrouped.
    """

    metric = c.key("Metric code")
    scope_kind = c.key("region or team")
    scope = c.key("Which one")
    period_kind = c.key("week, mtd, qtd or ytd")
    period_start = c.day("First day", primary_key=True)
    period_end = c.day("The as-of date", primary_key=True)
    value_then = c.number("Sum by the assignments of each fact's own day", required=True)
    value_now = c.number("Sum by the assignments valid on the as-of date", required=True)
