"""What loads but needs a person: references that point nowhere, targets that nobody owns."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import duckdb
import polars as pl

from flows.ingest import lookups
from flows.ingest.evaluate import FINDING, MORE
from flows.ingest.nearest import Nearest, repair_line
from flows.ingest.plan_findings import RULES as PLAN_RULES
from flows.ingest.plan_findings import plan_findings
from flows.settings import SourceSettings
from flows.sql import Identifier, statement
from transforms.tables import ENTITIES


class _Reference(NamedTuple):
    """What a column refers to: the entities that may hold it, of which the first that does counts.

    An entity is given with its columns, any of which may match.
    """

    targets: Mapping[str, tuple[str, ...]]
    rule: str
    noun: str


_REP: Final = {"assignment": ("rep_id",), "rep": ("rep_id",)}
_REFERENCES: Final = {
    "account_id": _Reference(
        {"account": ("account_id",)}, "unknown_account", "客户 / no such customer"
    ),
    "rep_id": _Reference(_REP, "unknown_rep", "销售代表 / no such rep"),
    "owner_rep_id": _Reference(_REP, "unknown_owner", "负责人 / no such rep"),
    "product_id": _Reference(
        {"product": ("product_id",)}, "unknown_product", "产品 / no such product"
    ),
    "channel": _Reference({"channel": ("channel",)}, "unknown_channel", "渠道 / no such channel"),
    "campaign": _Reference(
        {"campaign": ("campaign_id", "campaign_name")},
        "unknown_campaign",
        "市场活动 / no such campaign",
    ),
    "opportunity_id": _Reference(
        {"opportunity": ("opportunity_id",)}, "unknown_opportunity", "商机 / no such opportunity"
    ),
    "lead_id": _Reference({"lead": ("lead_id",)}, "unknown_lead", "线索 / no such lead"),
    "invoice_id": _Reference(
        {"invoice": ("invoice_id",)}, "unknown_invoice", "发票 / no such invoice"
    ),
}
"""Column that refers to another entity: where it is looked up, rule and noun."""

_AMOUNTS: Final = ("net_amount", "gross_amount", "amount")
_SHOWN: Final = 50
"""Values named per source and rule, those with most at stake first; the rest is counted."""
_MOST: Final = 1_000_000
"""Known values among which a near one is looked for."""

RULES: Final = (
    *(reference.rule for reference in _REFERENCES.values()),
    *lookups.RULES,
    *PLAN_RULES,
    "target_without_owner",
)


def refresh_findings(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, SourceSettings]
) -> None:
    """Write `ops.finding` anew for every rule that looks across sources.

    Only entities that hold rows are looked up, so a company without a customer list has no
    unknown customers. `sources` say how the line reads that repairs a value.
    """
    looked_up = lookups.lookup_findings(connection, sources, Nearest, _AMOUNTS)
    unknown = _unknown_references(connection, sources)
    unknown = unknown.join(looked_up, on=["source", "value"], how="anti", maintain_order="left")
    plan = plan_findings(connection)
    found = pl.concat([looked_up, unknown, _without_owner(connection), plan])
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
) -> pl.DataFrame:
    filled = {row[0] for row in connection.execute(statement("core", "filled")).fetchall()}
    found: list[tuple[object, ...]] = []
    for column, reference in _REFERENCES.items():
        target = next((entity for entity in reference.targets if entity in filled), None)
        if target is None:
            continue
        place: dict[str, Identifier] = {
            "target": target,
            "target_columns": reference.targets[target],
        }
        near: Nearest | None = None
        for entity in sorted(filled):
            names = ENTITIES[entity].column_names()
            if column not in names or entity in {target, "task"}:  # a task names projects, too
                continue
            amount = next((name for name in _AMOUNTS if name in names), "")
            query = statement(
                "ops", "unmatched", entity=entity, column=column, amount=amount, **place
            )
            for source, value, rows, at_stake, count in connection.execute(
                query, {"shown": _SHOWN}
            ).fetchall():
                if value is None:
                    hint, what = (
                        str(count),
                        f"另有 {count} 个值 / {count} more values, each with less",
                    )
                else:
                    near = near or Nearest(_known(connection, place))
                    line = _line(sources.get(source), column, value, near.to(value) or "…")
                    hint = f"sources/{source}.toml: {line}"
                    what = f"没有这个{reference.noun}；{hint}"
                found.append((source, reference.rule, value or MORE, rows, at_stake, what, hint))
    return pl.DataFrame(found, schema=FINDING, orient="row")


def _without_owner(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    message = "这个目标没有责任人，请在计划里填写 / nobody owns this target: fill in its owner"
    rows = connection.execute(statement("ops", "target_without_owner")).fetchall()
    return pl.DataFrame(
        [
            (source, "target_without_owner", value, count, amount, message, None)
            for source, value, count, amount in rows
        ],
        schema=FINDING,
        orient="row",
    )


def _line(source: SourceSettings | None, column: str, value: str, right: str) -> str:
    """Write the setting that gives a value its right name."""
    if source is None or column not in source.columns:
        return f"columns.{column}"
    return repair_line(column, source.columns[column], value, right)


def _known(connection: duckdb.DuckDBPyConnection, place: Mapping[str, Identifier]) -> list[str]:
    query = statement("ops", "references", **place)
    return [str(row[0]) for row in connection.execute(query, {"most": _MOST}).fetchall()]
