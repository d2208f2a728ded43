"""One export file, whatever its format, read into rows of text."""

from pathlib import Path

from flows.errors import FileUnreadable
from flows.readers.delimited import read_delimited
from flows.readers.parquet import read_parquet
from flows.readers.reading import Reading
from flows.readers.workbook import read_workbook
from flows.settings import SourceSettings


def read_rows(path: Path, source: SourceSettings) -> Reading:
    """Read a file as its source says: every cell text, null where empty, and its row number.

    Raises FileUnreadable for a file that is missing, empty, truncated, corrupt, in another
    encoding than stated, or without a header that can be used.
    """
    if not path.is_file():
        message = f"{path.name} is missing"
        raise FileUnreadable(
            message, where=str(path), remedy="export it again and put it there, then `fupan check`"
        )
    try:
        size = path.stat().st_size
        if not size:
            message = f"{path.name} is empty (0 bytes)"
            raise FileUnreadable(
                message,
                where=str(path),
                state="nothing of it was loaded; earlier loads stand",
                remedy="export it again, then `fupan check`",
            )
        readers = {"csv": read_delimited, "excel": read_workbook, "parquet": read_parquet}
        return readers[source.format](path, source.read)
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        raise FileUnreadable(
            message, where=str(path), remedy="give the user permission to read it"
        ) from error
