"""Cells of text before they have a type: blanks, case, zeros, keys of several columns."""

from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

_WIDTHLESS: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_HIDDEN: Final = f"{_WIDTHLESS}\u00ad\u202a\u202b\u202c\u202d\u202e"
"""Joiners, soft hyphens, marks of byte order and of writing direction."""
BLANKS: Final = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + _WIDTHLESS
)
"""What is taken off both ends of a cell: blanks of every width, and of none."""


def trimmed(text: pl.Series) -> pl.Series:
    r"""Take blanks of every width off both ends.

    >>> trimmed(pl.Series([" K1　", "\ufeffK1\u200b", "\u3000"])).to_list()
    ['K1', 'K1', '']
    """
    return text.str.strip_chars(BLANKS)


def filled(text: pl.Series, nulls: Collection[str]) -> pl.Series:
    """Trim, and make nulls of what means empty."""
    return trimmed(text).replace(sorted({"", *nulls}), None)


def plain(text: pl.Series) -> pl.Series:
    """Write full-width letters as plain ones and leave out hidden characters, everywhere."""
    return text.str.normalize("NFKC").str.replace_all(f"[{_HIDDEN}]", "").str.strip_chars()


def folded(text: pl.Series) -> pl.Series:
    """Make texts comparable whatever their case, width and blanks.

    >>> folded(pl.Series(["Zhang  San", "ＺＨＡＮＧ　san"])).to_list()
    ['zhangsan', 'zhangsan']
    """
    return plain(text).str.to_lowercase().str.replace_all(r"\s", "")


def in_case(text: pl.Series, case: str | None) -> pl.Series:
    """Write texts in upper, lower or title case; as they are where none is asked for."""
    if case == "upper":
        return text.str.to_uppercase()
    if case == "lower":
        return text.str.to_lowercase()
    return text.str.to_titlecase() if case == "title" else text


def padded(text: pl.Series, width: int | None) -> pl.Series:
    """Give back the leading zeros that numbers have lost; other texts stay as they are.

    >>> padded(pl.Series(["42", "A42", "000042", None]), 6).to_list()
    ['000042', 'A42', '000042', None]
    """
    if width is None:
        return text
    is_number = text.str.contains(r"^[0-9]+$").fill_null(value=False)
    return text.str.zfill(width).zip_with(is_number, text)


def joined(parts: Sequence[pl.Series], separator: str) -> pl.Series:
    """Join the parts of a key; null where a part is, and where one holds the separator.

    Otherwise two different keys could become one: `a-` and `b`, `a` and `-b`.

    >>> joined([pl.Series(["S1", "S1", "S|1"]), pl.Series(["1", None, "1"])], "|").to_list()
    ['S1|1', None, None]
    """
    frame = pl.DataFrame([part.alias(str(position)) for position, part in enumerate(parts)])
    holds = pl.any_horizontal(pl.all().str.contains(separator, literal=True))
    text = pl.when(~holds).then(pl.concat_str(pl.all(), separator=separator))
    return frame.select(text.alias("joined")).to_series()


def row_json(rows: pl.DataFrame, columns: Collection[str]) -> pl.Series:
    """Write each row as one JSON object, its names in order, so that the order of columns is free.

    >>> row_json(pl.DataFrame({"b": ["1"], "a": [None]}), ["b", "a"]).to_list()
    ['{"a":null,"b":"1"}']
    """
    return rows.select(pl.struct(sorted(columns)).struct.json_encode().alias("row")).to_series()
