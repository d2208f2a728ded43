"""Level 4: what changed in the place, and levels 4 and 5 put together (D-18).

Nothing here claims a cause. A process metric that moved in the same place is shown as moving
together, an event word for word.
"""

from collections.abc import Iterator

import polars as pl

from transforms.scopes import COMPANY
from transforms.why.causes import question, root_causes
from transforms.why.record import MOST, Chain, OnRecord, Row, regions_of_teams


def evidence(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Give the rows of levels 4 and 5 of one chain; each level has at least one, if a question."""
    behaviour = [*_co_movements(chain, record), *_events(chain, record)]
    for level, facts in ((4, behaviour), (5, root_causes(chain, record))):
        found = facts or [question(chain, record)]
        for position, fact in enumerate(found, start=1):
            yield {"case_id": chain.case.case_id, "level": level, "position": position, **fact}


def _co_movements(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Process metrics of the same places whose reviewed week is a signal of its own (D-16)."""
    codes = [code for code, metric in record.catalogue.items() if metric.kind == "process"]
    places = pl.any_horizontal(
        (pl.col("scope_kind") == kind) & (pl.col("scope") == scope) for kind, scope in chain.places
    )
    rows = record.values.filter(
        places,
        pl.col("period_kind") == "week",
        pl.col("metric").is_in(codes),
        pl.col("metric") != chain.case.metric,
        pl.col("is_signal"),
        pl.col("value").is_not_null(),
        pl.col("baseline").is_not_null(),
    ).sort(
        pl.col("deviation_baseline").abs(),
        "metric",
        "scope_kind",
        "scope",
        descending=[True, False, False, False],
        nulls_last=True,
    )
    for row in rows.head(MOST).iter_rows(named=True):
        is_own = row["scope_kind"] == chain.case.scope_kind
        yield {
            "kind": "metric",
            "subject": row["metric"],
            "actual": row["value"],
            "reference": row["baseline"],
            "text": None if is_own else row["scope"],
        }


def _events(chain: Chain, record: OnRecord) -> Iterator[Row]:
    """Events of the register that overlap the period and touch the place (D-28)."""
    table = record.table("event")
    if table is None:
        return
    ends = pl.coalesce("ends_on", "starts_on")
    touching = table.filter(
        pl.col("starts_on") <= chain.case.ends_on, ends >= chain.case.starts_on
    ).sort("starts_on", "event_id")
    regions = _regions(record)
    places = {*chain.places, (COMPANY, COMPANY)}
    teams = [scope for kind, scope in chain.places if kind == "team"]
    places |= {("region", regions[team]) for team in teams if team in regions}
    events = [
        row
        for row in touching.iter_rows(named=True)
        if row["scope_kind"] is None or (row["scope_kind"], row["scope"]) in places
    ]
    for row in events[-MOST:]:
        yield {"kind": "event", "subject": row["event_id"], "text": row["description"]}


def _regions(record: OnRecord) -> dict[str, str]:
    table = record.table("assignment")
    return {} if table is None else regions_of_teams(table, record.as_of)
