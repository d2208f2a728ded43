"""Which entity an export is of, and which of its columns is which: names, values and fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from transforms.mapping.assignment import best_match
from transforms.mapping.headings import Heading, heading
from transforms.mapping.profile import Profile
from transforms.mapping.synonyms import Likeness, Place, Synonyms
from transforms.mapping.titles import name_shares

LIKELY: Final = 0.6
"""A column matched with less than this is not taken; it is named or asked for."""
_ACCEPTED: Final = 0.42
"""Pairs below this are no match at all."""
_MOSTLY: Final = 0.9
_PARTLY: Final = 0.5
_FEW: Final = 12
"""Distinct values that a column of a few words has at most."""
_RIVAL: Final = 0.03
"""Names of a column whose scores lie so near each other say the same."""
_MADE: Final = 0.8
"""What a needed column counts that follows from others."""
_WIDE: Final = 0.6
"""Share of the columns of an export, from which on more do not speak more for an entity."""
_UNKNOWN_WEIGHT: Final = 0.3
_LEAST_WEIGHT: Final = 0.6
_DISTINCT: Final = 0.95
"""Share of distinct values that a key has at least, where a few lines stand twice."""
_WEIGHTS: Final = {"name": 0.3, "required": 0.4, "explained": 0.3}


@dataclass(frozen=True)
class Target:
    """One column of an entity, as far as matching goes."""

    name: str
    kind: str
    """text, number, count, day, instant, flag or words."""
    is_key: bool = False
    is_required: bool = False
    """It must be filled, and nothing else can stand in for it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Compact value in exports → value of the entity, where it is one of a few words."""


@dataclass(frozen=True)
class Found:
    """One column of the entity and the column of the export it comes from."""

    target: Target
    source: str
    score: float
    likeness: Likeness
    fit: float
    """How well the values suit the kind of the target."""
    rivals: tuple[str, ...] = ()
    """Other columns of numbers whose names say nearly the same, and that nothing else takes."""


@dataclass(frozen=True)
class Candidate:
    """One entity as an explanation of the export."""

    entity: str
    found: Mapping[str, Found]
    missing: tuple[str, ...]
    """Required columns without a match."""
    name: float
    """How much the name of the file or sheet speaks for it, 0 to 1."""
    score: float
    evidence: float
    """Matched columns, each weighted by how few entities have such a column."""


def rank_entities(
    targets: Mapping[str, Sequence[Target]],
    names: Mapping[str, Sequence[str]],
    profiles: Mapping[str, Profile],
    titles: Sequence[str],
    synonyms: Synonyms,
) -> list[Candidate]:
    """Match the export against every entity, the best explanation first.

    `names` are what files of an entity are called; `titles` what this file, its sheet and
    the lines above its table are called.
    """
    headings = {name: heading(name.rpartition("/")[2] or name) for name in profiles}
    alike = {name: _alike(name, one, synonyms) for name, one in headings.items()}
    named = name_shares(names, titles)
    telling = {
        name: _weight(one, synonyms) if profiles[name].filled and not name.startswith("_") else 0.0
        for name, one in headings.items()
    }
    whole_weight = max(_LEAST_WEIGHT, sum(telling.values()))
    ranked = []
    for entity, columns in targets.items():
        found = _matched(entity, columns, profiles, alike)
        missing = tuple(
            each.name
            for each in columns
            if each.is_required and each.name not in found and not is_made(entity, each, found)
        )
        needed = [each for each in columns if each.is_required]
        keys = [each for each in columns if each.is_key]
        held = sum(
            found[each.name].score
            * (0.5 + 0.5 * min(1.0, 3 * telling[found[each.name].source]))
            * (_uniqueness(profiles[found[each.name].source]) if keys == [each] else 1.0)
            for each in needed
            if each.name in found
        )
        made = sum(each.name not in found and is_made(entity, each, found) for each in needed)
        explained = sum(each.score * telling[each.source] for each in found.values())
        parts = {
            "name": named.get(entity, 0.0),
            "required": (held + _MADE * made) / len(needed) if needed else 0.0,
            "explained": min(1.0, explained / (_WIDE * whole_weight)),
        }
        score = sum(_WEIGHTS[part] * value for part, value in parts.items())
        ranked.append(Candidate(entity, found, missing, parts["name"], score, explained))
    return sorted(ranked, key=lambda each: (-each.score, each.entity))


def is_made(entity: str, target: Target, found: Mapping[str, Found]) -> bool:
    """Tell whether a column that the export lacks follows from those that it has."""
    if (entity, target.name) == ("order_line", "net_amount"):
        return "quantity" in found and "unit_price" in found
    return target.kind == "day" and target.name.removesuffix("_on") + "_at" in found


def suits(profile: Profile, target: Target) -> float:
    """Say how well the values of a column suit a target, from 0 (they cannot) to 1."""
    if not profile.filled:
        return 0.8
    match target.kind:
        case "number" | "count":
            return _share(profile.number_share)
        case "day" | "instant":
            share = _share(profile.day_share)
            has_time = profile.day is not None and profile.day.has_time
            return share * (1.0 if has_time == (target.kind == "instant") else 0.96)
        case "flag":
            return 1.0 if profile.flags else 0.0
        case "words":
            return _words_share(profile, target)
        case _:
            return _text_share(profile, target)


def value_of(text: str, target: Target) -> str | None:
    """The entity's own value for a value of the export, where the dictionary knows it."""
    compact = heading(text).compact
    return target.words.get(compact) if compact else None


def _weight(one: Heading, synonyms: Synonyms) -> float:
    """Say how much a heading tells: `id` stands in every entity, `invoice number` in one."""
    exact = [place for place, alike in synonyms.alike(one).items() if alike.is_exact]
    entities = {place.entity for place in exact}
    return 1 / len(entities) if entities else _UNKNOWN_WEIGHT


def _uniqueness(profile: Profile) -> float:
    """Say how well a column serves as the whole key."""
    return 1.0 if not profile.filled or profile.distinct_share >= _DISTINCT else 0.3


def _alike(name: str, last: Heading, synonyms: Synonyms) -> dict[Place, Likeness]:
    """What a column may stand for by the last part of its name or by the whole of it."""
    found = dict(synonyms.alike(last))
    for place, likeness in synonyms.alike(heading(name)).items():
        if place not in found or found[place].score < likeness.score:
            found[place] = likeness
    return found


def _matched(
    entity: str,
    columns: Sequence[Target],
    profiles: Mapping[str, Profile],
    alike: Mapping[str, Mapping[Place, Likeness]],
) -> dict[str, Found]:
    pairs: dict[tuple[int, int], Found] = {}
    for column, source in enumerate(profiles):
        for row, target in enumerate(columns):
            likeness = alike[source].get(Place(entity, target.name))
            if likeness is None:
                continue
            fit = suits(profiles[source], target)
            score = likeness.score * fit
            if score >= _ACCEPTED:
                pairs[row, column] = Found(target, source, score, likeness, fit)
    used = sorted({column for _, column in pairs})
    rows = sorted({row for row, _ in pairs})
    chosen = best_match([[_weighted(pairs.get((row, column))) for column in used] for row in rows])
    taken = {place for place in chosen if place is not None}
    free = [column for place, column in enumerate(used) if place not in taken]
    return {
        columns[row].name: _with_rivals(
            pairs[row, used[place]],
            [pairs[row, column] for column in free if (row, column) in pairs],
        )
        for row, place in zip(rows, chosen, strict=True)
        if place is not None
    }


def _with_rivals(found: Found, others: Sequence[Found]) -> Found:
    """Note which free columns could as well be an amount: another one makes other totals."""
    near = tuple(
        other.source
        for other in others
        if other.likeness.is_exact and other.score >= found.score - _RIVAL
    )
    return replace(found, rivals=near) if found.target.kind == "number" else found


def _weighted(pair: Found | None) -> float:
    """What a pair counts in the match: a sure one counts more than two doubtful ones."""
    if pair is None:
        return 0.0
    bonus = 1.1 if pair.target.is_required or pair.target.is_key else 1.0
    return bonus * pair.score**2


def _share(share: float) -> float:
    if share >= _MOSTLY:
        return 1.0
    return 0.6 if share >= _PARTLY else 0.0


def _words_share(profile: Profile, target: Target) -> float:
    if profile.values is None:
        return 0.0
    known = sum(
        count for value, count in profile.values.items() if value_of(value, target) is not None
    )
    if known >= _PARTLY * profile.filled:
        return 1.0
    return 0.6 if known else (0.45 if len(profile.values) <= _FEW else 0.0)


def _text_share(profile: Profile, target: Target) -> float:
    is_day = profile.day is not None and not profile.day.is_number
    if is_day and profile.day_share >= _MOSTLY:
        return 0.5 if target.is_key else 0.3  # spreadsheets turn numbers of keys into days
    if profile.flags and not profile.number_share:
        return 0.5
    is_measure = profile.number_share >= _MOSTLY and not profile.number.is_whole
    return 0.6 if is_measure or (target.is_key and profile.filled < profile.rows) else 1.0
