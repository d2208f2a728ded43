"""`[read]` of a source: how its file is read, before any column has a meaning."""

from pydantic import Field

from flows.settings.base import Settings


class ReadSettings(Settings):
    """How the file is read, before any column has a meaning."""

    encoding: str | None = Field(None, description="utf-8, gb18030, utf-16, latin-1; none: detect")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="None: detect")
    quote: str = Field('"', max_length=1, description="Quoting character; empty: none")
    header_row: int = Field(1, ge=0, description="Line of the header, from 1; 0: there is none")
    header_rows: int = Field(
        1, ge=1, le=4, description="Rows the header takes; merged cells are joined 上/下"
    )
    column_names: tuple[str, ...] = Field((), description="Names, where there is no header")
    skip_after_header: int = Field(0, ge=0, description="Lines to leave out under the header")
    total_marker: str | None = Field(
        None, min_length=1, description="A row whose first filled cell starts so ends the data"
    )
    example_marker: str | None = Field(
        None, min_length=1, description="Rows whose first filled cell starts so are left out"
    )
    filled_by: tuple[str, ...] = Field(
        (),
        max_length=20,
        description="Columns that people fill in: a row in which all of them are empty is left out",
    )
    row_count_marker: str | None = Field(
        None,
        min_length=1,
        description="A row that starts so states how many rows there are (共, TRAILER)",
    )
    sheet: str | None = Field(None, description="Sheet of a workbook; none: the first shown")
    member: str | None = Field(
        None, min_length=1, description="Glob of the files inside a zip; none: as `files`"
    )

    @property
    def header_end(self) -> int:
        """Row that the header ends in; 0 where there is none."""
        return self.header_row and self.header_row + self.header_rows - 1

    @property
    def first_row(self) -> int:
        """Row that the data starts in."""
        return self.header_end + self.skip_after_header + 1
