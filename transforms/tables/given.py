"""Figures that a user gives: the size of the market, and daily numbers of any kind."""

from datetime import date

import dataframely as dy
import polars as pl

from transforms.tables import columns as c


class MarketSize(dy.Schema):
    """One row per part of the market and window: what all suppliers together sell there, net.

    A row with `-` for all three parts is the whole market. Parts are given along one of the
    three, and what they leave of the whole belongs to 未分配. The size is spread evenly over the
    days of its window.
    """

    region = c.key("Region, or - for all")
    product_line = c.key("Product line, or - for all")
    channel = c.key("Channel, or - for all")
    period_start = dy.Date(
        primary_key=True, min=date(1900, 1, 1), description="First day of the window"
    )
    period_end = dy.Date(
        primary_key=True, max=date(2200, 1, 1), description="Last day of the window"
    )
    market_amount = c.money("Size of the market in the window, net of tax", required=True)

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """A window ends on or after its first day."""
        return pl.col("period_end") >= pl.col("period_start")


class MetricFeed(dy.Schema):
    """One row per row of a file of the company's own daily numbers."""

    feed = c.key("Name of the feed, as metrics.toml says it: fact = 'feed.<name>'")
    row_id = c.key("Key of the row: the day and what tells rows of a day apart, or content_key")
    measured_on = c.day("Day the numbers belong to", required=True)
    region = c.text("Region")
    team = c.text("Team, where no rep is named")
    rep_id = c.text("Rep")
    product_line = c.text("Product line")
    channel = c.text("Channel")
    account_id = c.text("Customer")
    numbers = c.text("Measure = number, as one JSON object", required=True)
