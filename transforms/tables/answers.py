"""What people write on a 5-Why worksheet (D-18, level 5; D-20)."""

from typing import Final

import dataframely as dy
import polars as pl

from transforms.tables import columns as c

CAUSE_CLASSES: Final = ("strategy", "execution", "external")
"""策略有效性, 执行问题, 外部因素 (D-18)."""

CASE_ID: Final = r"^(\d{4}-W\d{2}):(.+?):(company|region|team):(.+):(week|mtd|qtd|ytd)$"
"""Week, metric, scope kind, scope and period kind of a case."""


class Answer(dy.Schema):
    """One row per case of a 5-Why worksheet, person and line of hers or his.

    Two people who answer one case have rows of their own; neither takes the other's place.
    """

    case_id = c.key("5-Why case it answers, as the worksheet names it")
    answered_by = c.key("Who answers")
    line = dy.Int64(
        primary_key=True, min=1, description="Line of the case: one for each countermeasure"
    )
    driver = c.text("Driver that the case had come to (level 2), by code")
    segment = c.text("Segment it had come to (level 3): dimension=member, joined by ' × '")
    why = c.text("Root cause in the person's own words")
    cause_class = c.one_of(
        *CAUSE_CLASSES,
        description="strategy (策略有效性), execution (执行问题) or external (外部因素)",
    )
    action = c.text("Countermeasure")
    owner = c.text("Who carries it out")
    due_on = c.day("By when")
    effect_metric = c.text("Metric it should move")
    effect_delta = c.number("By how much, in the metric's unit")
    status = c.text("How far it is, as written")

    @dy.rule()
    def names_a_case(cls) -> pl.Expr:
        """案例号不是工作表给出的 / the case number is none that a worksheet gives."""
        return pl.col("case_id").str.contains(CASE_ID)

    @dy.rule()
    def says_why_or_what_to_do(cls) -> pl.Expr:
        """原因和措施都没有填写 / neither a cause nor a countermeasure is given."""
        return pl.col("why").is_not_null() | pl.col("action").is_not_null()

    @dy.rule()
    def action_has_an_owner(cls) -> pl.Expr:
        """措施没有负责人 / the countermeasure has no owner."""
        return pl.col("action").is_null() | pl.col("owner").is_not_null()

    @dy.rule()
    def action_has_a_due_day(cls) -> pl.Expr:
        """措施没有期限 / the countermeasure has no due day."""
        return pl.col("action").is_null() | pl.col("due_on").is_not_null()

    @dy.rule()
    def effect_names_its_metric(cls) -> pl.Expr:
        """写了预期变化，没有写指标 / a change is expected, but of no metric."""
        return pl.col("effect_delta").is_null() | pl.col("effect_metric").is_not_null()
