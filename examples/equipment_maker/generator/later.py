"""Late corrections: the export that arrives after the first Monday, of two teams alone."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from generator.days import Days
from generator.plan import quarter_start
from generator.profile import TEAMS
from generator.story import TEAM

CORRECTED: Final = ("华东三部", "西南部")
"""Teams whose lines are corrected; no story is planted there."""
CANCELLED_IN: Final = "西南部"


@dataclass(frozen=True)
class Corrections:
    """The documents as they are after the correction, and the lines that changed."""

    documents: pl.DataFrame
    changed: pl.DataFrame
    """The changed lines in their new form."""
    delta_cents: dict[str, int]
    """Change of net sales by team."""
    cancelled: int


def correct(documents: pl.DataFrame, days: Days) -> Corrections:
    """Correct four quantities in each of two teams and cancel two lines outright.

    The lines keep document, number and date: it is the same document that is corrected, so the
    figures already reported are restated (D-30).
    """
    first = quarter_start(days)
    picked = []
    for name in CORRECTED:
        mine = documents.with_row_index("row").filter(
            (pl.col("team") == TEAM[name])
            & (pl.col("kind") == "销售")
            & (pl.col("day") >= first)
            & (pl.col("quantity") > 1)
        )
        size = 6 if name == CANCELLED_IN else 4
        rows = mine.sort("net_cents", "document", "line_number", descending=True).head(size)
        # The two largest of CANCELLED_IN go altogether; of the others a quarter is given back.
        gone = 2 if name == CANCELLED_IN else 0
        place = pl.int_range(pl.len())
        kept = pl.when(place < gone).then(0).otherwise(pl.col("quantity") * 3 // 4)
        picked.append(rows.with_columns(kept.alias("quantity")))
    net = pl.col("quantity") * pl.col("price_cents")
    changed = pl.concat(picked).with_columns(
        net.alias("net_cents"), ((net * 13 + 50) // 100).alias("tax_cents")
    )
    before = documents[changed["row"].to_list()]
    delta = changed.select("team", pl.col("net_cents") - before["net_cents"])
    sums = delta.group_by("team").agg(pl.col("net_cents").sum()).sort("team")
    changed = changed.select(documents.columns)
    keys = ("document", "line_number")
    after = documents.update(changed, on=keys)
    return Corrections(
        documents=after,
        changed=changed.sort("day", *keys),
        delta_cents={TEAMS[team].name: int(cents) for team, cents in sums.iter_rows()},
        cancelled=int((changed["quantity"] == 0).sum()),
    )
