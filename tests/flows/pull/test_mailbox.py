"""Pulling attachments from an IMAP server."""

import imaplib
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from imap_tools import BaseMailBox, MailBoxUnencrypted

from flows.company import Company
from flows.pull import cursor, pull
from tests.flows.pull.conftest import PASSWORD
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

Send = Callable[..., None]


@pytest.fixture
def folder(imap_port: int, request: pytest.FixtureRequest) -> Iterator[tuple[str, BaseMailBox]]:
    """A folder of the mailbox with a Chinese name, for one test."""
    name = f"导出 {request.node.name}"
    with MailBoxUnencrypted("127.0.0.1", imap_port).login("crm", PASSWORD) as box:
        box.folder.create(name)
        yield name, box


@pytest.fixture
def send(folder: tuple[str, BaseMailBox]) -> Send:
    """Put a mail with one attachment into the folder."""
    name, box = folder

    def sent(
        attachment: str,
        content: str,
        sender: str = "ERP <erp@partner.example>",
        title: str = "周报",
    ) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "crm@example.org", title
        mail.set_content("见附件")
        mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="签名.png")
        mail.add_attachment(content.encode(), maintype="text", subtype="csv", filename=attachment)
        box.append(mail.as_bytes(), name, dt=datetime(2026, 11, 20, tzinfo=UTC))

    return sent


def of_mailbox(
    tmp_path: Path, port: int, folder: str, mode: str = "delta", **more: object
) -> Company:
    mail = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": "crm",
        "password_env": "PULL_PASSWORD",
        "folder": folder,
        **more,
    }
    return make_company(tmp_path / "acme", {"mail": mail, "max_megabytes": 1}, mode=mode)


def test_attachments_come_once(
    tmp_path: Path, imap_port: int, folder: tuple[str, BaseMailBox], send: Send
) -> None:
    company = of_mailbox(tmp_path, imap_port, folder[0], sender="@Partner.example", subject="周报")
    assert pulled(company).state == "nothing new"
    send("订单_1.csv", orders(1))
    send("订单_2.csv", orders(2), sender="somebody@else.example")
    send("订单_3.csv", orders(3), title="别的")
    assert pulled(company).files == ("订单_1.csv",)
    assert pulled(company).state == "nothing new"
    send("订单_1.csv", orders(4))
    assert pulled(company, LATER).files == ("订单_1_20261123T220000Z.csv",)
    assert set(waiting(company).values()) == {orders(1), orders(4)}
    name, box = folder
    box.folder.set(name)
    assert not any("\\Seen" in mail.flags for mail in box.fetch(mark_seen=False))


def test_of_a_snapshot_the_newest_mail_counts(
    tmp_path: Path, imap_port: int, folder: tuple[str, BaseMailBox], send: Send
) -> None:
    company = of_mailbox(tmp_path, imap_port, folder[0], mode="snapshot")
    send("订单_1.csv", orders(1))
    send("订单_2.csv", orders(1, 2))
    send("名单.csv", "not asked for")
    assert pulled(company).files == ("订单_2.csv",)
    assert pulled(company).state == "nothing new"


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        pytest.param("../../订单_9.csv", "x", "no name for a file", id="upwards"),
        pytest.param("/etc/../订单_9.csv", "x", "no name for a file", id="absolute"),
        pytest.param("订单_9.csv", "x" * 1_500_000, "larger than 1 MB", id="large"),
    ],
)
def test_a_hostile_attachment_is_refused_once_and_blocks_nothing(
    tmp_path: Path,
    imap_port: int,
    folder: tuple[str, BaseMailBox],
    send: Send,
    name: str,
    content: str,
    complaint: str,
) -> None:
    company = of_mailbox(tmp_path, imap_port, folder[0])
    send(name, content)
    send("订单_1.csv", orders(1))
    assert complaint in problem_of(pull(company, NOW)).what
    assert waiting(company) == {"订单_1.csv": orders(1)}
    assert pulled(company).state == "nothing new"


def test_a_folder_made_anew_is_read_from_its_start(
    tmp_path: Path, imap_port: int, folder: tuple[str, BaseMailBox], send: Send
) -> None:
    company = of_mailbox(tmp_path, imap_port, folder[0])
    send("订单_1.csv", orders(1))
    send("订单_2.csv", orders(2))
    pulled(company)
    name, box = folder
    box.folder.delete(name)
    box.folder.create(name)
    send("订单_3.csv", orders(3))
    assert pulled(company, LATER).files == ("订单_3.csv",)


def test_a_connection_that_breaks_is_made_anew(
    tmp_path: Path,
    imap_port: int,
    folder: tuple[str, BaseMailBox],
    send: Send,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = of_mailbox(tmp_path, imap_port, folder[0])
    send("订单_1.csv", orders(1))
    fetched = imaplib.IMAP4.uid
    calls: list[str] = []

    def broken(self: imaplib.IMAP4, command: str, *args: str) -> object:
        calls.append(command.casefold())
        if calls.count("fetch") == 2:
            calls.append("fetch")
            self.shutdown()
        return fetched(self, command, *args)

    monkeypatch.setattr(imaplib.IMAP4, "uid", broken)
    said: list[str] = []
    assert pull(company, NOW, progress=said.append).sources[0].files == ("订单_1.csv",)
    assert len([line for line in said if "try 2" in line]) == 1


def test_a_wrong_password_fails_at_once_and_is_not_shown(
    tmp_path: Path,
    imap_port: int,
    folder: tuple[str, BaseMailBox],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("PULL_PASSWORD", "falsches-Wort")
    company, said = of_mailbox(tmp_path, imap_port, folder[0]), list[str]()
    report = pull(company, NOW, progress=said.append)
    assert problem_of(report).where == f"imap://crm@127.0.0.1:{imap_port}/{folder[0]}"
    assert "falsches-Wort" not in f"{report} {said} {caplog.text}"
    assert not [line for line in said if "try" in line]
    assert not cursor.cursor_path(company, "order").exists()


def test_an_encrypted_connection_is_wanted_unless_said_otherwise(
    tmp_path: Path, imap_port: int, folder: tuple[str, BaseMailBox]
) -> None:
    company = of_mailbox(tmp_path, imap_port, folder[0], security="starttls")
    assert "TLS not supported" in problem_of(pull(company, NOW)).what
