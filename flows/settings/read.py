"""`[read]` of a source: how its file is read, before any column has a meaning."""

from pydantic import Field

from flows.settings.base import Settings


class ReadSettings(Settings):
    """How the file is read, before any column has a meaning."""

    encoding: str | None = Field(None, description="utf-8, gb18030, utf-16, latin-1; none: detect")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="None: detect")
    quote: str = Field('"', max_length=1, description="Quoting character; empty: none")
    header_row: int = Field(1, ge=0, description="Line of the header, from 1; 0: there is none")
    column_names: tuple[str, ...] = Field((), description="Names, where there is no header")
    skip_after_header: int = Field(0, ge=0, description="Lines to leave out under the header")
    total_marker: str | None = Field(
        None, description="A row whose first filled cell starts so ends the data (合计)"
    )
    sheet: str | None = Field(None, description="Sheet of a workbook; none: the first")
