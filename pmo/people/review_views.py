"""The review of access: who may do what, since when, given by whom, and who looked through it."""

from collections.abc import Collection

from flask import Blueprint, Response, request

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Permission, Role, ScopeKind
from pmo.people import review_queries
from pmo.people.forms import ReviewForm
from pmo.people.logic import ROLE_NAMES, SOURCE_NAMES, GrantSource
from pmo.people.person_page import WORDS, scope_words, scopes_of
from pmo.people.review_actions import mark_reviewed
from pmo.people.review_queries import Asked, Given, Reviewed
from pmo.people.scopes import Scope, scopes
from pmo.rules.queries import rule_book
from pmo.web import tables
from pmo.web.access import actor, require
from pmo.web.downloads import Column, Shown, Value, workbook
from pmo.web.downloads import excel as excel_file
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say
from pmo.web.tables import Table

bp = Blueprint("access_review", __name__, url_prefix="/people/review")
REVIEW = "people/review.html"
FILTERS = ("q", "role", "scope", "state", "quiet", "due")
STATES = {"active": True, "left": False, "all": None}
QUIET = (("30", msg("30 days")), ("90", msg("90 days")), ("180", msg("180 days")), ("365", msg("1 year")))
COLUMNS = (
    Column(msg("Person")),
    Column(msg("E-mail")),
    Column(msg("Role")),
    Column(msg("Scope")),
    Column(msg("Since"), Shown.MOMENT),
    Column(msg("Granted by")),
    Column(msg("Source")),
    Column(msg("Group")),
    Column(msg("Until"), Shown.DATE),
    Column(msg("Last sign-in"), Shown.MOMENT),
    Column(msg("Second factor")),
    Column(msg("Keys of programs"), Shown.NUMBER),
    Column(msg("State")),
    Column(msg("Reviewed"), Shown.MOMENT),
    Column(msg("Reviewed by")),
    Column(msg("Next review"), Shown.DATE),
)


@bp.get("")
def review() -> Response:
    require(Permission.PEOPLE_READ)
    return _page(tables.read(filters=FILTERS))


@bp.post("")
def mark() -> Response:
    require(Permission.PEOPLE_ADMIN)
    table = tables.read(filters=FILTERS, endpoint="access_review.review")
    ids = {int(text) for text in request.form.getlist("person") if text.isdecimal() and len(text) < 10}
    try:
        typed = parse(ReviewForm, request.form)
        with transaction("access reviewed"):
            marked = mark_reviewed(ids, by=actor().person_id, note=typed.note)
    except Invalid as refusal:
        return _page(table, status=422, errors=refusal.errors, ticked=ids)
    said = nmsg(
        "The access of %(num)s person is marked as reviewed.", "The access of %(num)s people is marked as reviewed.", marked
    )
    return see_other(table.url(), said)


@bp.get("/list.xlsx")
def excel() -> Response:
    """A line for each role, in the order and with the filters of the page."""
    require(Permission.PEOPLE_READ)
    rows = review_queries.all_of(_asked(tables.read(filters=FILTERS)), _every())
    known = scopes_of(tuple(one.grant for row in rows for one in row.roles))
    lines = [_line(row, one, known) for row in rows for one in row.roles or (None,)]
    return excel_file("access-review", workbook(say(msg("Access review")), COLUMNS, lines, language()))


def _line(row: Reviewed, one: Given | None, known: dict[tuple[str, int], Scope]) -> tuple[Value, ...]:
    held = one.grant if one else None
    return (
        row.person.name, row.person.email, ROLE_NAMES[held.role_name] if held else None,
        scope_words(held, known) if held else None, one.since if one else None, by_words(one) if one else None,
        SOURCE_NAMES[GrantSource(held.source)] if held else None,
        held.source_group if held else None, held.valid_to if held else None, row.signed_in_at, factor_words(row), row.tokens,
        msg("Active") if row.person.is_active else msg("Left"), row.reviewed_at, row.reviewed_by, row.due,
    )  # fmt: skip


def by_words(one: Given) -> str | Message:
    if one.grant.source == GrantSource.GROUP:
        return msg("Identity provider")
    return one.by or (msg("A command on the server") if one.origin == "console" else msg("Not known"))


def factor_words(row: Reviewed) -> Message:
    """Who has no password here is asked for a second factor by the provider, or not; this server cannot tell."""
    if row.has_factor:
        return msg("Yes")
    return msg("No") if row.is_local else msg("At the provider") if row.is_signed_on else msg("No sign-in")


def _page(table: Table, *, status: int = 200, errors: dict[str, Message] | None = None, ticked: Collection[int] = ()) -> Response:
    if errors:
        db.session.rollback()
    asked, every = _asked(table), _every()
    found = review_queries.page_of(asked, table.cursor, every)
    return page(
        REVIEW, "review_table", status=status, table=table, shown=found, total=review_queries.count(asked, every),
        scopes=scopes_of(tuple(one.grant for row in found.rows for one in row.roles)), offered=_offered(), quiet=QUIET,
        errors=errors or {}, ticked=ticked, note=request.form.get("note", ""), every=every, day=clock.today(),
        own=actor().person_id, by_words=by_words, factor_words=factor_words, **WORDS,
    )  # fmt: skip


def _asked(table: Table) -> Asked:
    role, quiet = table.filters.get("role", ""), table.filters.get("quiet", "")
    return Asked(
        words=table.filters.get("q", ""),
        role=role if role in set(Role) else "",
        scope=_scope(table.filters.get("scope", "")),
        is_active=STATES.get(table.filters.get("state", "active"), True),
        quiet_days=int(quiet) if quiet in dict(QUIET) else 0,
        is_due="due" in table.filters,
    )


def _scope(text: str) -> tuple[ScopeKind, int | None] | None:
    """As the list offers it: kind and number; everything has none."""
    kind, _, number = text.partition(":")
    if text == ScopeKind.ALL:
        return ScopeKind.ALL, None
    if kind in set(ScopeKind) and number.isdecimal() and len(number) < 10:
        return ScopeKind(kind), int(number)
    return None


def _offered() -> list[tuple[str, str | Message]]:
    named = [(f"{one.kind.value}:{one.id}", f"{one.code} {one.name}") for one in scopes().offered()]
    return [(ScopeKind.ALL.value, say(msg("Everything"))), *named]


def _every() -> int:
    return rule_book().days("access.review_every")
