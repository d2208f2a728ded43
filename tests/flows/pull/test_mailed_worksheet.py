"""A reply to a pack's mail with the filled worksheet attached becomes an answer (D-18, D-20)."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import tomlkit
from imap_tools import MailBoxUnencrypted

from flows.company import open_company
from flows.pull import pull
from flows.worksheet.source import source_text
from tests.flows.pull.conftest import PASSWORD
from tests.flows.pull.pulled_company import NOW
from tests.flows.worksheet.desk import ANSWER, WEEKS, Desk, light_packs

pytestmark = pytest.mark.xdist_group("pull")
FOLDER = "复盘回复"


def reply(worksheet: Path, pack: Path) -> bytes:
    """What a mail program sends: the text, a signature, the pack again and the worksheet."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "李强 <li.qiang@example.com>", "fupan@example.com"
    mail["Subject"] = "回复：海川设备 2026-W46 销售复盘"
    mail["In-Reply-To"] = "<176323@example.com>"
    mail.set_content("已填，见附件。\n\n> 请填写 5-Why 工作表")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="签名.png")
    mail.add_attachment(
        pack.read_bytes(), maintype="application", subtype="pdf", filename=pack.name
    )
    mail.add_attachment(
        worksheet.read_bytes(),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=worksheet.name,
    )
    return mail.as_bytes()


def test_a_mailed_worksheet_is_an_answer_in_the_next_pack(
    tmp_path: Path, imap_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    light_packs(monkeypatch)
    desk = Desk.of(tmp_path / "acme").monday(0)
    document = tomlkit.parse(source_text("zh"))
    document["pull"] = {
        "mail": {
            "host": "127.0.0.1",
            "port": imap_port,
            "security": "none",
            "user": "crm",
            "password_env": "PULL_PASSWORD",
            "folder": FOLDER,
            "sender": "@example.com",
        }
    }
    path = desk.company.folder / "sources" / "worksheet.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    sheet = desk.answer(desk.sheet().name, **ANSWER)
    filled = sheet.rename(tmp_path / sheet.name)
    with MailBoxUnencrypted("127.0.0.1", imap_port).login("crm", PASSWORD) as box:
        box.folder.create(FOLDER)
        mail = reply(filled, desk.edition.packs[0].path)
        box.append(mail, FOLDER, dt=datetime(2026, 11, 20, tzinfo=UTC))

    (fetched,) = pull(open_company(desk.company.folder), NOW).sources
    assert (fetched.state, fetched.files) == ("new", (filled.name,))
    assert [path.name for path in desk.inbox.iterdir()] == [filled.name]
    assert pull(open_company(desk.company.folder), NOW).sources[0].state == "nothing new"

    desk.sell(1, "1050.20")
    desk.monday(1)
    assert not desk.report.problems
    assert not list(desk.inbox.iterdir())
    said = desk.evidence().row(0, named=True)
    assert (said["kind"], said["subject"], said["answered_in_week"]) == ("answer", "李强", WEEKS[0])
    assert said["text"] == ANSWER["根本原因"]
    assert (desk.thread()["state"], desk.thread()["answers"]) == ("carried", 1)
