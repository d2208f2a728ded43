"""Placing what was received in the inbox: safe names, nothing overwritten, whole or not at all."""

import glob
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from flows.company import Company
from flows.errors import PullFailed, SettingsError
from flows.ingest.archive import file_sha256, find_file
from flows.pull.desk import Desk, Piece
from flows.settings import SourceSettings

_LONGEST_NAME_BYTES: Final = 200
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f/\\]")
_CHUNK: Final = 1 << 20


def safe_name(name: str) -> str:
    """Take the last part of an object's name; raises PullFailed where it is no safe file name.

    >>> safe_name("crm/2026/商机_1.csv")
    '商机_1.csv'
    """
    last = PurePosixPath(name).name
    if (
        ".." in PurePosixPath(name.replace("\\", "/")).parts
        or _UNSAFE.search(last)
        or last.startswith((".", "~$"))
        or not 0 < len(last.encode()) <= _LONGEST_NAME_BYTES
    ):
        message = f"{name[:80]!r} is no name for a file in the inbox"
        raise PullFailed(
            message, state="it was not fetched", remedy="rename it where it lies, then `fupan pull`"
        )
    return last


def stamp(now: datetime) -> str:
    """An instant as part of a file name; names sort by it."""
    return f"{now:%Y%m%dT%H%M%SZ}"


def made_name(source: SourceSettings, now: datetime) -> str:
    """Make a name that the source's glob takes, for content that has none of its own."""
    pattern = PurePosixPath(source.files).name
    if re.search(r"[?\[\]]", pattern):
        message = f"no file name can be made from files = {source.files!r}"
        raise SettingsError(message, remedy="use * alone in files of this source")
    return pattern.replace("*", stamp(now), 1).replace("*", "")


class Inbox:
    """The folder in which the ingest looks for the files of one source."""

    def __init__(self, company: Company, source: SourceSettings, now: datetime) -> None:
        place = PurePosixPath(source.files)
        if place.is_absolute() or ".." in place.parts or glob.has_magic(str(place.parent)):
            message = f"files = {source.files!r} does not name one folder within the inbox"
            raise SettingsError(message, remedy="use wildcards in the file name only")
        self.folder = company.folder / "inbox" / place.parent
        if not self.folder.resolve().is_relative_to(company.folder.resolve()):
            message = f"{self.folder.name} leads out of the company folder"
            raise SettingsError(message, remedy="put a folder in the place of the link")
        self._company = company
        self._pattern = place.name
        self._is_snapshot = source.mode == "snapshot"
        self._stamp = stamp(now)

    def takes(self, name: str) -> bool:
        """Whether the source's glob takes a file of that name."""
        return fnmatchcase(name, self._pattern)

    def named(self, object_name: str) -> str:
        """Make a safe file name of an object's; raises PullFailed where the glob takes it not."""
        name = safe_name(object_name)
        if not self.takes(name):
            message = f"{name} was found, but files = {self._pattern!r} does not take it"
            raise PullFailed(
                message,
                state="it was not fetched",
                remedy="change files in the source file, or what is asked for under [pull]",
            )
        return name

    def again(self, desk: Desk, name: str, sha256: str) -> Piece | None:
        """Take content that was fetched before from the inbox or archive; None where it is gone."""
        for path in (self.folder / name, find_file(self._company, sha256)):
            if path is not None and path.is_file() and file_sha256(path) == sha256:
                with path.open("rb") as file:
                    return desk.receive(name, iter(lambda: file.read(_CHUNK), b""))
        return None

    def place(self, pieces: Sequence[Piece], landed: Mapping[str, str]) -> dict[str, str]:
        """Rename pieces into the inbox; returns name to sha-256.

        In a snapshot they take the place of `landed`, what an earlier pull has left there and
        nobody has taken in since. Any other file stays: the new one gets another name.
        """
        placed: dict[str, str] = {}
        for piece in pieces:
            name = self._free_name(piece, landed, placed)
            piece.path.replace(self.folder / name)
            placed[name] = piece.sha256
        if self._is_snapshot and pieces:
            for name in landed.keys() - placed.keys():
                if self._is_ours(name, landed):
                    (self.folder / name).unlink(missing_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return placed

    def _free_name(self, piece: Piece, landed: Mapping[str, str], placed: Mapping[str, str]) -> str:
        stem, dot, suffix = piece.name.partition(".")
        tried = [
            piece.name,
            f"{stem}_{self._stamp}{dot}{suffix}",
            f"{stem}_{self._stamp}_{piece.sha256[:8]}{dot}{suffix}",
        ]
        names = [name for name in tried if self.takes(name) and name not in placed]
        for name in names:
            path = self.folder / name
            if not os.path.lexists(path) or _is_same(path, piece.sha256):
                return name
        for name in names:
            if self._is_snapshot and self._is_ours(name, landed):
                return name
        message = f"another {piece.name} is still waiting in the inbox"
        raise PullFailed(
            message,
            where=str(self.folder),
            state="the new one was not placed; it is fetched again next time",
            remedy="take the exports in first (`fupan review`), or put a * into files",
        )

    def _is_ours(self, name: str, landed: Mapping[str, str]) -> bool:
        return name in landed and _is_same(self.folder / name, landed[name])


def _is_same(path: Path, sha256: str) -> bool:
    return path.is_file() and not path.is_symlink() and file_sha256(path) == sha256
