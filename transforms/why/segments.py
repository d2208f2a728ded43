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

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Final

import polars as pl

from transforms.why.cuts import DIMENSIONS, FINE, SIDES, Cut
from transforms.why.ratios import replaced, within

LEAST_SCORE: Final = 12.0
"""χ² beyond what the best of N ordinary segments reaches: three and a half standard deviations."""

LEAST_SHARE: Final = Fraction(1, 4)
"""A segment that makes less of the change is not its cause, however unusual it is."""

NEARLY_ALL: Final = Fraction(4, 5)
"""Share of a wider segment's part from which on the narrower one stands for it."""

MOST_SEGMENTS: Final = 3
_FEWEST_CELLS: Final = 4
_NOTHING: Final = 1e-9
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
    cuts = [names for names in _cuts(cut, 1) if names[0] not in FINE]
    if not cuts:
        return None
    rows = _paced(cut, cuts).sort("chi", "place", descending=[True, False])
    return str(rows["dimensions"][0])


def located(cut: Cut, most_dimensions: int) -> tuple[Found, ...]:
    """Find the segments that explain a cut's change, most telling first; often none.

    Each further segment is looked for in what is left.
    """
    actual, reference = cut.values()
    change = actual - reference
    cuts = _cuts(cut, most_dimensions)
    found: list[Found] = []
    left = cut
    while change and cuts and len(found) < MOST_SEGMENTS:
        scores = _scored(left, cuts).filter(
            pl.col("excess") * (1 if change > 0 else -1) > 0, pl.col("score") > 0
        )
        best = _best(scores, cut, change)
        if best is None:
            break
        found.append(best)
        left = Cut(left.rows.filter(~best.condition), cut.dimensions, cut.kind, cut.factor)
    return tuple(found)


def _best(scores: pl.DataFrame, cut: Cut, change: Fraction) -> Found | None:
    """Take the best score that makes enough of the change, or the wider segment it is part of.

    A segment of two dimensions stands only if it carries nearly all of what a wider one carries
    that is unusual as well; otherwise the wider one tells the story, in fewer words.
    """
    members = [
        {name: row[name] for name in row["dimensions"].split(_AND)}
        for row in scores.iter_rows(named=True)
    ]
    for segment, score in zip(members, scores["score"], strict=True):
        if score < LEAST_SCORE:
            break
        part = _part(cut, _inside(segment))
        if part / change < LEAST_SHARE:
            continue
        for wider in members:
            if wider.items() < segment.items():
                whole = _part(cut, _inside(wider))
                if part / change < NEARLY_ALL * (whole / change):
                    return Found(wider, *cut.values(_inside(wider)), whole)
        return Found(segment, *cut.values(_inside(segment)), part)
    return None


def own_rate(cut: Cut, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Count, of segments of a ratio, only the change of their own rate, without the mix."""
    return tuple(replace(segment, part=within(cut, segment.condition)) for segment in found)


def _part(cut: Cut, inside: pl.Expr) -> Fraction:
    if cut.kind == "rate":
        return replaced(cut, inside)
    actual, reference = cut.values(inside)
    return actual - reference


def _inside(members: Mapping[str, str]) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == member for name, member in members.items())


_AND: Final = " × "
_PLACES: Final = {name: place for place, name in enumerate((*DIMENSIONS, *FINE))}


def _scored(cut: Cut, cuts: list[list[str]]) -> pl.DataFrame:
    """Score all candidates, best first: columns of the dimensions, `dimensions`, `score`.

    Lines without a product or customer belong to the rest, but are no segment anybody could name.
    """
    varied = _dimensions(cuts)
    coarse = [name for name in varied if name not in FINE]
    paced = _paced(cut, [*cuts, *([coarse] if coarse and coarse not in cuts else [])])
    finest = paced.filter(pl.col("dimensions") == _AND.join(coarse))
    candidates = paced.filter(
        pl.col("dimensions").is_in([_AND.join(names) for names in cuts]),
        *((pl.col(name) != "").fill_null(value=True) for name in varied if name in FINE),
    )
    if finest.height < _FEWEST_CELLS or not candidates.height:
        return candidates.clear().with_columns(score=pl.lit(0.0))
    order = ["score", "size", "place", *varied]
    descending = [True, *[False] * (len(order) - 1)]
    scatter = _scatter(finest)
    for _ in range(2):
        noise = pl.max_horizontal(pl.col("scatter"), pl.lit(scatter))
        score = pl.col("chi") / noise - 2 * pl.col("members").log()
        candidates = candidates.with_columns(score=score).sort(order, descending=descending)
        names = candidates["dimensions"][0].split(_AND)
        rest = finest
        if set(names) <= set(coarse):
            rest = finest.filter(~_inside({name: candidates[name][0] for name in names}))
        scatter = _scatter(rest if rest.height >= _FEWEST_CELLS else finest)
    return candidates


def _cuts(cut: Cut, most: int) -> list[list[str]]:
    """Name the dimensions of every way to cut; those that only repeat a smaller one are left out.

    Dimensions of many members are used alone.
    """
    names = list(cut.dimensions)
    ways = [
        way
        for count in range(1, most + 1)
        for way in combinations(names, count)
        if count == 1 or not set(way) & set(FINE)
    ]
    if not ways:
        return []
    sizes = cut.rows.select(pl.struct(way).n_unique().alias(_AND.join(way)) for way in ways).row(0)
    size = {(): 1, **dict(zip(ways, sizes, strict=True))}
    return [
        [*way]
        for way in ways
        if all(size[way] > size[part] for part in combinations(way, len(way) - 1))
    ]


def _paced(cut: Cut, cuts: list[list[str]]) -> pl.DataFrame:
    """Give one row per member of every cut, with its excess over the pace of the rest.

    Lines of one customer or order move together, so a whole member strays further than its cells
    would let expect. `scatter` of a cut is the median χ² at the median pace, which neither one nor
    two unusual members can move, over the median of χ² itself.
    """
    frames = [_cuboid(cut.rows.lazy(), names) for names in cuts]
    by_cut = "dimensions"
    rows = _expected(pl.concat(frames, how="diagonal").sort(by_cut, *_dimensions(cuts)), cut)
    actual, expected = pl.col("actual"), pl.col("expected")
    rest = expected.sum().over(by_cut) - expected
    others = actual.sum().over(by_cut) - actual
    pace = pl.when(rest > _NOTHING).then(others / rest).otherwise(1.0)
    usual = pl.when(expected > 0).then(actual / expected).median().over(by_cut).fill_null(1.0)
    return (
        rows.with_columns(pace=pace, usual=usual)
        .with_columns(members=pl.len().over(by_cut), scatter=_chi("usual").median().over(by_cut))
        .with_columns(
            excess=actual - pl.col("pace") * expected,
            chi=_chi("pace"),
            scatter=pl.col("scatter") / _MEDIAN_CHI,
        )
        .collect()
    )


def _dimensions(cuts: list[list[str]]) -> list[str]:
    return sorted({name for names in cuts for name in names}, key=_PLACES.__getitem__)


def _cuboid(rows: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    return (
        rows.group_by(names)
        .agg(pl.sum(*SIDES))
        .with_columns(
            dimensions=pl.lit(_AND.join(names)),
            size=pl.lit(len(names)),
            place=pl.lit(_PLACES[names[0]]),
        )
    )


def _expected(frame: pl.LazyFrame, cut: Cut) -> pl.LazyFrame:
    """Add what a row is judged by.

    `actual` and `expected`; `blur`: how unsure the expected is for lack of reference; `floor`:
    what a member would have at the rate of all, so that a rate that a few cases put at 0 is not
    taken for certain. A member without a denominator has no rate and is left out.
    """
    factor = float(cut.factor)
    sides = frame.with_columns(pl.col(SIDES).cast(pl.Float64))
    if cut.kind != "rate":
        scale = factor if cut.kind == "sum" else 1.0
        return sides.with_columns(
            actual=pl.col("n1"),
            expected=scale * pl.col("n0"),
            blur=pl.lit(scale),
            floor=pl.lit(0.0),
        )
    _, _, past, base = cut.sides()
    overall = float(past / base) if base else 0.0
    has_past = pl.col("d0") > 0
    rate = pl.when(has_past).then(pl.col("n0") / pl.col("d0")).otherwise(overall)
    pace = pl.when(has_past).then(pl.col("d1") / pl.col("d0")).otherwise(1.0)
    return sides.filter(pl.col("d1") > 0).with_columns(
        actual=pl.col("n1"),
        expected=factor * pl.col("d1") * rate,
        blur=pace,
        floor=factor * pl.col("d1") * overall,
    )


def _chi(pace: str) -> pl.Expr:
    """Square of the excess over a pace, over the size of the two sides."""
    should = pl.col(pace) * pl.col("expected")
    usual = pl.max_horizontal(should.abs(), (pl.col(pace) * pl.col("floor")).abs())
    size = (pl.col("actual").abs() + usual) / 2 + pl.col("blur") * usual
    return pl.when(size > 0).then((pl.col("actual") - should) ** 2 / size).otherwise(0.0)


def _scatter(cells: pl.DataFrame) -> float:
    """Mean χ² of cells at their common pace: how far ordinary cells stray."""
    expected = float(cells["expected"].sum())
    pace = float(cells["actual"].sum()) / expected if expected > 0 else 1.0
    chi = cells.with_columns(common=pl.lit(pace)).select(_chi("common").sum()).item()
    return max(float(chi) / (cells.height - 1), 1e-12)
