"""HTML to PDF: tagged, with outline, the same bytes for the same pack."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.errors import PlatformError

VARIANT = "pdf/ua-1"


class RenderError(RuntimeError):
    """WeasyPrint had something to say about a page: the templates are wrong, not the data."""


def render_pdf(html: str, path: Path) -> Path:
    """Write HTML as a PDF, aside first and then renamed into place.

    Raises PlatformError where the folder cannot be written, RenderError where WeasyPrint logs
    anything, because a page it complains about is not a page to publish.
    """
    with _silence():
        content = _pdf(html)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True) if path.parent.is_dir() else None
        message = f"the pack {path.name} cannot be written: {error.strerror}"
        raise PlatformError(
            message,
            where=str(path.parent),
            state="packs written before it are whole; this one was not begun",
            remedy="give this user the right to write there, then run the same command again",
        ) from error
    return path


def _pdf(html: str) -> bytes:
    from weasyprint import HTML  # noqa: PLC0415 (takes a second; workers alone need it)

    written = HTML(string=html, url_fetcher=_refuse).write_pdf(
        pdf_variant=VARIANT, pdf_tags=True, pdf_identifier=b"fupan"
    )
    return bytes(written)


def _refuse(url: str, *_: object, **__: object) -> Mapping[str, Any]:
    """A pack is made of local text alone: nothing is fetched."""
    message = f"a pack asked for {url}, and packs fetch nothing"
    raise RenderError(message)


@contextmanager
def _silence() -> Iterator[None]:
    """Turn every message of WeasyPrint into an error."""
    heard: list[str] = []
    listener = _Listener(heard)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield
    finally:
        logger.removeHandler(listener)
    if heard:
        message = f"WeasyPrint says: {'; '.join(sorted(set(heard)))}"
        raise RenderError(message)


class _Listener(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was said."""
        self._heard.append(record.getMessage())
