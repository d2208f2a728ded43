"""High-value actions worth copying (D-21): who does better at which step, at the same mix.

Whoever has the easy customers wins more. So cases are compared within strata of customer type,
product line and channel, and the differences of the strata are averaged with the weights of Mantel
and Haenszel (n1 n0 / n, risk difference: Greenland and Robins 1985, Biometrics 41), which let
strata of few cases count. The variance is Sato's (1989, Biometrics 45), right for many small and
for few large strata; the interval inverts the test that belongs to it (Klingenberg 2014, Statistics
in Medicine 33). Many reps and steps are looked at: shown is what Benjamini and Hochberg select at
5 %, and the intervals of what is selected are widened so that 95 of 100 of them hold the truth
(false coverage rate: Benjamini and Yekutieli 2005, JASA 100). A difference is no cause: what is
shown is worth a look, no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist
from typing import Final

import polars as pl

from transforms.multiplicity import false_discovery, two_sided
from transforms.parameters import Parameters
from transforms.reads import Columns
from transforms.scopes import UNASSIGNED
from transforms.tables.high_value import HighValueAction

FACTS_READ: Final[Columns] = {
    "visit": ("occurred_on", "is_effective", "is_discovery", "answered_questions"),
    "lead_created": ("occurred_on", "converted_on"),
    "proposal_submitted": ("occurred_on", "segment", "is_complete"),
    "stage_exit": ("occurred_on", "opportunity_id", "stage", "is_forward"),
    "deal_opened": ("opportunity_id", "segment"),
    "deal_closed": ("occurred_on", "segment", "is_won"),
}
"""Columns that `high_value_actions` reads."""

FALSE_RATE: Final = 0.05
LEAST: Final = 0.001
"""Lower end of an interval that is shown: a tenth of a point, or it would be printed as 0."""
_ALL_QUESTIONS: Final = 3
_MIX: Final = ("segment", "product_line", "channel")
_NO_TYPE: Final = ""


@dataclass(frozen=True)
class Step:
    """One step of a sale: which rows count, which of them succeed."""

    code: str
    fact: str
    success: pl.Expr
    counts: pl.Expr


def steps(parameters: Parameters) -> tuple[Step, ...]:
    """The steps that are compared, in the order of a sale.

    >>> from transforms.calendar import review_week
    >>> [step.code for step in steps(Parameters(review_week("2026-W46")))]
    ['visit', 'discovery', 'lead', 'proposal', 'win']
    """
    cycle = parameters.actions.cycle_days
    ripe = parameters.week.ends_on - timedelta(days=cycle)
    stages = tuple(
        Step(f"stage[{stage.name}]", "stage_exit", pl.col("is_forward"), _stage(stage.name))
        for stage in parameters.stages
        if stage.outcome == "open"
    )
    is_known = pl.col("answered_questions").is_not_null()
    return (
        Step("visit", "visit", pl.col("is_effective"), pl.col("is_effective").is_not_null()),
        Step(
            "discovery",
            "visit",
            pl.col("answered_questions") >= _ALL_QUESTIONS,
            pl.col("is_discovery").fill_null(value=False) & is_known,
        ),
        Step(
            "lead",
            "lead_created",
            pl.col("converted_on") <= pl.col("occurred_on") + pl.duration(days=cycle),
            pl.col("occurred_on") <= ripe,
        ),
        Step(
            "proposal",
            "proposal_submitted",
            pl.col("is_complete"),
            pl.col("is_complete").is_not_null(),
        ),
        *stages,
        Step("win", "deal_closed", pl.col("is_won"), pl.lit(value=True)),
    )


def _stage(name: str) -> pl.Expr:
    return pl.col("stage") == name


def high_value_actions(facts: Mapping[str, pl.LazyFrame], parameters: Parameters) -> pl.DataFrame:
    """Compare reps with their team and teams with each other, step by step (`HighValueAction`).

    Looks at the weeks that the settings name, up to the as-of date; of leads at those old enough
    to have become customers within one sales cycle. A rep or team with fewer cases than the setting
    in strata that others have as well has no row, nor has what nobody owns.
    """
    cells = [_cells(facts, step, parameters) for step in steps(parameters)]
    known = [frame for frame in cells if frame is not None]
    if not known:
        return HighValueAction.create_empty()
    rows = pl.concat(known)
    minimum = parameters.actions.minimum_cases
    found = pl.concat(
        [
            _compared(rows, "rep", ["team"], minimum),
            _compared(
                rows.group_by("step", "team", *_MIX)
                .agg(pl.sum("cases", "successes"))
                .sort("step", "team", *_MIX),  # quotients are added up in one order
                "team",
                [],
                minimum,
            ),
        ]
    ).sort("scope_kind", "team", "scope", "step")
    return HighValueAction.validate(_selected(found), cast=True)


def _cells(
    facts: Mapping[str, pl.LazyFrame], step: Step, parameters: Parameters
) -> pl.DataFrame | None:
    """Cases and successes of a step by rep and stratum; None where the fact is not recorded."""
    if step.fact not in facts:
        return None
    since = parameters.week.ends_on - timedelta(weeks=parameters.actions.weeks)
    if step.code == "lead":
        since -= timedelta(days=parameters.actions.cycle_days)
    rows = _typed(facts[step.fact], facts, step.fact).filter(
        pl.col("occurred_on").is_between(since, parameters.week.ends_on, closed="right"),
        pl.col("rep") != UNASSIGNED,
        pl.col("team") != UNASSIGNED,
        step.counts,
    )
    return (
        rows.group_by("team", "rep", *_MIX)
        .agg(
            pl.len().cast(pl.Float64).alias("cases"),
            step.success.fill_null(value=False).sum().cast(pl.Float64).alias("successes"),
        )
        .select(
            pl.lit(step.code).alias("step"),
            pl.col("team", "rep", *_MIX).cast(pl.String),
            "cases",
            "successes",
        )
        .sort("step", "team", "rep", *_MIX)
        .collect()
    )


def _typed(rows: pl.LazyFrame, facts: Mapping[str, pl.LazyFrame], fact: str) -> pl.LazyFrame:
    """Rows with the customer type: their own, that of their opportunity, or none."""
    if fact == "stage_exit" and "deal_opened" in facts:
        types = facts["deal_opened"].select("opportunity_id", "segment").unique("opportunity_id")
        return rows.join(types, on="opportunity_id", how="left").with_columns(
            pl.col("segment").fill_null(_NO_TYPE)
        )
    if fact in {"proposal_submitted", "deal_closed"}:
        return rows
    return rows.with_columns(pl.lit(_NO_TYPE).alias("segment"))


def _compared(rows: pl.DataFrame, kind: str, within: list[str], minimum: int) -> pl.DataFrame:
    """Each unit against the others in the same strata, over all strata that both have."""
    stratum = ["step", *within, *_MIX]
    others = pl.col("cases").sum().over(stratum) - pl.col("cases")
    other_successes = pl.col("successes").sum().over(stratum) - pl.col("successes")
    sides = rows.with_columns(
        n1=pl.col("cases"), a=pl.col("successes"), n0=others, c=other_successes
    ).filter(pl.col("n0") > 0)
    n1, n0, a, c = pl.col("n1"), pl.col("n0"), pl.col("a"), pl.col("c")
    n = n1 + n0
    return (
        sides.group_by("step", "team", pl.col(kind).alias("scope"), maintain_order=True)
        .agg(
            (n1 * n0 / n).sum().alias("weight"),
            (a * n0 / n).sum().alias("own"),
            (c * n1 / n).sum().alias("like"),
            ((n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2).sum().alias("P"),
            ((a * (n0 - c) + c * (n1 - a)) / (2 * n)).sum().alias("Q"),
            n1.sum().cast(pl.Int64).alias("n"),
            n0.sum().cast(pl.Int64).alias("like_n"),
            pl.len().cast(pl.Int64).alias("strata"),
        )
        .filter(pl.col("n") >= minimum, pl.col("like_n") >= minimum, pl.col("Q") > 0)
        .with_columns(pl.lit(kind).alias("scope_kind"))
        .select(sorted(_COMPARED))
    )


_COMPARED: Final = (
    "scope_kind",
    "scope",
    "team",
    "step",
    "weight",
    "own",
    "like",
    "P",
    "Q",
    "n",
    "like_n",
    "strata",
)


def _selected(found: pl.DataFrame) -> pl.DataFrame:
    """Adjust for the number of comparisons, and form the intervals of what is selected."""
    rows = found.with_columns(
        (pl.col("own") / pl.col("weight")).alias("rate"),
        (pl.col("like") / pl.col("weight")).alias("like_rate"),
        ((pl.col("own") - pl.col("like")) / pl.col("weight")).alias("difference"),
        ((pl.col("own") - pl.col("like")) / pl.col("Q").sqrt())
        .map_elements(two_sided, return_dtype=pl.Float64)
        .alias("p_value"),
        pl.when(pl.col("scope_kind") == "rep").then("team").otherwise(pl.lit("")).alias("family"),
    )
    own = pl.concat(_adjusted(rows, "q_value", "scope_kind", "family"))
    whole = pl.concat(_adjusted(own.rename({"z": "z_own"}), "q_company", "scope_kind"))
    slope = pl.col("z_own") ** 2 * pl.col("P") / pl.col("weight") ** 2 / 2
    middle = pl.col("difference") + slope
    reach = (
        middle**2
        - pl.col("difference") ** 2
        + pl.col("z_own") ** 2 * pl.col("Q") / pl.col("weight") ** 2
    ).sqrt()
    return (
        whole.with_columns(
            (middle - reach).alias("difference_low"),
            (middle + reach).alias("difference_high"),
        )
        .with_columns(
            ((pl.col("q_value") <= FALSE_RATE) & (pl.col("difference_low") >= LEAST)).alias(
                "is_shown"
            )
        )
        .with_columns(
            (pl.col("is_shown") & (pl.col("q_company") <= FALSE_RATE)).alias("is_shown_to_company")
        )
        .select(HighValueAction.column_names())
        .sort("scope_kind", "team", "scope", "step")
    )


def _adjusted(rows: pl.DataFrame, name: str, *family: str) -> list[pl.DataFrame]:
    """Adjust p-values within families of rows that are shown side by side.

    Adds the column `name` and `z`, the quantile of intervals: of R selected among m, those of
    level 1 − R × 5 % ÷ m.
    """
    found = [rows.clear().with_columns(pl.lit(0.0).alias(name), pl.lit(0.0).alias("z"))]
    for _, each in rows.group_by(family, maintain_order=True):
        adjusted = false_discovery(each["p_value"].to_list())
        selected = max(sum(q <= FALSE_RATE for q in adjusted), 1)
        z = NormalDist().inv_cdf(1 - selected * FALSE_RATE / each.height / 2)
        found.append(
            each.with_columns(
                pl.Series(name, adjusted, dtype=pl.Float64), pl.lit(z, dtype=pl.Float64).alias("z")
            )
        )
    return found
