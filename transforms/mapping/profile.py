"""What the values of one column are, seen over the whole column, piece by piece."""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from transforms.mapping.days import DayForm, day_form, day_shapes, merged
from transforms.mapping.figures import NumberForm, number_form
from transforms.typing.rules import NO, NULLS, YES

FALSE_NULLS: Final = (
    *("Select", "select", "--Select--", "-- Select --", "请选择", "--None--", "-None-", "None"),
    *("none", "n/a", "NA", "na", "#N/A", "NaN", "nan", "Null", "(null)", "<null>", r"\N"),
    *("(blank)", "(空白)", "空", "未填写", "未填", "暂无", "---", "——", "/", "0000-00-00"),
)
"""Words that exports write where nothing is meant, beside those that a column leaves out anyway."""

_MOST_VALUES: Final = 200
"""Distinct values kept: a column with more is no list of words."""
_LOOKED_AT: Final = 80
"""Characters of a cell that are looked at: no number or day is longer."""
_ENOUGH: Final = 2_000
"""Values after which a column that is mostly no number (or day) is not looked at as one again."""
_MOSTLY: Final = 0.5
_FLAGS: Final = (
    (frozenset(YES), frozenset(NO)),
    (frozenset(["启用", "有效", "在职"]), frozenset(["停用", "禁用", "无效", "离职"])),
    (frozenset(["Active", "active", "ACTIVE"]), frozenset(["Inactive", "inactive", "INACTIVE"])),
    (frozenset(["T", "t", "on", "On"]), frozenset(["F", "f", "off", "Off"])),
    (frozenset(["已删除"]), frozenset(["未删除", "正常"])),
)
"""Words for yes and for no; the first pair is what a column understands without settings."""


@dataclass(frozen=True)
class Profile:
    """One column of an export as its values show it."""

    name: str
    rows: int
    filled: int
    """Cells that hold something other than a word for nothing."""
    values: dict[str, int] | None
    """Distinct values and how often each occurs; None where there are more than a list has."""
    examples: tuple[str, ...]
    is_unique: bool
    """Every row is filled and no value occurs twice."""
    repeated: str | None
    """A value that occurs more than once."""
    distinct_share: float
    """Distinct values for each filled cell in the first piece that holds any."""
    false_nulls: tuple[str, ...]
    """Words for nothing that stand in the column and that its settings must name."""
    number: NumberForm
    day: DayForm | None
    flags: tuple[tuple[str, ...], tuple[str, ...]] | None
    """The words for yes and for no, where the column has no others."""
    has_leading_zeros: bool

    @property
    def number_share(self) -> float:
        """Share of the filled cells that are numbers."""
        return self.number.fits / self.filled if self.filled else 0.0

    @property
    def day_share(self) -> float:
        """Share of the filled cells that are days or instants."""
        return self.day.fits / self.filled if self.filled and self.day else 0.0


@dataclass
class Tally:
    """What has been seen of one column so far."""

    name: str
    rows: int = 0
    filled: int = 0
    values: dict[str, int] | None = field(default_factory=dict)
    examples: dict[str, None] = field(default_factory=dict)
    nulls: set[str] = field(default_factory=set)
    number: NumberForm = field(default_factory=NumberForm)
    shapes: list[pl.DataFrame] = field(default_factory=list)
    hashes: list[pl.Series] | None = field(default_factory=list)
    repeated: str | None = None
    distinct_share: float = 0.0
    has_leading_zeros: bool = False
    _is_number: bool = True
    _is_day: bool = True

    def add(self, cells: pl.Series) -> None:
        """Look at the next piece of the column."""
        self.rows += cells.len()
        text = cells.cast(pl.String).str.strip_chars().replace("", None).drop_nulls()
        if text.is_empty():
            return
        counts = text.rename("value").value_counts(sort=True).cast({"count": pl.Int64})
        is_null = pl.col("value").is_in([*NULLS, *FALSE_NULLS])
        self.nulls |= set(counts.filter(is_null).get_column("value"))
        self._remember(counts)
        solid = counts.filter(~is_null)
        self.filled += int(solid.get_column("count").sum())
        for value in solid.get_column("value").head(3):
            if len(self.examples) < 3:  # noqa: PLR2004  # enough to show a person
                self.examples.setdefault(str(value)[:_LOOKED_AT])
        self._tell_apart(solid)
        self._look(solid.with_columns(pl.col("value").str.head(_LOOKED_AT)))

    def profile(self) -> Profile:
        """Say what the column is, from all that was seen."""
        shapes = merged(pl.concat(self.shapes)) if self.shapes and self._is_day else None
        flags = _flags(set(self.values)) if self.values is not None else None
        known = set(NULLS) if flags is None else {*NULLS, *flags[0], *flags[1]}
        return Profile(
            name=self.name,
            rows=self.rows,
            filled=self.filled,
            values=self.values,
            examples=tuple(self.examples),
            is_unique=self._is_unique(),
            repeated=self.repeated,
            distinct_share=self.distinct_share,
            false_nulls=tuple(sorted(self.nulls - known)),
            number=self.number if self._is_number else NumberForm(),
            day=None if shapes is None else day_form(shapes),
            flags=flags,
            has_leading_zeros=self.has_leading_zeros,
        )

    def _remember(self, counts: pl.DataFrame) -> None:
        if self.values is None:
            return
        for value, count in counts.head(_MOST_VALUES + 1).iter_rows():
            self.values[value] = self.values.get(value, 0) + count
        if len(self.values) > _MOST_VALUES:
            self.values = None

    def _tell_apart(self, solid: pl.DataFrame) -> None:
        if self.hashes is None or solid.is_empty():
            return
        if not self.hashes:
            self.distinct_share = solid.height / int(solid.get_column("count").sum())
        value, count = solid.row(0)
        if count > 1:
            self.repeated, self.hashes = str(value)[:_LOOKED_AT], None
        else:
            self.hashes.append(solid.get_column("value").hash())

    def _is_unique(self) -> bool:
        if self.hashes is None or not self.filled or self.filled < self.rows:
            return False
        return len(self.hashes) == 1 or pl.concat(self.hashes).n_unique() == self.filled

    def _look(self, solid: pl.DataFrame) -> None:
        digits = solid.get_column("value").str.contains(r"[0-9０-９]")
        if not digits.any():
            is_sure = self.filled >= _ENOUGH
            self._is_number, self._is_day = not is_sure, not is_sure
            return
        if self._is_number:
            self.number += number_form(solid)
            self._is_number = self._is_still(self.number.fits)
        if not self.has_leading_zeros:
            zeros = solid.get_column("value").str.contains(r"^0\d+$")
            self.has_leading_zeros = bool(zeros.any())
        if self._is_day:
            self.shapes.append(day_shapes(solid))
            fits = sum(int(shapes.get_column("count").sum()) for shapes in self.shapes)
            self._is_day = self._is_still(fits)

    def _is_still(self, fits: int) -> bool:
        return self.filled < _ENOUGH or fits >= _MOSTLY * self.filled


def _flags(values: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The words for yes and no, where a column holds nothing else (but words for nothing)."""
    for yes, no in _FLAGS:
        left = values - yes - no - set(NULLS) - set(FALSE_NULLS)
        if values & (yes | no) and not left:
            return tuple(sorted(values & yes)), tuple(sorted(values & no))
    return None
