"""What `check` says of the quality of files that have not been loaded yet."""

from datetime import timedelta

import polars as pl

from flows.ingest import check

from .conftest import ACCOUNTS, MONDAY, ORDERS, Desk


def orders(week: int, count: int) -> str:
    """A snapshot of so many orders, the newest of the week before the run."""
    day = MONDAY.date() + timedelta(weeks=week, days=-3)
    lines = "".join(f"S{number},1,{day},K1,{number}\n" for number in range(count))
    return ORDERS.splitlines()[0] + "\n" + lines


def quality(desk: Desk, weeks: int, source: str = "order") -> dict[str, object]:
    report = check(desk.company, now=MONDAY + timedelta(weeks=weeks))
    return report.quality["source_quality"].filter(pl.col("source") == source).row(0, named=True)


def test_a_waiting_file_is_held_against_the_loads_before_it(desk: Desk) -> None:
    for week in range(6):
        desk.put("订单.csv", orders(week, 40 + week))
        desk.run(weeks=week)
    desk.put("订单.csv", orders(6, 9))
    found = quality(desk, 6)
    assert (found["rows_read"], found["rows_state"], found["earlier_loads"]) == (9, "drift", 6)
    assert (found["freshness"], found["light"]) == ("fresh", "yellow")
    desk.put("订单.csv", orders(6, 46))
    assert quality(desk, 6)["light"] == "green"


def test_before_the_first_load_there_is_nothing_to_compare(desk: Desk) -> None:
    desk.put("订单.csv", orders(0, 12))
    found = quality(desk, 0)
    assert (found["rows_state"], found["freshness"]) == ("too_few_loads", "fresh")
    assert quality(desk, 0, "account")["freshness"] == "no_load"


def test_a_source_without_a_new_file_shows_what_was_loaded(desk: Desk) -> None:
    desk.put("订单.csv", orders(0, 12))
    desk.run()
    found = quality(desk, 1)
    assert (found["rows_read"], found["earlier_loads"]) == (12, 0)
    assert found["freshness"] == "too_few_loads"  # its newest row is of the week before


def test_columns_of_the_waiting_file_are_profiled(desk: Desk) -> None:
    desk.put("客户.csv", ACCOUNTS.replace("启明能源", ""))
    report = check(desk.company, now=MONDAY)
    rows = report.quality["column_quality"].filter(pl.col("column") == "account_name").to_dicts()
    assert [(row["rows"], row["filled"], row["null_share"]) for row in rows] == [(2, 1, 0.5)]


def test_json_has_the_facts(desk: Desk) -> None:
    desk.put("订单.csv", orders(0, 12))
    document = check(desk.company, now=MONDAY).as_dict()
    assert document["week"] == "2026-W46"
    assert [row["source"] for row in document["source_quality"]] == ["account", "order"]
    assert {row["column"] for row in document["column_quality"]} >= {"account_id", "net_amount"}
