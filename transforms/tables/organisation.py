"""Who belongs where, and when (D-29)."""

from datetime import date

import dataframely as dy
import polars as pl

from transforms.tables import columns as c


class Assignment(dy.Schema):
    """One row per rep and period in a team; a transfer is two rows.

    A fact belongs to the assignment that holds on its date; what no assignment covers goes to
    the scope 未分配 (`transforms.scopes.UNASSIGNED`).
    """

    rep_id = c.key("Rep number or name")
    rep_name = c.text("Name as it is shown in a pack")
    team = c.text("Team", required=True)
    region = c.text("Region", required=True)
    manager = c.text("Manager of the team")
    role = c.text("Job title")
    valid_from = dy.Date(
        primary_key=True,
        min=date(1900, 1, 1),
        description="First day in the team; 1900-01-01 where the source states none",
    )
    valid_to = c.day("Last day in the team; null while still there")
    joined_on = c.day("Day the person joined the company")
    left_on = c.day("Day the person left the company")

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """An assignment cannot end before it starts."""
        return (pl.col("valid_to") >= pl.col("valid_from")).fill_null(value=True)


class Channel(dy.Schema):
    """One row per sales or marketing channel."""

    channel = c.key("Channel")
    ownership = c.one_of(
        "own", "partner", "emerging", description="自有 own, 合作 partner, 新兴 emerging"
    )
    is_referral = c.flag("Its leads come by referral (转介绍)")
    owner = c.text("Person in charge of the channel")
    is_active = c.flag("Still in use")


class Rep(dy.Schema):
    """One row per user or employee of a system: who a name, number or e-mail address stands for."""

    rep_id = c.key("Number of the person in the system")
    rep_name = c.text("Name")
    email = c.text("E-mail address")
    team = c.text("Team or department, where the system says one")
    role = c.text("Job title")
    manager = c.text("Manager")
    is_active = c.flag("Still works here")


class Place(dy.Schema):
    """One row per city, province or country: the sales region that it belongs to."""

    place = c.key("City, province or country as exports write it")
    region = c.text("Sales region", required=True)
