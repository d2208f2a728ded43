"""A proposal without questions tried on its file: what would be loaded, and what rejected."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.ingest.configuration import Configuration
from flows.ingest.evaluate import evaluate
from flows.settings import SourceSettings


@dataclass(frozen=True)
class Trial:
    """What the file would give; nothing was written."""

    rows_read: int
    rows_good: int
    rejects: tuple[tuple[str, int, str], ...]
    """(rule, rows, an example), the most frequent first."""

    @property
    def text(self) -> str:
        """One line for a person."""
        line = (
            f"试读：{self.rows_read} 行，可装载 {self.rows_good} 行 / "
            f"tried: {self.rows_good} of {self.rows_read} rows can be loaded"
        )
        shown = "; ".join(f"{rule} × {rows} ({value})" for rule, rows, value in self.rejects[:5])
        return f"{line}; 拒收 / rejects: {shown}" if shown else line


def trial(
    path: Path, name: str, source: SourceSettings, zone: str, stages: tuple[str, ...]
) -> Trial:
    """Read and type the file as the source says; raises FileUnreadable, ColumnsChanged."""
    found = evaluate(path, name, Configuration(source, zone, stages))
    rejects = (
        found.rejects.group_by("rule")
        .agg(rows=pl.col("row_number").n_unique(), value=pl.col("value").drop_nulls().first())
        .sort("rows", "rule", descending=[True, False])
    )
    return Trial(
        rows_read=found.rows_read,
        rows_good=found.typed,
        rejects=tuple(
            (str(rule), int(rows), str(value)[:60]) for rule, rows, value in rejects.iter_rows()
        ),
    )
