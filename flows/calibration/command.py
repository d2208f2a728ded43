"""`fupan plan`: the verdict on every open target, and a trial of a changed assumption."""

from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from flows.calibration import assumptions, calibrate
from flows.calibration.trials import TARGET, affected, check_scopes, read_changes
from flows.company import Company
from flows.errors import UsageError, nearest
from flows.options import Scope, in_scope
from flows.output import OUT, as_text, print_json, print_table
from flows.review import latest_week, named_week, week_ground
from transforms.calibration import CHECKS, WORST_FIRST, Assumptions, overall

REACHABLE: Final = "reachable"


def run_plan(  # one parameter per option
    company: Company,
    week: str | None,
    scope: Scope | None,
    metric: str | None,
    what_if: list[str],
    *,
    as_json: bool,
) -> None:
    """Print the verdicts of a week, or before → after of a trial; raises UsageError."""
    changes, now = read_changes(what_if), datetime.now(UTC)
    chosen = named_week(company, week) if week else latest_week(company, now)
    ground, records, parameters = week_ground(company, chosen, now)

    def calibrated(assumed: Assumptions) -> tuple[pl.DataFrame, pl.DataFrame]:
        tables = calibrate(ground, records, assumed, parameters)
        found = in_scope(_of_metric(tables["calibration"], metric), scope)
        return found, tables["calibration_figure"]

    before, figures = calibrated(assumptions(company.settings, records))
    check_scopes(changes, before.filter(pl.col("check").is_in(CHECKS)))
    after, figures_after = (
        calibrated(assumptions(company.settings, records, changes))
        if changes
        else (before, figures)
    )
    if as_json:
        document: dict[str, Any] = {"week": chosen.label, "targets": targets(after, figures_after)}
        if changes:
            document["what_if"] = what_if
            document["affected"] = affected(before, after).to_dicts()
        print_json(document)
    elif changes:
        _print_trial(what_if, affected(before, after), before)
    else:
        _print_verdicts(f"{company.settings.company.name} {chosen.label}", before, figures)


def targets(verdicts: pl.DataFrame, figures: pl.DataFrame) -> list[dict[str, Any]]:
    """One dictionary per target, the worst first, with its checks and their numbers inside."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    worst_of = overall(verdicts)
    numbers: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in figures.to_dicts():
        key = (*(row[name] for name in TARGET), row["check"])
        numbers.setdefault(key, []).append(
            {name: row[name] for name in ("name", "value", "origin")}
        )
    for row in verdicts.to_dicts():
        key = tuple(row.pop(name) for name in TARGET)
        target = row.pop("target")
        head = dict(zip(TARGET, key, strict=True)) | {"target": target, "verdict": worst_of[key]}
        each = found.setdefault(key, head | {"is_reachable": None, "checks": []})
        if row["check"] == "capacity" and row["verdict"] != "no_data":
            each["is_reachable"] = row["reason"] == REACHABLE
        each["checks"].append(row | {"figures": numbers.get((*key, row["check"]), [])})
    return sorted(found.values(), key=lambda each: WORST_FIRST.index(each["verdict"]))


def _of_metric(verdicts: pl.DataFrame, metric: str | None) -> pl.DataFrame:
    if metric is None:
        return verdicts
    known = verdicts["metric"].unique().to_list()
    if metric not in known:
        message = f"no open target is of {metric!r}; {nearest(metric, known)}"
        raise UsageError(message)
    return verdicts.filter(pl.col("metric") == metric)


def _print_verdicts(title: str, verdicts: pl.DataFrame, figures: pl.DataFrame) -> None:
    rows = [
        {
            "metric": each["metric"],
            "scope": each["scope"],
            "window": f"{each['period_start']} – {each['period_end']}",
            "target": each["target"],
            **dict.fromkeys(CHECKS, ""),
            **{check["check"]: check["verdict"] for check in each["checks"]},
            "why": _why(each),
        }
        for each in targets(verdicts, figures)
    ]
    print_table(title, rows, ["metric", "scope", "window", "target", *CHECKS, "why"])


def _why(target: dict[str, Any]) -> str:
    """The reason of the worst check, with what it is held against and what to supply."""
    check = min(target["checks"], key=lambda each: WORST_FIRST.index(each["verdict"]))
    said = [check["reason"]]
    if check["reference"] is not None:
        said.append(f"against {as_text(check['reference'])}")
    if check["supply"]:
        said.append(f"give {check['supply']}")
    return ", ".join(said + _budgets(target))


def _budgets(target: dict[str, Any]) -> list[str]:
    """The budget that holds, and the other one where plan sheet and setting differ."""
    money = {
        each["name"]: f"{as_text(each['value'])} ({each['origin']})"
        for check in target["checks"]
        for each in check["figures"]
        if each["name"] in {"budget", "budget_other"} and each["value"] is not None
    }
    said = [f"budget {money['budget']}"] if "budget" in money else []
    return said + ([f"not {money['budget_other']}"] if "budget_other" in money else [])


def _print_trial(what_if: list[str], rows: pl.DataFrame, before: pl.DataFrame) -> None:
    changed = [
        {
            "metric": row["metric"],
            "scope": row["scope"],
            "window": f"{row['period_start']} – {row['period_end']}",
            "check": row["check"],
            "target": row["target"],
            "against": f"{_shown(row['reference'])} → {_shown(row['reference_after'])}",
            "verdict": f"{row['verdict']} → {row['verdict_after']}",
            "reason": f"{row['reason']} → {row['reason_after']}",
        }
        for row in rows.to_dicts()
    ]
    columns = ["metric", "scope", "window", "check", "target", "against", "verdict", "reason"]
    print_table(f"What if {', '.join(what_if)}", changed, columns)
    every = before.select(TARGET).n_unique()
    OUT.print(f"{rows.select(TARGET).n_unique()} of {every} targets are affected.")


def _shown(value: object) -> str:
    """A number, or that there is none."""
    return as_text(value) or "–"
