"""Attachments of the mails in one folder of a mailbox (IMAP); the mails are left as they are."""

import imaplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

from imap_tools import (
    AND,
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessage,
)

from flows.errors import PullFailed
from flows.pull.attempts import is_passing
from flows.pull.desk import Piece, too_large
from flows.pull.job import Arrival, Job, Kind
from flows.settings.pull import MailPull

T = TypeVar("T")
_ERRORS: Final = (OSError, imaplib.IMAP4.error, ImapToolsError)
_BULK: Final = 200
_LARGEST_MAIL_MEGABYTES: Final = 200
"""A mail is held in memory; servers take far smaller ones."""
_OF_ATTACHMENT: Final = 1_400_000
"""Bytes of a mail for a megabyte of attachment: base64 and headers."""
_IDENTITY: Final = '("name" "fupan" "version" "1")'


def kind(place: MailPull) -> Kind:
    """One folder of one mailbox."""
    shown = f"imap://{place.user}@{place.host}:{place.port}/{place.folder}"
    return Kind(shown, partial(_fetch, place), _ERRORS, _is_transient)


def _is_transient(error: BaseException) -> bool:
    """A connection that breaks is `abort` for imaplib; its other errors are final."""
    if isinstance(error, imaplib.IMAP4.abort):
        return True
    return isinstance(error, OSError) and is_passing(error)


def _fetch(place: MailPull, job: Job, seen: Mapping[str, Any]) -> Iterator[Arrival]:
    """Go through the mails that are new by their UID.

    In a snapshot the newest mail with a fitting attachment is the whole truth; else every one
    counts, oldest first, each remembered for itself.
    """
    mailbox = _Mailbox(place, job)
    with closing(mailbox):
        validity, heads = mailbox.call(lambda box: _heads(place, job, box, seen))
        if not heads:
            return
        if not job.is_snapshot:
            for uid, size in heads:
                pieces, refused = _pieces(place, job, mailbox, uid, size)
                yield Arrival(tuple(pieces), {"validity": validity, "uid": uid}, tuple(refused))
            return
        problems: list[PullFailed] = []
        pieces = []
        for uid, size in reversed(heads):
            pieces, refused = _pieces(place, job, mailbox, uid, size)
            problems += refused
            if pieces and not refused:
                break
            pieces = []  # part of a mail is not the whole truth
        yield Arrival(tuple(pieces), {"validity": validity, "uid": heads[-1][0]}, tuple(problems))


class _Mailbox:
    """One connection, made anew after it broke."""

    def __init__(self, place: MailPull, job: Job) -> None:
        self._place = place
        self._job = job
        self._box: BaseMailBox | None = None

    def call(self, action: Callable[[BaseMailBox], T]) -> T:
        """Call an action with the open folder, as often as it takes."""
        return self._job.attempt(lambda: self._once(action))

    def close(self) -> None:
        """Leave, politely if that is possible."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(*_ERRORS):
                box.logout()

    def _once(self, action: Callable[[BaseMailBox], T]) -> T:
        try:
            if self._box is None:
                self._box = self._connected()
                self._enter(self._box)
            return action(self._box)
        except _ERRORS:
            self.close()
            raise

    def _connected(self) -> BaseMailBox:
        place, seconds = self._place, self._job.settings.timeout_seconds
        if place.security == "none":
            return MailBoxUnencrypted(place.host, place.port, timeout=seconds)
        context = ssl.create_default_context()
        if place.security == "starttls":
            return MailBoxStartTls(place.host, place.port, timeout=seconds, ssl_context=context)
        return MailBox(place.host, place.port, timeout=seconds, ssl_context=context)

    def _enter(self, box: BaseMailBox) -> None:
        """Log in and open the folder for reading; some servers want to know who asks first."""
        password = self._job.secrets.read(self._place.password_env)
        box.login(self._place.user, password or "", initial_folder=None)
        if "ID" in box.client.capabilities:
            box.client.xatom("ID", _IDENTITY)
        box.folder.set(self._place.folder, readonly=True)


def _heads(
    place: MailPull, job: Job, box: BaseMailBox, seen: Mapping[str, Any]
) -> tuple[int, list[tuple[int, int]]]:
    """UID validity of the folder; UID and size of the new mails that fit, oldest first."""
    validity = int(box.folder.status(place.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    last = seen["uid"] if seen.get("validity") == validity else 0
    if last:
        criteria: str | AND = f"UID {last + 1}:*"
    else:
        criteria = AND(date_gte=(job.now - timedelta(days=place.days_back)).date())
    messages = box.fetch(criteria, mark_seen=False, headers_only=True, bulk=_BULK)
    found = [
        (int(message.uid or 0), message.size_rfc822)
        for message in messages
        if _fits(place, message)
    ]
    return validity, sorted(head for head in found if head[0] > last)


def _fits(place: MailPull, message: MailMessage) -> bool:
    sender = message.from_.casefold()
    wanted = (place.sender or "").casefold()
    is_from = sender.endswith(wanted) if wanted.startswith("@") else wanted in {"", sender}
    return is_from and (place.subject or "") in message.subject


def _pieces(
    place: MailPull, job: Job, mailbox: _Mailbox, uid: int, size: int
) -> tuple[list[Piece], list[PullFailed]]:
    """Fetch the fitting attachments of one mail, and what of it cannot be taken."""
    most = min(job.settings.max_megabytes, _LARGEST_MAIL_MEGABYTES)
    if size > most * _OF_ATTACHMENT:
        return [], [too_large(f"the mail with UID {uid}", most)]
    messages = mailbox.call(
        lambda box: list(box.fetch(f"UID {uid}", mark_seen=False, bulk=False, limit=1))
    )
    pieces: list[Piece] = []
    refused: list[PullFailed] = []
    for message in messages:
        for attachment in message.attachments:
            last = attachment.filename.replace("\\", "/").rpartition("/")[2]
            if not fnmatchcase(last, place.attachments or PurePosixPath(job.source.files).name):
                continue
            try:
                name = job.inbox.named(attachment.filename)
                pieces.append(job.desk.receive(name, [attachment.payload]))
            except PullFailed as problem:
                refused.append(problem)
    return pieces, refused
