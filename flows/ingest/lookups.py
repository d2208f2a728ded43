"""Sources that read other sources' rows: which loads first, what they read, what has no answer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import duckdb
import polars as pl

from flows.company import Company
from flows.errors import SettingsError, nearest
from flows.ingest.configuration import Configuration, References
from flows.ingest.evaluate import FINDING, MORE
from flows.ingest.nearest import repair_line
from flows.settings import SourceSettings
from flows.settings.column import ColumnSettings, LookupSettings
from flows.sql import statement
from transforms.tables import ENTITIES
from transforms.typing import answers_of
from transforms.typing.cells import folded
from transforms.typing.rules import Answers

MOST_ROWS: Final = 200_000
"""Rows that may be looked into: they become part of an archived document, so they are few."""
RULES: Final = ("ambiguous_lookup", "empty_lookup", "unmatched_lookup")
_SHOWN: Final = 50
"""Values named per column, those with most at stake first; the rest is counted."""


class Nearest(Protocol):
    """Finds the known value nearest to a wrong one."""

    def to(self, value: str) -> str | None:
        """Find it; None where nothing is near."""


class _Unmatched(NamedTuple):
    value: str
    rows: int
    at_stake: object


def has_references(source: SourceSettings) -> bool:
    """Tell whether a source reads rows of others."""
    return bool(_entities_read(source))


def load_order(sources: Mapping[str, SourceSettings]) -> list[str]:
    """Order sources so that each comes after those whose rows it looks up, else as they stand.

    Raises SettingsError where two wait for each other.
    """
    ordered: dict[str, None] = {}

    def visit(name: str, waiting: tuple[str, ...]) -> None:
        if name in waiting:
            circle = " → ".join((*waiting[waiting.index(name) :], name))
            message = f"these sources look each other up, so that none can load first: {circle}"
            raise SettingsError(
                message,
                where=f"sources/{name}.toml",
                state="nothing was loaded",
                remedy="take the lookup out of one of them, then `fupan check`",
            )
        if name in ordered:
            return
        read = _entities_read(sources[name])
        for other, source in sources.items():
            if source.entity in read:
                visit(other, (*waiting, name))
        ordered[name] = None

    for name in sources:
        visit(name, ())
    return list(ordered)


def configuration_of(
    connection: duckdb.DuckDBPyConnection, company: Company, name: str
) -> Configuration:
    """Take the settings of a source and the rows that it looks up, as they are now.

    Raises SettingsError where there are more rows than may be looked into, where a column cannot
    be looked up or converted, and where an amount is converted but its currency is not said.
    """
    source = company.sources[name]
    if not has_references(source):
        return Configuration.of(company, source)
    _require_kinds(name, source)
    answers = {
        column: _answers(connection, settings.lookup, name)
        for column, settings in source.columns.items()
        if settings.lookup is not None
    }
    if not any(column.convert for column in source.columns.values()):
        return Configuration.of(company, source, References(answers))
    currency = company.settings.company.currency
    _require_currency(name, source, currency)
    values = {"currency": currency, "most": MOST_ROWS}
    rates = connection.execute(statement("staging", "rates"), values).fetchall()
    _require_few(name, "exchange_rate", len(rates))
    return Configuration.of(company, source, References(answers, currency, tuple(rates)))


def lookup_findings(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, SourceSettings],
    near: Callable[[Sequence[str]], Nearest],
    amounts: Collection[str],
) -> pl.DataFrame:
    """List what has no answer, or several, those with most at stake first.

    `near` finds the nearest of the known values, `amounts` are the columns that tell what is at
    stake. A cell that already holds what the lookup gives is matched.
    """
    found: dict[tuple[str, str, str], tuple[int, object, str, str]] = {}
    for name, source in sources.items():
        for column, settings in source.columns.items():
            if settings.lookup is None:
                continue
            rows = _unmatched(connection, name, source.entity, column, settings.lookup, amounts)
            if not rows:
                continue
            table = _table(connection, settings.lookup)
            answers = answers_of(table, settings.lookup.match, settings.lookup.give)
            words = _Words(name, column, settings, near(_known(table, settings.lookup)), answers)
            for row in rows[:_SHOWN]:
                rule, message, hint = words.of(row.value)
                told = (row.rows, row.at_stake, message, hint)
                found.setdefault((name, rule, row.value), told)
            if rest := rows[_SHOWN:]:
                message = f"另有 {len(rest)} 个值 / {len(rest)} more values of {column}, with less"
                key = (name, "unmatched_lookup", f"{MORE} {column}")
                found[key] = (sum(row.rows for row in rest), None, message, str(len(rest)))
    return pl.DataFrame(
        [(*key, *value) for key, value in found.items()], schema=FINDING, orient="row"
    )


class _Words:
    """Words what is wrong with a value of one column, and the line that repairs it."""

    def __init__(
        self,
        source: str,
        column: str,
        settings: ColumnSettings,
        near: Nearest,
        answers: Answers,
    ) -> None:
        self._place = f"sources/{source}.toml"
        self._column = column
        self._settings = settings
        self._near = near
        self._answers = answers

    def of(self, value: str) -> tuple[str, str, str]:
        """Give rule, message and hint."""
        lookup = self._settings.lookup
        target = lookup.entity if lookup else ""
        if not self._answers:
            message = f"{target} 里没有数据 / {target} holds no rows: load the source that fills it"
            return "empty_lookup", message, target
        text = folded(pl.Series([value])).item()
        if text in self._answers and self._answers[text] is None:
            what = f"{target} 里有多个 / several of {target} are called so"
            hint = f"{self._place}: {self._line(value, None)}"
            return "ambiguous_lookup", f"{what}；{hint}", hint
        what = f"{target} 里没有 / no such {target}"
        hint = f"{self._place}: {self._line(value, self._near.to(value))}"
        return "unmatched_lookup", f"{what}；{hint}", hint

    def _line(self, value: str, right: str | None) -> str:
        return repair_line(self._column, self._settings, value, right or "…")


def _entities_read(source: SourceSettings) -> set[str]:
    columns = source.columns.values()
    looked_up = {column.lookup.entity for column in columns if column.lookup is not None}
    return looked_up | {"exchange_rate" for column in columns if column.convert is not None}


def _table(connection: duckdb.DuckDBPyConnection, lookup: LookupSettings) -> pl.DataFrame:
    columns = list(dict.fromkeys((*lookup.match, lookup.give)))
    query = statement("staging", "lookup", entity=lookup.entity, columns=columns)
    rows: pl.DataFrame = connection.sql(query, params={"most": MOST_ROWS}).pl()
    return rows.cast(pl.String)


def _answers(
    connection: duckdb.DuckDBPyConnection, lookup: LookupSettings, name: str
) -> dict[str, str | None]:
    table = _table(connection, lookup)
    _require_few(name, lookup.entity, table.height)
    return answers_of(table, lookup.match, lookup.give)


def _known(table: pl.DataFrame, lookup: LookupSettings) -> list[str]:
    """Name every text that has an answer, as it is written."""
    texts = pl.concat(table.get_column(column).rename("text") for column in lookup.match)
    return texts.drop_nulls().unique().sort().to_list()


def _unmatched(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    entity: str,
    column: str,
    lookup: LookupSettings,
    amounts: Collection[str],
) -> list[_Unmatched]:
    names = ENTITIES[entity].column_names()
    query = statement(
        "ops",
        "unmatched_lookup",
        entity=entity,
        column=column,
        target=lookup.entity,
        give=lookup.give,
        amount=next((amount for amount in amounts if amount in names), ""),
    )
    rows = connection.execute(query, {"source": name}).fetchall()
    return [_Unmatched(*row) for row in rows]


def _require_few(name: str, entity: str, count: int) -> None:
    if count > MOST_ROWS:
        message = f"{name} looks into {entity}, which has more than {MOST_ROWS:,} rows"
        raise SettingsError(
            message,
            where=f"sources/{name}.toml",
            state="nothing of it was loaded",
            remedy="let the export itself give the number, and leave the lookup out",
        )


def _require_kinds(name: str, source: SourceSettings) -> None:
    kinds = ENTITIES[source.entity].create_empty().schema
    for column, settings in source.columns.items():
        texts = [other for other, kind in kinds.items() if kind == pl.String]
        amounts = [other for other, kind in kinds.items() if kind.is_decimal()]
        for setting, allowed in (("lookup", texts), ("convert", amounts)):
            if getattr(settings, setting) is not None and column not in allowed:
                message = f"{column} of {source.entity} cannot have {setting}"
                raise SettingsError(
                    message,
                    where=f"sources/{name}.toml, columns.{column}",
                    remedy=f"leave it out; columns that can: {nearest(column, allowed)}",
                )


def _require_currency(name: str, source: SourceSettings, currency: str) -> None:
    """Hold converted amounts and the column that names their currency together."""
    stated = source.columns.get("currency")
    if stated is not None and stated.value != currency:
        message = f"the amounts of {name} are converted into {currency}, but currency says another"
        raise SettingsError(
            message,
            where=f"sources/{name}.toml, columns.currency",
            remedy=f'write currency = {{ value = "{currency}" }}',
        )
