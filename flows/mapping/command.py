"""The command `fupan map`: a thin shell that costs nothing until it is called."""

from pathlib import Path
from typing import Annotated

import typer

_HERE = Path()


def map_files(
    files: Annotated[list[Path], typer.Argument(help="Exports nobody has described yet.")],
    company: Annotated[
        Path, typer.Option("--company", envvar="FUPAN_COMPANY", help="Company folder.")
    ] = _HERE,
    name: Annotated[str | None, typer.Option(help="Name of the source.")] = None,
    entity: Annotated[str | None, typer.Option(help="What the rows are, such as lead.")] = None,
    *,
    write: Annotated[
        bool, typer.Option("--write/--print", help="Into sources/, or only on the terminal.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Look at exports and write their source files, with a question wherever nothing is sure."""
    from flows.mapping.propose import Wish  # noqa: PLC0415
    from flows.mapping.writing import map_exports  # noqa: PLC0415

    folder = company if write or (company / "fupan.toml").exists() else None
    asked = map_exports(files, Wish(name, entity), folder, is_written=write, as_json=json)
    raise typer.Exit(1 if asked else 0)
