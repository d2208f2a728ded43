"""The driver tree of a case as a table: subtotals, drivers, other references beside (D-18)."""

from decimal import Decimal
from typing import Final

from transforms.views.book import Book, Row
from transforms.views.cases import SIDES, Case, driver_name
from transforms.views.cells import Bar, Cell, Delta, Figure, Text, exact
from transforms.views.figures import judged
from transforms.views.model import Column, Table

OTHERS: Final = ("previous", "last_year")
"""References that a tree is shown against as well, a column each."""

_RATES: Final = (
    *("win_rate", "cohort_conversion", "lead_conversion", "qualification_rate"),
    *("effective_share", "collection_rate"),
)
_COUNTS: Final = (
    *("opportunities_due", "cohort_leads", "leads", "visits", "deals_closed", "new_customers"),
    "active_customers",
)
UNITS: Final = {
    **dict.fromkeys(_RATES, "share"),
    **dict.fromkeys(_COUNTS, "count"),
    **dict.fromkeys(("orders_per_customer", "customers_per_deal"), "ratio"),
    **dict.fromkeys(("margin_price", "margin_cost"), "money"),
}
"""Units of nodes that are not measured in that of the metric."""


def driver_table(book: Book, case: Case) -> Table:
    """The driver tree from what a case is held against, top to bottom as a bridge.

    Nodes without a part in any of the references shown are left out. Raises ValueError where the
    drivers do not sum to the gap.
    """
    rows = case.bridge_from(case.row["reference_kind"])
    total = sum((row["contribution"] for row in rows if row["role"] == "driver"), Decimal(0))
    if total != case.row["gap"]:
        message = f"the drivers of case {case.row['case_id']} sum to {total}, not {case.row['gap']}"
        raise ValueError(message)
    nodes = {row["node"] for row in rows}
    others = [kind for kind in OTHERS if _is_like(case.bridge_from(kind), nodes)]
    beside = [{row["node"]: row for row in case.bridge_from(kind)} for kind in others]
    shown = [
        row
        for row in rows
        if row["contribution"]
        or any(part[row["node"]]["contribution"] for part in beside if row["node"] in part)
    ]
    starts = _starts(rows)
    ends = [
        end
        for row in rows
        for end in (starts[row["node"]], starts[row["node"]] + row["contribution"])
    ]
    scale = min(ends, default=Decimal(0)), max(ends, default=Decimal(0))
    return Table(
        "driver_tree",
        (
            Column("driver", width=25),
            Column("reference", "number", 11),
            Column("actual", "number", 11),
            Column("contribution", "number", 10),
            Column("contribution_bar", "chart", 35 - 9 * len(others)),
            Column("share", "number", 8),
            *(Column(f"against_{kind}", "number", 9) for kind in others),
        ),
        tuple(_line(book, case, row, (starts[row["node"]], scale), beside) for row in shown),
        emphasised=tuple(place for place, row in enumerate(shown) if row["role"] == "total"),
        indents=tuple(row["depth"] for row in shown),
        is_mixed=True,
    )


def _starts(rows: tuple[Row, ...]) -> dict[str, Decimal]:
    """Where each node's bar begins: where the one before it ended, the first of a node with it."""
    starts: dict[str, Decimal] = {}
    next_in: dict[str | None, Decimal] = {None: Decimal(0)}
    for row in rows:
        start = next_in[row["parent"]]
        starts[row["node"]] = next_in[row["node"]] = start
        next_in[row["parent"]] = start + row["contribution"]
    return starts


def _is_like(bridge: tuple[Row, ...], nodes: set[str]) -> bool:
    """Whether another bridge has the same tree, so that its column adds up on this page."""
    return bool(bridge) and all(row["node"] in nodes for row in bridge if row["contribution"])


def _line(
    book: Book,
    case: Case,
    row: Row,
    step: tuple[Decimal, tuple[Decimal, Decimal]],
    beside: list[dict[str, Row]],
) -> tuple[Cell, ...]:
    start, (lowest, largest) = step
    unit = unit_of_driver(book, case, row["node"])
    part = _part(book, case, row)
    return (
        driver_name(book, case, row["node"]),
        Text(None) if row["reference"] is None else Figure(row["reference"], unit),
        Text(None) if row["actual"] is None else Figure(row["actual"], unit),
        part,
        Bar(part.value, largest, part.is_good, start, lowest),
        Text(None) if row["share"] is None else Figure(exact(row["share"]), "share"),
        *(
            _part(book, case, other[row["node"]]) if row["node"] in other else Text(None)
            for other in beside
        ),
    )


def _part(book: Book, case: Case, row: Row) -> Delta:
    return judged(book, case.row["metric"], row["contribution"], case.unit)


def unit_of_driver(book: Book, case: Case, node: str) -> str:
    """The unit of a driver's own value: a rate, a number, or that of the metric."""
    if node in UNITS:
        return UNITS[node]
    if node not in SIDES:
        return case.unit
    metric = book.metric(case.row["metric"])
    if metric is None:
        return "count"
    side = metric.numerator if node == "numerator" else metric.denominator
    is_money = side is not None and side.how == "sum" and (side.column or "").endswith("amount")
    return "money" if is_money else "count"
