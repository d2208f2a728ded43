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

from transforms.locate.chance import CHANCE, Sums, beyond_chance, groups, most_unusual
from transforms.locate.leaves import Leaves, is_share, leaves_of_cells
from transforms.locate.search import candidates
from transforms.locate.shares import shifts, widened
from transforms.why.cells import Cells, Codes
from transforms.why.cuts import Cut
from transforms.why.ratios import replaced, within

LEAST_SCORE: Final = 12.0
"""χ² beyond what the best of N ordinary segments reaches: three and a half standard deviations."""

LEAST_SHARE: Final = Fraction(1, 4)
"""A segment that makes less of the change is not its cause, however unusual it is."""

MOST_SEGMENTS: Final = 3
_FEWEST_LEAVES: Final = 4

_Place = tuple[tuple[int, ...], tuple[int, ...]]
"""Dimensions of leaves, and the code of the member of each."""


@dataclass(frozen=True)
class Found:
    """One segment: its dimensions with their members, and what it makes of the cut's change."""

    members: Mapping[str, str]
    actual: Fraction
    reference: Fraction
    part: Fraction


def telling_dimension(cut: Cut) -> str | None:
    """Find the one dimension along which a member stands out most; None where all are alike."""
    names = cut.cells.dimensions
    known = _measured(cut, cut.cells, names)
    if known is None:
        return None
    leaves, sums = known.leaves, known.sums
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
    for names in (cut.cells.dimensions, *((name,) for name in cut.fine)):
        found = tuple(_along(cut, base, names, most_dimensions))
        if found:
            return found
    return ()


def _along(cut: Cut, base: Cut | None, names: Sequence[str], most: int) -> Iterator[Found]:
    actual, reference = cut.values()
    change = actual - reference
    if not change:
        return
    left = cut.along(names)
    if base is not None:
        names = [name for name in names if name in base.dimensions]
        left = _of_whole(left, base.along(names), float(base.factor), names)
    for _ in range(MOST_SEGMENTS):
        members = _best(cut, left, names, most, 1 if change > 0 else -1)
        if members is None:
            return
        part = _part(cut, members)
        if part / change < LEAST_SHARE:
            return
        yield Found(members, *cut.values(members), part)
        left = left.where(~left.inside(members))


def _best(
    cut: Cut, cells: Cells, names: Sequence[str], most: int, direction: int
) -> dict[str, str] | None:
    """The best single combination, where the change goes that way and it is beyond chance."""
    known = _measured(cut, cells, names)
    if known is None or len(known.sums.n1) < _FEWEST_LEAVES:
        return None
    leaves, sums = known.leaves, known.sums
    if known.excess * direction <= 0:
        return None
    place = (
        _least_likely(leaves, sums, most, direction)
        if known.is_share
        else _best_scored(leaves, sums, most)
    )
    if place is None:
        return None
    dimensions = [leaves.dimensions[each] for each in place[0]]
    return dict(zip(dimensions, _named(leaves, *place), strict=True))


def _least_likely(leaves: Leaves, sums: Sums, most: int, direction: int) -> _Place | None:
    """Of a share: the combination least likely by chance, no narrower than it moved."""
    found = shifts(leaves, sums, most, direction)
    best = next((each for each in found if all(_named(leaves, each.dimensions, each.member))), None)
    if best is None or best.chance > CHANCE:
        return None
    kept = widened(leaves, sums, best, direction)
    member = dict(zip(best.dimensions, best.member, strict=True))
    return kept, tuple(member[name] for name in kept)


def _best_scored(leaves: Leaves, sums: Sums, most: int) -> _Place | None:
    """Of a sum, or a ratio of amounts: the combination that the search of `locate` puts first."""
    best = next(
        (
            each
            for each in candidates(leaves, most, together=1)[0]
            if all(_named(leaves, each.dimensions, each.members[0]))
        ),
        None,
    )
    if best is None or best.score <= 0 or beyond_chance(leaves, sums, best) < LEAST_SCORE:
        return None
    return best.dimensions, best.members[0]


def _named(leaves: Leaves, dimensions: tuple[int, ...], member: tuple[int, ...]) -> list[str]:
    """The members of a single combination; "" for lines without a product or customer.

    Those belong to the rest, but are no segment that anybody could be asked about.
    """
    return [leaves.members[place][code] for place, code in zip(dimensions, member, strict=True)]


@dataclass(frozen=True)
class _Measured:
    """Leaves of cells and their sides; whether those count part of a whole."""

    leaves: Leaves
    sums: Sums
    is_share: bool

    @property
    def excess(self) -> float:
        """What all leaves have beyond what they should have, in units of the numerator.

        The reference of a share is unscaled in its leaves, so that counts stay whole.
        """
        excess = float(self.leaves.excess.sum())
        if not self.is_share:
            return excess
        had = float(np.where(self.sums.d1 > 0, self.sums.n1, 0.0).sum())
        return had - (had - excess) * self.sums.scale


def _measured(cut: Cut, cells: Cells, names: Sequence[str]) -> _Measured | None:
    """Leaves of cells along some dimensions; None where none of them tells members apart."""
    told = tuple(name for name in names if cells.tells(name))
    if not told:
        return None
    rows = cells.by(told)
    sides = rows.numbers()
    scale = float(cut.factor) if cut.kind != "effect" else 1.0
    is_ratio = cut.kind == "rate"
    counts = is_ratio and is_share(*sides)
    if not counts:
        sides[2] *= scale
    codes = np.stack([rows.codes[name] for name in told])
    members = tuple(rows.members[name] for name in told)
    leaves = leaves_of_cells(told, members, codes, sides, periods=1, is_ratio=is_ratio)
    n1, d1, n0, d0 = sides
    return _Measured(leaves, Sums(n1, d1, n0, d0, is_ratio, scale), counts)


def _of_whole(gone: Cells, base: Cells, factor: float, names: Sequence[str]) -> Cells:
    """The change of cells as one of the whole that they were a part of: the base stays the same."""
    known = {name: sorted({*base.members[name], *gone.members[name]}) for name in names}
    place = {name: {member: at for at, member in enumerate(known[name])} for name in names}
    codes = {
        name: np.concatenate([_placed(part, name, place[name]) for part in (base, gone)])
        for name in names
    }
    kept = base.sides.astype(np.float64)
    kept[0] = kept[2] * factor
    sides = np.concatenate([kept, gone.sides.astype(np.float64)], axis=1)
    return Cells(codes, known, sides).by(names)


def _placed(cells: Cells, name: str, place: Mapping[str, int]) -> Codes:
    table = np.array([place[member] for member in cells.members[name]], dtype=np.int64)
    found: Codes = table[cells.codes[name]]
    return found


def own_rate(cut: Cut, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Count, of segments of a ratio, only the change of their own rate, without the mix."""
    return tuple(replace(segment, part=within(cut, segment.members)) for segment in found)


def _part(cut: Cut, inside: Mapping[str, str]) -> Fraction:
    if cut.kind == "rate":
        return replaced(cut, inside)
    actual, reference = cut.values(inside)
    return actual - reference
