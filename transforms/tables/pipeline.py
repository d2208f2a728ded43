"""Contracts of the pipeline over time: deals as of a day, the bridge, win rates."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c

BASES: Final = ("all", "due")
OPENING, CLOSING = "opening", "closing"
STEPS: Final = (
    OPENING,
    "new",
    "reopened",
    "pulled_in",
    "up",
    "moved_in",
    "won",
    "lost",
    "pushed_out",
    "down",
    "moved_out",
    "removed",
    CLOSING,
)
"""Order of a pipeline bridge; the steps between the ends carry their sign and sum to closing."""


class PipelineDeal(dy.Schema):
    """One row per opportunity as it stood at the end of a day (`sql/marts/pipeline_deal.sql`).

    Those open on that day, and those closed not long before it.
    """

    opportunity_id = c.key("Opportunity")
    region = c.text("Region on that day", required=True)
    team = c.text("Team on that day", required=True)
    rep = c.text("Rep (rep_id)", required=True)
    product_line = c.text("Product line", required=True)
    channel = c.text("Channel", required=True)
    created_on = c.day("Day it was opened")
    closed_on = c.day("Day it was won or lost, where that was by that day")
    expected_close_on = c.day("Expected close as known for that day")
    is_open = c.flag("Open at the end of that day", required=True)
    is_won = c.flag("Won by that day; null while open")
    amount = c.money("Value as known for that day")


class PipelineBridge(dy.Schema):
    """One row per scope, period, basis and step: the open pipeline from opening to closing.

    Basis `all` is every open deal, `due` the open deals expected to close by the period's end.
    opening + the steps = closing, to the cent. A step that the records cannot show is null.
    """

    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_kind = c.key("week, mtd or qtd")
    basis = c.key("all, or due by the end of the period")
    step = c.key("opening, a step, or closing")
    position = c.count("Order of the step", required=True)
    period_start = c.day("First day of the period", required=True)
    period_end = c.day("As-of date", required=True)
    due_by = c.day("Last day of the whole period", required=True)
    amount = c.money("Value with its sign; null: no data")
    deals = c.count("Opportunities of the step; null: no data")
    without_amount = c.count("Of them without a value, counted with 0; null: no data")


class WinRate(dy.Schema):
    """One row per scope and window of 13 weeks: the win rate by count and by amount."""

    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    window_start = c.day("First day", primary_key=True)
    window_end = c.day("Last day", primary_key=True)
    won_count = c.count("Deals won", required=True)
    closed_count = c.count("Deals won or lost", required=True)
    by_count = c.ratio("won_count / closed_count")
    won_amount = c.money("Value of the deals won; null where none has one")
    closed_amount = c.money("Value of the deals won or lost; null where none has one")
    by_amount = c.ratio("won_amount / closed_amount")
    without_amount = c.count("Closed deals without a value, in no amount", required=True)
