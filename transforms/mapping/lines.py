"""The lines of `[columns]` that a source file needs, each with its reason and its questions."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from transforms.mapping.choice import possible_sources
from transforms.mapping.entities import LIKELY, Candidate, Found, Target
from transforms.mapping.forms import OPEN, Context, forms_of
from transforms.mapping.headings import heading
from transforms.mapping.line import Line, Lines, line_value
from transforms.mapping.profile import Profile
from transforms.mapping.row_keys import settle_keys
from transforms.mapping.stand_ins import stand_in

_DISTINCT: Final = 0.95
_SHOWN: Final = 8


def lines_of(
    candidate: Candidate,
    targets: Sequence[Target],
    profiles: Mapping[str, Profile],
    sample: pl.DataFrame,
    context: Context,
) -> Lines:
    """Write the lines for a candidate, in the order of the entity's columns."""
    taken: list[Line] = []
    doubtful: list[tuple[str, str, float]] = []
    for target in targets:
        found = candidate.found.get(target.name)
        if found is not None and found.score >= LIKELY:
            rivals = [name for name in found.rivals if _differ(sample, found.source, name)]
            taken.append(_rivalled(found, rivals) if rivals else _found(found, profiles, context))
        elif (made := stand_in(candidate, target, profiles, context)) is not None:
            taken.append(made)
        elif found is not None and not target.is_required:
            doubtful.append((target.name, found.source, found.score))
        elif target.is_required:
            taken.append(_asked(candidate, target, profiles, found))
    settle_keys(taken, [target.name for target in targets if target.is_key], profiles, sample)
    return Lines(taken, doubtful)


def _found(found: Found, profiles: Mapping[str, Profile], context: Context) -> Line:
    profile = profiles[found.source]
    forms = forms_of(profile, found.target, heading(found.source), context)
    why = "列名" if found.likeness.is_exact else "列名相近"
    how = "name" if found.likeness.is_exact else "similar name"
    shown = f"{why} / {how}: {found.likeness.name}"
    seen = ", ".join(profile.examples[:2])
    notes = "; ".join([shown, *forms.notes, *([f"例 / e.g. {seen}"] if seen else [])])
    value = line_value(found.source, forms)
    return Line(found.target.name, value, notes, round(found.score, 2), forms.asked)


def _differ(sample: pl.DataFrame, one: str, other: str) -> bool:
    return not sample.get_column(one).equals(sample.get_column(other))


def _rivalled(found: Found, rivals: Sequence[str]) -> Line:
    shown = ", ".join(f'"{name}"' for name in (found.source, *rivals[:_SHOWN]))
    name = found.target.name
    question = (
        f"{name} 可能是其中任何一列，数值不同；可填 {shown} / "
        f"{name} may be any of these columns, and their values differ: put one of {shown}"
    )
    return Line(name, OPEN, asked=[question])


def _asked(
    candidate: Candidate, target: Target, profiles: Mapping[str, Profile], found: Found | None
) -> Line:
    options = possible_sources(candidate, target, profiles)
    if found is not None:
        options = [found.source, *options]
        if target.kind == "text" and profiles[found.source].day_share >= _DISTINCT:
            as_number = f'{{ source = "{found.source}", is_excel_serial = true }}'
            question = (
                f"{found.source} 全是日期，可能是表格软件把编号变成了日期；是则填 {as_number} / "
                f"{found.source} holds days: a spreadsheet may have turned numbers into them; "
                f"then put {as_number}"
            )
            return Line(target.name, OPEN, asked=[question])
    shown = ", ".join(f'"{name}"' for name in dict.fromkeys(options[:_SHOWN])) or "-"
    if target.words:
        allowed = " | ".join(dict.fromkeys(target.words.values()))
        shown = f'{shown}, {{ value = "{allowed}" }}'
    elif target.kind == "text":
        shown = f'{shown}, {{ value = "…" }}'
    question = (
        f"{target.name} 必填，没有找到哪一列是它；可填 {shown} / "
        f"{target.name} is needed and no column was recognised as it; put one of {shown}"
    )
    return Line(target.name, OPEN, asked=[question])
