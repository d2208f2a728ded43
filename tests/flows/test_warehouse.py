"""The working database: tables from the contracts, one writer, views of the past."""

import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.company import Company
from flows.errors import PlatformError, SettingsError, WarehouseBusy
from flows.lock import holder, locked
from flows.paths import ROOT
from flows.sql import quoted, statement
from flows.warehouse import (
    META_COLUMNS,
    core_table,
    in_utc,
    lock_path,
    open_as_of,
    reader,
    readers_copy,
    writer,
)
from transforms.tables import ENTITIES

T0 = datetime(2026, 11, 16, 1, tzinfo=UTC)

HOLD = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from flows.lock import locked
    with locked(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(60)
""")


def test_tables_are_those_of_the_contracts(company: Company) -> None:
    with writer(company) as connection:
        for entity, contract in ENTITIES.items():
            described = connection.sql(f"describe core.{entity}").fetchall()
            columns = [str(row[0]) for row in described]
            assert columns == [*contract.column_names(), *META_COLUMNS]


def test_column_that_a_contract_has_gained_is_added(company: Company) -> None:
    with writer(company) as connection:
        connection.execute("alter table core.account drop column lost_reason").fetchall()
    with writer(company) as connection:
        columns = connection.sql("describe core.account").fetchall()
    assert ("lost_reason", "VARCHAR") in [tuple(row[:2]) for row in columns]


def test_a_readers_copy_of_before_a_contract_grew_is_refreshed(company: Company) -> None:
    with writer(company) as connection:
        connection.execute("drop table core.event").fetchall()
        connection.execute("alter table core.account drop column lost_reason").fetchall()
    with reader(company.committed) as connection, pytest.raises(duckdb.Error, match="lost_reason"):
        open_as_of(connection, T0)
    with readers_copy(company) as connection:
        open_as_of(connection, T0)
        assert connection.sql("select count(lost_reason) from account").fetchall() == [(0,)]


def test_an_old_readers_copy_without_its_warehouse_says_what_to_do(company: Company) -> None:
    with writer(company) as connection:
        connection.execute("drop table core.event").fetchall()
    company.warehouse.unlink()
    with pytest.raises(SettingsError, match="next: put"), readers_copy(company):
        pass


def test_as_of_views_show_the_past(company: Company) -> None:
    versions = [
        ("A", "旧名", T0, T0 + timedelta(days=7)),
        ("A", "新名", T0 + timedelta(days=7), None),
    ]
    with writer(company) as connection:
        for number, (key, name, since, until) in enumerate(versions, 1):
            connection.execute(
                "insert into core.account (account_id, account_name, source, load_number,"
                " known_from, known_to) values ($1, $2, 'crm', $3, $4, $5)",
                [key, name, number, in_utc(since), in_utc(until) if until else None],
            ).fetchall()
        for days, names in ((-1, []), (0, ["旧名"]), (6, ["旧名"]), (7, ["新名"]), (90, ["新名"])):
            known_at = T0 + timedelta(days=days)
            open_as_of(connection, known_at)
            seen = connection.sql("select account_name from account").fetchall()
            assert [row[0] for row in seen] == names
            rows = core_table(connection, "account", known_at)
            assert rows.get_column("account_name").to_list() == names
            assert rows.schema == ENTITIES["account"].create_empty().schema


def test_views_open_for_a_reader(company: Company) -> None:
    with writer(company):
        pass
    with reader(company.warehouse) as connection:
        open_as_of(connection, T0)
        assert connection.sql('select count(*) from "action"').fetchall() == [(0,)]


def test_reader_of_a_company_that_never_ran(company: Company) -> None:
    with pytest.raises(SettingsError, match="fupan review"), reader(company.warehouse):
        pass


def test_second_writer_waits_then_names_the_holder(company: Company) -> None:
    path = lock_path(company)
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            assert f"pid {other.pid}" in str(holder(path))
            with (
                pytest.raises(WarehouseBusy, match=f"pid {other.pid}") as caught,
                writer(company, wait_seconds=0.3),
            ):
                pass
            assert caught.value.state == "waited 0.3 s; nothing was changed"
        finally:
            other.kill()
    with writer(company, wait_seconds=5):
        assert holder(path) is not None
    assert holder(path) is None


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(PlatformError, match="cannot be written to"), locked(file / "x.lock"):
        pass


@pytest.mark.parametrize("name", ["a b", 'a"b', "", "a;drop", "a.b.c", "中"])
def test_only_plain_names_become_sql(name: str) -> None:
    with pytest.raises(ValueError, match="not a plain SQL name"):
        quoted(name)


def test_statement_without_what_it_names_is_an_error() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        statement("core", "as_of", entity="account")
