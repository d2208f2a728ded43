"""The page of what is worth copying and of process against result (D-19, D-21)."""

from decimal import Decimal
from typing import Any

from tests.transforms.views.builders import bare_inputs
from tests.transforms.views.frames import frame
from transforms.tables.high_value import HighValueAction
from transforms.tables.relations import ProcessCheck, ProcessResult
from transforms.views.book import Book
from transforms.views.cells import Delta, Figure, MetricName, Sentence, Term, exact
from transforms.views.copying import copying_page
from transforms.views.model import Page, Table


def action(scope: str, team: str, **more: object) -> dict[str, Any]:
    base = {
        "scope_kind": "team" if scope == team else "rep",
        "scope": scope,
        "team": team,
        "step": "win",
        "rate": 0.4,
        "like_rate": 0.25,
        "difference": 0.15,
        "difference_low": 0.04,
        "difference_high": 0.26,
        "n": 80,
        "like_n": 300,
        "strata": 9,
        "p_value": 0.001,
        "q_value": 0.02,
        "q_company": 0.2,
        "is_shown": True,
        "is_shown_to_company": False,
    }
    return base | more


def relation(scope: str, **more: object) -> dict[str, Any]:
    base = {
        "scope_kind": "company" if scope == "company" else "team",
        "scope": scope,
        "process": "effective_visits",
        "result": "sales_amount",
        "lag_weeks": 3,
        "correlation": 0.5,
        "correlation_low": 0.3,
        "correlation_high": 0.65,
        "weeks": 101,
        "p_value": 0.00001,
        "q_value": 0.01,
        "is_shown": True,
    }
    return base | more


CHECK = {
    "scope_kind": "team",
    "scope": "华东二部",
    "rule": "discovery_depth",
    "process": "effective_visits",
    "result": "proposals / leads",
    "process_before": 10.0,
    "process_now": 13.0,
    "process_change": 0.3,
    "process_change_low": 0.2,
    "result_before": 0.2,
    "result_now": 0.2,
    "result_change": 0.0,
    "result_change_high": 0.1,
    "weeks": 8,
    "weeks_before": 26,
}


def page(
    actions: list[dict[str, Any]],
    relations: list[dict[str, Any]],
    checks: list[dict[str, Any]],
    scope: str = "company",
) -> Page | None:
    tables = {
        "high_value_action": frame(HighValueAction, actions),
        "process_result": frame(ProcessResult, relations),
        "process_check": frame(ProcessCheck, checks),
    }
    kind = "company" if scope == "company" else "team"
    return copying_page(Book(bare_inputs(**tables), kind, scope))


def rows(found: Page | None, code: str) -> tuple[tuple[Any, ...], ...]:
    assert found is not None
    return next(
        (block.rows for block in found.blocks if isinstance(block, Table) and block.code == code),
        (),
    )


def test_a_difference_is_shown_with_its_interval_and_cases() -> None:
    """D-21: who, at which step, by how much, on how many cases."""
    found = page([action("华东二部", "华东二部", is_shown_to_company=True)], [], [])
    (row,) = rows(found, "copying")
    assert row[1] == Term("step", "win")
    assert [cell.value for cell in row[2:5]] == [exact(each) for each in (0.4, 0.25, 0.15)]
    assert isinstance(row[5], Sentence)
    assert dict(row[5].cells)["low"] == Delta(exact(0.04), "share")
    assert row[6].value == 80


def test_each_pack_shows_what_is_beyond_chance_among_its_own() -> None:
    """D-21: a rep found within a small team is not found among all reps."""
    actions = [
        action("R1", "华东二部"),
        action("R2", "华南一部"),
        action("R3", "华东二部", is_shown=False),
    ]
    assert rows(page(actions, [], []), "copying") == ()
    assert len(rows(page(actions, [], [], "华东二部"), "copying")) == 1


def test_relations_and_rules_of_the_own_scope() -> None:
    """D-19: a team sees its own, the company its own relations and every team's rules."""
    relations = [relation("company"), relation("华东二部", lag_weeks=0), relation("华南一部")]
    whole, team = page([], relations, [CHECK]), page([], relations, [CHECK], "华东二部")
    (own,) = rows(whole, "process_result")
    assert isinstance(own[0], MetricName)
    assert own[2] == Sentence("lag_weeks_later", own[2].cells)
    assert rows(team, "process_result")[0][2] == Sentence("lag_none")
    assert len(rows(whole, "process_check")) == len(rows(team, "process_check")) == 1
    other = page([], relations, [CHECK], "华南一部")
    assert rows(other, "process_check") == ()


def test_nothing_beyond_chance_is_one_line_and_nothing_compared_is_none() -> None:
    quiet = page([action("R1", "甲", is_shown=False)], [relation("company", is_shown=False)], [])
    assert quiet is not None
    assert (quiet.headline.kind, quiet.blocks) == ("copying_none", ())
    counts = {name: cell.value for name, cell in quiet.headline.cells if isinstance(cell, Figure)}
    assert counts["compared"] == counts["tried"] == exact(1.0)
    assert page([], [], []) is None


def test_a_share_that_did_not_follow_differs_in_points_and_never_in_percent_of_percent() -> None:
    fell = {"result": "win_rate", "result_before": 0.2, "result_now": 0.15, "result_change": -0.25}
    for check, expected in ((CHECK | fell, "-0.05"), (CHECK, "0")):
        (row,) = rows(page([], [], [check]), "process_check")
        change = row[4]
        assert isinstance(change, Delta)
        assert change.value == Decimal(expected)
        assert change.is_relative == (check is CHECK)
