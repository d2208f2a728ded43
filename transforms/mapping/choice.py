"""Whether an export is of an entity, may be, or is of none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from transforms.mapping.entities import Candidate, Target, suits
from transforms.mapping.profile import Profile

EVENTS: Final = frozenset(
    ["payment", "activity", "stage_event", "proposal", "campaign_spend", "event", "action", "task"]
)
"""Entities whose rows need no number of their own: each row is one thing that happened."""
_NAMED: Final = 0.9
"""The name of the file says nothing else."""
_HINTED: Final = 0.6
_ENOUGH: Final = 0.55
_UNNAMED: Final = 0.7
_MARGIN: Final = 0.15
_TELLING: Final = 1.5
_MAYBE: Final = 0.5
_NEAR: Final = 0.25
_SURE: Final = 0.9


@dataclass(frozen=True)
class Choice:
    """The entity taken; none where the export fits none. `options` are those it may be as well."""

    candidate: Candidate | None
    options: tuple[str, ...] = ()
    """Not empty: a person must say which."""
    nearest: Candidate | None = None
    """What came nearest where none was taken."""


def choose(
    ranked: Sequence[Candidate],
    targets: Mapping[str, Sequence[Target]],
    profiles: Mapping[str, Profile],
) -> Choice:
    """Choose the entity, ask for it, or leave the export to be kept as records."""
    best, *others = ranked
    margin = best.score - (others[0].score if others else 0.0)
    if not _is_whole(best, targets[best.entity], profiles):
        return Choice(None, nearest=best)
    is_named = best.name >= _NAMED and best.score >= _ENOUGH
    is_plain = best.name == 0 and best.score >= _UNNAMED and margin >= _MARGIN
    is_told = best.evidence >= _TELLING and best.score >= _ENOUGH and margin >= _MARGIN
    is_sure = (is_named and margin >= _MARGIN / 2) or (is_plain and best.evidence >= 1) or is_told
    if is_sure:
        return Choice(best)
    if best.score < _MAYBE:
        return Choice(None, nearest=best)
    near = [each.entity for each in others if best.score - each.score <= _NEAR][:2]
    return Choice(best, options=(best.entity, *near, "record"))


def possible_sources(
    candidate: Candidate, target: Target, profiles: Mapping[str, Profile]
) -> list[str]:
    """Name the columns that could be the one that is missing: free ones; for a text any text."""
    taken = {
        found.source
        for found in candidate.found.values()
        if target.kind != "text" or found.target.is_key or found.target.kind != "text"
    }
    return [
        name
        for name, profile in profiles.items()
        if name not in taken and profile.filled and suits(profile, target) >= _SURE
    ]


def name_column(candidate: Candidate, key: str) -> str | None:
    """The column of names that can serve as the key: product_name for product_id."""
    found = candidate.found.get(key.removesuffix("_id") + "_name")
    return found.source if found is not None else None


def _is_whole(
    candidate: Candidate, columns: Sequence[Target], profiles: Mapping[str, Profile]
) -> bool:
    """Tell whether every column that is needed is there, can be made, or may be asked for."""
    by_name = {target.name: target for target in columns}
    asked = 0
    for name in candidate.missing:
        target = by_name[name]
        if target.is_key and target.kind == "text":
            if candidate.entity in EVENTS or name_column(candidate, name):
                continue
            if name == "channel":
                asked += 1
                continue
        if not possible_sources(candidate, target, profiles):
            return False
        asked += 1
    is_hinted = candidate.name >= _HINTED or candidate.evidence >= _TELLING
    needed = sum(target.is_required for target in columns)
    return not asked or (is_hinted and asked <= max(1, needed // 2))
