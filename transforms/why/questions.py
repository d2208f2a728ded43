"""Who is asked where the record ends (D-18, level 5)."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from transforms.scopes import COMPANY


def asked_of(
    places: Sequence[tuple[str, str]],
    metric: str,
    records: Mapping[str, pl.DataFrame],
    as_of: date,
) -> str:
    """Name the person who answers for a place, the most specific first.

    A channel's owner, else the manager of the rep or the team, else of the region where it has one
    manager only, else whoever owns the targets of the place, those of the metric first (D-3), else
    whoever owns the company's; else the company, whose pack says so.
    """
    given = dict(reversed([*places, (COMPANY, COMPANY)]))
    if owner := _channel_owner(given.get("channel"), records.get("channel")):
        return owner
    for kind in ("rep", "team", "region"):
        if manager := _manager(kind, given.get(kind), records.get("assignment"), as_of):
            return manager
    for kind in ("rep", "team", "region", COMPANY):
        if owner := _target_owner(kind, given.get(kind), metric, records.get("target"), as_of):
            return owner
    return COMPANY


def _channel_owner(channel: str | None, table: pl.DataFrame | None) -> str | None:
    if channel is None or table is None:
        return None
    owners = table.filter(pl.col("channel") == channel)["owner"].drop_nulls()
    return owners[0] if owners.len() else None


def _manager(kind: str, scope: str | None, table: pl.DataFrame | None, as_of: date) -> str | None:
    """Manager on a day: the one most assignments name, the first by name where two tie."""
    if scope is None or table is None:
        return None
    column = "rep_id" if kind == "rep" else kind
    managers = (
        table.filter(
            pl.col(column) == scope,
            pl.col("valid_from") <= as_of,
            pl.col("valid_to").fill_null(as_of) >= as_of,
            pl.col("manager").is_not_null(),
        )
        .group_by("manager")
        .len()
        .sort("len", "manager", descending=[True, False])["manager"]
    )
    if not managers.len() or (kind == "region" and managers.len() > 1):
        return None
    return str(managers[0])


def _target_owner(
    kind: str, scope: str | None, metric: str, table: pl.DataFrame | None, as_of: date
) -> str | None:
    """Owner of a scope's targets on a day: of the metric's, else of most, the first by name."""
    if scope is None or table is None:
        return None
    owners = (
        table.filter(
            pl.col("scope_kind") == kind,
            pl.col("scope") == scope,
            pl.col("period_start") <= as_of,
            pl.col("period_end") >= as_of,
            pl.col("owner").is_not_null(),
        )
        .group_by("owner")
        .agg((pl.col("metric") == metric).sum().alias("own"), pl.len())
        .sort("own", "len", "owner", descending=[True, True, False])["owner"]
    )
    return str(owners[0]) if owners.len() else None
