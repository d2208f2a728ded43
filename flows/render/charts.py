"""Geometry of the charts: places in a view box, so that templates only put things there."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from transforms.views.cells import Bar, Gantt, Spark
from transforms.views.model import Attainment, Bridge, Period, Series


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class SparkShape:
    """A trend: its line, noise band, plan and last point."""

    line: str
    band: str
    """Corners of the noise band, along the upper limits and back along the lower ones."""
    plan: float | None
    last: tuple[float, float] | None
    is_signal: bool


def spark(cell: Spark, width: float, height: float) -> SparkShape:
    """Place a trend; the vertical range covers points, band and plan."""
    known = [point for point in cell.points if point is not None]
    if not known:
        return SparkShape("", "", None, None, is_signal=False)
    extra = [limit for limits in cell.band for limit in limits]
    low, high = _padded([*known, *extra])
    if cell.plan is not None and low <= cell.plan <= high:
        plan: float | None = _down(cell.plan, low, high, height)
    else:
        plan = None
    step = (width - 4) / max(len(cell.points) - 1, 1)
    places = [
        (_r(2 + number * step), _down(point, low, high, height))
        for number, point in enumerate(cell.points)
        if point is not None
    ]
    across = [_r(2 + number * step) for number in range(len(cell.band))]
    across[:1], across[-1:] = [0.0][: len(across)], [width][: len(across)]
    upper, lower = (
        [
            (x, _down(limits[side], low, high, height))
            for x, limits in zip(across, cell.band, strict=True)
        ]
        for side in (1, 0)
    )
    band = " ".join(f"{x},{y}" for x, y in [*upper, *reversed(lower)])
    line = " ".join(f"{x},{y}" for x, y in places)
    return SparkShape(line, band, plan, places[-1], cell.is_signal)


def bar(cell: Bar, width: float, height: float) -> tuple[Box, float]:
    """Place a signed bar and its zero line; one-sided where nothing on the scale is judged.

    A step of a bridge lies between its start and its end, on a scale from lowest to largest.
    """
    if cell.start is not None and cell.value is not None:
        return _step(cell, cell.start, cell.start + cell.value, width, height)
    is_signed = cell.is_good is not None or (cell.value is not None and cell.value <= 0)
    zero = width / 2 if is_signed else 0.0
    reach = width - zero
    value = cell.value or Decimal(0)
    length = _r(reach * float(abs(value) / cell.largest)) if cell.largest else 0.0
    start = zero - length if value < 0 else zero
    return Box(_r(start), 1, length, height - 2), _r(zero)


def _step(
    cell: Bar, first: Decimal, second: Decimal, width: float, height: float
) -> tuple[Box, float]:
    span = cell.largest - cell.lowest

    def x(value: Decimal) -> float:
        return _r(width * float((value - cell.lowest) / span)) if span else 0.0

    left, right = x(min(first, second)), x(max(first, second))
    return Box(left, 1, max(_r(right - left), 0.6), height - 2), x(Decimal(0))


@dataclass(frozen=True)
class Step:
    """One column of a bridge."""

    box: Box
    middle: float
    label: float
    """Where the number stands, above the column."""
    link: tuple[float, float, float]
    """From x to x at y: the line to the next column."""


@dataclass(frozen=True)
class BridgeShape:
    """Both ends and the parts of a bridge; `cuts` where the axis does not begin at zero."""

    ends: tuple[Step, Step]
    parts: tuple[Step, ...]
    links: tuple[tuple[float, float, float], ...]
    cuts: tuple[tuple[float, float, float, float], ...]
    pitch: float
    """From the middle of a column to that of the next."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All columns, from left to right."""
        return self.ends[0], *self.parts, self.ends[1]


CUT_BELOW = Decimal("0.55")
"""The axis is cut when all of a bridge happens above this share of its highest point."""


def bridge(model: Bridge, width: float, height: float, top: float = 12) -> BridgeShape:
    """Place a bridge; one scale for all columns, a visible break where it is cut."""
    levels = [model.reference]
    for part in model.parts:
        levels.append(levels[-1] + part.value)
    shown = [*levels, *model.levels]
    low, high = min(*shown, Decimal(0)), max(*shown, Decimal(0))
    lowest, span = min(shown), max(shown) - min(shown)
    is_cut = low >= 0 and lowest > high * CUT_BELOW
    if is_cut:
        low = lowest - span - (high - lowest) * Decimal("0.2")
        low = max(low, Decimal(0))
    count = len(model.parts) + 2
    pitch = width / count
    column = min(pitch * 0.62, 70.0)
    usable = height - top

    def y(value: Decimal) -> float:
        return _r(top + _down(value, low, high, usable))

    def step(place: int, first: Decimal, second: Decimal, after: Decimal) -> Step:
        upper, lower = y(max(first, second)), y(min(first, second))
        x = _r(place * pitch + (pitch - column) / 2)
        box = Box(x, upper, _r(column), max(_r(lower - upper), 0.6))
        middle = _r(x + column / 2)
        return Step(box, middle, _r(upper - 2.5), (_r(x + column), _r(x + pitch), y(after)))

    base = low if is_cut else Decimal(0)
    start = step(0, base, model.reference, model.reference)
    parts = tuple(
        step(number, levels[number - 1], levels[number], levels[number])
        for number in range(1, len(levels))
    )
    end = step(count - 1, base, model.actual, model.actual)
    links = tuple(item.link for item in (start, *parts))
    cuts = tuple(_cut(item.box, height) for item in (start, end)) if is_cut else ()
    return BridgeShape((start, end), parts, links, cuts, _r(pitch))


def _cut(box: Box, height: float) -> tuple[float, float, float, float]:
    """Place the break mark across the foot of a column."""
    return _r(box.x - 2), _r(height - 8), _r(box.x + box.width + 2), _r(height - 12)


@dataclass(frozen=True)
class ColumnShape:
    """One period of a series: actual, prior behind it, plan as a line."""

    actual: Box | None
    prior: Box | None
    plan: tuple[float, float, float] | None
    middle: float
    label: float


def columns(model: Series, width: float, height: float, top: float = 9) -> tuple[ColumnShape, ...]:
    """Place the columns of a series from zero, on one scale."""
    values = [
        value
        for period in model.periods
        for value in (period.actual, period.prior, period.plan)
        if value is not None
    ]
    highest = max([*values, Decimal(0)])
    lowest = min([*values, Decimal(0)])
    pitch = width / max(len(model.periods), 1)
    usable = height - top
    return tuple(
        _column(period, number * pitch, pitch, (lowest, highest, usable, top))
        for number, period in enumerate(model.periods)
    )


def marks(
    model: Series, shapes: Sequence[ColumnShape], pitch: float = 8
) -> tuple[tuple[float, str], ...]:
    """Place the marks of events below their columns, side by side where one has several."""
    placed = []
    for place in sorted({mark.place for mark in model.marks}):
        labels = [mark.label for mark in model.marks if mark.place == place]
        left = shapes[place].middle - pitch * (len(labels) - 1) / 2
        placed += [(_r(left + number * pitch), label) for number, label in enumerate(labels)]
    return tuple(placed)


def _column(
    period: Period, left: float, pitch: float, frame: tuple[Decimal, Decimal, float, float]
) -> ColumnShape:
    lowest, highest, usable, top = frame
    width = pitch * 0.56

    def y(value: Decimal) -> float:
        return _r(top + _down(value, lowest, highest, usable))

    def box(value: Decimal | None, x: float) -> Box | None:
        if value is None:
            return None
        upper, lower = sorted((y(value), y(Decimal(0))))
        return Box(_r(x), upper, _r(width), _r(lower - upper))

    x = left + (pitch - width) / 2
    tops = [y(value) for value in (period.actual, period.plan, period.prior) if value is not None]
    plan = None
    if period.plan is not None:
        plan = (_r(x - 1.5), _r(x + width + 1.5), y(period.plan))
    return ColumnShape(
        box(period.actual, x + pitch * 0.05),
        box(period.prior, x - pitch * 0.07),
        plan,
        _r(left + pitch / 2),
        _r(min([*tops, top + usable]) - 2),
    )


@dataclass(frozen=True)
class StandingShape:
    """The attainment bar: actual, forecast on top, its interval, whole target, due marker."""

    actual: Box
    forecast: Box | None
    interval: tuple[float, float] | None
    whole: Box
    due: float


def standing(model: Attainment, width: float, height: float) -> StandingShape:
    """Place the bar of the quarter; longer than the target where it is exceeded."""
    target = model.target.value or Decimal(1)
    actual = max(model.actual.value or Decimal(0), Decimal(0))
    expected = max((model.forecast.value or actual) - actual, Decimal(0))
    due = model.due.value or Decimal(0)
    whole = max(target, actual, due, actual + expected, model.high.value or Decimal(0))
    scale = (width - 2) / float(whole)
    reached = _r(float(actual) * scale)
    ahead = _r(min(float(expected) * scale, width - 2 - reached))
    forecast = Box(_r(1 + reached), 5, ahead, height - 10) if ahead > 0 else None
    interval = None
    if model.low.value is not None and model.high.value is not None:
        low = max(model.low.value, Decimal(0))
        interval = (_r(1 + float(low) * scale), _r(1 + float(model.high.value) * scale))
    return StandingShape(
        Box(1, 5, reached, height - 10),
        forecast,
        interval,
        Box(1, 3, _r(float(target) * scale), height - 6),
        _r(1 + float(due) * scale),
    )


def gantt(cell: Gantt, width: float) -> tuple[Box, Box, float, str]:
    """Place a task on its time line: planned, done, the as-of date, and the diamond of its end."""
    scale = width / max(cell.length, 1)
    planned = Box(
        _r(cell.starts_at * scale), 3, max(_r((cell.ends_at - cell.starts_at) * scale), 1.0), 4
    )
    done = Box(planned.x, 3, _r((cell.done_at - cell.starts_at) * scale), 4)
    x = min(max(_r(cell.ends_at * scale), 5.0), width - 5)
    diamond = f"M{_r(x - 5)} 5L{x} 0.5L{_r(x + 5)} 5L{x} 9.5Z" if cell.is_milestone else ""
    return planned, done, _r(cell.now_at * scale), diamond


def _padded(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(values), max(values)
    pad = (high - low) * Decimal("0.08") or abs(high) * Decimal("0.1") or Decimal(1)
    return low - pad, high + pad


def _down(value: Decimal, low: Decimal, high: Decimal, height: float) -> float:
    """Measured from the top: the highest value is at 0."""
    if high == low:
        return _r(height)
    return _r(height * float((high - value) / (high - low)))


def _r(value: float) -> float:
    return round(value, 2)
