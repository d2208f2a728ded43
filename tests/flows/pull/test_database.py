"""Pulling rows from a real PostgreSQL."""

import csv
import io
import json
import logging
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from flows.company import Company
from flows.pull import cursor, pull
from flows.pull.database import _is_transient
from flows.pull.desk import Receiver
from tests.flows.pull.conftest import PASSWORD, Database, free_port
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    make_company,
    orders,
    problem_of,
    pulled,
    waiting,
)

pytestmark = pytest.mark.xdist_group("pull")

TABLE = """
drop table if exists orders;
create table orders (
    id bigint primary key, day date, rep text, account text, amount numeric(18, 4),
    changed_at timestamptz, note text, is_paid boolean
);
grant select on orders to crm;
insert into orders values
    (1, '2026-11-16', 'R1', 'K1', 1000.1000, '2026-11-16 08:00:00.000001+08', null, true),
    (2, '2026-11-16', 'R1', 'K1', 123456789012.3456, '2026-11-17 08:00+08', 'a,"b"\n换行', false);
"""
QUERY = """
select id as "单号", day as "日期", rep as "工号", account as "客户", amount as "金额",
       changed_at, note, is_paid
from orders
where changed_at > :cursor
order by id
"""
WHOLE = (
    'select id::text as "单号", day as "日期", rep as "工号", account as "客户", amount as "金额" '
)
WHOLE += "from orders order by id"
START = "2026-01-01 00:00:00+00:00"


@pytest.fixture
def table(database: Database) -> Database:
    database.run(TABLE)
    return database


def of_database(
    tmp_path: Path, url: str, query: str = QUERY, mode: str = "delta", **more: object
) -> Company:
    sql = {"url": url, "password_env": "PULL_PASSWORD", **more}
    return make_company(tmp_path / "acme", {"sql": sql}, mode=mode, query=query)


def by_cursor(tmp_path: Path, url: str, query: str = QUERY) -> Company:
    start = datetime.fromisoformat(START)
    return of_database(tmp_path, url, query, cursor="changed_at", cursor_start=start)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_rows_arrive_exactly(tmp_path: Path, table: Database) -> None:
    company = by_cursor(tmp_path, table.url)
    assert pulled(company).files == ("订单20261122T220000Z.csv",)
    first, second = rows(waiting(company)["订单20261122T220000Z.csv"])
    assert first == {
        "单号": "1",
        "日期": "2026-11-16",
        "工号": "R1",
        "客户": "K1",
        "金额": "1000.1000",
        "changed_at": "2026-11-16 00:00:00.000001+00:00",
        "note": "",
        "is_paid": "true",
    }
    assert (second["金额"], second["note"]) == ("123456789012.3456", 'a,"b"\n换行')


def test_only_new_and_changed_rows_come_after_the_first_time(
    tmp_path: Path, table: Database
) -> None:
    company = by_cursor(tmp_path, table.url)
    pulled(company)
    assert pulled(company, LATER).state == "nothing new"
    table.run(
        "update orders set amount = 5, changed_at = '2026-11-18 00:00:00+00' where id = 1;"
        "insert into orders values (3, '2026-11-18', 'R1', 'K1', 7, '2026-11-18 00:00:01+00');"
    )
    assert pulled(company, LATER).files == ("订单20261123T220000Z.csv",)
    changed = rows(waiting(company)["订单20261123T220000Z.csv"])
    assert [(row["单号"], row["金额"]) for row in changed] == [("1", "5.0000"), ("3", "7.0000")]


def test_a_whole_table_comes_only_if_it_has_changed(tmp_path: Path, table: Database) -> None:
    company = of_database(tmp_path, table.url, WHOLE, mode="snapshot")
    pulled(company)
    assert pulled(company, LATER).state == "nothing new"
    table.run("delete from orders where id = 1")
    assert pulled(company, LATER).files == ("订单20261123T220000Z.csv",)
    assert list(waiting(company)) == ["订单20261123T220000Z.csv"], "the older one gave way"


def test_a_large_result_is_streamed(
    tmp_path: Path, table: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = Receiver.write

    def counted(self: Receiver, chunk: bytes) -> int:
        written.append(chunk.count(b"\n"))
        return write(self, chunk)

    monkeypatch.setattr(Receiver, "write", counted)
    numbers = 'select i as "单号", 1.5 as "金额" from generate_series(1, 20001) as numbers (i)'
    company = of_database(tmp_path, table.url, numbers, mode="snapshot")
    pulled(company)
    (text,) = waiting(company).values()
    assert text.count("\n") == 20_002
    assert max(written) <= 5_001, "no more than a batch is in memory"
    assert text.endswith("\n20001,1.5\n")


def test_a_result_above_the_limit_is_not_placed(tmp_path: Path, table: Database) -> None:
    wide = "select repeat('x', 1000) as \"单号\" from generate_series(1, 5000)"
    sql = {"url": table.url, "password_env": "PULL_PASSWORD"}
    pull_settings = {"sql": sql, "max_megabytes": 1}
    company = make_company(tmp_path / "acme", pull_settings, mode="snapshot", query=wide)
    assert "larger than 1 MB" in problem_of(pull(company, NOW)).what
    assert waiting(company) == {}


@pytest.mark.parametrize(
    ("query", "mode", "complaint"),
    [
        pytest.param("", "delta", "write sources/order.sql", id="no query"),
        pytest.param(WHOLE, "delta", "parameters found: none", id="cursor not used"),
        pytest.param(QUERY.replace(":cursor", ":x"), "delta", "found: :x", id="other parameter"),
        pytest.param(QUERY, "snapshot", 'mode has to be "delta"', id="snapshot of changes"),
        pytest.param(QUERY.replace("changed_at, n", "n"), "delta", "no column", id="no column"),
        pytest.param(QUERY.replace("note,", "note, note,"), "delta", "name note", id="twice"),
        pytest.param(QUERY.replace("note,", "nota,"), "delta", "nota", id="wrong sql"),
        pytest.param(
            QUERY.replace("note,", "lo_create(0) as note,"), "delta", "read-only", id="writes"
        ),
    ],
)
def test_a_query_that_does_not_fit_is_explained(
    tmp_path: Path, table: Database, query: str, mode: str, complaint: str
) -> None:
    start = datetime.fromisoformat(START)
    company = of_database(tmp_path, table.url, query, mode, cursor="changed_at", cursor_start=start)
    problem = problem_of(pull(company, NOW))
    assert complaint in problem.what
    assert waiting(company) == {}


@pytest.mark.parametrize(
    ("column", "start", "stored"),
    [
        pytest.param("id", 1, {"type": "int", "value": "2"}, id="number"),
        pytest.param("day", date(2026, 1, 1), {"type": "date", "value": "2026-11-16"}, id="day"),
        pytest.param(
            "amount", 999, {"type": "Decimal", "value": "123456789012.3456"}, id="decimal"
        ),
    ],
)
def test_the_cursor_keeps_its_type(
    tmp_path: Path, table: Database, column: str, start: object, stored: object
) -> None:
    query = f'select id as "单号", day, id, amount from orders where {column} > :cursor'  # noqa: S608
    company = of_database(tmp_path, table.url, query, cursor=column, cursor_start=start)
    pulled(company)
    document = json.loads(cursor.cursor_path(company, "order").read_text("utf-8"))
    assert document["seen"]["cursor"] == stored
    assert pulled(company, LATER).state == "nothing new"


def test_a_wrong_password_fails_at_once_and_is_not_shown(
    tmp_path: Path,
    table: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("PULL_PASSWORD", "falsches-Wort")
    said: list[str] = []
    report = pull(by_cursor(tmp_path, table.url), NOW, progress=said.append)
    assert "password authentication failed" in problem_of(report).what
    assert "falsches-Wort" not in f"{report} {said} {caplog.text}"
    assert not [line for line in said if "try" in line]


def test_a_server_out_of_reach_is_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    url = f"postgresql://crm@127.0.0.1:{free_port()}/postgres"
    problem = problem_of(pull(by_cursor(tmp_path, url), NOW, progress=said.append))
    assert len([line for line in said if "try" in line]) == 2
    assert problem.where == url
    assert PASSWORD not in str(problem)


@pytest.mark.parametrize(
    ("cause", "is_transient"),
    [
        pytest.param({"sqlstate": "57P03"}, True, id="postgresql is starting"),
        pytest.param({"sqlstate": "40P01"}, True, id="postgresql deadlock"),
        pytest.param({"sqlstate": "42P01"}, False, id="postgresql has no such table"),
        pytest.param({"args": (2003, "can't connect")}, True, id="mysql out of reach"),
        pytest.param({"args": (1045, "access denied")}, False, id="mysql wrong password"),
        pytest.param({"args": ((1205, b"deadlock"),)}, True, id="sql server deadlock"),
        pytest.param({"args": ((18456, b"login failed"),)}, False, id="sql server wrong password"),
    ],
)
def test_which_errors_of_databases_may_pass(cause: dict[str, object], is_transient: bool) -> None:
    error = OperationalError("", {}, RuntimeError())
    error.orig = SimpleNamespace(**{"args": (), **cause})  # type: ignore[assignment]
    assert _is_transient(error) == is_transient


def test_the_orders_of_the_other_tests_have_the_columns_asked_for() -> None:
    assert rows(orders(1))[0].keys() == {"单号", "日期", "工号", "客户", "金额"}
