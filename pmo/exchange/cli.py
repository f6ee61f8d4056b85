"""`pmo import`: lists from files, by command."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pmo.console import with_database
from pmo.db import acting
from pmo.exchange import actions, mappings, schedules
from pmo.exchange.bringing import Report, Where, as_import, bring_entries, bring_projects, read_list
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.mapping import Mapping
from pmo.exchange.logic.sheets import Choices, Heard
from pmo.exchange.updates import bringing as update_sheets
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg

FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
MAPPING = click.option("--mapping", default="", help="Name of a mapping, or the path of a .toml file.")
POSITION = click.option("--position-date", type=DAY, help="The day the list shows.")
SHEET = click.option("--sheet", default="", help="The sheet to read.")
ORDER = click.option("--date-order", type=click.Choice(["day", "month"]), help="What comes first in dates that cannot tell.")
PORTFOLIO = click.option("--portfolio", default="", help="Code of the portfolio; a new code makes a new one.")
PROJECT = click.option("--project", default="", help="Code of the project, for rows that name none.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what would change.")
JSON = click.option("--json", "as_json", is_flag=True, help="Say it as JSON: an object, or an array for several files.")


@click.group("import")
def import_() -> None:
    """Bring lists in from files."""


@import_.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@MAPPING
@POSITION
@PORTFOLIO
@SHEET
@ORDER
@DRY_RUN
@JSON
@with_database
def portfolio(files: tuple[Path, ...], portfolio: str, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Bring in lists of projects (.xlsx, .csv), the oldest first; each is one transaction."""
    heard = [_read(file, Kind.PORTFOLIO, options) for file in files]
    jobs = sorted((as_import(one, Where(portfolio)) for one in heard), key=lambda job: job.on)
    for job in jobs:
        actions.effective_at(job.on)  # refuses a day still to come before anything is written
    _say([bring_projects(job, dry_run=dry_run) for job in jobs], as_json)


def _entries(kind: Kind, noun: str) -> click.Command:
    """The command for one of the smaller lists."""

    @click.argument("file", type=FILE)
    @MAPPING
    @POSITION
    @PORTFOLIO
    @PROJECT
    @SHEET
    @ORDER
    @DRY_RUN
    @JSON
    @with_database
    def command(file: Path, portfolio: str, project: str, dry_run: bool, as_json: bool, **options: Any) -> None:
        heard = _read(file, kind, options)
        report = bring_entries(heard, kind, Where(portfolio, project), dry_run=dry_run)
        report["refused"] = [_without_said(one) for one in report["refused"]]
        _say([report], as_json)

    return import_.command(kind.value, help=f"Bring in a list of {noun} (.xlsx, .csv).")(command)


milestones = _entries(Kind.MILESTONES, "milestones")
raid = _entries(Kind.RAID, "risks, assumptions, issues and dependencies")
status = _entries(Kind.STATUS, "status updates")
value = _entries(Kind.VALUE, "amounts for earned value")


@import_.command()
@click.argument("file", type=FILE)
@PROJECT
@DRY_RUN
@JSON
@with_database
def schedule(file: Path, project: str, dry_run: bool, as_json: bool) -> None:
    """Bring in a plan of one project (Microsoft Project XML: .xml, .xml.gz); also a list of milestones (.xlsx, .csv)."""
    if file.suffix.lower() in (".xlsx", ".csv"):
        heard = _read(file, Kind.MILESTONES, {"mapping": "", "position_date": None, "sheet": "", "date_order": None})
        listed = bring_entries(heard, Kind.MILESTONES, Where("", project), dry_run=dry_run)
        listed["refused"] = [_without_said(one) for one in listed["refused"]]
        _say([listed], as_json)
        return
    report = schedules.bring_plan(_bytes(file), file.name, schedules.project_for(project), dry_run=dry_run)
    report["refused"] = [_without_said(one) for one in report["refused"]]
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else "\n".join(_plan_in_words(report)))


def _without_said(refused: Report) -> Report:
    """What a page says in its language is not for a program."""
    return {name: value for name, value in refused.items() if name not in {"said", "column_said"}}


@import_.command()
@click.argument("file", type=FILE)
@click.option("--as", "email", default="", help="Address of the person to act for, with their rights; else with all rights.")
@click.option("--mine", is_flag=True, help="Take what the sheet says also where somebody changed the same here meanwhile.")
@DRY_RUN
@JSON
@with_database
def sheet(file: Path, email: str, mine: bool, dry_run: bool, as_json: bool) -> None:
    """Bring an update sheet back (.xlsx); what two people changed stays as it is here, unless --mine."""
    person = update_sheets.acting_for(email)
    with acting(person.person_id or None, "import"):
        report = update_sheets.bring(_bytes(file), file.name, person, mine=mine, dry_run=dry_run)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else "\n".join(_sheet_in_words(report)))


def _sheet_in_words(report: Report) -> list[str]:
    counts = f"{report['apply']} to apply, {report['refused_rows']} refused, {report['conflict']} in conflict"
    head = f"{report['file']}: update sheet {report['sheet']}, {report['rows']} rows"
    lines = [head, f"  {counts}, {report['unchanged']} unchanged"]
    for one in report["changes"]:
        what = f"{one['cell']} {one['name']}: {one['field']} {one['here'] or 'none'} -> {one['sheet'] or 'none'}"
        lines.append(f"  {what} (conflict: it left as {one['was'] or 'none'})" if one["conflict"] else f"  {what}")
    lines += [f"  refused {one['cell']} {one['column']}: {one['value']!r}: {one['reason']}" for one in report["refused"]]
    lines += [f"  not read {one['at']} {one['text']!r}: {one['reason']}" for one in report["not_read"]]
    return [*lines, f"  {report['changed']} cells changed" if report["applied"] else "  nothing is stored: a dry run"]


def _plan_in_words(report: Report) -> list[str]:
    verb = "were" if report["applied"] else "would be"
    what = f"{report['tasks']} tasks, {report['milestones']} milestones, {report['links']} links"
    counts = f"{report['created']} {verb} added, {report['updated']} changed, {report['unchanged']} unchanged"
    lines = [f"{report['file']}: {what}, into {report['project']}", f"  {counts}, {report['gone']} gone"]
    for one in report["milestone_changes"]:
        lines.append(f"  {one['code']} {one['name']}: {one['field']} {one['before'] or 'none'} -> {one['after'] or 'none'}")
    return lines + [f"  refused {one['cell']} {one['column']}: {one['value']!r}: {one['reason']}" for one in report["refused"]]


def _read(file: Path, kind: Kind, options: dict[str, Any]) -> Heard:
    own: Mapping | None = mappings.named(options["mapping"]) if options["mapping"] else None
    position: datetime | None = options["position_date"]
    choices = Choices(
        mapping=own.name if own else "",
        position_on=position.date() if position else None,
        sheet=options["sheet"],
        order=Order(f"{options['date_order']} first") if options["date_order"] else None,
    )
    return read_list(_bytes(file), file.name, kind, choices, own)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(msg("%(file)s cannot be read: %(why)s.", file=str(file), why=error.strerror or "")) from error


def _say(reports: list[Report], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(reports[0] if len(reports) == 1 else reports, ensure_ascii=False))
        return
    for report in reports:
        click.echo("\n".join(_in_words(report)))


def _conflicts(report: Report) -> list[Report]:
    rows = {(one["at"], one["code"], one["day"]): one for one in report.get("lines", ()) if one["is_conflict"]}
    return list(rows.values())


def _in_words(report: Report) -> list[str]:
    """A few lines for a person."""
    into = f", as of {report['position_date']}, into {report['portfolio']}" if "portfolio" in report else ""
    verb = "were" if report["applied"] else "would be"
    counts = f"{report['created']} {verb} added, {report['updated']} changed, {report['unchanged']} unchanged"
    lines = [
        f"{report['file']}: {report['projects']} rows{into}",
        f"  {counts}" + (f", {report['gone']} gone" if "gone" in report else ""),
    ]
    older = report.get("reported_only") or report.get("older")
    if older:
        lines.append(f"  {older} changed here since that day: left as they are")
    lines += [f"  changed here since the sheet left: {one['at']} {one['code']} {one['day']}" for one in _conflicts(report)]
    lines += [f"  not known here today, left out: {one}" for one in report.get("left_out", ())]
    for one in report.get("questions", ()):
        lines.append(f"  row {one['row']} ({one['name']}): {one['question']}: {', '.join(one['candidates'])}; {one['taken_as']}")
    for one in report["refused"]:
        sheet = f"{one['sheet']}!" if one["sheet"] else ""
        lines.append(f"  refused {sheet}{one['cell']} {one['column']}: {one['value']!r}: {one['reason']}")
    return lines
