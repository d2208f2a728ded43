"""The proposals of a review as tables, made from its metrics, cases and calibration (D-20)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.parameters import Parameters
from transforms.proposals.channels import channel_verdict
from transforms.proposals.leads import lead_quality
from transforms.proposals.rules import ProposalRules
from transforms.proposals.targets import next_target
from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.proposals import PROPOSED
from transforms.why.behaviour import AND

PERIOD: Final = "ytd"
"""Channels and sources are judged by the year to date: quarters have too few customers."""
_WINDOW: Final = ["metric", "scope_kind", "scope", "period_start", "period_end"]

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]


def proposals(
    tables: Tables, catalogue: Mapping[str, Metric], parameters: Parameters
) -> dict[str, pl.DataFrame]:
    """Propose for the next period what the tables of a review support.

    Looks at `metric_value`, `calibration`, `calibration_figure`, `variance` and `segment`. Returns
    TargetProposal, ChannelProposal and LeadFeedback rows by the names of their tables.
    """
    year = _Year(tables["metric_value"])
    questioned = _questioned(tables, catalogue)
    found = {
        "target_proposal": _targets(tables, catalogue, parameters),
        "channel_proposal": _channels(year, questioned, parameters.proposals),
        "lead_feedback": _sources(year, parameters.proposals),
    }
    return {
        name: contract.validate(
            pl.DataFrame(found[name], schema=contract.create_empty().schema, orient="row")
        ).sort(contract.primary_key())
        for name, contract in PROPOSED.items()
    }


class _Year:
    """Values of the fiscal year to date, of the company and its channels."""

    def __init__(self, values: pl.DataFrame) -> None:
        of_year = (pl.col("period_kind") == PERIOD) & pl.col("scope_kind").is_in(
            [COMPANY, "channel"]
        )
        rows = values.filter(of_year).to_dicts()
        self._rows = {(row["metric"], row["scope_kind"], row["scope"]): row for row in rows}
        channels = {row["scope"] for row in rows if row["scope_kind"] == "channel"}
        self.channels = sorted(channels - {UNASSIGNED})

    def row(self, metric: str, channel: str) -> Row | None:
        """The value of a channel, if it has one."""
        return self._rows.get((metric, "channel", channel))

    def amount(self, metric: str, channel: str | None = None) -> Decimal | None:
        """The exact amount of a plain sum, of a channel or the company; None where not known."""
        kind, scope = (COMPANY, COMPANY) if channel is None else ("channel", channel)
        row = self._rows.get((metric, kind, scope))
        is_known = row is not None and row["state"] in {"ok", "zero"}
        return row["numerator"] if row is not None and is_known else None

    def ratio(self, metric: str, channel: str) -> float | None:
        """A ratio of a channel; None where it is not known."""
        row = self.row(metric, channel)
        return row["value"] if row is not None and row["state"] in {"ok", "zero"} else None


def _channels(year: _Year, questioned: set[str], rules: ProposalRules) -> list[Row]:
    found = []
    for channel in year.channels:
        roi = year.row("channel_roi", channel)
        if roi is None or not roi["denominator"]:
            continue
        returned, spend = roi["numerator"], roi["denominator"]
        customers = year.amount("new_customers", channel)
        quality = _quality(year, channel, rules)
        is_questioned = channel in questioned
        found.append(
            {
                "channel": channel,
                "period_start": roi["period_start"],
                "period_end": roi["period_end"],
                "spend": spend,
                "returned": returned,
                "roi": year.ratio("channel_roi", channel),
                "new_customers": customers,
                "cac": year.ratio("cac", channel),
                "lead_quality": quality,
                "is_questioned": is_questioned,
                "verdict": channel_verdict(
                    returned, spend, customers, rules, quality, is_questioned=is_questioned
                ),
            }
        )
    return found


def _sources(year: _Year, rules: ProposalRules) -> list[Row]:
    whole, all_good = year.amount("leads"), year.amount("qualified_leads")
    found = []
    for channel in year.channels:
        row, leads = year.row("leads", channel), year.amount("leads", channel)
        good = year.amount("qualified_leads", channel)
        if row is None or not leads:
            continue
        verdict = _quality(year, channel, rules)
        share, off = None, None
        if verdict not in {"no_data", "too_few_cases"} and good is not None:
            share = float(good) / float(leads)
            if whole is not None and all_good is not None and whole > leads:
                off = share - float(all_good - good) / float(whole - leads)
        found.append(
            {
                "channel": channel,
                "period_start": row["period_start"],
                "period_end": row["period_end"],
                "leads": leads,
                "qualified_leads": good,
                "qualified_share": share,
                "difference": off,
                "lead_conversion": year.ratio("lead_conversion_cohort", channel),
                "verdict": verdict,
            }
        )
    return found


def _quality(year: _Year, channel: str, rules: ProposalRules) -> str:
    """How the leads of a source are against those of all others."""
    good, leads = (year.amount(code, channel) for code in ("qualified_leads", "leads"))
    all_good, all_leads = (year.amount(code) for code in ("qualified_leads", "leads"))
    return lead_quality(good, leads, all_good, all_leads, rules)


def _questioned(tables: Tables, catalogue: Mapping[str, Metric]) -> set[str]:
    """Channels that a deviation to the worse, beyond noise, was traced to; this week's cases."""
    worse = {
        **{code: -1 for code, metric in catalogue.items() if metric.better == "up"},
        **{code: 1 for code, metric in catalogue.items() if metric.better == "down"},
    }
    cases = [
        row["case_id"]
        for row in tables["variance"].filter(~pl.col("is_within_noise")).to_dicts()
        if row["gap"] * worse.get(row["metric"], 0) > 0
    ]
    return {
        member
        for row in tables["segment"].filter(pl.col("case_id").is_in(cases)).to_dicts()
        for dimension, member in zip(
            row["dimensions"].split(AND), row["members"].split(AND), strict=True
        )
        if dimension == "channel"
    }


def _targets(tables: Tables, catalogue: Mapping[str, Metric], parameters: Parameters) -> list[Row]:
    """The nearest coming target of each result that is better up, and what is proposed for it."""
    results = [
        code
        for code, metric in catalogue.items()
        if (metric.kind, metric.better) == ("result", "up")
    ]
    coming = tables["calibration"].filter(
        pl.col("check") == "history",
        pl.col("period_start") > parameters.week.ends_on,
        pl.col("metric").is_in(results),
    )
    nearest = coming.filter(
        pl.col("period_start") == pl.col("period_start").min().over("metric", "scope_kind", "scope")
    )
    figures = tables["calibration_figure"]
    for check, name in (("history", "trend"), ("capacity", "reachable")):
        named = figures.filter(pl.col("check") == check, pl.col("name") == name)
        numbers = named.select(*_WINDOW, pl.col("value").alias(name))
        nearest = nearest.join(numbers, on=_WINDOW, how="left")
    found = []
    for row in nearest.select(*_WINDOW, "target", "trend", "reachable").to_dicts():
        is_whole = catalogue[row["metric"]].unit == "count"
        sides = row["target"], row["trend"], row["reachable"]
        proposal = next_target(*sides, parameters.proposals, is_whole=is_whole)
        found.append(row | {"proposed": proposal.value, "verdict": proposal.verdict})
    return found
