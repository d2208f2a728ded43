"""The review as one pack may see it: its own scope, its own rows, nothing of other teams."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from transforms.catalogue import CATALOGUE, Metric
from transforms.parameters import Parameters
from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.facts import MODELLED
from transforms.views.cells import Cell, Figure, MetricName, Span, Term, Text
from transforms.views.citing import Record, cite
from transforms.views.inputs import PackInputs

Row = Mapping[str, Any]
PERIODS = ("week", "mtd", "qtd", "ytd")


@dataclass(frozen=True)
class Book:
    """Look-ups in the inputs of a pack, each cut to the pack's scope."""

    inputs: PackInputs
    scope_kind: str
    scope: str

    @property
    def parameters(self) -> Parameters:
        """The parameters of the review."""
        return self.inputs.parameters

    @property
    def as_of(self) -> date:
        """The as-of date: the last day of the reviewed week."""
        return self.parameters.week.ends_on

    @property
    def is_company(self) -> bool:
        """Whether this is the company's pack, which alone shows totals and data quality."""
        return self.scope_kind == COMPANY

    def frame(self, name: str) -> pl.DataFrame | None:
        """A table that has rows, uncut; else None."""
        found = self.inputs.tables.get(name)
        if found is not None and not self.is_company and "metric" in found.columns:
            found = found.filter(~pl.col("metric").is_in(self._modelled).fill_null(value=False))
        return None if found is None or found.is_empty() else found

    @cached_property
    def _modelled(self) -> list[str]:
        """Metrics of a model fitted to the whole company, which no team's pack may show.

        They change when only other teams' data change.
        """
        catalogue = self.inputs.catalogue
        found = {code for code, metric in catalogue.items() if metric.numerator.fact in MODELLED}
        for code, metric in catalogue.items():  # a formula stands after what it is formed of
            if metric.formula and not found.isdisjoint(metric.formula.inputs):
                found.add(code)
        return sorted(found)

    def rows(self, name: str, *conditions: pl.Expr, sort: Iterable[str] = ()) -> list[Row]:
        """Rows of a table, uncut, in a stated order (nulls last)."""
        found = self.frame(name)
        if found is None:
            return []
        kept = found.filter(*conditions) if conditions else found
        keys = [*sort]
        ordered = kept.sort(keys, nulls_last=True) if keys else kept
        return [Record(name, row) for row in ordered.iter_rows(named=True)]

    @cached_property
    def reps(self) -> dict[str, str]:
        """Rep number to name of those in the team at the as-of date; the company has all."""
        valid = (pl.col("valid_from") <= self.as_of) & (
            pl.col("valid_to").is_null() | (pl.col("valid_to") >= self.as_of)
        )
        mine = pl.lit(value=True) if self.is_company else pl.col("team") == self.scope
        rows = self.rows("assignment", valid, mine, sort=("rep_id",))
        return {row["rep_id"]: row["rep_name"] or row["rep_id"] for row in rows}

    @cached_property
    def rep_names(self) -> dict[str, str]:
        """Rep number to name of those who are or were in the team; the company has all."""
        mine = pl.lit(value=True) if self.is_company else pl.col("team") == self.scope
        rows = self.rows("assignment", mine, sort=("valid_from",))
        return {row["rep_id"]: row["rep_name"] or row["rep_id"] for row in rows}

    def account_names(self, account_ids: Iterable[str | None]) -> dict[str, str]:
        """Names of customers by number; one without a name is left out."""
        wanted = pl.col("account_id").is_in([*filter(None, account_ids)])
        rows = self.rows("account", wanted)
        return {row["account_id"]: row["account_name"] for row in rows if row["account_name"]}

    @cached_property
    def people(self) -> set[str]:
        """Names and numbers of the team's people, its manager among them."""
        rows = self.rows("assignment", pl.col("team") == self.scope)
        return {
            name
            for row in rows
            for name in (row["rep_id"], row["rep_name"], row["manager"])
            if name
        }

    @cached_property
    def own_values(self) -> dict[tuple[str, str, str, str], Row]:
        """Metric values of the scopes this pack may show, by scope kind, scope, metric, period."""
        rows = self.rows("metric_value", self.visible)
        keys = ("scope_kind", "scope", "metric", "period_kind")
        return {(row[keys[0]], row[keys[1]], row[keys[2]], row[keys[3]]): row for row in rows}

    @property
    def visible(self) -> pl.Expr:
        """Which rows with scope columns this pack may show."""
        if self.is_company:
            return pl.col("scope_kind").is_in(["company", "region", "team"])
        own = (pl.col("scope_kind") == self.scope_kind) & (pl.col("scope") == self.scope)
        return own | ((pl.col("scope_kind") == "rep") & pl.col("scope").is_in([*self.reps]))

    def value(
        self, metric: str, period: str, scope_kind: str | None = None, scope: str | None = None
    ) -> Row | None:
        """The value of a metric; of the pack's own scope when none is named."""
        kind, name = scope_kind or self.scope_kind, scope or self.scope
        return self.own_values.get((kind, name, metric, period))

    def scopes(self, kind: str) -> list[str]:
        """The scopes of a kind that have values, by name."""
        return sorted({key[1] for key in self.own_values if key[0] == kind})

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that the pack's own scope has values of, in the catalogue's order."""
        own = {key[2] for key in self.own_values if key[:2] == (self.scope_kind, self.scope)}
        order = {code: place for place, code in enumerate(self.inputs.catalogue)}
        return tuple(sorted(own, key=lambda code: (order.get(base(code), len(order)), code)))

    @cached_property
    def _history(self) -> dict[tuple[str, str], list[Row]]:
        own = (pl.col("scope_kind") == self.scope_kind) & (pl.col("scope") == self.scope)
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows("metric_history", own, sort=("period_start",)):
            found.setdefault((row["metric"], row["period_kind"]), []).append(row)
        return found

    def history(self, metric: str, period_kind: str) -> list[Row]:
        """Past and current points of a metric of the pack's own scope, oldest first."""
        past = self._history.get((metric, period_kind), [])
        current = self.value(metric, {"month": "mtd"}.get(period_kind, period_kind))
        if current is None:
            return [row for row in past if row["period_start"] <= self.as_of]
        start = current["period_start"]
        return [*(row for row in past if row["period_start"] < start), current]

    def metric(self, code: str) -> Metric | None:
        """The catalogue's entry; one of a stage is found by its name before the bracket."""
        return self.inputs.catalogue.get(code) or self.inputs.catalogue.get(base(code))

    def is_up_better(self, code: str) -> bool | None:
        """Whether more is better; None where it depends."""
        metric = self.metric(code)
        return None if metric is None or metric.better == "set" else metric.better == "up"

    def name(self, code: str) -> MetricName:
        """A metric's titles, also of one switched off; one that is not known goes by its code."""
        metric = self.metric(code) or CATALOGUE.get(code) or CATALOGUE.get(base(code))
        if metric is None:
            return MetricName(code, code, code)
        stage = code[len(base(code)) :].strip("[]")
        if not stage or metric.code == code:
            return MetricName(code, metric.title_zh, metric.title_en)
        return MetricName(code, f"{metric.title_zh}·{stage}", f"{metric.title_en} · {stage}")

    def source(self, name: str | None) -> Text:
        """What people call an export."""
        return Text(self.inputs.sources.get(name or "", name))

    def scope_name(self, kind: str, scope: str) -> Cell:
        """How a scope is called: the company by its name, a rep by the person's name."""
        if kind == COMPANY:
            return Text(self.inputs.company)
        return place(self.reps.get(scope, scope) if kind == "rep" else scope)

    def scope_of(self, row: Row) -> Cell:
        """How the scope of a row is called; a name that is the row's own cites it."""
        said = self.scope_name(row["scope_kind"], row["scope"])
        if isinstance(said, Text) and said.text == row["scope"]:
            return replace(said, cited=cite(row, "scope"))
        return said

    def span_of(self, row: Row) -> Span:
        """The period of a row."""
        columns = ("period_kind", "period_start", "period_end")
        said = self.span(*(row[name] for name in columns))
        return replace(said, cited=cite(row, *columns, rule="period"))

    def span(self, kind: str, starts_on: date, ends_on: date) -> Span:
        """A period with its number in the fiscal year."""
        first_month = self.parameters.calendar.fiscal_year_starts_in
        months = (starts_on.month - first_month) % 12
        year = starts_on.year + (1 if first_month > 1 and starts_on.month >= first_month else 0)
        week = (ends_on.isocalendar() if kind == "week" else starts_on.isocalendar()).week
        if kind == "week" and ends_on == self.as_of:
            week = int(self.parameters.week.label[-2:])
        numbers = {"qtd": months // 3 + 1, "mtd": starts_on.month, "ytd": year, "week": week}
        return Span(kind, starts_on, ends_on, numbers.get(kind, starts_on.month))


def stage_name(name: str | None) -> Cell:
    """A stage as the company calls it; *no data* where no record says which it was."""
    return Figure(None, "count", "no_data") if name is None else place(name)


def place(name: str | None) -> Cell:
    """A name as it is written; what nobody owns (未分配) in the words of the locale."""
    return Term("place", "unassigned") if name == UNASSIGNED else Text(name)


def base(code: str) -> str:
    """The catalogue's code of a metric that is kept per stage.

    >>> base("stage_days[谈判]")
    'stage_days'
    """
    return code.partition("[")[0]
