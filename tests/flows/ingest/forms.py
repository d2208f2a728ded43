"""The forms in which systems write days, numbers and delimited text."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

NOON = timedelta(hours=12)


@dataclass(frozen=True)
class DayForm:
    """How days are written: the settings that read them, and texts that are no such day."""

    write: Callable[[date], str]
    formats: tuple[str, ...] = ()
    wrong: dict[str, str] = field(
        default_factory=lambda: {"2026-02-30": "impossible_date", "26-11-03": "not_a_date"}
    )


def _strftime(form: str, **wrong: str) -> DayForm:
    texts = {text.replace("_", "."): rule for text, rule in wrong.items()}
    return DayForm(
        lambda day: (datetime.combine(day, datetime.min.time()) + NOON).strftime(form),
        (form,),
        {"soon": "not_a_date", **texts},
    )


def _epoch(day: date) -> int:
    """Noon in Shanghai."""
    return int(datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp())


DAYS: dict[str, DayForm] = {
    "iso": DayForm(date.isoformat),
    "slashes": DayForm(lambda day: f"{day.year}/{day.month}/{day.day}"),
    "Chinese": DayForm(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    "digits": DayForm(lambda day: day.strftime("%Y%m%d")),
    "with time": DayForm(lambda day: f"{day.isoformat()} 08:15:00"),
    "with zone": DayForm(lambda day: f"{day.isoformat()}T08:15:00.000Z"),
    "twelve hours": DayForm(lambda day: f"{day.year}/{day.month}/{day.day} 下午3:05"),
    "German": _strftime("%d.%m.%Y", **{"03_11_26": "not_a_date", "30_02_2026": "impossible_date"}),
    "British": _strftime("%d/%m/%y", **{"31/02/26": "impossible_date"}),
    "American": _strftime("%m/%d/%Y %I:%M %p", **{"02/30/2026 03:05 PM": "impossible_date"}),
    "named month": _strftime("%d-%b-%Y", **{"30-Feb-2026": "impossible_date"}),
    "compact": _strftime("%Y%m%d", **{"2026113": "not_a_date", "20260230": "impossible_date"}),
    "seconds": DayForm(lambda day: f"{_epoch(day)}", ("epoch_seconds",), {"1.79E9": "not_a_date"}),
    "milliseconds": DayForm(
        lambda day: f"{_epoch(day)}000", ("epoch_milliseconds",), {"1.79E12": "not_a_date"}
    ),
    "serial": DayForm(
        lambda day: f"{(day - date(1899, 12, 30)).days}", ("excel_serial",), {"x": "not_a_date"}
    ),
    "mixed": DayForm(
        lambda day: day.strftime("%d.%m.%Y") if day.day % 2 else day.isoformat(),
        ("%d.%m.%Y", "%Y-%m-%d"),
        {"11/03/2026": "not_a_date"},
    ),
}


@dataclass(frozen=True)
class NumberForm:
    """How amounts are written: the settings that read them, and texts that are no such number."""

    write: Callable[[Decimal], str]
    settings: str = ""
    wrong: tuple[str, ...] = ("待核价", "1.2.3", "1.234,56")


def _comma(amount: Decimal) -> str:
    return f"{amount:,}".translate(str.maketrans(",.", ".,"))


NUMBERS: dict[str, NumberForm] = {
    "plain": NumberForm(str),
    "thousands": NumberForm(lambda amount: f"{amount:,}"),
    "currency": NumberForm(lambda amount: f"￥{amount:,}"),
    "dollars": NumberForm(lambda amount: f"{'-' if amount < 0 else ''}US$ {abs(amount):,}"),
    "accounting": NumberForm(lambda amount: f"({-amount:,})" if amount < 0 else f"{amount:,}"),
    "minus behind": NumberForm(lambda amount: f"{-amount}-" if amount < 0 else f"{amount}"),
    "元": NumberForm(lambda amount: f"{amount:,} 元"),
    "blanks": NumberForm(lambda amount: f"{amount:,}".replace(",", "\xa0")),
    "Swiss": NumberForm(lambda amount: f"{amount:,}".replace(",", "'")),
    "comma": NumberForm(_comma, 'decimal = ","', ("1,234.56", "12.5", "x")),
    "euros": NumberForm(lambda amount: f"{_comma(amount)} €", 'decimal = ","', ("1,234.56",)),
    "full width": NumberForm(
        lambda amount: str(amount).translate(
            {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
        )
    ),
    "万": NumberForm(lambda amount: f"{amount / 10_000:f}万"),
    "K": NumberForm(lambda amount: f"{amount / 1_000:f}K"),
    "column in 万": NumberForm(lambda amount: f"{amount / 10_000:f}", 'unit = "万"'),
    "other sign": NumberForm(lambda amount: f"{-amount}", "sign = -1"),
}


@dataclass(frozen=True)
class TextForm:
    """How rows become bytes."""

    encoding: str
    delimiter: str
    quote: str
    quotes_all: bool
    line_end: str
    above: int
    """Rows of instructions above the header."""
    is_stated: bool
    """Encoding and delimiter stand in the settings; else they are detected."""

    @property
    def settings(self) -> str:
        """The lines of `[read]`."""
        lines = [f"header_row = {self.above + 1}", f"quote = {_quoted(self.quote)}"]
        lines.append('total_marker = "合计"')
        if self.is_stated:
            name = self.encoding.removesuffix("-sig")
            lines += [f'encoding = "{name}"', f"delimiter = {_quoted(self.delimiter)}"]
        return "\n".join(lines)

    def encoded(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """Write a file."""
        text = io.StringIO(newline="")
        quoting: Literal[0, 1, 3] = csv.QUOTE_NONE
        if self.quote:
            quoting = csv.QUOTE_ALL if self.quotes_all else csv.QUOTE_MINIMAL
        writer = csv.writer(
            text,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=quoting,
            lineterminator=self.line_end,
        )
        text.write(f"导出说明：请勿修改{self.line_end}" * self.above)
        writer.writerow(header)
        for row in rows:
            if row:
                writer.writerow(row)
            else:
                text.write(self.line_end)
        return text.getvalue().encode(self.encoding)


def _quoted(text: str) -> str:
    return {"\t": '"\\t"', '"': "'\"'"}.get(text, f'"{text}"')
