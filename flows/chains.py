"""5-Why chains as one document per case, and as a tree in the terminal."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.tree import Tree

from flows.output import OUT, as_text
from flows.review import Review

LEVELS = ("driver", "segment", "evidence")


def chains(cases: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """One dictionary per case: its Variance row, with its drivers, segments and evidence inside.

    Levels keep the order of their tables; cases come by rank.
    """
    return [
        {
            **case,
            **{
                name: tables[name]
                .filter(pl.col("case_id") == case["case_id"])
                .drop("case_id")
                .to_dicts()
                for name in LEVELS
            },
        }
        for case in cases.sort("rank").to_dicts()
    ]


def print_chains(cases: pl.DataFrame, review: Review) -> None:
    """Print each chain as a tree: level 1 at the root, evidence and questions at the leaves."""
    for chain in chains(cases, review.tables):
        metric = review.catalogue[chain["metric"]]
        noise = " (within noise)" if chain["is_within_noise"] else ""
        tree = Tree(
            f"[bold]{chain['rank']}. {metric.title_zh} {chain['metric']}[/] · {chain['scope']} · "
            f"{chain['period_kind']}: {as_text(chain['actual'])} against "
            f"{as_text(chain['reference'])} ({chain['reference_kind']}), "
            f"gap {as_text(chain['gap'])}{noise}"
        )
        drivers = tree.add("2 drivers")
        for row in chain["driver"]:
            drivers.add(f"{row['driver']}: {as_text(row['contribution'])} {_share(row['share'])}")
        segments = tree.add("3 segments" if chain["segment"] else "3 no concentrated cause")
        for row in chain["segment"]:
            where = f"{row['dimensions']} = {row['members']}"
            part = f"{as_text(row['contribution'])} {_share(row['share'])}"
            segments.add(f"{row['driver']}: {where}: {part}")
        for level in (4, 5):
            rows = [row for row in chain["evidence"] if row["level"] == level]
            branch = tree.add(f"{level} {'behaviour' if level == 4 else 'root cause'}")  # noqa: PLR2004  # the two named levels
            for row in rows:
                branch.add(_evidence(row))
        OUT.print(tree)


def _evidence(row: Mapping[str, Any]) -> str:
    if row["kind"] == "question":
        return f"? {row['subject'] or ''} → {row['asked_of'] or 'not assigned'}, {row['due_on']}"
    numbers = [as_text(row[name]) for name in ("actual", "reference") if row[name] is not None]
    said = [row["subject"] or "", row["text"] or "", " against ".join(numbers)]
    return f"{row['kind']}: {' · '.join(part for part in said if part)}"


def _share(share: float | None) -> str:
    return "" if share is None else f"({share:.0%})"
