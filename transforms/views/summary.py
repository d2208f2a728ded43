"""Page 1: where we stand, what is off, what is decided today; it stands alone."""

from decimal import Decimal

from transforms.views.act import results
from transforms.views.attainment import parts_table, standing_bar
from transforms.views.book import Book, Row
from transforms.views.bridges import bridge_of
from transforms.views.cases import Case
from transforms.views.cells import Cell, Figure, Group, Sentence, Text, say
from transforms.views.decisions import decisions
from transforms.views.events import annotated
from transforms.views.figures import (
    against,
    amount,
    due_of,
    quotient,
    reference_of,
    target_of,
    value_of,
)
from transforms.views.findings import findings
from transforms.views.forecast import forecast_said
from transforms.views.model import Summary
from transforms.views.series import months, quarter_end, weeks
from transforms.views.tiles import tiles

MONEY_FIRST = ("sales_amount", "contract_amount", "cash_collected")
DAYS_IN_WEEK = 7
RECENT_WEEKS = 6


def primary_metric(book: Book) -> str | None:
    """The amount the pack leads with: the first of sales, contracts, cash that has data."""
    for code in (*MONEY_FIRST, *book.metrics):
        if amount(book.value(code, "qtd")) is not None:
            return code
    return None


def summary(book: Book, cases: tuple[Case, ...]) -> Summary:
    """The first page of a pack."""
    metric = primary_metric(book)
    if metric is None:
        nothing = say("headline_no_data", week=Text(book.parameters.week.label))
        return Summary(headline=nothing, standing=say("standing_no_data"))
    case = _money_case(book, cases, metric)
    row = book.value(metric, "qtd") or {}
    (by_month, by_week), events = annotated(book, months(book, metric), weeks(book, metric))
    return Summary(
        headline=_headline(book, metric, row),
        standing=_standing(book, metric, row),
        attainment=standing_bar(book, metric),
        tiles=tiles(book, metric),
        findings=findings(book, cases),
        decisions=decisions(book, cases),
        results=results(book),
        bridge=bridge_of(book, case) if case else None,
        parts=parts_table(book, metric),
        months=by_month,
        weeks=by_week,
        events=events,
    )


def _money_case(book: Book, cases: tuple[Case, ...], metric: str) -> Case | None:
    """The case whose bridge page 1 draws: the pack's own quarter before any other."""
    drawn = [case for case in cases if len(case.drivers) > 1 and case.row["metric"] == metric]
    own = [case for case in drawn if case.is_of(book.scope_kind, book.scope)]
    quarter = [case for case in own if case.row["period_kind"] == "qtd"]
    paged = [case for case in drawn if case.has_page]
    return next(iter([*quarter, *own, *paged, *drawn]), None)


def _headline(book: Book, metric: str, row: Row) -> Sentence:
    actual, due = value_of(row), due_of(row)
    span = book.span("qtd", row["period_start"], row["period_end"])
    about: dict[str, Cell] = {"period": span, "metric": book.name(metric)}
    if actual.value is None or due.value is None:
        return _against_last_year(book, metric, row, actual)
    gap = actual.value - due.value
    if gap >= 0:
        kind = "headline_ahead" if gap else "headline_on_plan"
        return say(kind, **about, gap=Figure(gap, actual.unit), then=Group(()))
    then = Group((*_worst_part(book, metric, gap), *_needed_a_week(book, metric, row)))
    return say("headline_behind", **about, gap=Figure(-gap, actual.unit), then=then)


def _against_last_year(book: Book, metric: str, row: Row, actual: Figure) -> Sentence:
    span = book.span("qtd", row["period_start"], row["period_end"])
    last_year = reference_of(row, "last_year")
    change = against(book, metric, actual, last_year)
    kind = "headline_last_year" if change.value else "headline_actual"
    if last_year.value is not None and change.value == 0:
        kind = "headline_as_last_year"
    return say(kind, period=span, metric=book.name(metric), actual=actual, change=change)


def _worst_part(book: Book, metric: str, gap: Decimal) -> tuple[Sentence, ...]:
    """The team (or rep) that misses most: its share of the gap, or its amount if that is more."""
    kind = "team" if book.is_company else "rep"
    misses = []
    for scope in book.scopes(kind):
        row = book.value(metric, "qtd", kind, scope)
        actual, due = amount(row), due_of(row).value
        if row is not None and actual is not None and due is not None and actual < due:
            misses.append((actual - due, scope, row["unit"]))
    if not misses:
        return ()
    worst, scope, unit = min(misses)
    share = quotient(worst, gap)
    name = book.scope_name(kind, scope)
    if share <= 1:
        return (say("then_part", part=name, share=Figure(share, "share")),)
    return (say("then_part_more", part=name, gap=Figure(-worst, unit)),)


def _needed_a_week(book: Book, metric: str, row: Row) -> tuple[Sentence, ...]:
    """What each week left must bring to reach the target, and what the last six brought."""
    target, actual = target_of(row).value, amount(row)
    recent = [
        value
        for point in book.history(metric, "week")[-RECENT_WEEKS:]
        if (value := amount({"state": "ok", **point})) is not None
    ]
    left_days = (quarter_end(row["period_start"]) - book.as_of).days
    if target is None or actual is None or target <= actual or left_days < DAYS_IN_WEEK:
        return ()
    left = quotient(Decimal(left_days), Decimal(DAYS_IN_WEEK))
    needed = {
        "weeks": Figure(left, "weeks"),
        "needed": Figure(quotient(target - actual, left), row["unit"]),
    }
    if not recent:
        return (say("then_needed", **needed),)
    mean = quotient(sum(recent, Decimal(0)), Decimal(len(recent)))
    return (say("then_needed_recent", **needed, recent=Figure(mean, row["unit"])),)


def _standing(book: Book, metric: str, row: Row) -> Sentence:
    """Target, due and reached, in one line below the headline."""
    actual, due, target = value_of(row), due_of(row), target_of(row)
    said = forecast_said(book, metric) or Group(())
    if actual.value is None or due.value is None or not target.value:
        week = book.value(metric, "week")
        return say(
            "standing_no_target",
            metric=book.name(metric),
            week=value_of(week),
            previous=reference_of(week, "previous"),
            year=value_of(book.value(metric, "ytd")),
            forecast=said,
        )
    return say(
        "standing_plan",
        target=target,
        due=Figure(quotient(due.value, target.value), "share"),
        reached=Figure(quotient(actual.value, target.value), "share"),
        year=value_of(book.value(metric, "ytd")),
        forecast=said,
    )
