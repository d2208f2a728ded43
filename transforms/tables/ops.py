"""Contracts of the `ops` schema (what was loaded, rejected, found), and of the editions."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c


class File(dy.Schema):
    """One row per file and source taken in; the five counts of rows add up to `rows_read`."""

    load_number = dy.Int64(primary_key=True, description="Number of the load in the journal")
    source = c.text("Source", required=True)
    entity = c.text("Core table", required=True)
    file_name = c.text("Name the file arrived with", required=True)
    file_id = c.text("sha-256 of its content", required=True)
    arrived_at = c.instant("When it arrived (UTC)", required=True)
    stated_on = c.day("Day that its name states, where the source says how (`as_of`)")
    rows_read = c.count("Rows below the header", required=True)
    rows_opened = c.count("Rows that opened a version", required=True)
    rows_unchanged = c.count("Rows already known in the same form", required=True)
    rows_rejected = c.count("Rows rejected with a reason", required=True)
    rows_superseded = c.count("Rows replaced by a later row of the same file", required=True)
    rows_deleting = c.count(
        "Rows that say that their record was deleted (tombstones)", required=True
    )
    versions_closed = c.count("Versions closed: replaced, deleted or gone", required=True)


class Reject(dy.Schema):
    """One row per rule that a rejected row broke."""

    load_number = dy.Int64(primary_key=True, description="Load")
    row_number = dy.Int64(primary_key=True, description="Row in the file as a person counts it")
    rule = c.key("Name of the rule")
    column = c.text("Export column")
    value = c.text("Value as it stood in the file")
    message = c.text("What is wrong, for a sales-ops person", required=True)
    hint = c.text("What the message adds to rule and value, in no language: known values, numbers")


class Finding(dy.Schema):
    """One row per thing that loads but needs a person, such as an unknown customer."""

    source = c.key("Source")
    rule = c.key("Name of the rule, e.g. unknown_account")
    value = c.key("The value that has no counterpart")
    rows = c.count("Rows concerned", required=True)
    amount = c.money("Amount at stake")
    message = c.text("What is wrong and which line of configuration repairs it", required=True)
    hint = c.text("That line, or another parameter of the message, in no language")


class ColumnProfile(dy.Schema):
    """One row per load and column of the entity: how full it is, to see when an export drifts."""

    load_number = dy.Int64(primary_key=True, description="Load")
    column = c.key("Column of the entity")
    rows = c.count("Rows that were typed", required=True)
    filled = c.count("Of them with a value in this column", required=True)


class Edition(dy.Schema):
    """One row per published edition of a week."""

    week = c.key("Reviewed week")
    edition = dy.Int64(primary_key=True, min=1, description="1 is the first")
    identity = c.text("sha-256 of the canonical review model", required=True)
    known_at = c.instant("Data as known at this instant", required=True)
    reason = c.text("Why it was made", required=True)


OPS: Final[dict[str, type[dy.Schema]]] = {
    "file": File,
    "reject": Reject,
    "finding": Finding,
    "column_profile": ColumnProfile,
}
"""Ops table name to its contract; editions are kept as manifests beside their packs."""
