"""Signal or noise: the baseline (D-15) and the XmR chart (D-16) of one metric and scope.

What they are is said here, for one series; `transforms.charts` makes those of many at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter
from typing import Final

from transforms.exact import Exact
from transforms.parameters import Noise

_PLACES: Final = 12
TICKS: Final = 10**_PLACES
"""A value is held in so many parts of one."""

_TICK: Final = Decimal("1E-12")
_DIGITS: Final = 60


@dataclass(frozen=True)
class Chart:
    """The XmR chart of weekly values and where the reviewed point stands on it."""

    low: Decimal
    high: Decimal
    is_outside: bool
    is_run: bool

    @property
    def is_signal(self) -> bool:
        """Outside the limits, or the last of a run on one side of the mean."""
        return self.is_outside or self.is_run


def baseline(history: Sequence[Exact | None], noise: Noise) -> Fraction | None:
    """Find the median of the last 13 weekly values (D-15), oldest first.

    A week without a value (no data, too few cases) is None; None comes back where fewer than the
    minimum of weeks have one.

    >>> baseline([Fraction(n) for n in range(20)], Noise())
    Fraction(13, 1)
    >>> baseline([None] * 6 + [Fraction(1)] * 7, Noise()) is None
    True
    """
    values = [v for v in history[-noise.baseline_weeks :] if v is not None]
    if len(values) < noise.minimum_weeks:
        return None
    ordered = _ascending(values)
    middle = len(ordered) // 2
    upper = Fraction(*_sides(ordered[middle]))
    if len(ordered) % 2:
        return upper
    return (Fraction(*_sides(ordered[middle - 1])) + upper) / 2


def chart(history: Sequence[Exact | None], point: Exact | None, noise: Noise) -> Chart | None:
    """Draw the XmR chart of the weeks before the point, and judge the point by it (D-16).

    Limits are mean ± 2.66 × mean moving range of the last `chart_weeks` weeks that have a value;
    the point itself does not move them. A run is `run_length` values in a row, the point the last,
    on one side of the mean. None where there are too few weeks or no point. Values are held to 12
    decimals, so that a steady series has no spurious spread.

    >>> drawn = chart([Fraction(n) for n in (10, 12) * 5], Fraction(20), Noise())
    >>> drawn.low, drawn.high, drawn.is_signal
    (Decimal('5.680000000000'), Decimal('16.320000000000'), True)
    """
    values = [_held(v) for v in history if v is not None][-noise.chart_weeks :]
    if point is None or len(values) < max(noise.minimum_weeks, 2):
        return None
    now = _held(point)
    mean = _rounded(sum(values), len(values))
    moves = sum(abs(after - before) for before, after in pairwise(values))
    with localcontext() as context:
        context.prec = _DIGITS
        reach = noise.xmr_factor * moves * _TICK / (len(values) - 1)
        reach = reach.quantize(_TICK, ROUND_HALF_EVEN)
        low, high = mean * _TICK - reach, mean * _TICK + reach
        is_outside = not low <= now * _TICK <= high
    run = [*values, now][-noise.run_length :]
    is_run = len(run) == noise.run_length and (min(run) > mean or max(run) < mean)
    return Chart(low, high, is_outside, is_run)


def _held(value: Exact) -> int:
    """The value in units of the 12th decimal."""
    above, below = _sides(value)
    return _rounded(above * TICKS, below)


def _rounded(above: int, below: int) -> int:
    """Divide and round half to even."""
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole % 2))


def _sides(value: Exact) -> tuple[int, int]:
    return value.numerator, value.denominator


def _ascending(values: Sequence[Exact]) -> list[Exact]:
    """Sort exactly; only values alike to 12 decimals have to be compared crosswise."""
    held = sorted(((_held(value), value) for value in values), key=itemgetter(0))
    is_plain = all(
        a < b or x.numerator * y.denominator == y.numerator * x.denominator
        for (a, x), (b, y) in pairwise(held)
    )
    if is_plain:
        return [value for _, value in held]
    return sorted(values, key=lambda value: Fraction(*_sides(value)))
