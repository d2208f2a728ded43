"""Zip and gzip files into plain ones, in a folder of their own."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from flows.readers.names import shown
from flows.readers.zipped import Expansion, Member, blocks, entries, members, opened_zip, refused

PACKED: Final = (".zip", ".gz")
_NESTED: Final = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst")
_BLOCK: Final = 2**20
_LONGEST_NAME: Final = 100


def zip_names(path: Path) -> list[str]:
    """List the files inside a zip, safe or not; raises FileUnreadable where it is damaged."""
    with opened_zip(path) as packed:
        return [member.name for member in entries(packed)]


def unpack_zip(
    path: Path, folder: Path, is_wanted: Callable[[str], bool], bound: Expansion
) -> dict[str, Path]:
    """Unpack the files that are wanted; returns where each lies, by its name in the zip.

    Every file gets a name of its own in the folder, whatever the zip calls it. Raises
    FileUnreadable where the zip is damaged, expands too far, or holds links, encrypted files,
    names that lead elsewhere, one name twice, or another packed file.
    """
    found: dict[str, Path] = {}
    size = 0
    with opened_zip(path) as packed:
        for number, member in enumerate(_checked(path, packed), 1):
            if not is_wanted(member.name):
                continue
            place = folder / str(number)
            place.mkdir(parents=True)
            found[member.name] = place / safe_name(member.base)
            with found[member.name].open("xb") as file:
                _write(file, blocks(path, packed, member.info, bound, size))
            size += member.info.file_size
    return found


def unpack_gzip(path: Path, folder: Path, bound: Expansion) -> Path:
    """Unpack a gzip file; returns where its content lies. Raises FileUnreadable."""
    place = folder / safe_name(path.name.rpartition(".")[0])
    folder.mkdir(parents=True)
    packed = path.stat().st_size
    size = 0
    try:
        with gzip.open(path) as content, place.open("xb") as file:
            while block := content.read(_BLOCK):
                size += len(block)
                bound.refuse(path, size, size, packed)
                file.write(block)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"{shown(path.name)} is cut off or damaged: {error}"
        raise refused(path, message, "export or copy it again, then `fupan check`") from error
    return place


def safe_name(name: str) -> str:
    """Cut a name to a length that every file system takes; its ending stays.

    >>> safe_name("订单.csv"), len(safe_name("x" * 300 + ".csv"))
    ('订单.csv', 104)
    """
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending[:_LONGEST_NAME]}"


def _checked(path: Path, packed: zipfile.ZipFile) -> list[Member]:
    found = members(path, packed)
    for member in found:
        if member.base.lower().endswith(_NESTED):
            message = f"{shown(path.name)} holds {shown(member.name)}, which is packed itself"
            raise refused(path, message, "unpack the inner one and put its files there")
    return found


def _write(file: IO[bytes], content: Iterator[bytes]) -> None:
    for block in content:
        file.write(block)
