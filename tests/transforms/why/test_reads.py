"""What is read of the facts, and in which form."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

import polars as pl
from polars.testing import assert_frame_equal

from tests.transforms.why.builders import (
    PARAMETERS,
    QUARTER,
    deal,
    fact,
    history,
    lead,
    sale,
    value,
    values,
)
from transforms.catalogue import CATALOGUE
from transforms.scopes import SCOPE_COLUMNS
from transforms.tables.facts import FACTS
from transforms.why import explain
from transforms.why.reads import RECORDS_READ, facts_read

TEAMS = ("华东一部", "华东二部")

CHANNELS = ("直销", "线上", "展会", "转介绍")


def company() -> dict[str, pl.LazyFrame]:
    """Two teams over five months; the second sells less, and through one channel hardly any."""
    days = [date(2026, 6, 15) + timedelta(days=step) for step in range(150)]
    sales, deals, leads = [], [], []
    for step, day in enumerate(days):
        for team in TEAMS:
            more = {"team": team, "channel": CHANNELS[step % 4], "rep": f"R{step % 3}"}
            falls = team == TEAMS[1] and day >= QUARTER and not step % 4
            pieces = Decimal(1 if falls else 7)
            who = {"account_id": f"K{step % 7}", "order_id": f"O{step}", "quantity": pieces}
            sales.append(sale(day, str(100 * pieces + step), **who, **more))
            deals.append(deal(day, is_won=not falls, account_id=f"N{step}", **more))
            leads.append(lead(day, is_qualified=not falls, **more))
    return {
        "sale": fact("sale", sales),
        "deal_closed": fact("deal_closed", deals),
        "lead_created": fact("lead_created", leads),
    }


class Watched(Mapping[str, pl.DataFrame]):
    """Records that hold nothing and remember what was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> pl.DataFrame:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


NO_RECORDS: Mapping[str, pl.DataFrame] = MappingProxyType({})


def explained(
    facts: dict[str, pl.LazyFrame], records: Mapping[str, pl.DataFrame] = NO_RECORDS
) -> dict[str, pl.DataFrame]:
    rows = values(
        value("sales_amount", "26000", "34000"),
        value("win_rate", "12", "0.9", denominator=Decimal(18), unit="share"),
        value("new_customers", "1", "5"),
        value("aov", "9000", "700", denominator=Decimal(18)),
    )
    return explain(rows, history("sales_amount", []), facts, records, CATALOGUE, PARAMETERS)


def test_scopes_may_be_values_of_an_enumeration_and_columns_few() -> None:
    """As the warehouse gives them where only the needed columns are read."""
    facts = company()
    names = pl.Enum(
        sorted(
            {
                name
                for frame in facts.values()
                for column in frame.select(SCOPE_COLUMNS).collect().iter_columns()
                for name in column
            }
        )
    )
    read = facts_read(CATALOGUE)
    small = {
        name: frame.select(*read[name], *(pl.col(scope).cast(names) for scope in SCOPE_COLUMNS))
        for name, frame in facts.items()
    }
    found, wanted = explained(small), explained(facts)
    assert wanted["driver"].height > 0
    assert wanted["segment"].height > 0
    for name, table in wanted.items():
        assert_frame_equal(found[name], table)


def test_every_record_asked_for_is_one_that_is_read() -> None:
    """But for answers and earlier cases, which only a whole review has."""
    records = Watched()
    explained(company(), records)
    assert records.asked - {"case_answer", "case_thread_before"} == set(RECORDS_READ)


def test_no_column_is_read_that_a_fact_does_not_have() -> None:
    for name, columns in facts_read(CATALOGUE).items():
        assert set(columns) <= set(FACTS[name].column_names())
