"""`pmo import`: lists from files, by command."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app

from pmo.config import Settings
from pmo.console import with_database
from pmo.db import acting, transaction
from pmo.exchange import actions, mappings
from pmo.exchange.files import open_file
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.mapping import Mapping
from pmo.exchange.logic.plan import Plan
from pmo.exchange.logic.report import plan_report, reading_report
from pmo.exchange.logic.sheets import Choices, Heard, understand
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("import")
def import_() -> None:
    """Bring lists in from files."""


@import_.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--mapping", default="", help="Name of a mapping, or the path of a .toml file.")
@click.option("--position-date", type=DAY, help="The day the list shows.")
@click.option("--portfolio", default="", help="Code of the portfolio; a new code makes a new portfolio.")
@click.option("--sheet", default="", help="The sheet to read.")
@click.option("--date-order", type=click.Choice(["day", "month"]), help="What comes first in dates that cannot tell.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON: one object, or an array for several files.")
@with_database
def portfolio(
    files: tuple[Path, ...],
    mapping: str,
    position_date: datetime | None,
    portfolio: str,
    dry_run: bool,
    as_json: bool,
    **more: Any,
) -> None:
    """Bring in lists of projects (.xlsx, .csv), the oldest first; each list is one transaction."""
    own = mappings.named(mapping) if mapping else None
    choices = Choices(
        mapping=own.name if own else "",
        position_on=position_date.date() if position_date else None,
        sheet=more["sheet"],
        order=Order(f"{more['date_order']} first") if more["date_order"] else None,
    )
    jobs = sorted((_job(file, own, choices, portfolio) for file in files), key=lambda job: job.on)
    for job in jobs:
        actions.effective_at(job.on)
    reports = [_run(job, dry_run) for job in jobs]
    if as_json:
        click.echo(json.dumps(reports[0] if len(reports) == 1 else reports, ensure_ascii=False))
        return
    for report in reports:
        click.echo(_in_words(report, dry_run))


def _job(file: Path, own: Mapping | None, choices: Choices, code: str) -> actions.Import:
    heard = read_list(file, Kind.PORTFOLIO, own, choices)
    settings: Settings = current_app.config["SETTINGS"]
    mapping = heard.readings[0].mapping
    return actions.Import(heard, actions.portfolio_for(code or mapping.portfolio, file.stem), settings.currency)


def read_list(file: Path, kind: Kind, own: Mapping | None, choices: Choices) -> Heard:
    """A file as a list of this kind. Raises Refused, naming the file."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refused(msg("%(file)s cannot be read: %(why)s.", file=str(file), why=error.strerror or "")) from error
    known = (*((own,) if own else ()), *mappings.shipped())
    try:
        return understand(open_file(content, file.name), kind, known, mappings.words(), choices)
    except Refused as refused:
        raise Refused(msg("%(file)s: %(why)s", file=file.name, why=refused.message)) from refused


def _run(job: actions.Import, dry_run: bool) -> dict[str, Any]:
    if dry_run:
        plan: Plan = actions.prepare(job)
    else:
        reason = f"Import of {job.heard.source.file_name}"
        with acting(None, "import"), transaction(reason, effective_at=actions.effective_at(job.on)):
            plan = actions.apply(job)
    report = reading_report(job.heard) | plan_report(plan)
    return report | {"portfolio": job.portfolio_code, "position_date": job.on.isoformat(), "applied": not dry_run}


def _in_words(report: dict[str, Any], dry_run: bool) -> str:
    """A few lines for a person."""
    verb = "would be" if dry_run else "were"
    lines = [
        f"{report['file']}: {report['projects']} projects as of {report['position_date']}, into {report['portfolio']}",
        f"  {report['created']} {verb} added, {report['updated']} changed,"
        f" {report['unchanged']} unchanged, {report['gone']} gone",
    ]
    if report["reported_only"]:
        lines.append(f"  {report['reported_only']} older than what is here: kept as reported positions only")
    for one in report["left_out"]:
        lines.append(f"  not known here today, left out: {one}")
    for one in report["questions"]:
        lines.append(f"  row {one['row']} ({one['name']}): {one['question']}: {', '.join(one['candidates'])}; {one['taken_as']}")
    for one in report["refused"]:
        sheet = f"{one['sheet']}!" if one["sheet"] else ""
        lines.append(f"  refused {sheet}{one['cell']} {one['column']}: {one['value']!r}: {one['reason']}")
    return "\n".join(lines)
