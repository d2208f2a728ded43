"""Level 3: which segment. The fewest dimension values that set a change apart from the rest.

The search is that of `transforms.locate`: leaves beside their reference, the combination whose
leaves moved most alike and most of the change, at a price for every value named. Whether it stands
out from what chance does is told by sums (`transforms.locate.chance`). Here a case's exact sides
become leaves, and what was found gets its exact part of the change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
import polars as pl

from transforms.locate.chance import Sums, beyond_chance, groups, most_unusual
from transforms.locate.leaves import Leaves, leaves_of
from transforms.locate.search import Candidate, candidates
from transforms.why.cuts import FINE, SIDES, Cut
from transforms.why.ratios import replaced, within

LEAST_SCORE: Final = 12.0
"""χ² beyond what the best of N ordinary segments reaches: three and a half standard deviations."""

LEAST_SHARE: Final = Fraction(1, 4)
"""A segment that makes less of the change is not its cause, however unusual it is."""

MOST_SEGMENTS: Final = 3
_FEWEST_LEAVES: Final = 4


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
    known = _measured(cut, names)
    if known is None:
        return None
    leaves, sums = known
    score = {
        name: most_unusual(sums, *groups(leaves, (place,)))
        for place, name in enumerate(leaves.dimensions)
    }
    return max(leaves.dimensions, key=lambda name: (score[name], -names.index(name)))


def located(cut: Cut, most_dimensions: int, base: Cut | None = None) -> tuple[Found, ...]:
    """Find the segments that explain a cut's change, most telling first; often none.

    Each further segment is looked for in what is left. Dimensions of many members (products,
    customers) are looked at one by one, and only where no other explains anything.

    `base` is for a cut all of which changed alike, as customers lost: what it was a part of
    before. It is then looked for where more of the whole went than elsewhere.
    """
    given = cut if base is None else _of_whole(cut, base)
    coarse = [name for name in cut.dimensions if name not in FINE]
    for names in (coarse, *([name] for name in cut.dimensions if name in FINE)):
        found = tuple(_along(cut, given, names, most_dimensions))
        if found:
            return found
    return ()


def _along(cut: Cut, given: Cut, names: Sequence[str], most: int) -> Iterator[Found]:
    actual, reference = cut.values()
    change, left = actual - reference, given
    for _ in range(MOST_SEGMENTS):
        members = _best(left, names, most, 1 if change > 0 else -1) if change else None
        if members is None:
            return
        inside = _inside(members)
        part = _part(cut, inside)
        if part / change < LEAST_SHARE:
            return
        yield Found(members, *cut.values(inside), part)
        left = replace(left, rows=left.rows.filter(~inside))


def _best(cut: Cut, names: Sequence[str], most: int, direction: int) -> dict[str, str] | None:
    """The best single combination, where the change goes that way and it is beyond chance."""
    known = _measured(cut, names)
    if known is None or len(known[1].n1) < _FEWEST_LEAVES:
        return None
    leaves, sums = known
    if leaves.change * direction <= 0:
        return None
    best = next(
        (
            each
            for each in candidates(leaves)[0]
            if len(each.members) == 1 and len(each.dimensions) <= most and all(_named(leaves, each))
        ),
        None,
    )
    if best is None or best.score <= 0 or beyond_chance(leaves, sums, best) < LEAST_SCORE:
        return None
    return dict(
        zip(
            (leaves.dimensions[each] for each in best.dimensions), _named(leaves, best), strict=True
        )
    )


def _named(leaves: Leaves, candidate: Candidate) -> list[str]:
    """The members of a single combination; "" for lines without a product or customer.

    Those belong to the rest, but are no segment that anybody could be asked about.
    """
    places = zip(candidate.dimensions, candidate.members[0], strict=True)
    return [leaves.members[place][code] for place, code in places]


def _measured(cut: Cut, names: Sequence[str]) -> tuple[Leaves, Sums] | None:
    """Leaves of a cut along some dimensions; None where none of them tells members apart."""
    told = [name for name in names if cut.rows[name].n_unique() > 1]
    if not told:
        return None
    rows = cut.rows.group_by(told).agg(pl.sum(*SIDES)).sort(told)
    scale = float(cut.factor) if cut.kind != "effect" else 1.0
    rows = rows.with_columns(pl.col(SIDES).cast(pl.Float64)).with_columns(pl.col("n0") * scale)
    is_ratio = cut.kind == "rate"
    n1, d1, n0, d0 = (rows[side].to_numpy().astype(np.float64) for side in SIDES)
    return (
        leaves_of(rows, told, periods=1, is_ratio=is_ratio),
        Sums(n1, d1, n0, d0, is_ratio, scale),
    )


def _of_whole(cut: Cut, base: Cut) -> Cut:
    """The change of a cut as one of the whole that it was a part of: base + cut, base the same."""
    names = [name for name in cut.dimensions if name in base.dimensions]
    sides = [pl.col(side).cast(pl.Float64) for side in SIDES]
    gone = cut.rows.select(*names, *sides)
    kept = base.rows.select(*names, *sides).with_columns(n1=pl.col("n0") * float(base.factor))
    rows = pl.concat([kept, gone]).group_by(names).agg(pl.sum(*SIDES)).sort(names)
    return Cut(rows, tuple(names), "sum", cut.factor)


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
