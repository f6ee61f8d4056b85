"""The procedures of the house: what I must still read, one of them with its text, and "read and understood"."""

from typing import Any

from flask import Blueprint, Response, g, url_for

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.logic import ROLE_NAMES
from pmo.procedures import actions, queries
from pmo.procedures.logic import MINE_NAMES, TONES, Followed, Mine, coming, in_force, is_for, mine
from pmo.procedures.models import Procedure
from pmo.procedures.queries import Reader
from pmo.web.access import actor, can, require_anywhere
from pmo.web.downloads import Column, Shown, attachment, excel, workbook
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("procedures", __name__, url_prefix="/procedures")
LIST, ONE = "procedures/procedures.html", "procedures/procedure.html"
COLUMNS = (
    Column(msg("Name"), width=30),
    Column(msg("Roles"), width=44),
    Column(msg("Asked to read it")),
    Column(msg("Read and understood"), Shown.MOMENT),
)


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "procedures.procedures"


@bp.get("")
def procedures() -> Response:
    require_anywhere(Permission.PROCEDURE_READ)
    follows = can(Permission.PROCEDURE_FOLLOW)
    rows = queries.procedures(actor(), clock.today(), follow=follows)
    return page(
        LIST,
        "procedure_list",
        groups=[(word, [row for row in rows if _group(row) == name]) for name, word in GROUPS],
        waiting=sum(_group(row) == Mine.TO_READ for row in rows),
        follows=follows,
        may_edit=_may_edit(),
        **_words(),
    )


@bp.get("/<int:procedure_id>")
def procedure(procedure_id: int) -> Response:
    require_anywhere(Permission.PROCEDURE_READ)
    return answer(queries.procedure(procedure_id))


@bp.post("/<int:procedure_id>/versions/<int:issue_id>/confirm")
def confirm(procedure_id: int, issue_id: int) -> Response:
    require_anywhere(Permission.PROCEDURE_READ)
    only_now()
    found = queries.procedure(procedure_id)
    issue = queries.issue(found, issue_id)
    try:
        with transaction():
            actions.confirm(found, issue, actor().person_id, today=clock.today())
    except Conflict as refusal:
        return answer(found, {"": refusal.message}, 409)
    said = msg("You have read and understood “%(title)s”, version %(number)s.", title=found.title, number=issue.number)
    if not wants_fragment():
        return see_other(url_for(".procedure", procedure_id=found.id), said)
    return toast(answer(found), said)


@bp.get("/<int:procedure_id>/versions/<int:issue_id>/file")
def download(procedure_id: int, issue_id: int) -> Response:
    """The bytes of one version, never shown in the page."""
    require_anywhere(Permission.PROCEDURE_READ)
    found = queries.issue(queries.procedure(procedure_id), issue_id)
    if found.stored is None:
        raise NotFound
    return attachment(found.file_name, found.stored.content, found.stored.media_type)


@bp.get("/<int:procedure_id>/readers.xlsx")
def readers_excel(procedure_id: int) -> Response:
    require_anywhere(Permission.PROCEDURE_READ)
    if not can(Permission.PROCEDURE_FOLLOW):
        raise Forbidden
    found = queries.procedure(procedure_id)
    current = _current(found)
    rows = queries.readers(found, current, clock.today()) if current else []
    title = say(msg("Read and understood"))
    return excel(f"{found.title} {title}", workbook(title, COLUMNS, map(_cells, rows), language()))


GROUPS: tuple[tuple[str, Message], ...] = (
    (Mine.TO_READ, msg("To be read")),
    ("others", msg("All others")),
    ("withdrawn", msg("Withdrawn")),
)


def _group(row: queries.ProcedureRow) -> str:
    if row.procedure.withdrawn_at is not None:
        return "withdrawn"
    return row.mine if row.mine is Mine.TO_READ else "others"


def _current(found: Procedure) -> Any:
    issues = {one.id: one for one, _ in queries.issues_of(found)}
    now = in_force([queries.issue_facts(one) for one in issues.values()], clock.today())
    return issues[now.id] if now else None


def _cells(row: Reader) -> tuple[Any, ...]:
    roles = ", ".join(say(ROLE_NAMES[role]) for role in row.roles)
    return (row.name, roles, msg("yes") if row.is_asked else msg("no"), row.confirmed_at)


def _may_edit() -> bool:
    return g.get("as_of") is None and can(Permission.PROCEDURE_EDIT)


def _words() -> dict[str, Any]:
    return {"mine_names": MINE_NAMES, "tones": TONES, "role_names": ROLE_NAMES}


def answer(found: Procedure, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """One procedure with the version in force, the one to come, those before, and who has confirmed."""
    db.session.rollback()
    issues = queries.issues_of(found)
    facts = [queries.issue_facts(one) for one, _ in issues]
    today, by_id = clock.today(), {one.id: one for one, _ in issues}
    current, later = in_force(facts, today), coming(facts, today)
    read = queries.confirmed_on(actor().person_id, [one for one, _ in issues])
    is_asked = is_for(found.audience, actor().roles) and found.withdrawn_at is None
    follows = can(Permission.PROCEDURE_FOLLOW)
    rows = queries.readers(found, by_id[current.id], today) if follows and current else []
    asked = [row for row in rows if row.is_asked]
    return page(
        ONE,
        "procedure_page",
        status=status,
        procedure=found,
        issues=issues,
        shown=[by_id[one.id] for one in (current, later) if one],
        current=by_id[current.id] if current else None,
        read=read,
        mine=mine(current, confirmed=current is not None and current.id in read, is_asked=is_asked),
        is_asked=is_asked,
        follows=follows,
        readers=rows,
        followed=Followed(sum(row.confirmed_at is not None for row in asked), len(asked)),
        may_edit=_may_edit(),
        may_confirm=g.get("as_of") is None and found.withdrawn_at is None,
        errors=errors or {},
        **_words(),
    )
