"""The archive: every loaded file and every configuration, by content, never changed."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flows.company import Company
from flows.errors import FileUnreadable, FupanError, PlatformError

_READ_ONLY: Final = 0o444
_BLOCK: Final = 4 * 2**20
_CONFIGURATIONS: Final = "configurations"


def file_sha256(path: Path) -> str:
    """Hash a file's content; raises FileUnreadable where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        raise FileUnreadable(
            message, where=str(path), remedy="give the user permission to read it"
        ) from error


def keep_file(company: Company, path: Path, file_id: str) -> Path:
    """Copy a file into `archive/<two digits>/<sha-256>/<name>`, once, read-only.

    Raises FileUnreadable where the content is no longer what `file_id` says.
    """
    kept = find_file(company, file_id)
    if kept is not None:
        return kept
    return _write(company.archive / file_id[:2] / file_id / path.name, _blocks(path, file_id))


@contextmanager
def kept_meanwhile(company: Company, path: Path, file_id: str) -> Iterator[None]:
    """Copy a file into the archive while it is being read; if that fails, it is not kept.

    Raises as `keep_file`.
    """
    was_there = find_file(company, file_id) is not None
    with ThreadPoolExecutor(1) as meanwhile:
        copy = meanwhile.submit(keep_file, company, path, file_id)
        try:
            yield
        except BaseException:
            if not was_there and copy.exception() is None:
                copy.result().unlink()
            raise
        copy.result()


def find_file(company: Company, file_id: str) -> Path | None:
    """Find an archived file by its content; None where it was never archived."""
    folder = company.archive / file_id[:2] / file_id
    if not folder.is_dir():
        return None
    return next((path for path in sorted(folder.iterdir()) if path.suffix != ".part"), None)


def archived_file(company: Company, file_id: str) -> Path:
    """Find an archived file that the journal names; raises FupanError where it is gone."""
    path = find_file(company, file_id)
    if path is None:
        message = f"the archive has lost the file {file_id[:12]}… that the journal names"
        raise FupanError(
            message,
            where=str(company.archive),
            state="the warehouse stands as it is; it cannot be rebuilt without the file",
            remedy="restore the archive folder from a backup",
        )
    return path


def keep_configuration(company: Company, sha256: str, text: str) -> None:
    """Archive a configuration document, once."""
    path = company.archive / _CONFIGURATIONS / f"{sha256}.json"
    if not path.exists():
        _write(path, [text.encode()])


def configuration_text(company: Company, sha256: str) -> str:
    """Read an archived configuration document."""
    return (company.archive / _CONFIGURATIONS / f"{sha256}.json").read_text("utf-8")


def _blocks(path: Path, file_id: str) -> Iterator[bytes]:
    """Read a file block by block; raises FileUnreadable where it is not what it was."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            yield block
    if digest.hexdigest() != file_id:
        message = f"{path.name} was changed while it was being read"
        raise FileUnreadable(
            message,
            where=str(path),
            state="nothing of it was loaded",
            remedy="wait until the export has finished, then run again",
        )


def _write(path: Path, content: Iterable[bytes]) -> Path:
    """Write a file whole or not at all, and make it read-only."""
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_READ_ONLY)
        return Path(shutil.move(name, path))
    except OSError as error:
        message = f"the archive cannot be written to: {error.strerror}"
        raise PlatformError(
            message,
            where=str(path.parent),
            state="nothing of this file was loaded",
            remedy="give the user write permission and free disk space, then run again",
        ) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
