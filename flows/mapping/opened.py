"""The exports behind what a person names: plain files, and those inside a zip or gzip."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flows.readers.bounds import refuse_oversized
from flows.readers.unpacking import PACKED, safe_name, unpack_gzip, unpack_zip
from flows.readers.zipped import Expansion
from flows.settings import SourceSettings
from flows.settings.company import IngestSettings


@contextmanager
def opened(files: Sequence[Path], limits: IngestSettings) -> Iterator[list[Path]]:
    """Give the exports that files are or hold; what was unpacked is gone afterwards.

    Raises FileUnreadable where a file is packed in an unsafe way or goes beyond a limit.
    """
    with tempfile.TemporaryDirectory(prefix="fupan-map-") as scratch:
        found: list[Path] = []
        for number, path in enumerate(files):
            if path.suffix.lower() in PACKED and path.is_file():
                found += _unpacked(path, Path(scratch) / str(number), limits)
            else:
                found.append(path)
        for path in found:
            if path.is_file():
                refuse_oversized(path, plain_source(path), limits)
        yield found


def plain_source(path: Path) -> SourceSettings:
    """A source that keeps the rows of a file as they are: enough to read it."""
    with path.open("rb") as file:
        start = file.read(4)
    kinds = {b"PAR1": "parquet", b"PK\x03\x04": "excel", b"\xd0\xcf\x11\xe0": "excel"}
    return SourceSettings.model_validate(
        {
            "title": path.name,
            "entity": "record",
            "files": "*",
            "format": kinds.get(start, "csv"),
            "columns": {name: {"value": "-"} for name in ("record_kind", "record_id", "content")},
        }
    )


def _unpacked(path: Path, folder: Path, limits: IngestSettings) -> list[Path]:
    bound = Expansion(limits.max_expanded_bytes, limits.max_expansion_ratio, "max_expanded_bytes")
    if path.suffix.lower() == ".gz":
        return [unpack_gzip(path, folder, bound)]
    found = []
    for number, (name, place) in enumerate(unpack_zip(path, folder, lambda _: True, bound).items()):
        named = folder / f"named-{number}" / safe_name(name.rpartition("/")[2])
        named.parent.mkdir()
        found.append(place.rename(named))
    return found
