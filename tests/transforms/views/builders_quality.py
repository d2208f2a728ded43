"""Weekly deliveries of a few sources, each with one thing wrong, judged by the real functions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from tests.transforms.views.frames import WEEK, frame
from transforms.deliveries import delivered, outstanding_rejects
from transforms.quality import column_quality, source_quality
from transforms.tables.ops import OPS
from transforms.tables.quality import KnownSource

MONDAY = datetime(2026, 11, 22, 22, 0)  # noqa: DTZ001  # UTC without a zone, as in the warehouse
"""Monday 06:00 in Shanghai, after the reviewed week."""
ZONE = "Asia/Shanghai"


def load(number: int, source: str, weeks_ago: float, read: int, **counts: Any) -> dict[str, Any]:  # noqa: ANN401  # any column of ops.file
    """One file taken in; what is not said to be otherwise opened a version."""
    named = {"entity": "order_line", "file_name": f"{source}_{number}.csv", **counts}
    others = ("rows_unchanged", "rows_rejected", "rows_superseded", "rows_deleting")
    parts = {name: named.pop(name, 0) for name in others}
    return {
        "load_number": number,
        "source": source,
        "file_id": f"{number:064x}",
        "arrived_at": MONDAY - timedelta(weeks=weeks_ago),
        "rows_read": read,
        "rows_opened": read - sum(parts.values()),
        "versions_closed": 0,
        **parts,
        **named,
    }


def known(source: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401  # any column of KnownSource
    """A delta of order lines, busy every week and with rows in the reviewed one."""
    return {
        "source": source,
        "title": source,
        "entity": "order_line",
        "mode": "delta",
        "is_required": False,
        "mapped": ["rep_id", "net_amount"],
        "known_rows": 1000,
        "newest_on": WEEK.ends_on,
        "week_rows": 90,
        "active_weeks": 8,
        **facts,
    }


def profile(number: int, rows: int, **filled: int) -> list[dict[str, Any]]:
    """How full the columns of one load are."""
    return [
        {"load_number": number, "column": column, "rows": rows, "filled": count}
        for column, count in filled.items()
    ]


def judged(
    sources: Sequence[Mapping[str, Any]],
    loads: Sequence[Mapping[str, Any]],
    profiles: Sequence[Mapping[str, Any]] = (),
    findings: pl.DataFrame | None = None,
    rejects: Sequence[Mapping[str, Any]] = (),
) -> dict[str, pl.DataFrame]:
    """The quality facts of literal loads."""
    known_sources = frame(KnownSource, sources)
    files = frame(OPS["file"], loads)
    columns = column_quality(known_sources, files, frame(OPS["column_profile"], profiles))
    found = OPS["finding"].create_empty() if findings is None else findings
    loads_of = delivered(files, known_sources)
    standing = outstanding_rejects(loads_of, frame(OPS["reject"], rejects), known_sources)
    quality = source_quality(known_sources, files, columns, standing, found, WEEK, ZONE)
    return {
        "file": files,
        "known_source": known_sources,
        "source_quality": quality,
        "column_quality": columns,
        "standing_reject": standing,
    }


def reject(load_number: int, row_number: int = 2, **facts: Any) -> dict[str, Any]:  # noqa: ANN401  # any column of ops.reject
    """One rule that a row broke."""
    return {
        "load_number": load_number,
        "row_number": row_number,
        "rule": "ordered_on|not_a_date",
        "message": "?",
        **facts,
    }
