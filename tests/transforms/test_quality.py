"""How good the newest delivery of a source is: the states apart, the light, the columns."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.views.builders_quality import judged, known, load, profile, reject
from tests.transforms.views.frames import WEEK, frame
from transforms.quality import IMPORTANT, MAIN_DATE
from transforms.tables import ENTITIES
from transforms.tables.ops import OPS

OLD = {"newest_on": date(2026, 11, 8), "week_rows": 0}
WEEKLY = [load(number, "a", 8 - number, 100) for number in range(1, 8)]
"""Seven weekly deliveries, the last a week before the run: within the reviewed week."""


def row(facts: dict[str, Any], loads: list[dict[str, Any]], **others: Any) -> dict[str, Any]:  # noqa: ANN401  # passed on
    return judged([known("a", **facts)], loads, **others)["source_quality"].row(0, named=True)


@pytest.mark.parametrize(
    ("facts", "loads", "freshness", "light"),
    [
        pytest.param({}, WEEKLY, "fresh", "green", id="dated in the week"),
        pytest.param({"known_rows": 0}, [], "no_load", "grey", id="never loaded"),
        pytest.param(
            {"known_rows": 0, "is_required": True},
            [],
            "no_load",
            "red",
            id="required, never loaded",
        ),
        pytest.param(
            {"known_rows": 0, "newest_on": None},
            [load(1, "a", 0, 0)],
            "no_data",
            "yellow",
            id="empty",
        ),
        pytest.param(OLD, [load(1, "a", 0, 100)], "zero", "yellow", id="came, nothing in the week"),
        pytest.param(
            OLD | {"active_weeks": 2}, [load(1, "a", 0, 100)], "zero", "green", id="seldom has rows"
        ),
        pytest.param(OLD, WEEKLY, "not_due", "green", id="its gap has not passed"),
        pytest.param(OLD, WEEKLY[:5], "too_few_loads", "yellow", id="four gaps are too few"),
        pytest.param(OLD, WEEKLY[:6], "late", "red", id="two weeks in a weekly rhythm"),
        pytest.param(
            {"entity": "product", "newest_on": None}, WEEKLY, "undated", "green", id="no main date"
        ),
    ],
)
def test_states_are_told_apart(
    facts: dict[str, Any], loads: list[dict[str, Any]], freshness: str, light: str
) -> None:
    found = row(facts, loads)
    assert (found["freshness"], found["light"]) == (freshness, light)


def test_ages_count_to_the_end_of_the_week_in_company_time() -> None:
    found = row(OLD, WEEKLY)
    assert found["age_days"] == 14
    assert found["arrived_on"] == date(2026, 11, 16)  # Sunday 22:00 UTC is Monday in Shanghai
    assert found["arrival_age_days"] == 6
    assert found["usual_gap_days"] == 7
    assert row({}, [load(1, "a", 0, 9)])["arrival_age_days"] == -1


def test_a_file_that_does_not_add_up_is_red() -> None:
    lossy = load(1, "a", 0, 100) | {"rows_opened": 99}
    assert row({}, [lossy])["light"] == "red"


@pytest.mark.parametrize(
    ("facts", "loads", "rejects"),
    [
        pytest.param({"mode": "delta"}, (3, 0), 3, id="a delta keeps its old rejects"),
        pytest.param({"mode": "snapshot"}, (3, 0), 0, id="a snapshot has repaired them"),
        pytest.param({"mode": "snapshot"}, (0, 2), 2, id="a new one"),
    ],
)
def test_open_rejects(facts: dict[str, Any], loads: tuple[int, int], rejects: int) -> None:
    made = [load(n, "a", 2 - n, 50, rows_rejected=loads[n - 1]) for n in (1, 2)]
    broken = [
        reject(number, line, rule=rule)
        for number in (1, 2)
        for line in range(loads[number - 1])
        for rule in ("not_a_date", "missing")
    ]
    found = row(facts, made, rejects=broken)
    assert found["open_rejects"] == rejects
    assert found["light"] == ("yellow" if rejects else "green")


def test_a_finding_makes_the_source_yellow() -> None:
    finding = {"source": "a", "rule": "unknown_rep", "value": "R9", "rows": 3, "message": "?"}
    found = row({}, WEEKLY, findings=frame(OPS["finding"], [finding | {"amount": Decimal(9)}]))
    assert (found["open_findings"], found["light"]) == (1, "yellow")


def test_a_row_count_that_halves_is_a_drift() -> None:
    found = row({}, [*WEEKLY, load(8, "a", 0, 50)])
    assert (found["rows_state"], found["usual_rows"], found["light"]) == ("drift", 100, "yellow")
    assert (found["least_rows"], found["most_rows"]) == (90, 110)


def columns(*filled: int, rows: int = 100, column: str = "rep_id") -> dict[str, Any]:
    """The column after deliveries so full, the oldest first."""
    count = len(filled)
    loads = [load(number, "a", count - number, rows) for number in range(1, count + 1)]
    full = [
        line
        for number, value in enumerate(filled, 1)
        for line in profile(number, rows, **{column: value})
    ]
    found = judged([known("a", mapped=[column])], loads, full)["column_quality"]
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("filled", "state"),
    [
        pytest.param((98, 97, 99, 98, 98, 97), "ok", id="as before"),
        pytest.param((98, 97, 99, 98, 98, 40), "drift", id="emptied"),
        pytest.param((40, 41, 39, 40, 40, 100), "drift", id="filled at last"),
        pytest.param((98, 98, 98, 98, 98, 89), "ok", id="nine rows are too few to tell"),
        pytest.param((98, 98, 98, 98, 98, 87), "drift", id="eleven rows"),
        pytest.param((98, 97, 99, 98, 40), "too_few_loads", id="four before"),
    ],
)
def test_drift_of_null_shares(filled: tuple[int, ...], state: str) -> None:
    assert columns(*filled)["state"] == state


def test_a_column_without_rows_has_no_null_share() -> None:
    found = columns(0, 0, 0, rows=0, column="net_amount")
    assert (found["null_share"], found["state"]) == (None, "no_data")


def test_a_column_that_is_not_mapped_is_not_judged() -> None:
    made = judged([known("a", mapped=[])], WEEKLY, profile(1, 100, rep_id=0))
    assert made["column_quality"].is_empty()
    assert made["source_quality"].item(0, "cells") is None


def test_only_columns_that_matter_count_as_completeness() -> None:
    full = profile(7, 100, rep_id=80, net_amount=100)
    found = judged([known("a")], WEEKLY, full)["source_quality"].row(0, named=True)
    assert (found["cells"], found["filled_cells"], found["light"]) == (100, 80, "yellow")


def test_the_columns_named_are_columns_of_their_entity() -> None:
    for entity, names in IMPORTANT.items():
        assert set(names) <= set(ENTITIES[entity].column_names())
    for entity, name in MAIN_DATE.items():
        assert str(ENTITIES[entity].create_empty().schema[name]) == "Date"


def test_row_order_does_not_matter() -> None:
    loads = [*WEEKLY, load(8, "a", 0, 50), load(9, "b", 0, 7)]
    full = [*profile(8, 50, rep_id=2), *profile(7, 100, rep_id=99)]
    sources = [known("a"), known("b"), known("c", is_required=True, known_rows=0)]
    one = judged(sources, loads, full)
    other = judged(sources[::-1], loads[::-1], full[::-1])
    for name in ("source_quality", "column_quality"):
        assert one[name].equals(other[name])
    assert WEEK.ends_on == one["source_quality"].item(0, "newest_on")
