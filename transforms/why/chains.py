"""Levels 2 and 3 of all cases: window by window, so that each is measured once for all scopes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from transforms.catalogue import Metric
from transforms.parameters import ReviewWeek
from transforms.why.breakdown import GAP, Breakdown, bridge_rows
from transforms.why.case import Case, Window, rounded
from transforms.why.drivers import break_down
from transforms.why.record import Chain
from transforms.why.references import driver_plan_bridge, other_bridge, other_windows
from transforms.why.rows import FactRows
from transforms.why.segments import Found, located, own_rate
from transforms.why.slices import Slices

PART_OF: Final = {"lost_customers": "existing_volume"}
"""Drivers all of whose rows changed alike, and what they were a part of: lost among existing."""

_AND: Final = " × "
_DRIVERS_ON_PAGE: Final = 3

Row = dict[str, Any]
Segments = dict[str, tuple[Found, ...]]


@dataclass(frozen=True)
class Asked:
    """A case with the window of its own reference, and what is due in its place by metric."""

    case: Case
    span: Window
    dues: Mapping[str, Decimal]


@dataclass(frozen=True)
class TakenApart:
    """What levels 2 and 3 found of one case."""

    chain: Chain
    bridge: list[Row]
    segments: list[Row]
    others: dict[str, list[Row]] = field(default_factory=dict)
    """Bridges from other references, by their kind."""

    @property
    def bridges(self) -> list[Row]:
        """Rows of all bridges: from the case's own reference first."""
        kinds = ("driver_plan", "previous", "last_year")
        return [*self.bridge, *(row for kind in kinds for row in self.others.get(kind, []))]


def taken_apart(
    asked: Sequence[Asked],
    rows: FactRows,
    catalogue: Mapping[str, Metric],
    week: ReviewWeek,
    most_dimensions: int,
) -> list[TakenApart]:
    """Take the gaps of cases apart, in the order they are given in.

    A case within noise is not held against other references.
    """
    found: dict[str, TakenApart] = {}
    others: dict[Window, list[tuple[str, Asked]]] = {}
    for each in asked:
        if not each.case.is_within_noise:
            for kind, span in other_windows(each.case, each.span, week):
                others.setdefault(span, []).append((kind, each))
    for span, cases in _by_window(asked):
        slices = Slices(rows, span)
        for each in cases:
            found[each.case.case_id] = _own(each, slices, catalogue, most_dimensions)
    for span, held in others.items():
        slices = Slices(rows, span)
        for kind, each in held:
            bridge = other_bridge(each.case, kind, slices, catalogue)
            found[each.case.case_id].others[kind] = bridge
    return [found[each.case.case_id] for each in asked]


def _by_window(asked: Sequence[Asked]) -> Iterator[tuple[Window, list[Asked]]]:
    spans: dict[Window, list[Asked]] = {}
    for each in asked:
        spans.setdefault(each.span, []).append(each)
    yield from spans.items()


def _own(
    asked: Asked, slices: Slices, catalogue: Mapping[str, Metric], most_dimensions: int
) -> TakenApart:
    """Hold a case against its own reference, and against the driver targets."""
    case = asked.case
    breakdown = break_down(case, slices, catalogue, asked.dues)
    segments = _segments(case, breakdown, most_dimensions)
    chain = Chain(
        case,
        slices.span,
        breakdown.driver,
        _first(segments, breakdown.driver),
        tuple(each.members for several in segments.values() for each in several),
    )
    bridge = bridge_rows(
        case.case_id, case.reference_kind, (case.actual, case.reference), breakdown
    )
    others = {}
    if not case.is_within_noise:
        others["driver_plan"] = driver_plan_bridge(case, slices, asked.dues)
    return TakenApart(chain, bridge, [*_segment_rows(case, breakdown, segments)], others)


def _segments(case: Case, breakdown: Breakdown, most_dimensions: int) -> Segments:
    """Segments of the gap as a whole and of its driver; on a page, of the next drivers as well."""
    wanted = [GAP, *breakdown.drivers[: _DRIVERS_ON_PAGE if case.has_page else 1]]
    found: Segments = {}
    for code in wanted:
        cut = breakdown.cuts.get(code)
        if cut is None:
            continue
        if GAP in found and cut is breakdown.cuts[GAP]:
            found[code] = own_rate(cut, found[GAP]) if cut.kind == "rate" else found[GAP]
        else:
            base = breakdown.cuts.get(PART_OF.get(code, ""))
            found[code] = located(cut, most_dimensions, base)
    return found


def _first(segments: Segments, driver: str | None) -> Mapping[str, str]:
    """The segment that the evidence is looked for in: the driver's, else the gap's."""
    found = (*segments.get(driver or GAP, ()), *segments.get(GAP, ()))
    return found[0].members if found else {}


def _segment_rows(case: Case, breakdown: Breakdown, segments: Segments) -> Iterator[Row]:
    for code, found in segments.items():
        for position, segment in enumerate(found, start=1):
            part = rounded(segment.part * breakdown.weights[code])
            share = float(part / case.gap)
            yield {
                "case_id": case.case_id,
                "driver": code,
                "position": position,
                "dimensions": _AND.join(segment.members),
                "members": _AND.join(segment.members.values()),
                "actual": rounded(segment.actual),
                "reference": rounded(segment.reference),
                "contribution": part,
                "share": share,
                "residual_share": 1 - share,
            }
