"""Mail: each recipient gets the pack of their team or of the company, and each pack once."""

import json
import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Final

from flows.company import Company
from flows.edition import Edition, Pack
from flows.errors import PlatformError, SettingsError
from flows.settings.company import DeliverySettings, Recipient
from transforms.scopes import COMPANY

PASSWORD: Final = "FUPAN_SMTP_PASSWORD"  # noqa: S105  # the name of the variable, not its value
RECORD: Final = "deliveries.jsonl"
TIMEOUT_SECONDS: Final = 60
_WORKBOOK: Final = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_PACK_WORDS: Final = {
    "zh-CN": (
        "{company} 销售复盘 {week}（第 {edition} 版）",
        "{name}，您好：\n\n附件是{scope}{week}的销售复盘，第 {edition} 版，数据截至 {ends_on}。\n",
    ),
    "en": (
        "{company} sales review {week} (edition {edition})",
        (
            "Dear {name},\n\nattached is the sales review of {scope} for {week}, edition {edition},"
            " with data up to {ends_on}.\n"
        ),
    ),
}
"""Subject and text of the mail with a pack."""
_PAY_WORDS: Final = {
    "zh-CN": (
        "{company} 激励附页 {week}（第 {edition} 版，仅限本人）",
        (
            "{name}，您好：\n\n附件是{scope}{week}的激励附页，第 {edition} 版，数据截至 {ends_on}。"
            "内含薪酬，请勿转发。\n"
        ),
    ),
    "en": (
        "{company} pay annex {week} (edition {edition}, confidential)",
        (
            "Dear {name},\n\nattached is the pay annex of {scope} for {week}, edition {edition},"
            " with data up to {ends_on}. It shows pay: please do not forward it.\n"
        ),
    ),
}
"""Subject and text of the mail with a pay annex."""


@dataclass(frozen=True)
class Delivery:
    """One pack that was mailed to one recipient."""

    week: str
    edition: int
    """Edition the pack was rendered in."""
    scope_kind: str
    scope: str
    recipient: str
    """Address."""
    sha256: str
    """sha-256 of the PDF."""
    sent_at: str
    """Instant, UTC, ISO 8601."""


def deliver(
    company: Company, edition: Edition, annexes: tuple[Pack, ...] = ()
) -> tuple[Delivery, ...]:
    """Mail to each recipient the pack that is theirs, unless they already have that very file.

    Who may see pay gets the annex of their scope in a mail of its own, so that forwarding the
    review never takes pay along.

    Without `delivery.smtp_host` nothing is sent and packs stay in the folder. Every delivery is
    recorded in `published/deliveries.jsonl` at once, so a run that is broken off sends nobody the
    same pack again. Raises SettingsError for a recipient of a team nobody has or without a
    password that the server wants, PlatformError where the server cannot be reached or refuses.
    """
    settings = company.settings.delivery
    if settings.smtp_host is None:
        return ()
    due = [*_due(company, edition), *_annexes_due(company, annexes)]
    if not due:
        return ()
    sent, refused = [], []
    with _connection(settings) as server:
        for recipient, pack in due:
            words = _PAY_WORDS if pack in annexes else _PACK_WORDS
            try:
                server.send_message(_message(company, edition, recipient, pack, words))
            except smtplib.SMTPRecipientsRefused:
                refused.append(str(recipient.email))
                continue
            delivery = Delivery(
                week=edition.week.label,
                edition=pack.edition,
                scope_kind=pack.scope_kind,
                scope=pack.scope,
                recipient=str(recipient.email),
                sha256=pack.sha256,
                sent_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            _record(company, delivery)
            sent.append(delivery)
    if refused:
        message = f"the mail server refuses {', '.join(refused)}"
        raise PlatformError(
            message,
            where=f"{company.folder / 'fupan.toml'}: recipients",
            state=f"{len(sent)} other pack(s) sent",
            remedy="correct the address, then run the same command again: nobody gets a pack twice",
        )
    return tuple(sent)


def deliveries(company: Company) -> tuple[Delivery, ...]:
    """Every delivery on record, oldest first."""
    path = company.published / RECORD
    if not path.exists():
        return ()
    lines = path.read_text("utf-8").splitlines()
    return tuple(Delivery(**json.loads(line)) for line in lines)


def tell_operations(company: Company, *, subject: str, text: str) -> bool:
    """Mail a message to `delivery.operations`; says whether there was anybody to tell.

    Raises as `deliver` does.
    """
    settings = company.settings.delivery
    if settings.smtp_host is None or settings.operations is None:
        return False
    message = EmailMessage()
    message["From"] = settings.sender
    message["To"] = settings.operations
    message["Subject"] = subject
    message.set_content(text)
    with _connection(settings) as server:
        server.send_message(message)
    return True


def _due(company: Company, edition: Edition) -> Iterator[tuple[Recipient, Pack]]:
    packs = {(pack.scope_kind, pack.scope): pack for pack in edition.packs}
    had = {(delivery.recipient, delivery.sha256) for delivery in deliveries(company)}
    for recipient in company.settings.recipients:
        if recipient.email is None:
            continue
        pack = packs.get(("team", recipient.team) if recipient.team else (COMPANY, COMPANY))
        if pack is None and recipient.team and (COMPANY, COMPANY) in packs:
            teams = ", ".join(sorted(scope for kind, scope in packs if kind == "team"))
            message = f"recipient {recipient.name} is to get the pack of a team without one"
            raise SettingsError(
                message,
                where=f"{company.folder / 'fupan.toml'}: recipients, team = {recipient.team!r}",
                state="nothing was sent",
                remedy=f"name one of: {teams}",
            )
        if pack is not None and (recipient.email, pack.sha256) not in had:
            yield recipient, pack
            had.add((recipient.email, pack.sha256))


def _annexes_due(company: Company, annexes: tuple[Pack, ...]) -> Iterator[tuple[Recipient, Pack]]:
    """Pair each annex with the recipients of its very scope who may see pay, and nobody else."""
    had = {(delivery.recipient, delivery.sha256) for delivery in deliveries(company)}
    for recipient in company.settings.recipients:
        own = ("team", recipient.team) if recipient.team else (COMPANY, COMPANY)
        for annex in annexes:
            is_theirs = recipient.may_see_pay and (annex.scope_kind, annex.scope) == own
            if is_theirs and recipient.email and (recipient.email, annex.sha256) not in had:
                yield recipient, annex


@contextmanager
def _connection(settings: DeliverySettings) -> Iterator[smtplib.SMTP]:
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    remedy = "correct [delivery] in fupan.toml, then run the same command again"
    state = "packs are in the folder; what was sent stands in deliveries.jsonl"
    try:
        with smtplib.SMTP(
            str(settings.smtp_host), settings.smtp_port, timeout=TIMEOUT_SECONDS
        ) as server:
            if settings.starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, _password())
            yield server
    except smtplib.SMTPAuthenticationError as error:
        message = f"the mail server does not accept user {settings.smtp_user} and the password"
        raise SettingsError(
            message, where=place, state=state, remedy=f"set {PASSWORD}, then run again"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        message = f"packs cannot be mailed: {error}"
        raise PlatformError(message, where=place, state=state, remedy=remedy) from error


def _password() -> str:
    password = os.environ.get(PASSWORD)
    if not password:
        message = "delivery.smtp_user is set, but there is no password for it"
        raise SettingsError(message, where=PASSWORD, remedy=f"export {PASSWORD}=…")
    return password


def _message(
    company: Company,
    edition: Edition,
    recipient: Recipient,
    pack: Pack,
    said: Mapping[str, tuple[str, str]],
) -> EmailMessage:
    subject, text = said[company.settings.company.locale]
    identity = company.settings.company
    sender = company.settings.delivery.sender
    words = {
        "company": identity.name,
        "week": edition.week.label,
        "edition": pack.edition,
        "name": recipient.name,
        "scope": identity.name if pack.scope_kind == COMPANY else pack.scope,
        "ends_on": edition.week.ends_on.isoformat(),
    }
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(recipient.name, addr_spec=str(recipient.email))
    message["Subject"] = subject.format(**words)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(text.format(**words))
    message.add_attachment(
        pack.path.read_bytes(), maintype="application", subtype="pdf", filename=pack.path.name
    )
    if pack.worksheet is not None:
        message.add_attachment(
            pack.worksheet.read_bytes(),
            maintype="application",
            subtype=_WORKBOOK,
            filename=pack.worksheet.name,
        )
    return message


def _record(company: Company, delivery: Delivery) -> None:
    line = json.dumps(asdict(delivery), ensure_ascii=False)
    with (company.published / RECORD).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
