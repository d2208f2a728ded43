"""The command line `fupan`; every command is a thin shell over a plain function.

Exit codes: 0 done, 1 done with findings that need a person, 2 usage or configuration,
3 input rejected, 4 internal.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
import typer
from rich.logging import RichHandler
from rich.markup import escape

from flows.company import open_company
from flows.errors import FupanError
from flows.locate.command import locate
from flows.mapping.command import map_files
from flows.options import (
    HERE,
    CompanyOption,
    JsonOption,
    ScopeOption,
    WeekOption,
    chosen_scope,
    in_scope,
    ready,
)
from flows.output import ERR, OUT, print_frame, print_json, print_table
from flows.trend.command import trend

app = typer.Typer(
    name="fupan",
    help="Fupan (复盘): the weekly sales review, from CRM and ERP exports.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.command("map")(map_files)
app.command()(trend)
app.command()(locate)


def main() -> None:
    """Run the command line; errors of Fupan become one message and their exit code."""
    handler = RichHandler(console=ERR, show_path=False)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
    try:
        app()
    except FupanError as error:
        ERR.print(f"[bold red]fupan:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise SystemExit(error.exit_code) from error


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make; must be empty.")],
    name: Annotated[str | None, typer.Option(help="Name of the company.")] = None,
    locale: Annotated[str, typer.Option(help="zh-CN or en.")] = "zh-CN",
    plan: Annotated[
        Literal["xlsx", "csv"], typer.Option(help="The plan to fill in: a workbook or CSV files.")
    ] = "xlsx",
) -> None:
    """Make a company folder with commented settings and a plan workbook."""
    from flows.init import write_company  # noqa: PLC0415

    written = write_company(folder, name or folder.resolve().name, locale, plan)
    OUT.print(f"{len(written)} files written to {folder}. Next: put exports into inbox/,")
    OUT.print("describe each with `fupan map FILE`, fill in plan/, then run `fupan check`.")


@app.command("pull")
def fetch(
    company: CompanyOption = HERE,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Fetch exports from where the sources' [pull] says they lie, into the inbox."""
    from flows.pull.command import run_pull  # noqa: PLC0415

    raise typer.Exit(run_pull(open_company(company), source or (), as_json=json))


@app.command()
def check(
    company: CompanyOption = HERE,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the report as one HTML page, too.")
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Read everything, load nothing, print a data-quality report."""
    from flows.ingest import check as check_company  # noqa: PLC0415
    from flows.ingest.report import print_report  # noqa: PLC0415

    opened, now = open_company(company), datetime.now(UTC)
    report = check_company(opened, now=now)
    if html is not None:
        from flows.render.check import write_check  # noqa: PLC0415

        write_check(opened, report, now, html)
    if json:
        print_json(report.as_dict())
    else:
        print_report(report)
    raise typer.Exit(report.exit_code)


@app.command()
def rejects(
    company: CompanyOption = HERE,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write them to a workbook (.xlsx) to repair.")
    ] = None,
    back: Annotated[
        Path | None, typer.Option("--take-in", help="Take the repaired workbook back in.")
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """List the rows that stand rejected; write them to a workbook; take it back in, repaired."""
    from flows.rejects.command import run_rejects  # noqa: PLC0415

    raise typer.Exit(run_rejects(open_company(company), source, export, back, is_json=json))


@app.command()
def review(
    company: CompanyOption = HERE,
    week: Annotated[str | None, typer.Option(help="Default: the latest complete week.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team's pack.")] = None,
    reason: Annotated[str, typer.Option(help="Why, where it makes a new edition.")] = "weekly run",
) -> None:
    """Run the Monday flow: exports in, packs and finance file out."""
    _run(company, week, team, reason)


@app.command()
def rerun(
    week: WeekOption,
    reason: Annotated[str, typer.Option(help="Why; stands in the restatement table.")],
    company: CompanyOption = HERE,
) -> None:
    """Make the next edition of a week, if its content differs, and show what changed."""
    _run(company, week, None, reason)


def _run(folder: Path, week: str | None, team: str | None, reason: str) -> None:
    company = open_company(folder)
    from flows.orchestration import configure  # noqa: PLC0415

    configure()
    from flows.weekly_review import weekly_review  # noqa: PLC0415

    outcome = weekly_review(str(company.folder), week=week, team=team, reason=reason)
    edition = outcome.edition
    state = "published" if edition.is_new else "unchanged: nothing rendered, nothing sent"
    OUT.print(f"\n[bold]{edition.week.label} edition {edition.number}[/] {state}")
    for pack in edition.packs:
        OUT.print(f"  {'new ' if pack.is_new else '    '}{pack.path}", soft_wrap=True)
    OUT.print(f"  finance file: {outcome.finance_file}", soft_wrap=True)
    raise typer.Exit(outcome.exit_code)


@app.command()
def metrics(
    week: WeekOption,
    company: CompanyOption = HERE,
    scope: ScopeOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Print the metric values of a week."""
    from flows.review import named_week, week_ltv, week_metrics  # noqa: PLC0415

    opened, chosen, now = ready(company), chosen_scope(scope), datetime.now(UTC)
    reviewed = named_week(opened, week)
    others = week_metrics(opened, reviewed, now).filter(pl.col("metric") != "ltv")
    ltv, model = week_ltv(opened, reviewed, now, others)
    values = pl.concat([others, ltv])
    values = in_scope(values.sort("metric", maintain_order=True), chosen)
    for refused in model.filter(pl.col("state") == "refused").to_dicts():
        ERR.print(f"ltv: no data; {refused['model']} refused: {refused['detail']}", markup=False)
    if json:
        print_json(values.to_dicts())
        return
    shown = ["metric", "scope", "period_kind", "value", "target", "due", "light", "n", "state"]
    print_frame(f"{opened.settings.company.name} {week}", values.select(shown))


@app.command()
def why(  # one parameter per option
    case: Annotated[str | None, typer.Argument(help="Rank or id of one case.")] = None,
    company: CompanyOption = HERE,
    week: Annotated[str | None, typer.Option(help="Default: the latest complete week.")] = None,
    scope: ScopeOption = None,
    metric: Annotated[str | None, typer.Option(help="Metric code.")] = None,
    locale: Annotated[
        Literal["zh-CN", "en"] | None, typer.Option(help="Default: the company's.")
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """List the 5-Why cases of a week; show those chosen in full, all five levels as a tree."""
    from flows.why.command import run_why  # noqa: PLC0415

    run_why(ready(company), week, case, chosen_scope(scope), metric, locale, as_json=json)


@app.command()
def plan(  # one parameter per option
    company: CompanyOption = HERE,
    week: Annotated[str | None, typer.Option(help="Default: the latest complete week.")] = None,
    scope: ScopeOption = None,
    metric: Annotated[str | None, typer.Option(help="Metric code.")] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option("--what-if", help="NAME=VALUE, NAME+=VALUE or NAME*=FACTOR; repeatable."),
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Hold every open target against plan, history, capacity, budget and market; try a change."""
    from flows.calibration.command import run_plan  # noqa: PLC0415

    run_plan(ready(company), week, chosen_scope(scope), metric, what_if or [], as_json=json)


@app.command()
def status(company: CompanyOption = HERE, *, json: JsonOption = False) -> None:
    """Print what has been loaded, published and sent."""
    from flows.status import company_status  # noqa: PLC0415

    document = company_status(open_company(company))
    if json:
        print_json(document)
        return
    print_table("Editions", document["editions"], ["week", "edition", "packs", "reason"])
    loads = ["source", "file_name", "arrived_at", "rows_read", "rows_rejected"]
    print_table("Loads", document["loads"], loads)
    OUT.print(f"Finance file: {document['finance_file'] or 'none yet'}", soft_wrap=True)


@app.command()
def doctor(
    company: Annotated[
        Path | None, typer.Option("--company", envvar="FUPAN_COMPANY", help="Company folder.")
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Look at the machine: versions, fonts, libraries, disk, locks; each with its remedy."""
    from flows.doctor import examine  # noqa: PLC0415

    found = examine(open_company(company) if company else None)
    rows = [finding.as_dict() for finding in found]
    if json:
        print_json(rows)
    else:
        print_table("Doctor", rows, ["state", "subject", "found", "remedy"])
    raise typer.Exit(max((finding.exit_code for finding in found), default=0))


@app.command()
def serve(
    company: CompanyOption = HERE,
    port: Annotated[int, typer.Option(help="Port of the Prefect server on 127.0.0.1.")] = 4200,
) -> None:
    """Start (or find) a Prefect server on this machine and serve the schedules."""
    from flows.serve import serve as serve_schedules  # noqa: PLC0415

    serve_schedules(open_company(company), port=port)
