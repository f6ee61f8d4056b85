"""First steps of an empty installation: what is done, what comes next, and whether the server has what it needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, url_for
from sqlalchemy import func, select, text

from pmo.committees.models import Committee, Meeting
from pmo.config import Settings
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg, nmsg, plain
from pmo.kernel.permissions import Permission, Role
from pmo.people.models import Person, RoleGrant
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.web.access import actor, can_anywhere, require_anywhere
from pmo.web.htmx import page

bp = Blueprint("first_steps", __name__)
WORKER_SILENT_SECONDS = 60
SERVER = text("""
    select current_setting('server_version') as version,
           has_table_privilege('history.txn', 'delete') as unprotected,
           (select extract(epoch from clock_timestamp() - max(last_heartbeat)) from procrastinate_workers) as silent,
           (select max(sent_at) from mail) as mailed, (select count(*) from mail where state = 'failed') as failed,
           (select max(made_at) from backup_made) as backed_up
""")
BACKUP_IS_OLD = timedelta(days=2)  # a night was missed

Link = tuple[Message, str]
Wanted = tuple[Message, str, Permission] | tuple[Message, str, Permission, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Installed:
    """How much of everything there is."""

    people: int
    pmo_members: int
    portfolios: int
    programmes: int
    projects: int
    committees: int
    meetings: int
    portfolio_id: int | None  # the first one, for whoever has to begin somewhere


@dataclass(frozen=True, slots=True)
class Step:
    title: Message
    words: Message
    is_done: bool
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    what: Message
    answer: Message
    tone: str  # green, amber, or "" for what is optional


def is_empty() -> bool:
    """No project anywhere: the first page is then this one, for whoever can change that."""
    return db.session.scalar(select(Project.id).limit(1)) is None


def may_set_up() -> bool:
    return can_anywhere(Permission.PEOPLE_ADMIN) or can_anywhere(Permission.IMPORT_RUN)


@bp.get("/first-steps")
def first_steps() -> Response:
    require_anywhere(Permission.PEOPLE_ADMIN if can_anywhere(Permission.PEOPLE_ADMIN) else Permission.IMPORT_RUN)
    installed = _installed()
    steps = _steps(installed)
    at = next((number for number, step in enumerate(steps) if not step.is_done), len(steps))
    return page("status/first_steps.html", "first_steps", steps=steps, at=at, checks=_checks(), installed=installed)


def _installed() -> Installed:
    """One statement."""
    is_pmo = RoleGrant.role == Role.PMO.value
    parts = (
        select(func.count()).where(Person.is_active),
        select(func.count(RoleGrant.person_id.distinct())).where(is_pmo),
        *(select(func.count(table.id)) for table in (Portfolio, Programme, Project, Committee, Meeting)),
        select(func.min(Portfolio.id)).where(Portfolio.archived_at.is_(None)),
    )
    return Installed(*db.session.execute(select(*(part.scalar_subquery() for part in parts))).one())


def _steps(there: Installed) -> list[Step]:
    mail, others = _settings().smtp, there.pmo_members > 0 and there.people > 1  # whoever set it up is no company yet
    return [
        Step(msg("First administrator"), plain(actor().name), True),
        Step(
            msg("Mail that arrives"),
            msg("Mail leaves through %(host)s, port %(port)s.", host=mail.host, port=plain(str(mail.port)))
            if mail.host
            else msg("No mail server is set: alerts stay in the inbox here. The command pmo init sets one, and tries it."),
            bool(mail.host),
        ),
        Step(
            msg("People"),
            nmsg("%(num)s person can sign in or own work.", "%(num)s people can sign in or own work.", there.people)
            if others
            else msg("Invite the PMO first. Roles decide what each person sees."),
            others,
            _links((msg("Add a person"), "access.new", Permission.PEOPLE_ADMIN)),
        ),
        Step(
            msg("Programmes and projects"),
            nmsg("%(num)s project is here.", "%(num)s projects are here.", there.projects)
            if there.projects
            else msg("Type a few, or bring your Excel list. A preview shows every cell before anything is stored."),
            there.projects > 0,
            _links(*_beginnings(there)),
        ),
        Step(
            msg("Committee and cut-off"),
            msg("Name, dates, what it watches over. The dark strip above then counts down to it."),
            there.meetings > 0,
            _links((msg("Add a committee"), "committees.new", Permission.COMMITTEE_EDIT)) if there.portfolios else (),
        ),
    ]


def _beginnings(there: Installed) -> tuple[Wanted, ...]:
    """A project needs a programme, and that a portfolio."""
    first: Wanted
    if there.portfolio_id is None:
        first = (msg("Add a portfolio"), "portfolio.new_portfolio", Permission.PORTFOLIO_ADMIN)
    elif not there.programmes:
        within = {"portfolio_id": there.portfolio_id}
        first = (msg("Add a programme"), "portfolio.new_programme", Permission.PROJECT_CREATE, within)
    else:
        first = (msg("Type a project"), "portfolio.new_project", Permission.PROJECT_CREATE)
    return first, (msg("Import a list"), "imports.imports", Permission.IMPORT_RUN)


def _links(*wanted: Wanted) -> tuple[Link, ...]:
    """Those that the house has and this person may use."""
    there = current_app.view_functions
    return tuple(
        (words, url_for(endpoint, **dict(*values)))
        for words, endpoint, permission, *values in wanted
        if endpoint in there and can_anywhere(permission)
    )


def _checks() -> list[Check]:
    """One statement."""
    found = db.session.execute(SERVER).one()
    works = found.silent is not None and found.silent < WORKER_SILENT_SECONDS
    protected = msg("ok") if not found.unprotected else msg("one database user for everything")
    return [
        Check(msg("Database, PostgreSQL %(version)s", version=plain(found.version)), msg("ok"), "green"),
        Check(msg("History protected against the server itself"), protected, "amber" if found.unprotected else "green"),
        Check(msg("Worker for alerts and mail"), msg("ok") if works else msg("not running"), "green" if works else "amber"),
        Check(msg("Mail server"), *_mail(found.mailed, found.failed)),
        Check(msg("Backup, by the command pmo backup"), *_backup(found.backed_up)),
    ]


def _mail(last: datetime | None, failed: int) -> tuple[Message, str]:
    if not _settings().smtp.host:
        return msg("not set"), "amber"
    if failed:
        return nmsg("%(num)s mail failed", "%(num)s mails failed", failed), "amber"
    return (msg("last mail %(moment)s", moment=last) if last else msg("set, nothing sent yet")), "green"


def _backup(last: datetime | None) -> tuple[Message, str]:
    if last is None:
        return msg("not made yet"), "amber"
    return msg("last one %(moment)s", moment=last), "amber" if clock.machine_now() - last > BACKUP_IS_OLD else "green"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
