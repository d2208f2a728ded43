"""Exact arithmetic: the one place that forms a ratio, rounds a product or splits a whole.

Measured traps this module is the answer to: Polars Decimal ÷ Decimal keeps the scale
(1.00 / 3.00 = 0.33) and raises on zero; Decimal products are rounded to the scale.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from itertools import cycle, islice
from typing import Final, NamedTuple

import polars as pl

from transforms.tables.columns import NUMBER

_DIGITS: Final = 60
"""Digits of the arithmetic: wide enough for a product of any two NUMBERs."""


class Quotient(NamedTuple):
    """An exact value that is not reduced to lowest terms; the denominator is above 0."""

    numerator: int
    denominator: int


Exact = Quotient | Fraction


def ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Form a ratio as Float64: null where the denominator is 0 or a side is null.

    >>> import polars as pl
    >>> sides = pl.DataFrame({"n": [1, 1, None], "d": [3, 0, 2]})
    >>> sides.select(value=ratio(pl.col("n"), pl.col("d")).round(4))["value"].to_list()
    [0.3333, None, None]
    """
    below = denominator.cast(pl.Float64)
    return pl.when(below != 0).then(numerator.cast(pl.Float64) / below)


def product(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Multiply two exact columns at NUMBER's scale, rounded once."""
    return (left.cast(NUMBER) * right.cast(NUMBER)).cast(NUMBER)


def fraction(numerator: Decimal | int | None, denominator: Decimal | int | None) -> Fraction | None:
    """Form a ratio exactly; None where the denominator is 0 or a side is missing.

    >>> fraction(Decimal("0.15") - Decimal("0.12"), Decimal("0.15"))
    Fraction(1, 5)
    >>> fraction(1, 0) is None
    True
    """
    if numerator is None or denominator is None or denominator == 0:
        return None
    above, under = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    return Fraction(above[0] * under[1], above[1] * under[0])


def is_at_least(numerator: Decimal, denominator: Decimal, threshold: Decimal) -> bool:
    """Compare numerator / denominator ≥ threshold by cross-multiplication, without dividing.

    >>> is_at_least(Decimal("0.15") - Decimal("0.12"), Decimal("0.15"), Decimal("0.2"))
    True
    """
    return Fraction(numerator) * _sign(denominator) >= Fraction(threshold) * abs(
        Fraction(denominator)
    )


def _sign(value: Decimal) -> int:
    return -1 if value < 0 else 1


def places(value: Decimal, *, least: int) -> int:
    """Give the decimal places an amount needs, and at least so many.

    >>> places(Decimal("150.000000"), least=2), places(Decimal("0.125"), least=2)
    (2, 3)
    """
    exponent = value.normalize().as_tuple().exponent
    return max(least, -exponent if isinstance(exponent, int) else 0)


def largest_remainder(total: Decimal, weights: Sequence[Decimal], scale: int) -> list[Decimal]:
    """Split a total by weights into parts of `scale` decimals that add up to it exactly (D-2).

    Every part is rounded towards zero; the units left over go to the largest remainders, the
    earlier part first where two are equal. Where every weight is 0 the parts are equal shares.
    Raises ValueError where there are no parts, a weight is negative or the total is finer than
    the scale.

    >>> largest_remainder(Decimal(100), [Decimal(1)] * 3, 2)
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    if not weights or any(weight < 0 for weight in weights):
        message = "a total is split by at least one weight, none of them negative"
        raise ValueError(message)
    with localcontext() as context:
        context.prec = _DIGITS
        scaled = total.scaleb(scale)
        units = int(scaled.to_integral_value(ROUND_FLOOR))
        if units != scaled:
            message = f"{total} has more than {scale} decimals"
            raise ValueError(message)
        parts = _split(units, _whole(tuple(weights)))
        return [Decimal(part).scaleb(-scale) for part in parts]


@lru_cache(maxsize=256)
def _whole(weights: tuple[Decimal, ...]) -> tuple[int, ...]:
    """Weights as whole numbers in proportion; many targets are spread over the same days."""
    with localcontext() as context:
        context.prec = _DIGITS
        finest = max(places(weight, least=0) for weight in weights)
        whole = tuple(int(weight.scaleb(finest)) for weight in weights)
    return whole if any(whole) else (1,) * len(whole)


def _split(units: int, weights: Sequence[int]) -> list[int]:
    """Split whole units by whole weights; the parts have the sign of the units."""
    size, sign, whole = abs(units), -1 if units < 0 else 1, sum(weights)
    parts = [size * weight // whole for weight in weights]
    left = size - sum(parts)
    order = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % whole), at))
    for at in islice(cycle(order), left):
        parts[at] += 1
    return [sign * part for part in parts]
