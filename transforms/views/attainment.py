"""Attainment against time progress, by region and team or by rep (D-15), stretch at the root."""

from decimal import Decimal

from transforms.views.book import Book, Row
from transforms.views.cells import Bar, Cell, Delta, Figure, Sentence, Text, counted, say
from transforms.views.figures import (
    against,
    amount,
    due_of,
    judged,
    light_of,
    quotient,
    target_of,
    value_of,
)
from transforms.views.forecast import forecast_cells, forecast_of, forecast_said, forecast_tables
from transforms.views.model import Attainment, Column, Page, Table
from transforms.views.organised import organised_table

ONE = Decimal(1)
MOST_ROWS = 13


def standing_bar(book: Book, metric: str) -> Attainment | None:
    """The bar of the quarter; None without a target for it."""
    row = book.value(metric, "qtd")
    target, due, actual = target_of(row), due_of(row), value_of(row)
    if row is None or not target.value or actual.value is None or due.value is None:
        return None
    share, due_share = quotient(actual.value, target.value), quotient(due.value, target.value)
    ends_at, low, high = forecast_cells(forecast_of(book, metric, "qtd"))
    return Attainment(
        metric=book.name(metric),
        period=book.span("qtd", row["period_start"], row["period_end"]),
        actual=actual,
        target=target,
        due=due,
        share=Figure(share, "share"),
        due_share=Figure(due_share, "share"),
        gap=judged(book, metric, share - due_share, "share"),
        forecast=ends_at,
        low=low,
        high=high,
    )


def _below(book: Book) -> tuple[str, ...]:
    return ("region", "team") if book.is_company else ("rep",)


def _rows_of(book: Book, metric: str, period: str, kind: str) -> list[tuple[str, Row]]:
    rows = [(scope, book.value(metric, period, kind, scope)) for scope in book.scopes(kind)]
    return [(scope, row) for scope, row in rows if row is not None and amount(row) is not None]


def _gap(row: Row) -> Decimal | None:
    actual, due = amount(row), due_of(row).value
    return None if actual is None or due is None else actual - due


def parts_table(book: Book, metric: str) -> Table | None:
    """Page 1: each team's (or rep's) actual and due of the quarter, largest gap first."""
    rows = _rows_of(book, metric, "qtd", _below(book)[-1])
    if not rows:
        return None
    kind = _below(book)[-1]
    planned = [(gap, scope, row) for scope, row in rows if (gap := _gap(row)) is not None]
    if not planned:
        return _plain_parts(book, kind, rows)
    planned.sort(key=lambda item: (item[0], item[1]))
    largest = max(abs(gap) for gap, _, _ in planned)
    shown = planned if len(planned) <= MOST_ROWS else planned[:MOST_ROWS]
    return Table(
        f"parts_{kind}",
        (
            Column("scope", width=26),
            Column("actual", "number", 17),
            Column("due", "number", 17),
            Column("gap", "number", 17),
            Column("gap_bar", "chart", 23),
        ),
        tuple(
            (
                book.scope_name(kind, scope),
                value_of(row),
                due_of(row),
                judged(book, metric, gap, row["unit"]),
                Bar(gap, largest, judged(book, metric, gap, "money").is_good),
            )
            for gap, scope, row in shown
        ),
        more=len(planned) - len(shown),
    )


def _plain_parts(book: Book, kind: str, rows: list[tuple[str, Row]]) -> Table:
    """Where nobody has a target: actual amounts, largest first."""
    ordered = sorted(rows, key=lambda item: (-(amount(item[1]) or 0), item[0]))
    largest = max((abs(amount(row) or Decimal(0)) for _, row in ordered), default=ONE)
    shown = ordered[:MOST_ROWS]
    return Table(
        f"parts_{kind}_plain",
        (
            Column("scope", width=40),
            Column("actual", "number", 25),
            Column("actual_bar", "chart", 35),
        ),
        tuple(
            (book.scope_name(kind, scope), value_of(row), Bar(amount(row), largest))
            for scope, row in shown
        ),
        more=len(ordered) - len(shown),
    )


def attainment_page(book: Book, metric: str | None) -> Page:
    """Quarter and year to date by region and team (or by rep), and where the period will end."""
    if metric is None:
        return Page("attainment", "attainment", say("attainment_none"), starts_page=False)
    quarter, year = (_period_table(book, metric, period) for period in ("qtd", "ytd"))
    tables = forecast_tables(book, metric)
    blocks = tuple(
        table for table in (quarter, *tables, year, organised_table(book, metric)) if table
    )
    if quarter or year:
        return Page("attainment", "attainment", _headline(book, metric), blocks)
    said = forecast_said(book, metric)
    if tables and said:
        return Page("attainment", "attainment", said, tables, starts_page=False)
    return Page("attainment", "attainment", say("attainment_none"), starts_page=False)


def _headline(book: Book, metric: str) -> Sentence:
    kind = _below(book)[-1]
    gaps = [gap for _, row in _rows_of(book, metric, "qtd", kind) if (gap := _gap(row)) is not None]
    behind = [gap for gap in gaps if gap < 0]
    if not gaps:
        return say("attainment_root", metric=book.name(metric))
    if not behind:
        return say(f"attainment_all_{kind}", metric=book.name(metric))
    missing = Figure(-sum(behind, Decimal(0)), value_of(book.value(metric, "qtd")).unit)
    return say(
        f"attainment_behind_{kind}",
        behind=counted(len(behind)),
        all=counted(len(gaps)),
        missing=missing,
        metric=book.name(metric),
    )


def _period_table(book: Book, metric: str, period: str) -> Table | None:
    root = book.value(metric, period)
    if root is None or target_of(root).value is None:
        return None
    lines = [(book.scope_kind, book.scope, root)]
    for kind in _below(book):
        found = _rows_of(book, metric, period, kind)
        rows = [item for item in found if target_of(item[1]).value is not None]
        rows.sort(key=lambda item: (_gap(item[1]) or Decimal(0), item[0]))
        lines += [(kind, scope, row) for scope, row in rows]
    bounds = [abs(points) for _, _, row in lines if (points := _points(row)) is not None]
    largest = max(bounds, default=ONE) or ONE
    emphasised = tuple(
        place for place, (kind, _, _) in enumerate(lines) if kind in {book.scope_kind, "region"}
    )
    return Table(
        f"attainment_{period}",
        (
            Column("light", "light", 4),
            Column("scope", width=18),
            Column("target", "number", 10),
            Column("due", "number", 10),
            Column("actual", "number", 10),
            Column("gap", "number", 9),
            Column("attainment", "number", 9),
            Column("due_share", "number", 9),
            Column("progress_gap", "number", 9),
            Column("gap_bar", "chart", 12),
        ),
        tuple(_line(book, metric, line, largest) for line in lines),
        emphasised=emphasised,
        note=_stretch(book, root),
    )


def _points(row: Row) -> Decimal | None:
    gap, target = _gap(row), target_of(row).value
    return quotient(gap, target) if gap is not None and target else None


def _line(
    book: Book, metric: str, line: tuple[str, str, Row], largest: Decimal
) -> tuple[Cell, ...]:
    kind, scope, row = line
    actual, due, target = value_of(row), due_of(row), target_of(row)
    points = _points(row)
    judged_points = (
        Delta(None, "share") if points is None else judged(book, metric, points, "share")
    )
    return (
        light_of(row, "plan"),
        book.scope_name(kind, scope),
        target,
        due,
        actual,
        against(book, metric, actual, due),
        _share(actual, target),
        _share(due, target),
        judged_points,
        Text(None) if points is None else Bar(points, largest, judged_points.is_good),
    )


def _share(part: Figure, whole: Figure) -> Figure:
    if part.value is None or not whole.value:
        state = part.state if part.value is None else "no_target"
        return Figure(None, "share", state)
    return Figure(quotient(part.value, whole.value), "share")


def _stretch(book: Book, root: Row) -> Sentence | None:
    """D-5: the stretch target stands beside the committed one, at the root only."""
    target = target_of(root).value
    if target is None:
        return None
    stretch = target * (ONE + book.inputs.reserve)
    actual = amount(root) or Decimal(0)
    return say(
        "stretch",
        stretch=Figure(stretch, root["unit"]),
        reserve=Figure(book.inputs.reserve, "share"),
        share=Figure(quotient(actual, stretch), "share") if stretch else Figure(None, "share"),
    )
