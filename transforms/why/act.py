"""What people answered and decided, carried from week to week (D-18, D-20)."""

from collections.abc import Mapping

import dataframely as dy
import polars as pl

from transforms.parameters import Parameters
from transforms.tables.act import CaseAnswer
from transforms.why.answers import case_answers
from transforms.why.effects import action_effects
from transforms.why.planned import plan_effects
from transforms.why.register import action_items
from transforms.why.stories import opened_of_stories
from transforms.why.threads import case_threads


def placed_answers(
    answers: pl.DataFrame, before: pl.DataFrame | None, parameters: Parameters
) -> dy.DataFrame[CaseAnswer]:
    """Say which case each answer is about, and which of them stand.

    Takes the answers as read (`Answer` with `transforms.why.answers.LINEAGE`) and the `CaseThread`
    rows of the newest review before this one; None where there is none.
    """
    opened = None if before is None else opened_of_stories(before)
    return case_answers(answers, parameters.week.label, opened)


def act_tables(
    tables: Mapping[str, pl.DataFrame],
    records: Mapping[str, pl.DataFrame],
    before: pl.DataFrame | None,
    parameters: Parameters,
) -> dict[str, pl.DataFrame]:
    """Make the tables of `transforms.tables.act`.

    Takes the review tables `variance`, `metric_value` and `metric_history`, of the records
    `case_answer`, `action`, `strategy_item` and `task`, and the threads of the review before.
    """
    answers = records["case_answer"]
    values, history = tables["metric_value"], tables["metric_history"]
    items = action_items(records["action"], answers, parameters.week.label)
    return {
        "case_answer": answers,
        "case_thread": case_threads(tables["variance"], values, answers, items, before, parameters),
        "action_item": items,
        "action_effect": action_effects(items, history, values, parameters),
        "plan_effect": plan_effects(
            records["strategy_item"], records["task"], history, values, parameters
        ),
    }
