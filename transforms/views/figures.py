"""Cells made from a row of metric values: the value, what it is held against, the lights."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from transforms.noise_basis import basis_weights
from transforms.views.book import Book, Row
from transforms.views.cells import Delta, Figure, Light, Spark, exact
from transforms.views.citing import Cited

TREND_WEEKS = 13


def amount(row: Row | None) -> Decimal | None:
    """The value of a row: exact for a plain sum, the one ratio that was formed otherwise."""
    if row is None or row["state"] not in {"ok", "zero"}:
        return None
    is_sum = row["denominator"] is not None and row["denominator"] == 1
    return exact(row["numerator"] if is_sum else row["value"])


def value_of(row: Row | None) -> Figure:
    """The value with its unit, or the state that explains why there is none."""
    if row is None:
        return Figure(None, "count", "no_data")
    return Figure(amount(row), row["unit"], row["state"], row["n"])


def due_of(row: Row | None) -> Figure:
    """The plan due at the as-of date (应达), or *no target* or *not due*."""
    if row is None:
        return Figure(None, "count", "no_target")
    return _planned(row, "due")


def target_of(row: Row | None) -> Figure:
    """The target of the whole period."""
    if row is None:
        return Figure(None, "count", "no_target")
    return _planned(row, "target")


def _planned(row: Row, column: str) -> Figure:
    planned = exact(row[column])
    state = (
        row["target_state"] if row["target_state"] != "ok" or planned is not None else "no_target"
    )
    return Figure(planned if state in {"ok", "zero"} else None, row["unit"], state)


def reference_of(row: Row | None, column: str) -> Figure:
    """One of previous, last_year, baseline; no data, or no baseline, where it is missing."""
    if row is None or row[column] is None:
        is_measured = row is not None and row["state"] in {"ok", "zero"}
        state = "no_baseline" if column == "baseline" and is_measured else "no_data"
        return Figure(None, "count" if row is None else row["unit"], state)
    return Figure(exact(row[column]), row["unit"])


def against(book: Book, metric: str, actual: Figure, reference: Figure) -> Delta:
    """The difference actual − reference, good or bad by the metric's direction (D-15)."""
    if actual.value is None or reference.value is None:
        return Delta(None, actual.unit)
    return judged(book, metric, actual.value - reference.value, actual.unit)


def judged(
    book: Book, metric: str, difference: Decimal, unit: str, cited: Cited | None = None
) -> Delta:
    """A difference that is better or worse by the metric's direction; 0 is neither."""
    is_up_better = book.is_up_better(metric)
    is_good = None if difference == 0 or is_up_better is None else (difference > 0) == is_up_better
    return Delta(difference, unit, is_good, cited=cited)


def relative(delta: Delta, reference: Figure) -> Delta:
    """The difference as a fraction of its reference; none for a ratio, which differs in pp."""
    if delta.unit == "share" or delta.value is None or not reference.value:
        return Delta(None, "share", is_relative=True)
    return Delta(
        quotient(delta.value, abs(reference.value)), "share", delta.is_good, is_relative=True
    )


def quotient(part: Decimal, whole: Decimal) -> Decimal:
    """A share for display, to 12 digits; the whole is not 0.

    >>> quotient(Decimal("540"), Decimal("500"))
    Decimal('1.08')
    """
    return exact(float(f"{float(part) / float(whole):.12g}")) or Decimal(0)


def light_of(row: Row | None, against_what: str) -> Light:
    """One of the two lights of a row: `plan` or `baseline`."""
    if row is None:
        return Light("grey", reason="no_data")
    colour = row[f"light_{against_what}"]
    if colour != "grey":
        return Light(colour, is_hollow=against_what == "baseline" and bool(row["is_within_noise"]))
    return Light("grey", reason=_grey_reason(row, against_what), n=row["n"])


def _grey_reason(row: Row, against_what: str) -> str:
    if row["state"] not in {"ok", "zero"}:
        return str(row["state"])
    if against_what == "plan":
        return str(row["target_state"]) if row["target_state"] != "ok" else "due_zero"
    return "not_due" if row["week_weight"] == 0 else "no_baseline"


def trend(book: Book, metric: str, weeks: int = TREND_WEEKS) -> Spark | None:
    """The last weeks of a metric of the pack's own scope; None below three points."""
    points = book.history(metric, "week")[-weeks:]
    row = book.value(metric, "week")
    if len([p for p in points if p["value"] is not None]) < 3:  # noqa: PLR2004 (a line needs three)
        return None
    due = due_of(row)
    return Spark(
        tuple(exact(point["value"]) for point in points),
        _band(book, row, [point["period_start"] for point in points]),
        due.value,
        bool(row and row["is_signal"]),
    )


def _band(
    book: Book, row: Row | None, starts: Sequence[date]
) -> tuple[tuple[Decimal, Decimal], ...]:
    """The limits of the reviewed week at each of the weeks, by what each of them weighs.

    They stay level where the metric is taken as it is (`transforms.weighted_noise`).
    """
    low, high = (exact(row[name]) if row else None for name in ("limit_low", "limit_high"))
    if row is None or low is None or high is None:
        return ()
    weight = row["week_weight"]
    weights = None
    if weight:
        calendar = book.parameters.calendar
        weights = basis_weights(row["noise_basis"], calendar, starts[0], row["period_end"])
    if weights is None:
        return ((low, high),) * len(starts)
    now = weights.of_week(row["period_start"])
    middle, reach = (low + high) / 2, (high - low) / 2
    shares = [Decimal(weights.of_week(start)) / now for start in starts]
    return tuple(
        (middle * share - reach * share.sqrt(), middle * share + reach * share.sqrt())
        for share in shares
    )
