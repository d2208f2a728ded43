"""How a column writes its numbers: separators, the decimal mark, currencies, units, negatives."""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

_MONEY: Final = r"[¥$€£₩]|US\$|HK\$|(?i:\b(?:CNY|RMB|USD|EUR|GBP|HKD|JPY)\b)|人民币"
_LETTERS: Final = r"元整?$"
_BODY: Final = r"^\d[\d.,' \u00a0\u202f]*$"
_FORMS: Final = {
    "whole": r"^\d+$",
    "grouped_whole": r"^\d{1,3}(?:,\d{3}){2,}$",
    "point": r"^(?:\d+|\d{1,3}(?:[, '\u00a0\u202f]\d{3})+)\.\d*$",
    "comma": r"^(?:\d+|\d{1,3}(?:[. '\u00a0\u202f]\d{3})+),\d*$",
    "dotted_whole": r"^\d{1,3}(?:\.\d{3}){2,}$",
    "spaced_whole": r"^\d{1,3}(?:[ '\u00a0\u202f]\d{3})+$",
}
_EITHER_COMMA: Final = r"^[1-9]\d{0,2},\d{3}$"
_EITHER_POINT: Final = r"^[1-9]\d{0,2}\.\d{3}$"


@dataclass(frozen=True)
class NumberForm:
    """How a column writes its numbers, as counts of values that can be added up."""

    counts: dict[str, int] = field(default_factory=dict)
    """Form → values: whole, grouped_whole, point, comma, dotted_whole, spaced_whole, and
    either_comma (1,234) and either_point (1.234), which may be read in two ways."""
    marks: frozenset[str] = frozenset()
    """Currencies, units (K M 千 万 亿 %) and `()` for accounting negatives, seen in the cells."""
    example: str = ""
    """A value that shows the decimal mark, or one that leaves it open."""

    def __add__(self, other: "NumberForm") -> "NumberForm":
        """Add up what was seen in two pieces of a column."""
        names = {*self.counts, *other.counts}
        counts = {name: self.counts.get(name, 0) + other.counts.get(name, 0) for name in names}
        example = self.example or other.example
        return NumberForm(counts, self.marks | other.marks, example)

    @property
    def fits(self) -> int:
        """Values that are numbers."""
        return sum(self.counts.values())

    @property
    def decimal(self) -> str | None:
        """The decimal mark that the values prove: `.` or `,`; None where they prove nothing."""
        point = self.counts.get("point", 0) + self.counts.get("grouped_whole", 0)
        comma = self.counts.get("comma", 0) + self.counts.get("dotted_whole", 0)
        if not point and not comma:
            return None
        return "," if comma > point else "."

    @property
    def is_open(self) -> bool:
        """Whether values such as 1.234 or 1,234 may be thousands or decimals."""
        either = self.counts.get("either_comma", 0) + self.counts.get("either_point", 0)
        return either > 0 and self.decimal is None

    @property
    def is_whole(self) -> bool:
        """Whether no value has decimals."""
        wholes = ("whole", "grouped_whole", "dotted_whole", "spaced_whole")
        return self.fits > 0 and sum(self.counts.get(name, 0) for name in wholes) == self.fits


def number_form(values: pl.DataFrame) -> NumberForm:
    """Look at distinct values (columns value and count) as numbers."""
    tidy = values.select(
        "count", text=pl.col("value").str.normalize("NFKC").str.replace_all("[−–]", "-")
    ).with_columns(pl.col("text").str.replace_all(r"[\u00a0\u202f]", " ").str.strip_chars())
    body = (
        pl.col("text")
        .str.replace_all(_MONEY, "")
        .str.strip_chars()
        .str.replace(r"^\((.*)\)$", "${1}")
        .str.replace(r"^[+-]\s*|\s*-$", "")
        .str.strip_chars()
        .str.replace(r"[eE][+-]?\d+$", ".")
    )
    bare = body.str.replace(_LETTERS, "").str.replace(r"(?i)\s*(?:[千万亿%km])$", "")
    frame = tidy.with_columns(body=bare.str.strip_chars()).filter(
        pl.col("body").str.contains(_BODY)
    )
    if frame.is_empty():
        return NumberForm()
    form = pl.lit(None, pl.String)
    for name, pattern in reversed(_FORMS.items()):
        form = pl.when(pl.col("body").str.contains(pattern)).then(pl.lit(name)).otherwise(form)
    form = (
        pl.when(pl.col("body").str.contains(_EITHER_COMMA))
        .then(pl.lit("either_comma"))
        .when(pl.col("body").str.contains(_EITHER_POINT))
        .then(pl.lit("either_point"))
        .otherwise(form)
    )
    named = frame.with_columns(form=form).filter(pl.col("form").is_not_null())
    counts = {
        str(name): int(count)
        for name, count in named.group_by("form").agg(pl.col("count").sum()).iter_rows()
    }
    telling = named.filter(pl.col("form") != "whole").get_column("text").sort()
    return NumberForm(counts, _marks(named), telling[0] if telling.len() else "")


def _marks(frame: pl.DataFrame) -> frozenset[str]:
    found = frame.select(
        money=pl.col("text").str.extract(f"({_MONEY})").str.to_uppercase(),
        unit=pl.col("text").str.extract(r"\d\s*(?:([千万亿%KkMm]))[)元]?$"),
        bracket=pl.when(pl.col("text").str.contains(r"^\(|\)$")).then(pl.lit("()")),
    )
    return frozenset(
        str(mark) for column in found.iter_columns() for mark in column.drop_nulls().unique()
    )
