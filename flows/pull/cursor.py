"""`state/pull/<source>.json`: what was fetched last; written only once the file is in place."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from flows.company import Company
from flows.errors import PullFailed


@dataclass(frozen=True)
class Cursor:
    """How far a source was pulled.

    `place` is what it was pulled from: another place starts anew. `seen` is the kind's own record.
    `landed` are the files of the last snapshot in the inbox, name to sha-256.
    """

    place: str
    seen: dict[str, Any] = field(default_factory=dict)
    landed: dict[str, str] = field(default_factory=dict)


def cursor_path(company: Company, source: str) -> Path:
    """Where the cursor of a source is kept."""
    return company.state / "state" / "pull" / f"{source}.json"


def read_cursor(company: Company, source: str, place: str) -> Cursor:
    """Read the cursor; an empty one where there is none, or where it is of another place.

    Raises PullFailed where the file is damaged.
    """
    path = cursor_path(company, source)
    if not path.exists():
        return Cursor(place)
    try:
        document = json.loads(path.read_text("utf-8"))
        cursor = Cursor(**{name: document[name] for name in ("place", "seen", "landed")})
    except (ValueError, KeyError, TypeError) as error:
        message = f"what was remembered of the last pull of {source} is damaged"
        raise PullFailed(
            message,
            where=str(path),
            state="nothing was fetched",
            remedy=f"delete {path.name}: everything is fetched again and known by its content",
        ) from error
    return cursor if cursor.place == place else Cursor(place, landed=cursor.landed)


def write_cursor(company: Company, source: str, cursor: Cursor) -> None:
    """Store the cursor, whole or not at all."""
    path = cursor_path(company, source)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(cursor), ensure_ascii=False, indent=1)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
