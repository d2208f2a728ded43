"""A changed target opens a new version: attainment against the one of then and the one of now."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.builders import facts
from tests.transforms.test_daily_targets import JAN, target
from tests.transforms.test_targets import W03
from transforms.catalogue import CATALOGUE
from transforms.tables.plan import Target
from transforms.target_revisions import VERSIONS, target_revisions, targets_then
from transforms.targets import target_progress, window_points

NOVEMBER = datetime.fromisoformat("2025-11-03T00:00")
MIDDAY_OF_THE_FIRST = datetime.fromisoformat("2026-01-01T04:00")
NEXT_DAY = datetime.fromisoformat("2026-01-01T16:00")
LATER = datetime.fromisoformat("2026-01-12T00:00")
"""Instants in UTC; Shanghai is eight hours ahead."""

Version = tuple[int, datetime, datetime | None]


def revision(*versions: Version, sold: int = 480) -> dict[str, Any] | None:
    """One target in the versions given: value, known from, known to (UTC)."""
    schema = {**Target.create_empty().schema, **dict.fromkeys(VERSIONS, pl.Datetime("us"))}
    rows = [
        {**target(JAN, value), "known_from": known_from, "known_to": known_to}
        for value, known_from, known_to in versions
    ]
    frame = pl.DataFrame(rows, schema=schema)
    then = targets_then(frame, "Asia/Shanghai")
    sale = {"occurred_on": date(2026, 1, 9), "net_amount": Decimal(sold)}
    points = window_points(facts(sale=[sale]), then, CATALOGUE, W03)
    progress = target_progress(points, then, CATALOGUE, W03)
    found = target_revisions(frame, then, progress)
    return found.row(0, named=True) if found.height else None


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([(500, NOVEMBER, None)], (500, 500, 1, False, None), id="never changed"),
        pytest.param(
            [(500, NOVEMBER, LATER), (600, LATER, None)], (500, 600, 2, True, LATER), id="raised"
        ),
        pytest.param(
            [(500, NOVEMBER, MIDDAY_OF_THE_FIRST), (600, MIDDAY_OF_THE_FIRST, None)],
            (600, 600, 2, False, None),
            id="changed on the first day",
        ),
        pytest.param(
            [(500, NOVEMBER, NEXT_DAY), (600, NEXT_DAY, None)],
            (500, 600, 2, True, NEXT_DAY),
            id="changed on the second day in Shanghai",
        ),
        pytest.param([(500, LATER, None)], (500, 500, 1, False, None), id="set late"),
        pytest.param([(500, NOVEMBER, LATER)], (500, None, 1, True, LATER), id="withdrawn"),
        pytest.param(
            [(500, NOVEMBER, LATER), (500, LATER, None)],
            (500, 500, 1, False, None),
            id="only its owner changed",
        ),
    ],
)
def test_target_of_then_and_of_now(versions: list[Version], expected: tuple[Any, ...]) -> None:
    found = revision(*versions)
    assert found is not None
    shown = ("target_then", "target_now", "versions", "is_changed", "changed_at")
    assert tuple(found[name] for name in shown) == expected


def test_attainment_against_both() -> None:
    """480 of 500 is 96 %, of 600 it is 80 %."""
    found = revision((500, NOVEMBER, LATER), (600, LATER, None))
    assert found is not None
    assert (found["attainment_then"], found["attainment_now"]) == (0.96, 0.8)


def test_a_withdrawn_target_keeps_its_actual() -> None:
    found = revision((500, NOVEMBER, LATER))
    assert found is not None
    assert (found["actual"], found["attainment_then"], found["attainment_now"]) == (480, 0.96, None)
