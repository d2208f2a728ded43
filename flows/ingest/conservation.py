"""The conservation law: every row that was read is somewhere."""

from collections.abc import Mapping
from typing import Any

from flows.errors import FupanError


def conserve(file: Mapping[str, Any]) -> None:
    """Hold the law: rows read = opened + unchanged + rejected + superseded + deleting.

    `file` is a row of `ops.file`. Raises FupanError where its counts do not add up.
    """
    parts = (
        "rows_opened",
        "rows_unchanged",
        "rows_rejected",
        "rows_superseded",
        "rows_deleting",
    )
    counts = {name: file[name] for name in (*parts, "rows_read")}
    if file["rows_read"] != sum(file[name] for name in parts):
        message = f"{file['file_name']} does not add up: {counts}"
        raise FupanError(
            message,
            state="the load was undone; the warehouse stands as before",
            remedy="report this with the file: rows must never get lost",
        )
