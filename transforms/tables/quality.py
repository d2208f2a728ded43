"""Contracts of the data-quality facts: one row per source, one per column of a source."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c

FRESHNESS: Final = (
    "fresh",
    "undated",
    "zero",
    "not_due",
    "too_few_loads",
    "late",
    "no_data",
    "no_load",
)
"""fresh: dated in the reviewed week; undated: the entity has no main date; zero: arrived after the
week and has nothing in it; not_due: its usual gap has not passed; too_few_loads: nobody can say;
late: overdue by its own rhythm; no_data: loaded, but no row is known; no_load: never loaded."""

DRIFT: Final = ("ok", "drift", "too_few_loads", "no_data", "no_load")


class KnownSource(dy.Schema):
    """One row per source in the settings: what it is and what the warehouse holds of it."""

    source = c.key("Source (sources/<name>.toml)")
    title = c.text("What people call the export", required=True)
    entity = c.text("Core table it fills", required=True)
    mode = c.one_of("snapshot", "delta", description="snapshot or delta", required=True)
    is_required = c.flag("Its absence holds the run", required=True)
    mapped = dy.List(dy.String(), nullable=False, description="Columns of the entity it fills")
    known_rows = c.count("Rows known", required=True)
    newest_on = c.day("Newest main date, not after the reviewed week")
    week_rows = c.count("Rows dated in the reviewed week", required=True)
    active_weeks = c.count("Of the 8 weeks before, those with a row", required=True)


class SourceQuality(dy.Schema):
    """One row per source: how fresh, complete and usual its newest delivery is.

    A delivery is what arrived of a source in one run. Its counts add up: rows read = opened +
    unchanged + rejected + superseded + deleting.
    """

    source = c.key("Source (sources/<name>.toml)")
    title = c.text("What people call the export", required=True)
    entity = c.text("Core table it fills", required=True)
    is_required = c.flag("Its absence holds the run", required=True)
    light = c.one_of("green", "yellow", "red", "grey", description="Worst of all", required=True)
    freshness = c.one_of(*FRESHNESS, description="How fresh it is", required=True)
    newest_on = c.day("Newest main date, not after the reviewed week")
    age_days = c.count("Days from it to the end of the reviewed week")
    arrived_on = c.day("Day the newest delivery arrived, company time")
    arrival_age_days = c.count("Days from then to the end of the week; below 0: after it")
    usual_gap_days = c.ratio("Median days between deliveries; null below 5 gaps")
    week_rows = c.count("Rows dated in the reviewed week", required=True)
    active_weeks = c.count("Of the 8 weeks before, those with a row", required=True)
    known_rows = c.count("Rows known", required=True)
    files = c.count("Files of the newest delivery", required=True)
    rows_read = c.count("Rows read of it")
    rows_opened = c.count("Of them, opened a version")
    rows_unchanged = c.count("Of them, already known in the same form")
    rows_rejected = c.count("Of them, rejected with a reason")
    rows_superseded = c.count("Of them, replaced by a later row of the same file")
    rows_deleting = c.count("Of them, tombstones")
    versions_closed = c.count("Versions closed by it")
    open_rejects = c.count("Rows rejected that no later file repeats: missing now", required=True)
    open_findings = c.count("Findings that need a person", required=True)
    is_conserved = c.flag("Rows read are all accounted for, in every file")
    earlier_loads = c.count("Deliveries before it that it is compared with, 8 at most")
    usual_rows = c.ratio("Median of their rows read; null below 5")
    least_rows = c.ratio("Fewer rows than this is a drift")
    most_rows = c.ratio("More rows than this is a drift")
    rows_state = c.one_of(*DRIFT, description="Drift of the row count", required=True)
    cells = c.count("Cells of the columns that matter; null where its loads were not profiled")
    filled_cells = c.count("Of them with a value")


class ColumnQuality(dy.Schema):
    """One row per source and mapped column: how full the newest delivery is, and whether usual."""

    source = c.key("Source")
    column = c.key("Column of the entity")
    is_important = c.flag("Figures are formed or cut by it", required=True)
    rows = c.count("Rows typed in the newest delivery", required=True)
    filled = c.count("Of them with a value", required=True)
    null_share = c.ratio("Share without a value; null where there is no row")
    earlier_loads = c.count("Deliveries before it that it is compared with", required=True)
    usual_null_share = c.ratio("Median of their null shares; null below 5")
    least_null_share = c.ratio("A share below this is a drift")
    most_null_share = c.ratio("A share above this is a drift")
    state = c.one_of(*DRIFT, description="Drift of the null share", required=True)


QUALITY: Final[dict[str, type[dy.Schema]]] = {
    "source_quality": SourceQuality,
    "column_quality": ColumnQuality,
}
"""Quality table name to its contract."""
