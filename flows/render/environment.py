"""The Jinja environment: strict about what is missing, escaping everything, local files only."""

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.paths import part
from flows.render import charts
from transforms.views.cells import Bar, Gantt, Spark


@lru_cache
def environment() -> Environment:
    """The environment of all templates; a name that nobody gave is an error."""
    made = Environment(
        loader=FileSystemLoader(part("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        spark=charts.spark,
        bar=charts.bar,
        bridge_shape=charts.bridge,
        column_shapes=charts.columns,
        event_marks=charts.marks,
        standing=charts.standing,
        gantt=charts.gantt,
    )
    made.tests["block"] = _is_kind
    made.tests["drawn_cell"] = _is_drawn
    return made


@lru_cache
def stylesheet() -> str:
    """The style sheet of a pack."""
    return part("templates", "pack.css").read_text("utf-8")


def _is_kind(value: object, name: str) -> bool:
    return type(value).__name__ == name


def _is_drawn(value: object) -> bool:
    return isinstance(value, Bar | Gantt | Spark)
