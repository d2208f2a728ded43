"""A case in full: nothing on record about it is left out, drivers nest as in their tree."""

from decimal import Decimal

import polars as pl

from tests.transforms.views.builders import inputs
from transforms.views import PackInputs
from transforms.views.book import Book
from transforms.views.case_pages import case_pages
from transforms.views.cases import cases
from transforms.views.model import Table
from transforms.views.stories import Branch, Story, story


def told(given: PackInputs, case_id: str) -> Story:
    book = Book(given, "company", "company")
    return next(story(book, case) for case in cases(book) if case.row["case_id"] == case_id)


def kinds(branches: tuple[Branch, ...]) -> list[str]:
    return [branch.said.kind for branch in branches]


def names(branches: tuple[Branch, ...]) -> dict[str, list[str]]:
    """Drivers with those they are made of, by their codes."""
    return {
        dict(branch.said.cells)["driver"].code: [*names(branch.branches)]  # type: ignore[union-attr]
        for branch in branches
    }


def test_all_five_levels_are_there_in_order_d18() -> None:
    assert [level.number for level in told(inputs(), "c1").levels] == [1, 2, 3, 4, 5]


def test_every_row_of_evidence_is_told() -> None:
    """The pack shows two facts of a level; here are all."""
    one = inputs().tables["evidence"].filter(pl.col("case_id") == "c1", pl.col("level") == 4)
    more = pl.concat(
        [
            inputs().tables["evidence"],
            one.filter(pl.col("kind") == "event").with_columns(
                position=pl.lit(3, dtype=pl.Int64), text=pl.lit("展会")
            ),
        ]
    )
    level = told(inputs(evidence=more), "c1").levels[3]
    assert kinds(level.branches) == ["fact_metric", "fact_event", "fact_event"]


def test_what_stands_on_record_is_no_behaviour_d18() -> None:
    """Satisfaction is a number of level 5: the table of level 4 does not repeat it."""
    evidence = inputs().tables["evidence"]
    measured = evidence.filter(pl.col("case_id") == "c1", pl.col("kind") == "metric")
    on_record = measured.with_columns(
        level=pl.lit(5, dtype=pl.Int64),
        position=pl.lit(2, dtype=pl.Int64),
        subject=pl.lit("satisfaction"),
    )
    assert measured.height == 1
    assert evidence_rows(pl.concat([evidence, on_record])) == evidence_rows(evidence)
    again = measured.with_columns(position=pl.lit(3, dtype=pl.Int64))
    assert evidence_rows(pl.concat([evidence, again])) == evidence_rows(evidence) + 1


def evidence_rows(evidence: pl.DataFrame) -> int:
    """Rows of the tables of level 4, over all case pages."""
    book = Book(inputs(evidence=evidence), "company", "company")
    blocks = [block for page in case_pages(book, cases(book)) for block in page.blocks]
    return sum(
        len(block.rows) for block in blocks if isinstance(block, Table) and block.code == "evidence"
    )


def test_a_level_without_evidence_says_so() -> None:
    assert kinds(told(inputs(), "c4").levels[2].branches) == ["level_3_none"]


def test_noise_is_called_noise() -> None:
    assert kinds(told(inputs(), "c5").levels[0].branches) == ["level_1", "within_noise"]


def test_a_single_part_is_no_driver() -> None:
    assert kinds(told(inputs(), "c5").levels[1].branches) == ["level_2_none"]


def test_drivers_nest_as_in_their_tree_d18() -> None:
    row = {"case_id": "c4", "reference_kind": "plan", "share": 0.5, "actual": None}
    row |= {"reference": None, "role": "node"}
    nodes = [
        ("gap", None, "340000", 0),
        ("new_business", "gap", "250000", 1),
        ("new_customers", "new_business", "250000", 2),
        ("existing_volume", "gap", "90000", 3),
    ]
    bridge = pl.DataFrame(
        [
            row | {"node": node, "parent": parent, "contribution": Decimal(part), "position": place}
            for node, parent, part, place in nodes
        ]
    )
    level = told(inputs(bridge=bridge), "c4").levels[1]
    assert names(level.branches) == {"new_business": ["new_customers"], "existing_volume": []}
