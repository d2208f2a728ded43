"""Signal or noise: the baseline (D-15) and the XmR chart (D-16) of one metric and scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Final

from transforms.parameters import Noise

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


def baseline(history: Sequence[Fraction | None], noise: Noise) -> Fraction | None:
    """Find the median of the last 13 weekly values (D-15), oldest first.

    A week without a value (no data, too few cases) is None; None comes back where fewer than the
    minimum of weeks have one.

    >>> baseline([Fraction(n) for n in range(20)], Noise())
    Fraction(13, 1)
    >>> baseline([None] * 6 + [Fraction(1)] * 7, Noise()) is None
    True
    """
    values = sorted(v for v in history[-noise.baseline_weeks :] if v is not None)
    if len(values) < noise.minimum_weeks:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def chart(history: Sequence[Fraction | None], point: Fraction | None, noise: Noise) -> Chart | None:
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
    with localcontext() as context:
        context.prec = _DIGITS
        mean = (sum(values) / Decimal(len(values))).quantize(_TICK, ROUND_HALF_EVEN)
        moves = [abs(after - before) for before, after in pairwise(values)]
        reach = (noise.xmr_factor * sum(moves) / Decimal(len(moves))).quantize(_TICK)
    run = [*values, now][-noise.run_length :]
    is_run = len(run) == noise.run_length and (
        all(v > mean for v in run) or all(v < mean for v in run)
    )
    is_outside = not mean - reach <= now <= mean + reach
    return Chart(mean - reach, mean + reach, is_outside, is_run)


def _held(value: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
            _TICK, ROUND_HALF_EVEN
        )
