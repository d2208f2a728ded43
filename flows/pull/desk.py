"""Where a file lies while it is being received: beside its place, under a name nobody reads."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Self

from flows.errors import PullFailed

PREFIX: Final = ".pull-"
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Piece:
    """A file that was received whole; `name` is what its place calls it."""

    path: Path
    name: str
    sha256: str
    size: int


class Receiver:
    """A binary file that counts and hashes what is written, and refuses to grow too large."""

    def __init__(self, file: IO[bytes], name: str, max_megabytes: int) -> None:
        self._file = file
        self._name = name
        self._max_megabytes = max_megabytes
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Hash of what was written so far."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> int:
        """Take one chunk; raises PullFailed where the file would become too large."""
        self.size += len(chunk)
        if self.size > self._max_megabytes * _MEGABYTE:
            raise too_large(self._name, self._max_megabytes)
        self._hash.update(chunk)
        return self._file.write(chunk)


class Desk:
    """The folder where files are received; what was not placed is cleared away, also at a start."""

    def __init__(self, folder: Path, max_megabytes: int) -> None:
        self.folder = folder
        self.max_megabytes = max_megabytes

    def __enter__(self) -> Self:
        """Clear away what a killed pull has left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clear()
        return self

    def __exit__(self, *_: object) -> None:
        """Clear away what was received and never placed."""
        self._clear()

    def receive(self, name: str, chunks: Iterable[bytes]) -> Piece:
        """Write all chunks; raises PullFailed where they are too many."""
        with self.opened(name) as (path, receiver):
            for chunk in chunks:
                receiver.write(chunk)
        return Piece(path, name, receiver.sha256, receiver.size)

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[Path, Receiver]]:
        """Open a temporary file; it is on disk when the block ends, gone when the block fails."""
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=PREFIX)
        path = Path(temporary)
        is_whole = False
        try:
            with os.fdopen(handle, "wb") as file:
                yield path, Receiver(file, name, self.max_megabytes)
                file.flush()
                os.fsync(file.fileno())
            path.chmod(0o644)
            is_whole = True
        finally:
            if not is_whole:
                path.unlink(missing_ok=True)

    def _clear(self) -> None:
        for path in self.folder.glob(f"{PREFIX}*"):
            path.unlink(missing_ok=True)


def too_large(name: str, max_megabytes: int) -> PullFailed:
    """Make the error for a file above the limit."""
    message = f"{name} is larger than {max_megabytes} MB"
    return PullFailed(
        message,
        state="it was not taken",
        remedy="fetch less at a time, or raise max_megabytes under [pull] in the source file",
    )
