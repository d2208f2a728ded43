"""Did it move more here than in like segments? Difference in differences with placebos (D-18).

The effect is the change of a place beyond that of the like segments that level 3 does not point
at: for a count, what it is less what it would be at their pace; for a quotient, its change less
theirs. How large an effect is without any reason at all is read off the company itself: the same
calculation for every like segment and for earlier stretches of the same length, where nothing is
being explained (placebos in space and in time: Abadie, Diamond and Hainmueller 2010, JASA 105;
the interval from the distribution of the untreated's effects: Conley and Taber 2011, Rev. Econ.
Stat. 93). Places differ in size and so in noise (Ferman and Pinto 2019), so every effect is held
in units of its own counting error first. As many series are looked at for one case, an effect
counts only beyond what the largest of them reaches in 95 of 100 placebos (Westfall and Young
1993); the interval is the simultaneous one that belongs to it. It shows that the place moved
otherwise than the like ones; it does not show what for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from transforms.why.differences import Mask, Sides, Stretch, sides_of
from transforms.why.onset import onset
from transforms.why.panels import Panel, Series
from transforms.why.placebos import (
    LEAST_SPREAD,
    apart_of,
    limit_of,
    placebos,
    root_mean_square,
    studentised,
)

LEAST_POINTS: Final = 0.02
"""A share that moved by less than two points is no behaviour, however rare it was before."""


@dataclass(frozen=True)
class Moved:
    """A series that moved in the place more than in like segments."""

    series: Series
    dimensions: tuple[str, ...]
    members: tuple[str, ...]
    lag_weeks: int
    actual: float
    """A week's mean of a count; a quotient as it is."""
    reference: float
    effect: float
    low: float
    high: float
    n: int | None
    """Cases the value rests on; None where it is a quotient of amounts."""
    comparison: tuple[str, ...]
    is_dated: bool
    """Whether the lag is not the default but the week in which the series itself moved."""
    strength: float
    """Effect in units of what the largest of 95 of 100 placebos reaches."""


@dataclass(frozen=True)
class Asked:
    """What is asked of all series of a case."""

    lags: Mapping[str, int]
    """Weeks, by series."""
    stretch: Stretch
    story: Sequence[Mapping[str, str]]
    """The segments that level 3 found, which are no comparison."""
    least_change: float
    """A movement by a smaller fraction is left out however certain it is (D-17)."""
    datable: Mapping[str, int] = field(default_factory=dict)
    """Series whose lag is a mere default, with the most weeks that it may be. One that moved is
    shown from the week in which it did (`transforms.why.onset`); whether it moved is asked at the
    default, so that no lag is chosen by its result."""


@dataclass(frozen=True)
class _Look:
    """A series looked at some weeks before the case."""

    lag: int
    sides: Sides
    is_dated: bool = False


def moved(panels: Mapping[str, Panel], series: Sequence[Series], asked: Asked) -> list[Moved]:
    """Find the series that moved in the place beyond placebos, the clearest first.

    `panels` are the place and its like ones by fact.
    """
    groups: dict[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], list[Series]] = {}
    for each in series:
        panel = panels.get(each.fact)
        if panel is not None:
            groups.setdefault((panel.dimensions, panel.units), []).append(each)
    found: list[Moved] = []
    for chosen in groups.values():
        found += _of_group(panels, chosen, asked, len(groups))
    return sorted(found, key=lambda each: (-each.strength, each.series.code))


def _of_group(
    panels: Mapping[str, Panel], series: Sequence[Series], asked: Asked, groups: int
) -> Iterator[Moved]:
    """Series that are measured in the same places: their placebos are the same stretches."""
    shown = panels[series[0].fact]
    is_like = np.array([_is_like(shown, unit, asked.story) for unit in shown.units])
    stretch = asked.stretch
    worth: dict[str, Sides] = {}
    for each in series:
        sides = sides_of(panels[each.fact], each, asked.lags.get(each.code, 0), stretch, is_like)
        if sides is not None:
            worth[each.code] = sides
    if not worth:
        return
    count = max(sides.effect.shape[1] for sides in worth.values())
    placebo = placebos(is_like, count, stretch.weeks)
    apart = apart_of(placebo, stretch.weeks)
    scores, spreads = {}, {}
    for code, sides in worth.items():
        score = np.full((len(is_like), count), np.nan)
        score[:, : sides.effect.shape[1]] = sides.effect / sides.error
        calm = score[apart & np.isfinite(score)]
        if not calm.size or not np.isfinite(score[0, 0]):
            continue
        spreads[code] = max(root_mean_square(calm), LEAST_SPREAD)
        scores[code] = studentised(score, apart)
    limit = limit_of(list(scores.values()), placebo, apart, groups)
    if limit is None:
        return
    names = tuple(" × ".join(unit) for unit, like in zip(shown.units, is_like, strict=True) if like)
    for each in series:
        if each.code not in scores or scores[each.code][0, 0] <= limit:
            continue
        look = _Look(asked.lags.get(each.code, 0), worth[each.code])
        if not _is_worth_telling(each, look.sides, asked.least_change):
            continue
        reach = limit * spreads[each.code]
        look = _dated(panels[each.fact], each, asked, is_like, reach) or look
        strength = float(scores[each.code][0, 0]) / limit
        yield _told(shown, each, look, reach, names, strength)


def _dated(panel: Panel, series: Series, asked: Asked, is_like: Mask, reach: float) -> _Look | None:
    """Look from the week in which a series moved.

    None where that is the week looked at anyway, or unknown, or shows less.
    """
    if series.code not in asked.datable:
        return None
    lag = onset(panel, series, asked.stretch, is_like, asked.datable[series.code])
    if lag is None or lag == asked.lags.get(series.code, 0):
        return None
    sides = sides_of(panel, series, lag, asked.stretch, is_like)
    if sides is None or not np.isfinite(sides.error[0, 0]):
        return None
    is_clear = abs(float(sides.effect[0, 0])) > reach * float(sides.error[0, 0])
    is_clear = is_clear and _is_worth_telling(series, sides, asked.least_change)
    return _Look(lag, sides, is_dated=True) if is_clear else None


def _is_worth_telling(series: Series, sides: Sides, least_change: float) -> bool:
    """Whether both the change and the effect are large enough to matter."""
    actual, reference, effect = _first(sides)
    least = least_change * abs(reference)
    if series.unit == "share":
        least = max(least, LEAST_POINTS)
    return min(abs(actual - reference), abs(effect)) >= least


def _told(
    panel: Panel,
    series: Series,
    look: _Look,
    reach: float,
    comparison: tuple[str, ...],
    strength: float,
) -> Moved:
    sides = look.sides
    actual, reference, effect = _first(sides)
    error = reach * float(sides.error[0, 0])
    return Moved(
        series=series,
        dimensions=panel.dimensions,
        members=panel.units[0] if panel.dimensions else (),
        lag_weeks=look.lag,
        actual=actual,
        reference=reference,
        effect=effect,
        low=effect - error,
        high=effect + error,
        n=None if _is_of_amounts(series) else round(float(sides.cases[0, 0])),
        comparison=comparison,
        is_dated=look.is_dated,
        strength=strength,
    )


def _first(sides: Sides) -> tuple[float, float, float]:
    """Of the place itself in the case's own weeks."""
    return (
        float(sides.actual[0, 0]),
        float(sides.reference[0, 0]),
        float(sides.effect[0, 0]),
    )


def _is_of_amounts(series: Series) -> bool:
    return series.denominator is not None and series.denominator.column is not None


def _is_like(panel: Panel, unit: tuple[str, ...], story: Sequence[Mapping[str, str]]) -> bool:
    """Whether a unit is another place, none of which level 3 found to stand out."""
    members = dict(zip(panel.dimensions, unit, strict=False))
    stands_out = any(
        members
        and all(segment.get(name, member) == member for name, member in members.items())
        and not members.keys().isdisjoint(segment)
        for segment in story
    )
    return unit != panel.units[0] and not stands_out
