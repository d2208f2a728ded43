"""Contracts of the team view (D-25)."""

import dataframely as dy

from transforms.tables import columns as c


class NewHireRamp(dy.Schema):
    """One row per new hire and closed month since joining (D-25)."""

    rep_id = c.key("Rep")
    month_start = c.day("First day of the month", primary_key=True)
    rep_name = c.text("Name", required=True)
    team = c.text("Team at the end of the month", required=True)
    joined_on = c.day("Day of joining", required=True)
    tenure_months = c.count("Calendar months after the one of joining", required=True)
    sales = c.number("Net sales in the month", required=True)
    tenured_average = c.ratio("Net sales per tenured rep of the team in the same month")
    tenured_heads = c.count("Tenured reps (12 months or longer)", required=True)
    share = c.ratio("sales / tenured_average; null where there is none")


class TrainingGap(dy.Schema):
    """One row per rep or team whose process quality is low in the quarter (D-25)."""

    scope_kind = c.key("rep or team")
    scope = c.key("Which one")
    metric = c.key("Metric code")
    team = c.text("Team", required=True)
    value = c.ratio("Value; visits per head", required=True)
    level = c.ratio("Level of the team, for a team of the company", required=True)
    upper = c.ratio("Upper end of the 95 % interval of the value", required=True)
    n = c.count("Cases it rests on", required=True)
