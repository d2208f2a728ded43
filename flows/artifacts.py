"""What Prefect shows beside a run: the scoreboard, the checks and where the packs are."""

from collections.abc import Iterable, Mapping

import polars as pl

from flows.company import Company
from flows.delivery import Delivery
from flows.edition import Edition
from flows.output import as_text
from transforms.catalogue import Metric
from transforms.scopes import COMPANY

_MARKS = {"red": "▼ red", "yellow": "◆ yellow", "green": "● green", "grey": "■ grey"}
_ORDER = list(_MARKS)


def scoreboard(values: pl.DataFrame, catalogue: Mapping[str, Metric]) -> str:
    """Draw the company's week as a Markdown table of MetricValue rows, worst light first."""
    week = values.filter(pl.col("scope_kind") == COMPANY, pl.col("period_kind") == "week")
    rows = sorted(
        week.iter_rows(named=True), key=lambda row: (_ORDER.index(row["light"]), row["metric"])
    )
    return table(
        ("Metric", "Value", "Plan due", "Baseline", "Light"),
        (
            (
                catalogue[row["metric"]].title_zh,
                as_text(row["value"]),
                as_text(row["due"]),
                as_text(row["baseline"]),
                f"{_MARKS[row['light']]} {row['light_reason'] or ''}".strip(),
            )
            for row in rows
        ),
    )


def loads(files: pl.DataFrame) -> str:
    """Draw the conservation law of the loads: per File row, what became of its rows."""
    counts = ("rows_read", "rows_opened", "rows_unchanged", "rows_rejected", "rows_superseded")
    return table(
        ("Source", "File", *(name.removeprefix("rows_") for name in counts)),
        (
            (row["source"], row["file_name"], *(as_text(row[name]) for name in counts))
            for row in files.sort("load_number").iter_rows(named=True)
        ),
    )


def totals(reconciliation: pl.DataFrame) -> str:
    """Say how many control totals of the ERP tie, and draw those that do not."""
    missed = reconciliation.filter(pl.col("difference") != 0)
    tied = f"{reconciliation.height - missed.height} of {reconciliation.height} tie."
    if missed.is_empty():
        return tied
    shown = ("metric", "scope", "period_start", "period_end")
    amounts = ("warehouse_amount", "control_amount", "difference")
    rows = (
        tuple(as_text(row[name]) for name in (*shown, *amounts))
        for row in missed.iter_rows(named=True)
    )
    head = ("Metric", "Scope", "From", "To", "Warehouse", "ERP", "Difference")
    return f"{tied}\n\n{table(head, rows)}"


def links(company: Company, edition: Edition, sent: Iterable[Delivery]) -> str:
    """Draw where each pack of an edition is, and to whom it was mailed in this run."""
    mailed: dict[str, list[str]] = {}
    for delivery in sent:
        mailed.setdefault(delivery.sha256, []).append(delivery.recipient)
    return table(
        ("Pack", "Edition", "Mailed to", "File"),
        (
            (
                company.settings.company.name if pack.scope_kind == COMPANY else pack.scope,
                str(pack.edition),
                ", ".join(mailed.get(pack.sha256, ())),
                f"[{pack.path.name}]({pack.path.as_uri()})",
            )
            for pack in edition.packs
        ),
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    r"""Draw a Markdown table.

    >>> print(table(("a", "b"), [("1", "x|y")]))
    | a | b |
    | --- | --- |
    | 1 | x\|y |
    """
    names = list(head)
    cells = [names, ["---"] * len(names), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
