"""`pmo report`: status reports as files, by command."""

import os
from pathlib import Path

import click

from pmo.committees.queries import last_committee_moment
from pmo.config import from_environment
from pmo.console import Complaint, with_database
from pmo.db import Moment, acting
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import LANGUAGES
from pmo.people.queries import person_by_email
from pmo.reports import actions, queries
from pmo.reports.contents import Wanted
from pmo.reports.logic.content import Scope
from pmo.reports.subjects import Subject, by_code
from pmo.web.look_back import moment_of

WORD = ".docx"


@click.group()
def report() -> None:
    """Make reports as files, publish editions."""


@report.command()
@click.option("--project", metavar="CODE", default="", help="Report on a project.")
@click.option("--programme", metavar="CODE", default="", help="Report on a programme.")
@click.option("--portfolio", metavar="CODE", default="", help="Report on a portfolio; with another, of which portfolio that is.")
@click.option("--committee", metavar="CODE", default="", help="The pack of a committee.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the file.")
@click.option("--as-of", metavar="MOMENT", default="", help="2026-03-31, an instant, or last-committee.")
@click.option("--publish", is_flag=True, help="Freeze an edition; a committee is thereby told its dates.")
@click.option("--all-sheets", is_flag=True, help="A sheet for every project, not only for those that are not green.")
@click.option("--by", metavar="EMAIL", default="", help="The person in whose name it is made.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The file to write, .docx.")
@with_database
def status(lang: str, as_of: str, publish: bool, all_sheets: bool, by: str, output: Path, **codes: str) -> None:
    """Write the status report of a project, programme, portfolio or committee as a Word file."""
    _writable(output)
    if publish and as_of:
        raise Complaint("An edition shows the present: leave out --as-of or --publish.")
    subject = _subject(codes)
    if publish:
        _publish(subject, lang, by, all_sheets, output)
        return
    wanted = Wanted(subject.scope, subject.id, all_sheets=all_sheets)
    moment = Moment(moment_of(as_of, last_committee_moment)) if as_of else None
    made = actions.draft(wanted, _name(by)[0], lang, organisation=from_environment().organisation, moment=moment)
    _write(output, made.content)
    click.echo(f"{output}: draft")


def _publish(subject: Subject, lang: str, by: str, all_sheets: bool, output: Path) -> None:
    settings = from_environment()
    name, person_id = _name(by)
    languages = (lang, *(other for other in settings.languages if other != lang))
    publisher = actions.Publisher(name=name, languages=languages, person_id=person_id, organisation=settings.organisation)
    with acting(person_id, "console"):
        edition_id = actions.publish(subject, publisher, all_sheets=all_sheets).id
    edition = queries.edition(edition_id)
    _write(output, queries.file_of(edition_id, lang).content)
    click.echo(f"{output}: edition {edition.title}, hash {edition.content_sha256}, {edition.committed} commitments changed")


def _subject(codes: dict[str, str]) -> Subject:
    """The one thing that was named; a portfolio may stand beside a project or programme to tell it apart."""
    given = [scope for scope in Scope if codes[scope.value]]
    narrow = [scope for scope in given if scope is not Scope.PORTFOLIO]
    if len(narrow) > 1 or not given or (Scope.COMMITTEE in narrow and len(given) > 1):
        raise Complaint("Name one of --project, --programme, --portfolio and --committee.")
    [scope] = narrow or given
    try:
        return by_code(scope, codes[scope.value], codes["portfolio"] if narrow else "")
    except NotFound as missing:
        raise Complaint(f"There is no {scope.value} {codes[scope.value]}.") from missing


def _name(email: str) -> tuple[str, int | None]:
    if not email:
        return from_environment().organisation, None
    person = person_by_email(email)
    if person is None:
        raise Complaint(f"Nobody has the address {email}.")
    return person.name, person.id


def _writable(output: Path) -> None:
    """Said before the work, not after it."""
    if output.suffix.lower() != WORD:
        raise Complaint(f"Only Word files can be written so far: give the file a name that ends in {WORD}.")
    if not output.absolute().parent.is_dir():
        raise Complaint(f"There is no folder {output.absolute().parent}.")
    if output.is_dir() or not os.access(output if output.exists() else output.absolute().parent, os.W_OK):
        raise Complaint(f"{output} cannot be written.")


def _write(output: Path, content: bytes) -> None:
    """Whole or not at all."""
    beside = output.with_name(f".{output.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Complaint(f"{output} cannot be written: {error.strerror}.") from error
