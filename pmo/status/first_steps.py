"""First steps of an empty installation: what is done, what comes next, and whether the server has what it needs."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, url_for
from sqlalchemy import func, select, text

from pmo.committees.models import Committee, Meeting
from pmo.config import Settings
from pmo.db import db
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
           (select extract(epoch from clock_timestamp() - max(last_heartbeat)) from procrastinate_workers) as silent
""")

Link = tuple[Message, str]


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
    )
    return Installed(*db.session.execute(select(*(part.scalar_subquery() for part in parts))).one())


def _steps(there: Installed) -> list[Step]:
    mail = _settings().smtp
    return [
        Step(msg("First administrator"), plain(actor().name), True),
        Step(
            msg("Mail that arrives"),
            msg("Mail leaves through %(host)s, port %(port)s.", host=mail.host, port=plain(str(mail.port)))
            if mail.host
            else msg("No mail server is set: alerts stay in the inbox here. Set PMO_SMTP_HOST and start again."),
            bool(mail.host),
        ),
        Step(
            msg("People"),
            nmsg("%(num)s person can sign in or own work.", "%(num)s people can sign in or own work.", there.people)
            if there.pmo_members
            else msg("Invite the PMO first. Roles decide what each person sees."),
            there.pmo_members > 0,
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


def _beginnings(there: Installed) -> tuple[tuple[Message, str, Permission], ...]:
    """A project needs a programme, and that a portfolio."""
    if not there.portfolios:
        first = (msg("Add a portfolio"), "portfolio.new_portfolio", Permission.PORTFOLIO_ADMIN)
    elif not there.programmes:
        first = (msg("See the portfolio"), "status.portfolio", Permission.PROJECT_READ)
    else:
        first = (msg("Type a project"), "portfolio.new_project", Permission.PROJECT_CREATE)
    return first, (msg("Import a list"), "imports.imports", Permission.IMPORT_RUN)


def _links(*wanted: tuple[Message, str, Permission]) -> tuple[Link, ...]:
    """Those that the house has and this person may use."""
    there = current_app.view_functions
    return tuple(
        (words, url_for(endpoint)) for words, endpoint, permission in wanted if endpoint in there and can_anywhere(permission)
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
        Check(msg("Mail server"), *((msg("set"), "green") if _settings().smtp.host else (msg("not set"), "amber"))),
    ]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
