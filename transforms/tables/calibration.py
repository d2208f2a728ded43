"""Contracts of the calibration of targets (D-4, D-5)."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c

VERDICTS: Final = ("met", "question", "short", "no_data", "not_applicable")
ORIGINS: Final = ("data", "plan", "setting", "trial", "derived")


class Calibration(dy.Schema):
    """One row per open target and check of it (D-4): what it is held against, and the verdict.

    The plan as a whole is the metric `plan` with the checks `reserve` and `modules` (D-5).
    """

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day of the target's window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    check = c.key("annual, history, capacity, budget, market; reserve, modules")
    target = c.number("Committed target", required=True)
    reference = c.number("What it is held against; null where that is not known")
    difference = c.number("target − reference")
    verdict = c.one_of(*VERDICTS, description="Verdict", required=True)
    reason = c.text("Code of the reason", required=True)
    supply = c.text("Code of what to give, where something is not known or not named")
    words = c.text("What the plan names: the growth driver, the reason of the allowance")


class CalibrationFigure(dy.Schema):
    """One row per number that a check of a target rests on."""

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day of the target's window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    check = c.key("Check it belongs to")
    name = c.key("What it is, e.g. last_year, growth, trend, required_leads, capacity")
    position = c.count("Order within the check", required=True)
    value = c.number("The number; null where it is not known")
    origin = c.one_of(*ORIGINS, description="Where it comes from", required=True)
