"""Level 3: which segment. The fewest dimension values that set a change apart from the rest.

The argument: if nothing in particular happened in a segment, it moved at the pace of the rest.
For every candidate segment S the pace f of the rest (actual ÷ expected of all rows outside S) says
what S should have been; its excess x = actual − f × expected is held against the scatter of such
excesses over the finest cells outside S. x² ÷ (scatter × size) is then about χ² with one degree of
freedom for a segment like any other, and the largest of N such values about 2 ln N. So a
segment's score is that χ² − 2 ln N of its cut: a wider choice (more members, more dimensions) has
to earn its keep. A segment that is too wide dilutes its own excess, one that is too narrow leaves
excess in the rest; the right one scores best. The contrast with the rest is RobustSpot's
(minority against the rest), the share explained is Adtributor's explanatory power; both, unlike
here, without a noise model.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

import polars as pl

from transforms.why.cuts import DIMENSIONS, FINE, SIDES, Cut
from transforms.why.ratios import replaced, within

LEAST_SCORE: Final = 12.0
"""χ² beyond what the best of N ordinary segments reaches; 12 is three and a half standard deviations."""

LEAST_SHARE: Final = Fraction(1, 4)
"""A segment that makes less of the change is not its cause, however unusual it is."""

MOST_SEGMENTS: Final = 3
_FEWEST_CELLS: Final = 4
_MEDIAN_CHI: Final = 0.455
"""Median of χ² with one degree of freedom."""


@dataclass(frozen=True)
class Found:
    """One segment: its dimensions with their members, and what it makes of the cut's change."""

    members: Mapping[str, str]
    actual: Fraction
    reference: Fraction
    part: Fraction

    @property
    def condition(self) -> pl.Expr:
        """Rows of the segment."""
        return _inside(self.members)


def telling_dimension(cut: Cut) -> str | None:
    """Find the one dimension along which a member stands out most; None where all are alike."""
    names = [name for name in cut.dimensions if name not in FINE]
    varied = [name for name in names if cut.rows[name].n_unique() > 1]
    paced = [_paced(_expected(_cuboid(cut.rows, [name]), cut)) for name in varied]
    tops = [float(frame["chi"].top_k(1).sum()) for frame in paced]
    best = max(zip(tops, range(0, -len(varied), -1), varied, strict=True), default=None)
    return best[-1] if best else None


def located(cut: Cut, most_dimensions: int, *, is_rate_part: bool = False) -> tuple[Found, ...]:
    """Find the segments that explain a cut's change, most telling first; often none.

    Each further segment is looked for in what is left. `is_rate_part` counts, of a ratio, only the
    change of the segment's own rate, without the mix.
    """
    actual, reference = cut.values()
    change = actual - reference
    found: list[Found] = []
    left = cut
    while change and len(found) < MOST_SEGMENTS:
        best = _best(left, cut, change, most_dimensions, is_rate_part=is_rate_part)
        if best is None:
            break
        found.append(best)
        left = Cut(left.rows.filter(~best.condition), cut.dimensions, cut.kind, cut.factor)
    return tuple(found)


def _best(
    left: Cut, cut: Cut, change: Fraction, most_dimensions: int, *, is_rate_part: bool
) -> Found | None:
    sign = 1 if change > 0 else -1
    scores = _scored(left, most_dimensions, sign).filter(pl.col("score") >= LEAST_SCORE)
    for row in scores.iter_rows(named=True):
        names = row["dimensions"].split(_AND)
        members = dict(zip(names, (row[name] for name in names), strict=True))
        inside = _inside(members)
        part = _part(cut, inside, is_rate_part=is_rate_part)
        if part / change >= LEAST_SHARE:
            return Found(members, *cut.values(inside), part)
    return None


def _part(cut: Cut, inside: pl.Expr, *, is_rate_part: bool) -> Fraction:
    if cut.kind == "rate":
        return within(cut, inside) if is_rate_part else replaced(cut, inside)
    actual, reference = cut.values(inside)
    return actual - reference


def _inside(members: Mapping[str, str]) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == member for name, member in members.items())


_AND: Final = " × "
_PLACES: Final = {name: place for place, name in enumerate((*DIMENSIONS, *FINE))}


def _scored(cut: Cut, most_dimensions: int, sign: int | None) -> pl.DataFrame:
    """Score all candidates, best first: columns of the dimensions, `dimensions`, `score`."""
    coarse = [name for name in cut.dimensions if name not in FINE]
    varied = [name for name in cut.dimensions if cut.rows[name].n_unique() > 1]
    finest = _expected(_cuboid(cut.rows, [name for name in coarse if name in varied]), cut)
    empty = pl.DataFrame(schema={"dimensions": pl.String, "score": pl.Float64})
    if not varied or finest.height < _FEWEST_CELLS:
        return empty
    cells = cut.rows if finest.height == cut.rows.height else finest
    frames = [
        _expected(_cuboid(cut.rows if set(names) & set(FINE) else cells, names), cut)
        for names in _cuts(varied, cells, most_dimensions)
    ]
    candidates = pl.concat([_paced(frame) for frame in frames], how="diagonal")
    order = ["score", "size", "place", *varied]
    descending = [True, *[False] * (len(order) - 1)]
    scatter = _scatter(finest, None)
    for _ in range(2):
        noise = pl.max_horizontal(pl.col("scatter"), pl.lit(scatter))
        score = pl.col("chi") / noise - 2 * pl.col("members").log()
        candidates = candidates.with_columns(score=score).sort(order, descending=descending)
        names = candidates["dimensions"][0].split(_AND)
        if set(names) <= set(finest.columns):
            scatter = _scatter(finest, {name: candidates[name][0] for name in names})
    return candidates if sign is None else candidates.filter(pl.col("excess") * sign > 0)


def _cuts(varied: list[str], cells: pl.DataFrame, most: int) -> Iterator[list[str]]:
    """Name the dimensions of every cut; those that only repeat a smaller cut are left out."""
    sizes: dict[tuple[str, ...], int] = {}
    for count in range(1, most + 1):
        for names in combinations(varied, count):
            if count == 1:
                yield [*names]
                continue
            if set(names) & set(FINE):
                continue
            size = cells.select(names).n_unique()
            sizes[names] = size
            if all(
                size > sizes.get(part, cells.select(part).n_unique())
                for part in combinations(names, count - 1)
            ):
                yield [*names]


def _cuboid(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    if not names:
        return rows.select(*SIDES).sum()
    return (
        rows.group_by(names)
        .agg(pl.sum(*SIDES))
        .sort(names)
        .with_columns(
            dimensions=pl.lit(_AND.join(names)),
            size=pl.lit(len(names)),
            place=pl.lit(_PLACES[names[0]]),
        )
    )


def _expected(frame: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """Add `actual`, `expected` and `blur`, how unsure the expected is for lack of reference."""
    factor = float(cut.factor)
    sides = frame.with_columns(pl.col(SIDES).cast(pl.Float64))
    if cut.kind != "rate":
        scale = factor if cut.kind == "sum" else 1.0
        return sides.with_columns(
            actual=pl.col("n1"), expected=scale * pl.col("n0"), blur=pl.lit(scale)
        )
    past = float(sides["d0"].sum())
    overall = float(sides["n0"].sum()) / past if past else 0.0
    has_past = pl.col("d0") > 0
    rate = pl.when(has_past).then(pl.col("n0") / pl.col("d0")).otherwise(overall)
    pace = pl.when(has_past).then(pl.col("d1") / pl.col("d0")).otherwise(1.0)
    return sides.with_columns(actual=pl.col("n1"), expected=factor * pl.col("d1") * rate, blur=pace)


def _paced(frame: pl.DataFrame) -> pl.DataFrame:
    """Add each row's excess over the pace of the rest, and the scatter of the cut itself.

    Lines of one customer or order move together, so a whole member strays further than its cells
    would let expect. That scatter is the median χ² at the median pace, which neither one nor two
    unusual members can move, over the median of χ² itself.
    """
    rest = pl.col("expected").sum() - pl.col("expected")
    pace = pl.when(rest > 0).then((pl.col("actual").sum() - pl.col("actual")) / rest).otherwise(1.0)
    rows = _excess(frame.with_columns(pace=pace))
    known = rows.filter(pl.col("expected") > 0)
    usual = (known["actual"] / known["expected"]).median()
    others = _excess(rows.with_columns(pace=pl.lit(usual, pl.Float64).fill_null(1.0)))["chi"]
    scatter = pl.lit(others.median(), pl.Float64).fill_null(0.0) / _MEDIAN_CHI
    return rows.with_columns(members=pl.lit(float(frame.height)), scatter=scatter)


def _excess(frame: pl.DataFrame) -> pl.DataFrame:
    should = pl.col("pace") * pl.col("expected")
    size = (pl.col("actual").abs() + should.abs()) / 2 + pl.col("blur") * should.abs()
    excess = pl.col("actual") - should
    return frame.with_columns(excess=excess).with_columns(
        chi=pl.when(size > 0).then(pl.col("excess") ** 2 / size).otherwise(0.0)
    )


def _scatter(finest: pl.DataFrame, members: Mapping[str, str] | None) -> float:
    """Mean χ² of the finest cells outside a segment: how far ordinary cells stray."""
    rest = finest if members is None else finest.filter(~_inside(members))
    if rest.height < _FEWEST_CELLS:
        return _scatter(finest, None) if members is not None else float("inf")
    expected = float(rest["expected"].sum())
    pace = float(rest["actual"].sum()) / expected if expected > 0 else 1.0
    chi = _excess(rest.with_columns(pace=pl.lit(pace)))["chi"]
    return max(float(chi.sum()) / (rest.height - 1), 1e-12)
