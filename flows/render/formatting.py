"""Numbers, amounts and days as text; the one place where anything is rounded for display."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

MINUS: Final = "−"
NO_BREAK: Final = "\u00a0"
HUNDRED: Final = Decimal(100)
DIGITS_OF_A_FIGURE: Final = 4
"""At most four significant digits where a figure stands alone (page 1)."""
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Scale:
    """What amounts are divided by before they are shown, and what that is called."""

    divisor: Decimal
    name: str
    """万, 亿, K, M; empty for 1."""


@dataclass(frozen=True)
class Scales:
    """The scales of a locale: alone a figure may go higher than in a table, which has only one."""

    steps: tuple[tuple[Decimal, Scale], ...]
    """Smallest amount of a scale, ascending; the first is 0."""
    table_steps: tuple[tuple[Decimal, Scale], ...]

    def alone(self, amount: Decimal) -> Scale:
        """The scale of one amount that stands for itself."""
        return _step(self.steps, abs(amount))

    def side_by_side(self, amounts: Iterable[Decimal]) -> Scale | None:
        """The one scale of the amounts of a sentence: that of the smallest other than 0.

        None where the largest is twice the start of the next scale or more: each has its own.
        """
        sizes = [abs(amount) for amount in amounts if amount]
        if not sizes:
            return None
        further = [start for start, _ in self.steps if start > min(sizes)]
        is_near = not further or max(sizes) < 2 * further[0]
        return self.alone(min(sizes)) if is_near else None

    def together(self, amounts: Iterable[Decimal]) -> Scale:
        """The one scale of a table or chart, by its largest amount."""
        return _step(self.table_steps, max((abs(amount) for amount in amounts), default=Decimal(0)))


def _step(steps: tuple[tuple[Decimal, Scale], ...], amount: Decimal) -> Scale:
    return [scale for smallest, scale in steps if amount >= smallest][-1]


def plain(value: Decimal, places: int) -> str:
    """Write a number with separators and a true minus, rounded half up.

    >>> plain(Decimal("-1234.565"), 2)
    '−1,234.57'
    >>> plain(Decimal("-0.004"), 2)
    '0.00'
    """
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{places}f}"


def places_for(value: Decimal, digits: int = 3) -> int:
    """Decimal places that leave so many significant digits; whole digits are never cut.

    >>> [places_for(Decimal(text)) for text in ("5141", "583", "58.3", "5.83", "0.058")]
    [0, 0, 1, 2, 4]
    """
    if value == 0:
        return 0
    return max(digits - 1 - value.adjusted(), 0)


def trimmed(text: str) -> str:
    """Drop zeros after the point that say nothing.

    >>> trimmed("12.50"), trimmed("12.00"), trimmed("1,200")
    ('12.5', '12', '1,200')
    """
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal, scale: Scale, places: int | None = None) -> str:
    """An amount in a scale; without places it has three to four significant digits.

    An amount that would be 0 at the places of its column has its first digit instead; less than
    a cent is 0, without a sign.

    >>> wan = Scale(Decimal(10000), "万")
    >>> amount(Decimal("51410000"), wan)
    '5,141'
    >>> [amount(Decimal(text), wan, 1) for text in ("337", "39.4", "0.004")]
    ['0.03', '0.004', '0.0']
    """
    if abs(value) < _CENT:
        return plain(Decimal(0), places or 0)
    scaled = value / scale.divisor
    if places is None:
        is_large = scale.divisor >= Decimal(1_000_000)
        fine = places_for(scaled, DIGITS_OF_A_FIGURE if is_large else 3)
        places = fine if is_large else min(fine, 2)
    if not scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):
        places = places_for(scaled, 1)
    return plain(scaled, places)


def number(value: Decimal) -> str:
    """A count or quantity: whole from 100 on, one decimal below, two digits below 1.

    >>> [number(Decimal(text)) for text in ("412.4", "10.5", "7", "1234", "0.15")]
    ['412', '10.5', '7', '1,234', '0.15']
    """
    places = 0 if abs(value) >= HUNDRED else 1
    if value and abs(value) < 1:
        places = places_for(value, 2)
    return trimmed(plain(value, places))


def quantity(value: Decimal, places: int = 1) -> str:
    """A measured quantity: as `number`, but a zero after the point stays; it lines up the column.

    A whole number that was never measured finer, such as days counted, has no point.

    >>> [quantity(Decimal(text)) for text in ("22.0", "22.04", "57", "412.4", "0.153")]
    ['22.0', '22.0', '57', '412', '0.15']
    >>> quantity(Decimal("1.117964"), 2)
    '1.12'
    """
    exponent = value.as_tuple().exponent
    known = max(-exponent, 0) if isinstance(exponent, int) else 0
    wanted = 0 if abs(value) >= HUNDRED else places
    if value and abs(value) < 1:
        wanted = places_for(value, 2)
    return plain(value, min(wanted, known))


def percent(fraction: Decimal, places: int = 1) -> str:
    """A fraction in percent.

    >>> percent(Decimal("0.5594")), percent(Decimal("1.08"), 0)
    ('55.9%', '108%')
    """
    return f"{plain(fraction * HUNDRED, places)}%"


def points(difference: Decimal) -> str:
    """A difference of shares in percentage points, signed; never % of %.

    >>> points(Decimal("-0.035")).split(), points(Decimal("0.15") - Decimal("0.12")).split()
    (['−3.5', 'pp'], ['+3.0', 'pp'])
    """
    return f"{signed(plain(difference * HUNDRED, 1))}{NO_BREAK}pp"


def signed(text: str) -> str:
    """Put a plus before a number that is above zero as it is shown.

    >>> signed("37"), signed("−37"), signed("0.0"), signed("0 CNY")
    ('+37', '−37', '0.0', '0 CNY')
    """
    is_zero = not any(digit in text for digit in "123456789")
    return text if is_zero or text.startswith(MINUS) else f"+{text}"


def day(value: date, year: int) -> str:
    """A day as 11/16; one of another year than the reviewed one carries it: 2025/11/16.

    >>> day(date(2026, 11, 6), 2026), day(date(2025, 11, 16), 2026)
    ('11/6', '2025/11/16')
    """
    short = f"{value.month}/{value.day}"
    return short if value.year == year else f"{value.year}/{short}"
