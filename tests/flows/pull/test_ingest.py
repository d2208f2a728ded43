"""From the place to rows in core, for each kind of place that has a server of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imap_tools import MailBoxUnencrypted

from flows.company import Company
from flows.ingest import ingest
from flows.pull import pull
from flows.pull.cursor import cursor_path
from flows.warehouse import core_table, reader
from tests.flows.pull.conftest import PASSWORD, Database, ObjectStore, SftpServer
from tests.flows.pull.pulled_company import LATER, NOW, make_company, orders

pytestmark = pytest.mark.xdist_group("pull")

LOGIN = {"user": "crm", "password_env": "PULL_PASSWORD"}
QUERY = """
select id as number, 'S' || id as "单号",
       day as "日期", 'R1' as "工号", 'K1' as "客户", amount as "金额"
from sales
where id > :cursor
"""


@pytest.fixture
def object_storage(object_store: ObjectStore) -> tuple[dict[str, Any], Callable[..., None]]:
    files = {"url": "s3://exports/ingest/订单_*.csv", "endpoint": object_store.url}
    keys = {"key_id_env": "PULL_KEY_ID", "secret_env": "PULL_PASSWORD", "region": "us-east-1"}

    def deliver(*numbers: int) -> None:
        object_store.put(f"ingest/订单_{numbers[0]}.csv", orders(*numbers))

    return {"files": {**files, **keys, "addressing": "path"}}, deliver


@pytest.fixture
def sftp(sftp_server: SftpServer) -> tuple[dict[str, Any], Callable[..., None]]:
    url = f"sftp://127.0.0.1:{sftp_server.port}/out/订单_*.csv"
    files = {"url": url, "known_hosts": str(sftp_server.known_hosts), **LOGIN}

    def deliver(*numbers: int) -> None:
        path = sftp_server.root / "out" / f"订单_{numbers[0]}.csv"
        path.write_text(orders(*numbers), "utf-8")

    return {"files": files}, deliver


@pytest.fixture
def mailbox(imap_port: int) -> tuple[dict[str, Any], Callable[..., None]]:
    def deliver(*numbers: int) -> None:
        mail = EmailMessage()
        mail["From"], mail["Subject"] = "erp@partner.example", "订单"
        mail.add_attachment(
            orders(*numbers).encode(), maintype="text", subtype="csv", filename="订单.csv"
        )
        with MailBoxUnencrypted("127.0.0.1", imap_port).login("crm", PASSWORD) as box:
            box.append(mail.as_bytes(), "INBOX", dt=datetime(2026, 11, 20, tzinfo=UTC))

    server = {"host": "127.0.0.1", "port": imap_port, "security": "none"}
    return {"mail": {**server, **LOGIN}}, deliver


@pytest.fixture
def sql(database: Database) -> tuple[dict[str, Any], Callable[..., None]]:
    database.run(
        "create table sales (id int, day date, amount numeric(18, 2)); grant select on sales to crm"
    )

    def deliver(*numbers: int) -> None:
        for number in numbers:
            database.run(f"insert into sales values ({number}, '2026-11-16', 1000.10)")  # noqa: S608

    place = {"url": database.url, "password_env": "PULL_PASSWORD"}
    return {"sql": {**place, "cursor": "number", "cursor_start": 0}}, deliver


def known(company: Company, at: datetime) -> dict[str, Decimal]:
    with reader(company.committed) as connection:
        rows = core_table(connection, "order_line", at).select("order_id", "net_amount")
    return dict(rows.iter_rows())


@pytest.mark.parametrize("place", ["object_storage", "sftp", "mailbox", "sql"])
def test_what_is_fetched_ends_in_core_once(
    tmp_path: Path, request: pytest.FixtureRequest, place: str
) -> None:
    settings, deliver = request.getfixturevalue(place)
    company = make_company(tmp_path / "acme", settings, query=QUERY if place == "sql" else None)
    amount = Decimal("1000.10")
    deliver(1, 2)
    assert pull(company, NOW).problems == ()
    assert ingest(company, NOW).problems == ()
    assert known(company, NOW) == {"S1": amount, "S2": amount}
    assert list((company.folder / "inbox").iterdir()) == [], "archived"

    deliver(3)
    assert pull(company, LATER).problems == ()
    assert ingest(company, LATER).files["rows_read"].to_list() == [1]
    assert known(company, LATER) == {"S1": amount, "S2": amount, "S3": amount}

    cursor_path(company, "order").unlink()
    again = LATER + timedelta(days=1)
    assert pull(company, again).sources[0].state == "new"
    assert ingest(company, again).files["rows_opened"].sum() == 0, "known by content or key"
    assert known(company, again) == known(company, LATER)
