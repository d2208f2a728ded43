"""Who is asked where the record ends (D-18, level 5)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from transforms.scopes import COMPANY

_KINDS: Final = ("rep", "team", "region")

Place = tuple[str, str]
"""Scope kind and scope."""


@dataclass(frozen=True)
class People:
    """Who answers for which place on a day, looked up once for all cases."""

    channel_owners: Mapping[str, str]
    managers: Mapping[Place, str]
    target_owners: Mapping[Place, Counter[tuple[str, str]]]
    """How many targets of a place each owner and metric has."""

    @classmethod
    def of(cls, records: Mapping[str, pl.DataFrame], as_of: date) -> "People":
        """Read them from the tables `channel`, `assignment` and `target`, as far as there are."""
        return cls(
            _channel_owners(records.get("channel")),
            dict(_managers(records.get("assignment"), as_of)),
            _target_owners(records.get("target"), as_of),
        )

    def asked(self, places: Sequence[Place], metric: str) -> str:
        """Name the person who answers for a place, the most specific first.

        A channel's owner, else the manager of the rep or the team, else of the region where it has
        one manager only, else whoever owns the targets of the place, those of the metric first
        (D-3), else whoever owns the company's; else the company, whose pack says so.
        """
        given = dict(reversed([*places, (COMPANY, COMPANY)]))
        if owner := self.channel_owners.get(given.get("channel", "")):
            return owner
        own = [(kind, given[kind]) for kind in (*_KINDS, COMPANY) if kind in given]
        for place in own:
            if manager := self.managers.get(place):
                return manager
        for place in own:
            if owner := self._owner(place, metric):
                return owner
        return COMPANY

    def _owner(self, place: Place, metric: str) -> str | None:
        """Owner of a scope's targets: of the metric's, else of most, the first by name."""
        known = self.target_owners.get(place, Counter())
        of_metric, of_all = Counter[str](), Counter[str]()
        for (owner, code), count in known.items():
            of_all[owner] += count
            of_metric[owner] += count if code == metric else 0
        return min(of_all, key=lambda name: (-of_metric[name], -of_all[name], name), default=None)


def _channel_owners(table: pl.DataFrame | None) -> dict[str, str]:
    """The owner of each channel, the first on record that is named."""
    if table is None:
        return {}
    named = table.filter(pl.col("owner").is_not_null()).select("channel", "owner")
    return dict(reversed(list(named.iter_rows())))


def _managers(table: pl.DataFrame | None, as_of: date) -> Iterator[tuple[Place, str]]:
    """Managers on a day: the one most assignments name, the first by name where two tie."""
    if table is None:
        return
    holding = table.filter(
        pl.col("valid_from") <= as_of,
        pl.col("valid_to").fill_null(as_of) >= as_of,
        pl.col("manager").is_not_null(),
    )
    for kind in _KINDS:
        column = "rep_id" if kind == "rep" else kind
        known: dict[str, list[tuple[int, str]]] = {}
        for scope, manager, count in holding.group_by(column, "manager").len().iter_rows():
            known.setdefault(scope, []).append((-count, manager))
        for scope, managers in known.items():
            if kind != "region" or len(managers) == 1:
                yield (kind, scope), min(managers)[1]


def _target_owners(
    table: pl.DataFrame | None, as_of: date
) -> dict[Place, Counter[tuple[str, str]]]:
    if table is None:
        return {}
    holding = table.filter(
        pl.col("period_start") <= as_of,
        pl.col("period_end") >= as_of,
        pl.col("owner").is_not_null(),
    )
    found: dict[Place, Counter[tuple[str, str]]] = {}
    counts = holding.group_by("scope_kind", "scope", "owner", "metric").len()
    for kind, scope, owner, metric, count in counts.iter_rows():
        found.setdefault((kind, scope), Counter())[owner, metric] += count
    return found
