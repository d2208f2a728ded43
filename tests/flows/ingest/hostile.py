"""Files that somebody made to do harm, or that went wrong as if they had."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

NAMESPACE = "http://schemas.openxmlformats.org"
RELATIONS = f"{NAMESPACE}/officeDocument/2006/relationships"
MAIN = f"{NAMESPACE}/spreadsheetml/2006/main"
WORKBOOK = {
    "[Content_Types].xml": (
        f'<Types xmlns="{NAMESPACE}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{NAMESPACE}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{NAMESPACE}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
"""The parts of a workbook of one sheet, but for the sheet."""


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    """Make a zip of names and contents."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return target.getvalue()


def workbook(sheet: str, shared: str = "", above: str = "") -> bytes:
    """Make a workbook of the rows of one sheet and its shared texts."""
    parts = dict(WORKBOOK)
    parts["xl/worksheets/sheet1.xml"] = (
        f'{above}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
    )
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    return zipped(*parts.items())


def bomb(path: Path, name: str, size: int, *, stated: int = 0, parts: bool = False) -> None:
    """Write a zip (or workbook) with a member of so many zeros; `stated` is what it says it has."""
    block = bytes(2**20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    body = piece * (size // len(block)) + packer.flush()
    checksum = 0
    for _ in range((stated or size) // len(block)):
        checksum = zlib.crc32(block, checksum)
    small = [(part, content.encode()) for part, content in WORKBOOK.items()] if parts else []
    local, directory = b"", b""
    for each, packed, crc, length, method in (
        *((part, raw, zlib.crc32(raw), len(raw), 0) for part, raw in small),
        (name, body, checksum, stated or size, 8),
    ):
        sizes = struct.pack("<3L2H", crc, len(packed), length, len(each), 0)
        head = struct.pack("<5H", 20, 0, method, 0, 0x21) + sizes
        place = struct.pack("<3H2L", 0, 0, 0, 0, len(local))
        directory += b"PK\1\2" + struct.pack("<H", 20) + head + place + each.encode()
        local += b"PK\3\4" + head + each.encode() + packed
    count = len(small) + 1
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(local), 0)
    path.write_bytes(local + directory + b"PK\5\6" + end)


def lying(content: bytes, size: int) -> bytes:
    """Let the directory of a zip of one file state another size than it has."""
    directory = content.rfind(b"PK\1\2")
    return content[: directory + 24] + struct.pack("<L", size) + content[directory + 28 :]


def encrypted(content: bytes) -> bytes:
    """Mark the first file of a zip as encrypted."""
    directory = content.rfind(b"PK\1\2")
    return content[: directory + 8] + b"\1\0" + content[directory + 10 :]


def link(name: str) -> zipfile.ZipInfo:
    """Name a member that unpacks as a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def in_gbk(content: bytes, name: str, new: str) -> bytes:
    """Give a member of a zip a name as Chinese Windows does: in GBK, without saying so."""
    raw = new.encode("gb18030")
    assert len(raw) == len(name)
    return content.replace(name.encode(), raw)


def outside(folder: Path) -> dict[str, bytes]:
    """Every file beside a folder."""
    return {
        str(path): path.read_bytes()
        for path in folder.parent.rglob("*")
        if path.is_file() and not path.is_relative_to(folder)
    }
