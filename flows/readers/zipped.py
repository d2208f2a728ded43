"""A zip opened with distrust: its directory first, then no byte more than is allowed."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from flows.errors import FileUnreadable
from flows.readers.names import is_plain_name, shown

_MOST_ENTRIES: Final = 20_000
_MOST_DIRECTORY_BYTES: Final = 32 * 2**20
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCAL: Final = struct.Struct("<4s22x2H")
_COMMENT: Final = 65_535
_BLOCK: Final = 2**20
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_LITTLE: Final = 16 * 2**20
"""Below this size it does not matter how well something was packed."""
_UNPACKED_STATE: Final = "nothing of it was unpacked or loaded; earlier loads stand"


@dataclass(frozen=True)
class Expansion:
    """How far a packed file may expand."""

    most_bytes: int
    most_ratio: int
    setting: str
    """Name of the setting that states `most_bytes`."""

    def refuse(self, path: Path, total: int, expanded: int = 0, packed: int = 1) -> None:
        """Raise FileUnreadable where so many bytes are too many, or too many for what was packed.

        `total` is that of the file, `expanded` and `packed` of one member.
        """
        if total > self.most_bytes:
            message = f"{shown(path.name)} expands to more than {self.most_bytes:,} bytes"
            remedy = f"export less at a time, or raise {self.setting} under [ingest] in fupan.toml"
        elif expanded > _LITTLE and expanded > self.most_ratio * max(packed, 1):
            message = (
                f"{shown(path.name)} expands to more than {self.most_ratio} times its size: "
                "so do zip bombs, not exports"
            )
            remedy = "if it is genuine, raise max_expansion_ratio under [ingest] in fupan.toml"
        else:
            return
        raise refused(path, message, remedy)


@dataclass(frozen=True)
class Member:
    """One file inside a zip, under the name that whoever packed it saw."""

    name: str
    info: zipfile.ZipInfo

    @property
    def base(self) -> str:
        """The last part of its name."""
        return PurePosixPath(self.name).name


def refused(
    path: Path, message: str, remedy: str = "pack it again, or unpack it by hand"
) -> FileUnreadable:
    """Make the error of a packed file that is not opened."""
    return FileUnreadable(message, where=shown(str(path)), state=_UNPACKED_STATE, remedy=remedy)


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip with a directory of sane size; raises FileUnreadable, also while it is read."""
    name = shown(path.name)
    _refuse_directory(path)
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        message = f"{name} is damaged, or no zip: {error}"
        raise refused(path, message, "export or copy it again, then `fupan check`") from error
    except NotImplementedError as error:  # a form that zipfile does not know
        raise refused(path, f"{name} cannot be unpacked: {error}") from error


def entries(packed: zipfile.ZipFile) -> list[Member]:
    """List the files of a zip, safe or not; no folders and nothing that a desktop leaves behind."""
    found = [Member(_name(info), info) for info in packed.infolist()]
    return [
        member
        for member in found
        if not member.name.endswith("/")
        and not member.name.startswith("__MACOSX/")
        and not member.base.startswith((".", "~$"))
    ]


def members(path: Path, packed: zipfile.ZipFile) -> list[Member]:
    """List the files of a zip; raises FileUnreadable where one is not what an export would hold.

    Those are names that lead out of the folder, links and devices, encrypted files, and two files
    of one name.
    """
    found = entries(packed)
    seen: set[str] = set()
    for member in found:
        name, info = member.name, member.info
        said = f"{shown(path.name)} holds {shown(name)}"
        parts = PurePosixPath(name).parts
        if not is_plain_name(name) or name.startswith("/") or name[1:2] == ":" or ".." in parts:
            raise refused(path, f"{said}, a name that does not stay in its folder or hides signs")
        if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise refused(path, f"{said}, which is a link or a device and no file")
        if info.flag_bits & _ENCRYPTED:
            raise refused(path, f"{said}, which is encrypted", "pack it without a password")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            remedy = "pack it with the usual method (deflate)"
            raise refused(path, f"{said}, packed in an unusual way", remedy)
        if name in seen:
            raise refused(path, f"{said} twice")
        seen.add(name)
    return found


def blocks(
    path: Path, packed: zipfile.ZipFile, info: zipfile.ZipInfo, bound: Expansion, before: int = 0
) -> Iterator[bytes]:
    """Unpack one member; raises FileUnreadable as soon as it gets too large.

    What the directory says of its size is compared with what really comes out: other readers
    of the same file may believe the stream rather than the directory. `before` counts the bytes
    that other members of the file have taken.
    """
    bound.refuse(path, before + info.file_size, info.file_size, info.compress_size)
    size, checksum = 0, 0
    for block in _inflated(packed, info):
        size += len(block)
        checksum = zlib.crc32(block, checksum)
        bound.refuse(path, before + size, size, info.compress_size)
        yield block
    if size != info.file_size or checksum != info.CRC:
        message = (
            f"{shown(path.name)} is damaged: {shown(_name(info))} is not what its directory says"
        )
        raise refused(path, message, "export or copy it again, then `fupan check`")


def _inflated(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    file = packed.fp
    if file is None:
        return
    file.seek(info.header_offset)
    signature, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if signature != b"PK\3\4":
        message = "a file in it does not start where its directory says"
        raise zipfile.BadZipFile(message)
    file.seek(name + extra, 1)
    left = info.compress_size
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (raw := file.read(min(left, _BLOCK))):
        left -= len(raw)
        if info.compress_type == zipfile.ZIP_STORED:
            yield raw
            continue
        while raw:
            yield stream.decompress(raw, _BLOCK)
            raw = stream.unconsumed_tail
    if info.compress_type == zipfile.ZIP_DEFLATED:
        while not stream.eof and (block := stream.decompress(b"", _BLOCK)):
            yield block


def _name(info: zipfile.ZipInfo) -> str:
    """Decode a name: Chinese Windows writes it in GBK and says nothing about it."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return name.replace("\\", "/")


def _refuse_directory(path: Path) -> None:
    """Look at the size of the directory before Python reads all of it into memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _COMMENT - _END.size - _END_64.size - 20, 0))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        message = f"{shown(path.name)} is damaged, or no zip"
        raise refused(path, message, "export or copy it again, then `fupan check`")
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    wide = tail.rfind(b"PK\6\6", 0, at)
    if wide >= 0 and at - wide >= _END_64.size:
        *_, entries, directory, _ = _END_64.unpack_from(tail, wide)
    if entries > _MOST_ENTRIES or directory > _MOST_DIRECTORY_BYTES:
        message = f"{shown(path.name)} holds more than {_MOST_ENTRIES:,} files"
        raise refused(path, message, "pack fewer files together")
