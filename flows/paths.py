"""Where the parts of the project lie, found from the repository root."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


def part(*names: str) -> Path:
    """The path of a file or folder of the project, such as `part("sql", "marts", "sale.sql")`."""
    return ROOT.joinpath(*names)
