"""What loads but needs a person: references that point nowhere, targets that nobody owns."""

import difflib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import duckdb
import polars as pl

from flows.ingest import lookups
from flows.ingest.evaluate import FINDING
from flows.settings import SourceSettings
from flows.sql import statement
from transforms.tables import ENTITIES

_TARGETS: Final = {
    "account_id": ("account", "account_id", "unknown_account", "客户 / no such customer"),
    "rep_id": ("assignment", "rep_id", "unknown_rep", "销售代表 / no such rep"),
    "product_id": ("product", "product_id", "unknown_product", "产品 / no such product"),
    "channel": ("channel", "channel", "unknown_channel", "渠道 / no such channel"),
    "opportunity_id": (
        "opportunity",
        "opportunity_id",
        "unknown_opportunity",
        "商机 / no such opportunity",
    ),
}
"""Column that refers to another entity: entity, column, rule and noun."""

_AMOUNTS: Final = ("net_amount", "gross_amount", "amount")
_SHOWN: Final = 50
"""Values named per source and rule, those with most at stake first; the rest is counted."""
_COMPARED: Final = 5_000

RULES: Final = (
    *(target[2] for target in _TARGETS.values()),
    *lookups.RULES,
    "target_without_owner",
)


class _Unmatched(NamedTuple):
    source: str
    value: str
    rows: int
    amount: object


def refresh_findings(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, SourceSettings]
) -> None:
    """Write `ops.finding` anew for every rule that looks across sources.

    Only entities that hold rows are looked up, so a company without a customer list has no
    unknown customers. `sources` say how the line reads that repairs a value.
    """
    looked_up = lookups.lookup_findings(connection, sources, _Nearest, _AMOUNTS)
    unknown = pl.concat(_unknown_references(connection, sources))
    unknown = unknown.join(looked_up, on=["source", "value"], how="anti", maintain_order="left")
    found = pl.concat([looked_up, unknown, _without_owner(connection)])
    connection.execute("begin transaction").fetchall()
    try:
        everywhere = {"rules": list(RULES), "source": None}
        connection.execute(statement("ops", "drop_findings"), everywhere).fetchall()
        connection.register("arriving", found)
        connection.execute(statement("ops", "add_rows", table="finding")).fetchall()
        connection.unregister("arriving")
        connection.execute("commit").fetchall()
    except BaseException:
        connection.execute("rollback").fetchall()
        raise


def read_findings(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read every finding as it stands, those with most at stake first within their rule."""
    rows: pl.DataFrame = connection.sql(statement("ops", "findings")).pl()
    return rows.cast(dict(FINDING.items()))


def _unknown_references(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, SourceSettings]
) -> Iterator[pl.DataFrame]:
    merged: dict[tuple[str, str, str], tuple[int, object, str]] = {}
    filled = {row[0] for row in connection.execute(statement("core", "filled")).fetchall()}
    for column, (target, target_column, rule, noun) in _TARGETS.items():
        known = _column(connection, target, target_column) if target in filled else []
        if not known:
            continue
        close = _Nearest(known)
        for entity in sorted(filled):
            names = ENTITIES[entity].column_names()
            if column not in names or entity in {target, "task"}:  # a task names projects, too
                continue
            query = statement(
                "ops",
                "unmatched",
                entity=entity,
                column=column,
                target=target,
                target_column=target_column,
                amount=next((name for name in _AMOUNTS if name in names), ""),
            )
            rows = [_Unmatched(*row) for row in connection.execute(query).fetchall()]
            for source in dict.fromkeys(row.source for row in rows):
                mine = [row for row in rows if row.source == source]
                for row in mine[:_SHOWN]:
                    repair = _repair(sources.get(source), column, row.value, close.to(row.value))
                    what = f"没有这个{noun}；sources/{source}.toml: {repair}"
                    merged[source, rule, row.value] = (row.rows, row.amount, what)
                if len(mine) > _SHOWN:
                    rest = mine[_SHOWN:]
                    message = f"另有 {len(rest)} 个值 / {len(rest)} more values, each with less"
                    merged[source, rule, "…"] = (sum(row.rows for row in rest), None, message)
    yield pl.DataFrame(
        [(*key, *value) for key, value in merged.items()], schema=FINDING, orient="row"
    )


def _without_owner(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    message = "这个目标没有责任人，请在计划里填写 / nobody owns this target: fill in its owner"
    rows = connection.execute(statement("ops", "target_without_owner")).fetchall()
    return pl.DataFrame(
        [
            (source, "target_without_owner", value, count, amount, message)
            for source, value, count, amount in rows
        ],
        schema=FINDING,
        orient="row",
    )


def _repair(source: SourceSettings | None, column: str, value: str, near: str | None) -> str:
    """Write the setting that gives a value its right name."""
    wrong, right = (json.dumps(text, ensure_ascii=False) for text in (value, near or "…"))
    aliases = f"aliases = {{ {wrong} = {right} }}"
    origin = source.columns[column].source if source and column in source.columns else None
    if origin is None:
        return f"columns.{column}: {aliases}"
    return f"{column} = {{ source = {json.dumps(origin, ensure_ascii=False)}, {aliases} }}"


def _column(connection: duckdb.DuckDBPyConnection, target: str, column: str) -> list[str]:
    query = statement("ops", "references", target=target, target_column=column)
    return [str(row[0]) for row in connection.execute(query).fetchall()]


class _Nearest:
    """Finds the known value nearest to a wrong one: the same but for its looks, else alike."""

    def __init__(self, known: Sequence[str]) -> None:
        self._plain = {self._bare(value): value for value in known}
        self._by_length: dict[int, list[str]] = {}
        for value in known[:_COMPARED]:
            self._by_length.setdefault(len(value), []).append(value)

    def to(self, value: str) -> str | None:
        """Find it; None where nothing is near."""
        if (same := self._plain.get(self._bare(value))) is not None:
            return same
        length = len(value)
        spread = range(length - 3, length + 4)
        candidates = [name for size in spread for name in self._by_length.get(size, ())]
        return next(iter(difflib.get_close_matches(value, candidates, n=1, cutoff=0.7)), None)

    @staticmethod
    def _bare(value: str) -> str:
        text = unicodedata.normalize("NFKC", value).casefold()
        return "".join(letter for letter in text if letter.isalnum())
