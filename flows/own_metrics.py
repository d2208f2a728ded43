"""Metrics that a company adds in `metrics.toml`: an aggregate of a fact, or a formula."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from flows.errors import SettingsError, nearest
from flows.feeds import PREFIX
from flows.settings.column import WORD
from flows.settings.metric import MetricOverride
from transforms.definitions.metric import LEVEL_HOWS, Formula, How, Measure, Metric, Rule, Unit
from transforms.formulas import in_order
from transforms.scopes import SCOPE_COLUMNS
from transforms.tables.columns import MONEY, NUMBER
from transforms.tables.facts import FACTS
from transforms.trend.query import NUMBER as EXACT
from transforms.trend.query import Cell, QueryError, parse

_PLAN_RULES: Final = ("attainment", "progress_gap", "coverage")
_HOWS: Final[Mapping[str, How]] = {
    "sum": "sum",
    "mean": "sum",
    "min": "min",
    "max": "max",
    "first": "first",
    "last": "last",
    "count": "count",
    "distinct": "count_distinct",
}
_COUNTS: Final = ("count", "distinct")
_WORDS: Final = {
    "sum": ("合计", "sum"),
    "mean": ("均值", "mean"),
    "min": ("最小值", "smallest"),
    "max": ("最大值", "largest"),
    "first": ("期初值", "first"),
    "last": ("期末值", "last"),
    "count": ("条数", "count"),
    "distinct": ("去重数", "distinct values"),
}
_SIGNS: Final = {"sum": " ＋ ", "difference": " − ", "product": " × ", "ratio": " ÷ "}


def added_metrics(
    entries: Mapping[str, MetricOverride],
    catalogue: Mapping[str, Metric],
    feeds: Mapping[str, Sequence[str]],
) -> dict[str, Metric]:
    """Make the metrics that the entries define; `feeds` are those of `flows.feeds.feeds_of`.

    Raises SettingsError naming key and value, what is allowed, and names that are near.
    """
    added = {code: entry for code, entry in entries.items() if entry.is_added}
    found: dict[str, Metric] = {}
    for code, entry in added.items():
        if code in catalogue:
            raise _wrong(code, "is a metric of the catalogue: give yours a code of its own")
        if not re.fullmatch(WORD, code):
            raise _wrong(code, "is no code: letters, digits and _ only, such as web_visits")
        if entry.fact is not None and entry.is_active:
            found[code] = _of_fact(code, entry, feeds)
    formulas = {code: entry for code, entry in added.items() if entry.formula and entry.is_active}
    return found | _formulas(formulas, {**catalogue, **found}, entries)


def _of_fact(code: str, entry: MetricOverride, feeds: Mapping[str, Sequence[str]]) -> Metric:
    fact, how = str(entry.fact), str(entry.aggregation)
    columns = _columns_of(code, fact, feeds)
    if entry.column is not None and entry.column not in columns:
        raise _wrong(code, f"column {entry.column!r} is none of {fact}", entry.column, columns)
    kind = columns[entry.column] if entry.column is not None else None
    if kind is not None and how not in _COUNTS and not kind.is_numeric():
        numbers = [name for name, each in columns.items() if each.is_numeric()]
        raise _wrong(
            code, f"column {entry.column!r} holds no numbers to {how}", str(entry.column), numbers
        )
    where = None if entry.filter is None else _where(code, entry.filter, columns)
    is_feed = fact.startswith(PREFIX)
    is_zero = not is_feed and how not in LEVEL_HOWS

    def measure(how: How) -> Measure:
        return Measure(fact, entry.column, how, where, is_zero_without_rows=is_zero)

    titles = entry.title_zh or str(entry.title_en), entry.title_en or str(entry.title_zh)
    words = _described(entry, fact)
    unit: Unit = "money" if kind == MONEY and how not in _COUNTS else "count"
    rule: Rule = "levels" if how in LEVEL_HOWS else "measures"
    return Metric(
        code=code,
        title_zh=titles[0],
        title_en=titles[1],
        definition_zh=entry.definition_zh or words[0],
        definition_en=entry.definition_en or words[1],
        kind=entry.kind or "process",
        level=entry.level or "week",
        unit=entry.unit or unit,
        better=entry.better or "up",
        numerator=measure(_HOWS[how]),
        denominator=measure("count") if how == "mean" else None,
        rule=rule,
        needs_cases=not is_feed or entry.minimum_cases is not None,
    )


def _columns_of(code: str, fact: str, feeds: Mapping[str, Sequence[str]]) -> dict[str, pl.DataType]:
    """Name the columns of a fact with their types."""
    if fact in feeds:
        scopes = dict.fromkeys([*SCOPE_COLUMNS, "account_id"], pl.String())
        return {**dict.fromkeys(feeds[fact], NUMBER), **scopes, "occurred_on": pl.Date()}
    # what lasts is measured by the catalogue alone: its rows do not belong to one day
    known = [name for name, each in FACTS.items() if "ended_on" not in each.column_names()]
    if fact not in known:
        raise _wrong(code, f"fact {fact!r} is not known", fact, [*known, *feeds])
    return dict(FACTS[fact].create_empty().schema)


def _where(code: str, text: str, columns: Mapping[str, pl.DataType]) -> pl.Expr:
    """Read a condition over the columns of a fact."""

    def column(cell: Cell) -> pl.Expr:
        kind = columns.get(cell.column)
        if kind is None:
            what = f"filter {text!r} names {cell.column!r}, which is no column"
            raise _wrong(code, what, cell.column, columns)
        is_text = kind == pl.String
        if is_text != (cell.kind == "text") and cell.kind != "day":
            wanted = (
                "a quoted text"
                if is_text
                else "1 (yes) or 0 (no)"
                if kind == pl.Boolean
                else "a number"
            )
            raise _wrong(code, f"filter {text!r}: {cell.column!r} is compared with {wanted}")
        if cell.kind != "number":
            return pl.col(cell.column)
        whole = pl.col(cell.column).cast(pl.Int64) if kind == pl.Boolean else pl.col(cell.column)
        return whole.cast(EXACT)

    days = [name for name, kind in columns.items() if kind == pl.Date]
    try:
        return parse(text, days, column).condition
    except QueryError as error:
        raise _wrong(code, f"filter: {error}") from error


def _formulas(
    entries: Mapping[str, MetricOverride],
    known: Mapping[str, Metric],
    all_entries: Mapping[str, MetricOverride],
) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    names = {**known, **dict.fromkeys(entries)}
    for code, entry in entries.items():
        for each in entry.formula.of if entry.formula else ():
            if each not in names:
                raise _wrong(code, f"is formed of {each!r}, which is no metric", each, names)
            metric = known.get(each)
            if metric is not None and metric.rule in _PLAN_RULES:
                raise _wrong(code, f"is formed of {each!r}, which is itself held against the plan")
            if (other := all_entries.get(each)) is not None and not other.is_active:
                raise _wrong(code, f"is formed of {each!r}, which is switched off")
    formulas = {
        code: Formula(entry.formula.operation, entry.formula.of)
        for code, entry in entries.items()
        if entry.formula
    }
    try:
        ordered = in_order(formulas)
    except ValueError as error:
        raise _wrong(next(iter(entries)), f"is formed in a circle: {error}") from error
    for code in ordered:
        inputs = [found.get(each) or known[each] for each in formulas[code].inputs]
        found[code] = _formed(code, entries[code], formulas[code], inputs)
    return found


def _formed(code: str, entry: MetricOverride, formula: Formula, inputs: Sequence[Metric]) -> Metric:
    operation = formula.operation
    sign = _SIGNS[operation]
    is_ratio = operation == "ratio"
    unit: Unit = "ratio" if is_ratio else "count" if operation == "product" else inputs[0].unit
    return Metric(
        code=code,
        title_zh=entry.title_zh or str(entry.title_en),
        title_en=entry.title_en or str(entry.title_zh),
        definition_zh=entry.definition_zh or sign.join(each.title_zh for each in inputs),
        definition_en=entry.definition_en or sign.join(each.title_en for each in inputs),
        kind=entry.kind or inputs[0].kind,
        level=entry.level or inputs[0].level,
        unit=entry.unit or unit,
        better=entry.better or "up",
        numerator=inputs[0].numerator,
        denominator=inputs[1].numerator if is_ratio else None,
        rule="formula",
        needs_cases=entry.minimum_cases is not None,
        formula=formula,
    )


def _described(entry: MetricOverride, fact: str) -> tuple[str, str]:
    """Say what an aggregate is, where nobody has defined it in words."""
    zh, en = _WORDS[str(entry.aggregation)]
    of = f"{fact}.{entry.column}" if entry.column else fact
    if entry.filter is None:
        return f"{of} 的{zh}", f"{en} of {of}".capitalize()
    return f"{of} 的{zh}，条件：{entry.filter}", f"{en} of {of} where {entry.filter}".capitalize()


def _wrong(code: str, what: str, name: str = "", known: Iterable[str] = ()) -> SettingsError:
    hint = f"; {nearest(name, known)}" if name else ""
    return SettingsError(
        f"metrics.toml [metrics.{code}] {what}{hint}",
        where="metrics.toml",
        remedy="correct it, then run again",
    )
