"""Contracts of the forecast and of its back-test."""

import dataframely as dy

from transforms.tables import columns as c


class Forecast(dy.Schema):
    """One row per amount, scope and running period: where it will end, and by which rule.

    reached + the parts = forecast, to the cent; a naive rule has no parts.
    """

    metric = c.key("Metric code")
    scope_kind = c.key("company, region or team")
    scope = c.key("Scope")
    period_kind = c.key("mtd or qtd")
    period_start = c.day("First day", required=True)
    period_end = c.day("As-of date", required=True)
    full_end = c.day("Last day of the whole period", required=True)
    state = c.one_of(
        "ok", "too_few_cases", description="ok, or why there is no forecast", required=True
    )
    rule = c.one_of(
        "pipeline",
        "trend",
        "last_year",
        "run_rate",
        description="Rule with the smallest error at the same point of past periods",
    )
    is_better_than_naive = c.flag("A model has a smaller error there than both naive rules")
    periods = c.count("Past periods it was tested on", required=True)
    reached = c.money("Reached by the as-of date", required=True)
    open_deals = c.money("Expected from open deals: value × probability by stage and age")
    new_deals = c.money("Expected from deals not opened yet")
    rest = c.money("Expected beside deals: the run rate")
    forecast = c.money("Expected at the end of the period")
    low = c.money("Lower end of the interval; null below four past errors")
    high = c.money("Upper end of the interval")
    level = c.ratio("Share of outcomes that the interval is made to hold")


class ForecastTest(dy.Schema):
    """One row per rule and forecast: its errors at the same point of past periods."""

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_kind = c.key("mtd or qtd")
    rule = c.key("pipeline, trend, last_year or run_rate")
    position = c.count("Order of the rule", required=True)
    is_used = c.flag("It makes the forecast", required=True)
    periods = c.count("Past periods, the same for every rule", required=True)
    weighted_error = c.ratio("Σ |forecast − actual| / Σ |actual|; null where nothing was reached")
    mean_error = c.ratio("Mean of |forecast − actual| / |actual|")
    covered = c.count("Periods that its interval held", required=True)
    intervals = c.count("Periods that had an interval from the errors before them", required=True)
