"""One line of `[columns]`: what it says, why, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from transforms.mapping.forms import OPEN, Forms

CONTENT_KEY: Final[Mapping[str, str]] = {"generate": "content_key"}


@dataclass
class Line:
    """One column of the entity: what its source file says, why, and what is asked."""

    target: str
    value: Any
    reason: str = ""
    confidence: float | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def source(self) -> str | None:
        """The export column it reads, where it reads one alone."""
        if isinstance(self.value, str):
            return None if self.value == OPEN else self.value
        return self.value.get("source") if isinstance(self.value, dict) else None


@dataclass(frozen=True)
class Lines:
    """The columns taken, and those too doubtful to take, as (target, source, confidence)."""

    taken: list[Line]
    doubtful: list[tuple[str, str, float]]


def line_value(source: str, forms: Forms) -> Any:  # noqa: ANN401  # what TOML can hold
    """Write a column as shortly as it can be."""
    return {"source": source, **forms.settings} if forms.settings else source
