"""Targets of the parts worked out from their parent's by a rule of the plan (D-2, D-3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.exact import largest_remainder, places
from transforms.scopes import COMPANY, SCOPE_KINDS, UNASSIGNED
from transforms.tables.plan import EVERY_PART
from transforms.tables.plan_review import DerivedTarget, PlanFlaw

ORGANISATION: Final = ("region", "team", "rep")
"""Kinds whose parts lie within one another; every other kind is a part of the company alone."""

_WINDOW: Final = ["period_start", "period_end"]
_Key = tuple[str, str]
"""Scope kind and scope."""


@dataclass(frozen=True)
class Splits:
    """What the rules of the plan gave, and what they could not."""

    derived: pl.DataFrame
    """`DerivedTarget`; no target that was set by hand is among them."""
    unsplit: pl.DataFrame
    """`PlanFlaw`: split_impossible, or undecomposed where no part has a share."""


@dataclass(frozen=True)
class _Split:
    """One rule: a target and the kind of part that it is split over."""

    target: Mapping[str, Any]
    kind: str
    rule: str
    weights: Mapping[str, Decimal]
    """Of the parts named; no part named: every part that has a share."""


def split_targets(
    targets: pl.DataFrame,
    splits: pl.DataFrame,
    last_year: pl.DataFrame,
    assignments: pl.DataFrame,
    catalogue: Mapping[str, Metric],
) -> Splits:
    """Split targets over their parts, exactly, by last year's share, weights or heads.

    `targets` are rows of `Target`, `splits` of `TargetSplit`, `last_year` those of
    `values_last_year`. Parts set by hand keep their value, and the rest is split over the others
    by largest remainder, to the last digit that the parent was written with. Regions are split
    first: teams then share their region's target and people their team's, where those have one.
    Heads are those in a team on the window's first day, each where the window's end finds them.
    """
    given = {
        (
            row["metric"],
            row["scope_kind"],
            row["scope"],
            row["period_start"],
            row["period_end"],
        ): row["target_value"]
        for row in targets.iter_rows(named=True)
    }
    derived: list[dict[str, Any]] = []
    unsplit: list[dict[str, Any]] = []
    for split in _in_order(targets, splits):
        target = split.target
        if not _is_possible(split, catalogue):
            unsplit.append(
                _flaw(split, "split_impossible", (target["scope_kind"], target["scope"]))
            )
            continue
        homes = _homes(assignments, target["period_start"], target["period_end"])
        unsplit.extend(
            _flaw(split, "split_impossible", (split.kind, name)) for name in _unknown(split, homes)
        )
        for parent in _parents(split, given):
            found = _shared(split, parent, given, last_year, homes)
            if found is None:
                unsplit.append(_flaw(split, "undecomposed", parent, _value(split, parent, given)))
                continue
            for row in found:
                given[_of(split, (split.kind, row["scope"]))] = row["target_value"]
                derived.append(row)
    return Splits(
        _frame(derived, DerivedTarget.create_empty()), _frame(unsplit, PlanFlaw.create_empty())
    )


def _in_order(targets: pl.DataFrame, splits: pl.DataFrame) -> Iterator[_Split]:
    """Rules by target, those of wider parts first; a number that no target has is no rule."""
    rank = pl.col("part_kind").replace_strict(
        {kind: place for place, kind in enumerate(SCOPE_KINDS)}, default=len(SCOPE_KINDS)
    )
    numbered = targets.filter(pl.col("target_id").is_not_null()).unique("target_id", keep="first")
    rows = (
        splits.join(numbered, on="target_id")
        .with_columns(rank.alias("rank"))
        .sort("target_id", "rank", "part_kind", "part")
    )
    for _, group in groupby(
        rows.iter_rows(named=True), key=lambda row: (row["target_id"], row["part_kind"])
    ):
        parts = list(group)
        named = {row["part"]: row["weight"] for row in parts if row["part"] != EVERY_PART}
        first = parts[0]
        yield _Split(first, first["part_kind"], first["rule"], named)


def _is_possible(split: _Split, catalogue: Mapping[str, Metric]) -> bool:
    """Whether the metric adds up, the parts are parts of the target, and the rule fits them."""
    metric = catalogue.get(split.target["metric"])
    whole, kind = split.target["scope_kind"], split.kind
    if metric is None or metric.is_level:
        return False
    if split.rule != "weights" and kind not in SCOPE_KINDS:
        return False
    if split.rule == "heads" and kind not in ORGANISATION:
        return False
    if whole == COMPANY:
        return kind != COMPANY
    return (
        whole in ORGANISATION
        and kind in ORGANISATION
        and ORGANISATION.index(whole) < ORGANISATION.index(kind)
    )


def _homes(assignments: pl.DataFrame, first: date, last: date) -> dict[str, dict[str, str]]:
    """Reps in a team on the first day, with region and team on the last; else who came by then."""
    latest = (
        assignments.filter(pl.col("valid_from") <= last)
        .sort("valid_from")
        .unique("rep_id", keep="last", maintain_order=True)
    )
    holds = pl.col("valid_to").is_null() | (pl.col("valid_to") >= first)
    there = assignments.filter(pl.col("valid_from") <= first, holds)
    kept = latest.join(there, on="rep_id", how="semi") if there.height else latest.filter(holds)
    return {
        row["rep_id"]: {"rep": row["rep_id"], "team": row["team"], "region": row["region"]}
        for row in kept.sort("rep_id").iter_rows(named=True)
    }


def _unknown(split: _Split, homes: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Teams and people named by the rule that no assignment knows."""
    if split.kind not in ORGANISATION or not homes:
        return []
    return sorted(split.weights.keys() - {home[split.kind] for home in homes.values()})


def _parents(split: _Split, given: Mapping[tuple[Any, ...], Decimal]) -> list[_Key]:
    """The nearest targets above the parts in the rule's own window: its target, or parts of it."""
    target = split.target
    own = (target["scope_kind"], target["scope"])
    if split.kind not in ORGANISATION:
        return [own]
    above = ORGANISATION[: ORGANISATION.index(split.kind)]
    start = above.index(own[0]) + 1 if own[0] in above else 0
    for kind in reversed(above[start:]):
        found = sorted(
            key[2] for key in given if key == (target["metric"], kind, key[2], *_window(split))
        )
        if found:
            return [(kind, scope) for scope in found]
    return [own]


def _shared(
    split: _Split,
    parent: _Key,
    given: Mapping[tuple[Any, ...], Decimal],
    last_year: pl.DataFrame,
    homes: Mapping[str, Mapping[str, str]],
) -> list[dict[str, Any]] | None:
    """Derived targets of a parent's parts; None where there is a rest that no part shares in."""
    value = _value(split, parent, given)
    weights = _weights(split, parent, last_year, homes)
    within = _within(split.kind, parent, homes)
    by_hand = {
        key[2]: amount
        for key, amount in given.items()
        if key == _of(split, (split.kind, key[2])) and (within is None or key[2] in within)
    }
    rest = value - sum(by_hand.values(), Decimal(0))
    if rest <= 0:
        return []
    free = [(scope, weight) for scope, weight in weights if scope not in by_hand and weight > 0]
    if not free:
        return None
    parts = largest_remainder(rest, [weight for _, weight in free], places(value, least=0))
    return [
        {
            "metric": split.target["metric"],
            "scope_kind": split.kind,
            "scope": scope,
            "period_start": split.target["period_start"],
            "period_end": split.target["period_end"],
            "target_value": part,
            "split_of": split.target["target_id"],
            "parent_kind": parent[0],
            "parent_scope": parent[1],
            "parent_value": value,
            "rule": split.rule,
            "weight": weight,
        }
        for (scope, weight), part in zip(free, parts, strict=True)
    ]


def _weights(
    split: _Split,
    parent: _Key,
    last_year: pl.DataFrame,
    homes: Mapping[str, Mapping[str, str]],
) -> list[tuple[str, Decimal]]:
    """Weight of each part of a parent, by name; parts of other parents are left out."""
    within = _within(split.kind, parent, homes)
    if split.rule == "weights":
        weights = dict(split.weights)
    elif split.rule == "heads":
        weights = {}
        for home in homes.values():
            weights[home[split.kind]] = weights.get(home[split.kind], Decimal(0)) + 1
    else:
        rows = last_year.filter(
            pl.col("metric") == split.target["metric"],
            pl.col("scope_kind") == split.kind,
            pl.col("scope") != UNASSIGNED,
            pl.col("period_start") == split.target["period_start"],
            pl.col("period_end") == split.target["period_end"],
        )
        weights = dict(rows.select("scope", "value").iter_rows())
        present = {home[split.kind] for home in homes.values()} if within is not None else None
        weights = {name: weight for name, weight in weights.items() if _is_in(name, present)}
    named = set(split.weights) if split.weights else None
    return sorted(
        (name, weight)
        for name, weight in weights.items()
        if _is_in(name, named) and _is_in(name, within)
    )


def _within(
    kind: str, parent: _Key, homes: Mapping[str, Mapping[str, str]]
) -> frozenset[str] | None:
    """Parts of a kind that lie within a parent; None where nobody says which do."""
    if kind not in ORGANISATION or not homes:
        return None
    above, scope = parent
    return frozenset(
        home[kind] for home in homes.values() if above == COMPANY or home[above] == scope
    )


def _is_in(name: str, names: Iterable[str] | None) -> bool:
    return names is None or name in names


def _window(split: _Split) -> tuple[date, date]:
    return split.target["period_start"], split.target["period_end"]


def _of(split: _Split, scope: _Key) -> tuple[Any, ...]:
    return (split.target["metric"], *scope, *_window(split))


def _value(split: _Split, parent: _Key, given: Mapping[tuple[Any, ...], Decimal]) -> Decimal:
    return given[_of(split, parent)]


def _flaw(split: _Split, flaw: str, parent: _Key, value: Decimal | None = None) -> dict[str, Any]:
    """What could not be split; with the value of the parent, all of it is the rest (未分解)."""
    return {
        "flaw": flaw,
        "metric": split.target["metric"],
        "scope_kind": parent[0],
        "scope": parent[1],
        "period_start": split.target["period_start"],
        "period_end": split.target["period_end"],
        "part_kind": split.kind,
        "parent": value if value is not None else split.target["target_value"],
        "parts": Decimal(0),
        "amount": value if value is not None else split.target["target_value"],
    }


def _frame(rows: list[dict[str, Any]], empty: pl.DataFrame) -> pl.DataFrame:
    found = pl.DataFrame(rows, schema=empty.schema) if rows else pl.DataFrame(schema=empty.schema)
    return found.sort("metric", "scope_kind", "scope", *_WINDOW)
