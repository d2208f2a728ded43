"""What a batch would make known, compared with what was known: signs of a wrong export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import duckdb
import polars as pl

from flows.company import Company
from flows.ingest.journal import Entry
from flows.ingest.limits import Limits
from flows.settings import SourceSettings
from flows.sql import Identifier, statement
from flows.warehouse import in_utc
from transforms.quality import MAIN_DATE
from transforms.tables import ENTITIES

_FEWEST_KNOWN: Final = 20
"""With fewer known rows a snapshot that lacks some says nothing."""
_FEWEST_SHIFTED: Final = 5
_FAR_DAYS: Final = 400
_YEAR_DAYS: Final = Decimal("365.25")
_CONTROLLED: Final = {
    "order_line": ("sales_amount", "net_amount", "ordered_on"),
    "contract": ("contract_amount", "amount", "signed_on"),
    "payment": ("cash_collected", "amount", "paid_on"),
    "invoice": ("invoiced_amount", "gross_amount", "invoiced_on"),
}
"""Entity to the control total that its rows add up to: metric, amount and day."""


@dataclass(frozen=True)
class Suspicion:
    """What is odd about a batch, with the evidence, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Look:
    """One batch of a source, loaded and not yet committed."""

    connection: duckdb.DuckDBPyConnection
    company: Company
    source: SourceSettings
    limits: Limits
    entries: Sequence[Entry]
    run_began: datetime

    @property
    def arrived_on(self) -> date:
        """Day of the arrival at the company."""
        utc = in_utc(self.entries[-1].arrived_at).replace(tzinfo=UTC)
        return utc.astimezone(self.company.settings.company.zone).date()

    def rows(self, name: str, values: dict[str, object], **names: Identifier) -> list[Any]:
        """Run a statement of `sql/ops` from the first load of the batch on."""
        query = statement("ops", name, entity=self.source.entity, **names)
        values = {"load_number": self.entries[0].number, **values}
        return self.connection.execute(query, values).fetchall()

    @property
    def of_source(self) -> dict[str, object]:
        """Source and arrival of the batch, as parameters."""
        first = self.entries[0]
        return {"source": first.source, "known_at": in_utc(first.arrived_at)}


def suspicions(look: Look, key: Sequence[str], generated: Sequence[str]) -> Iterator[Suspicion]:
    """Name what is odd, one by one: rows gone, keys changed, dates shifted, old, totals missed.

    `generated` are the columns of the key that no system has given.
    """
    ((is_first,),) = look.rows("hold_first", {"source": look.entries[0].source})
    if not is_first:
        yield from _lost_digits(look, [name for name in key if name not in generated], key)
        yield from _shifted(look, key)
        yield from _far_away(look)
        yield from _gone(look, key)
    yield from _too_old(look)
    yield from _total_missed(look)


def _gone(look: Look, key: Sequence[str]) -> Iterator[Suspicion]:
    """A snapshot lacks too many of the rows that were known."""
    if look.source.mode != "snapshot":
        return
    ((known, gone, example),) = look.rows("hold_gone", look.of_source, key=key)
    if known < _FEWEST_KNOWN or gone <= look.limits.max_missing_share * known:
        return
    share = Decimal(gone) / known
    yield Suspicion(
        f"{known} 行中有 {gone} 行（{share:.0%}）不见了，例如 {example} / "
        f"{gone} of {known} known rows ({share:.0%}) are gone, such as {example}; "
        f"max_missing_share allows {look.limits.max_missing_share:.0%}",
        'export everything again; if the export holds only changes, set mode = "delta"',
    )


def _shifted(look: Look, key: Sequence[str]) -> Iterator[Suspicion]:
    """Most keys that were known have their date moved by the same number of years."""
    day = MAIN_DATE.get(look.source.entity)
    if day is None:
        return
    ((shift, moved, changed, unchanged, example),) = look.rows(
        "hold_shift", look.of_source, key=key, day=day
    )
    shared = changed + int(unchanged)
    if moved < _FEWEST_SHIFTED or 2 * moved <= shared:
        return
    years = round(shift / _YEAR_DAYS, 1)
    yield Suspicion(
        f"{shared} 个已知主键中有 {moved} 个的日期整体移动了约 {years} 年（{shift} 天）/ "
        f"{moved} of {shared} known keys have {day} moved by {shift} days, about {years} "
        f"year(s), such as {example['example']}: {example['known_on']} → {example['stated_on']}",
        f"look at the years of {day} in the export and export again",
    )


def _far_away(look: Look) -> Iterator[Suspicion]:
    """A file covers days far from all that was known and from its arrival."""
    day = MAIN_DATE.get(look.source.entity)
    if day is None:
        return
    source: dict[str, object] = {"source": look.entries[0].source}
    for name, first, last, known_first, known_last in look.rows("hold_range", source, day=day):
        gap = max((first - known_last).days, (known_first - last).days)
        from_arrival = max((first - look.arrived_on).days, (look.arrived_on - last).days)
        if min(gap, from_arrival) > _FAR_DAYS:
            yield Suspicion(
                f"{name} 的日期 {first} … {last}，离已知的 {known_first} … {known_last} "
                f"相差 {gap} 天 / "
                f"{day} of {name} runs from {first} to {last}, {gap} days away from all that is "
                f"known ({known_first} to {known_last}) and {from_arrival} days from its arrival",
                f"look at the years of {day} in the export and export again",
            )


def _lost_digits(look: Look, names: Sequence[str], key: Sequence[str]) -> Iterator[Suspicion]:
    """New keys are known ones without their zeros, with decimals, or in scientific notation.

    One column of the key is looked at after the other, the rest of the key being alike.
    """
    kinds = ENTITIES[look.source.entity].create_empty().schema
    for name in names:
        if kinds[name] != pl.String or look.source.columns[name].value is not None:
            continue
        others = [other for other in names if other != name]
        texts = [other for other in others if kinds[other] == pl.String]
        plain = [other for other in others if other not in texts]
        ((rows, scientific, alike, new, known, shortest, longest),) = look.rows(
            "hold_keys", look.of_source, key=key, column=name, texts=texts, others=plain
        )
        origin = look.source.columns[name].source or name
        if rows and 2 * scientific > rows:
            yield Suspicion(
                f"“{origin}”列的编号变成了科学计数法，位数已丢失 / "
                f"{scientific} of {rows} new values of {name} ({origin}) are in scientific "
                "notation: their digits are lost",
                "format the column as text in the spreadsheet, or export without it, and again",
            )
        elif alike:
            padded = f'{name} = {{ source = "{origin}", pad_zeros = {longest} }}'
            can_pad = shortest == longest and len(new) < len(known) and "." not in new
            yield Suspicion(
                f"“{origin}”列有 {alike} 个新编号与已知编号只差前导零或小数，"
                f"例如 {new} 与 {known} / "
                f"{alike} new values of {name} ({origin}) are known ones but for zeros in front "
                f"or decimals behind, such as {new} for {known}: loading would count them twice",
                f"write {padded} in the source file"
                if can_pad
                else "export the column as text, as it was before",
            )


def _too_old(look: Look) -> Iterator[Suspicion]:
    """The newest day of an export lies too far back."""
    day, limit = MAIN_DATE.get(look.source.entity), look.limits.max_age_days
    if day is None or limit is None:
        return
    values: dict[str, object] = {
        "source": look.entries[0].source,
        "arrived_on": look.arrived_on,
    }
    if look.source.mode == "snapshot":
        values["load_number"] = 0
    ((newest,),) = look.rows("hold_newest", values, day=day)
    if newest is None or (age := (look.arrived_on - newest).days) <= limit:
        return
    yield Suspicion(
        f"最新的日期 {newest} 已是 {age} 天前 / "
        f"the newest {day} is {newest}, {age} days before the arrival; max_age_days allows {limit}",
        "export the current period, then run again",
    )


def _total_missed(look: Look) -> Iterator[Suspicion]:
    """A total of the same run that the source's own system states is not what was loaded."""
    entity, sales = look.source.entity, look.company.settings.sales
    fills = [source for source in look.company.sources.values() if source.entity == entity]
    is_elsewhere = (entity == "order_line" and sales.sales_from != "order_line") or (
        entity == "contract" and sales.contracts_from != "contract"
    )
    if entity not in _CONTROLLED or len(fills) > 1 or is_elsewhere:
        return  # the review compares what needs more than one source
    tolerance = look.limits.control_total_tolerance
    metric, amount, day = _CONTROLLED[entity]
    values: dict[str, object] = {
        "metric": metric,
        "stated_from": look.run_began,
        "arrived_on": look.arrived_on,
        "known_at": in_utc(look.entries[0].arrived_at),
        "tolerance": tolerance,
    }
    missed = look.rows("hold_control_total", values, amount=amount, day=day)
    if not missed:
        return
    first, last, stated, loaded = missed[0]
    yield Suspicion(
        f"{len(missed)} 个对账合计不符，例如 {first} … {last}: "
        f"系统 {stated:,.2f}，载入 {loaded:,.2f} / "
        f"{len(missed)} control total(s) of {metric} missed, the worst from {first} to {last}: the "
        f"system states {stated:,.2f}, the rows add up to {loaded:,.2f} "
        f"({loaded - stated:+,.2f}; control_total_tolerance allows {tolerance:,.2f})",
        "export the rows and the totals again, of the same instant and period",
    )
