"""The metrics of a trend view as data: a column, a column of some rows, or a formula."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

AGGREGATIONS: Final = ("sum", "mean", "min", "max", "first", "last", "count", "distinct")
OPERATIONS: Final = ("sum", "difference", "product", "divide")
_METHODS: Final = ("%", "percent", "bps")
_BPS: Final = "bps"
_KEYS: Final = frozenset(
    ["column", "filter", "function", "aggf", "metric_comparison_method", "box_total_scaling"]
)
_FILTER_KEYS: Final = frozenset(["base_column", "query"])
_LEAST_INPUTS: Final = 2
_WHOLE: Final = ""


class DefinitionError(ValueError):
    """A definition cannot be: which metric, what is wrong; a wrong name with the known ones."""

    def __init__(
        self, metric: str, message: str, name: str = "", known: Iterable[str] = ()
    ) -> None:
        super().__init__(f"metric {metric!r} {message}" if metric else f"the document {message}")
        self.name = name
        self.known = tuple(known)


@dataclass(frozen=True)
class Measure:
    """A column, its days aggregated; with a query only the rows that match it."""

    column: str
    aggregation: str
    query: str | None = None
    is_in_bps: bool = False


@dataclass(frozen=True)
class Formula:
    """An operation on the values that other metrics have in the same period, from left to right."""

    operation: str
    inputs: tuple[str, ...]
    is_in_bps: bool = False


Metric = Measure | Formula


def metrics_of(document: object) -> dict[str, Metric]:
    """Make metrics of a JSON document: name → definition; or one that has them as `metrics`.

    Raises DefinitionError, also where formulas need each other in a circle.

    >>> metrics_of({"Views": {"column": "PageViews", "aggf": "sum"}})
    {'Views': Measure(column='PageViews', aggregation='sum', query=None, is_in_bps=False)}
    """
    entries = _mapping(document, _WHOLE, "is no JSON object")
    inner = entries.get("metrics")
    if isinstance(inner, Mapping) and _holds_metrics(inner):
        entries = inner
    if not entries:
        raise DefinitionError(_WHOLE, "defines no metric")
    metrics = {str(name): _metric(str(name), entry) for name, entry in entries.items()}
    in_order(metrics)
    return metrics


def in_order(metrics: Mapping[str, Metric]) -> dict[str, Metric]:
    """Put formulas behind their inputs; raises where one is unknown or needs itself."""
    for name, metric in metrics.items():
        for each in metric.inputs if isinstance(metric, Formula) else ():
            if each not in metrics:
                raise DefinitionError(name, f"is formed of {each!r}, which is none", each, metrics)
    ordered: dict[str, Metric] = {
        name: each for name, each in metrics.items() if isinstance(each, Measure)
    }
    waiting = {name: each for name, each in metrics.items() if isinstance(each, Formula)}
    while waiting:
        ready = {name: each for name, each in waiting.items() if ordered.keys() >= {*each.inputs}}
        if not ready:
            names = ", ".join(sorted(waiting))
            raise DefinitionError(next(iter(waiting)), f"is formed in a circle: {names}")
        ordered |= ready
        waiting = {name: each for name, each in waiting.items() if name not in ready}
    return ordered


def _holds_metrics(inner: Mapping[str, Any]) -> bool:
    """Tell metrics by their names from the definition of one metric called `metrics`."""
    return inner.keys() != {"function"} and all(
        isinstance(each, Mapping) for each in inner.values()
    )


def _metric(name: str, entry: object) -> Metric:
    entry = _mapping(entry, name, "is no JSON object")
    _only(name, entry, _KEYS)
    kinds = [kind for kind in ("column", "filter", "function") if kind in entry]
    if len(kinds) != 1:
        given = " and ".join(kinds) or "none"
        message = f"needs exactly one of column, filter, function; it has {given}"
        raise DefinitionError(name, message)
    method = entry.get("metric_comparison_method", "%")
    if method not in _METHODS:
        message = f"has the metric_comparison_method {method!r}"
        raise DefinitionError(name, message, str(method), _METHODS)
    is_in_bps = _BPS in {method, entry.get("box_total_scaling")}
    if kinds == ["function"]:
        return _formula(name, entry, is_in_bps=is_in_bps)
    aggregation = entry.get("aggf")
    if aggregation not in AGGREGATIONS:
        message = f"has the aggf {aggregation!r}" if "aggf" in entry else "has no aggf"
        raise DefinitionError(name, message, str(aggregation or ""), AGGREGATIONS)
    if kinds == ["column"]:
        return Measure(_text(name, entry, "column"), aggregation, None, is_in_bps)
    part = _mapping(entry["filter"], name, "has a filter that is no JSON object")
    _only(name, part, _FILTER_KEYS)
    column, query = _text(name, part, "base_column"), _text(name, part, "query")
    return Measure(column, aggregation, query, is_in_bps)


def _formula(name: str, entry: Mapping[str, Any], *, is_in_bps: bool) -> Formula:
    if "aggf" in entry:
        raise DefinitionError(name, "is a function of aggregated metrics: it takes no aggf")
    function = _mapping(entry["function"], name, "has a function that is no JSON object")
    _only(name, function, OPERATIONS)
    if len(function) != 1:
        raise DefinitionError(name, f"needs one function of {', '.join(OPERATIONS)}")
    ((operation, operands),) = function.items()
    if not isinstance(operands, list) or len(operands) < _LEAST_INPUTS:
        raise DefinitionError(name, f"needs a list of two metrics or more to {operation}")
    inputs = []
    for operand in operands:
        wanted = '{"metric": {"name": …}}'
        outer = _mapping(operand, name, f"has an input that is not {wanted}")
        _only(name, outer, ("metric",))
        inner = _mapping(outer.get("metric"), name, f"has an input that is not {wanted}")
        _only(name, inner, ("name",))
        inputs.append(_text(name, inner, "name"))
    return Formula(operation, tuple(inputs), is_in_bps)


def _mapping(value: object, name: str, message: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DefinitionError(name, message)
    return value


def _only(name: str, entry: Mapping[str, Any], known: Iterable[str]) -> None:
    known = sorted(known)
    if unknown := [key for key in entry if key not in known]:
        raise DefinitionError(name, f"has the key {unknown[0]!r}", unknown[0], known)


def _text(name: str, entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DefinitionError(name, f"needs {key} as a text")
    return value
