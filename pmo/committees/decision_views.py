"""Pages of what is asked of committees: the list, one question, asking, changing, withdrawing."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for

from pmo.committees import decision_queries as queries
from pmo.committees import request_actions as actions
from pmo.committees.decision_forms import CURRENCIES, NUMBERS, QuestionForm, ReasonForm, number_of, options
from pmo.committees.decision_queries import Asked
from pmo.committees.item_queries import counts
from pmo.committees.logic.decisions import OUTCOME_NAMES, STATE_NAMES, RequestState
from pmo.committees.models import DecisionRequest, Meeting
from pmo.committees.queries import meeting as meeting_of
from pmo.db import db, looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Programme, Project
from pmo.web import tables
from pmo.web.access import actor, can, can_anywhere, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import say
from pmo.web.look_back import only_now

bp = Blueprint("decisions", __name__)
LIST, ONE, FORM = "committees/asked.html", "committees/request.html", "committees/ask.html"
MENU_ENTRY = "decisions.requests"  # of all pages about decisions and actions
FILTERS = ("q", "committee", "state")
ROWS = 50
T = TypeVar("T")


@bp.get("/decisions")
def requests() -> Response:
    """What is open, else by state."""
    require_anywhere(Permission.DECISION_READ)
    table = tables.read((), FILTERS)
    given = table.filters
    asked = Asked(given.get("q", ""), given.get("committee", ""), given.get("state", ""))
    shown = queries.requests(actor(), asked, table.cursor, ROWS)
    may_ask = can_anywhere(Permission.DECISION_ASK) and looking_back() is None
    return page(LIST, "asked", table=table, asked=asked, shown=shown, may_ask=may_ask, **frame_of("asked"))


@bp.get("/decisions/new")
def ask() -> Response:
    """About a project (?project_id=) or of a meeting (?meeting_id=), else both to choose."""
    require_anywhere(Permission.DECISION_ASK)
    only_now()
    about = f"project:{request.args['project_id']}" if request.args.get("project_id") else ""
    return _form(None, {"about": about, "meeting_id": request.args.get("meeting_id", "")})


@bp.post("/decisions/new")
def add() -> Response:
    require_anywhere(Permission.DECISION_ASK)
    try:
        asked, _ = _asked()
        with transaction("decision asked"):
            made = actions.ask(asked, asker_id=actor().person_id)
            if _is_submitting():
                actions.submit(made, asked, seen_version=made.version)
    except Invalid as refusal:
        return _form(None, request.form, errors=refusal.errors, status=422)
    return see_other(url_for(".one", request_id=made.id))


@bp.get("/decisions/<int:request_id>")
def one(request_id: int) -> Response:
    return show(readable(request_id))


@bp.get("/decisions/<int:request_id>/edit")
def edit(request_id: int) -> Response:
    found = _mine(request_id)
    return _form(found, _typed_of(found))


@bp.post("/decisions/<int:request_id>/edit")
def save(request_id: int) -> Response:
    """Save it as it is, or submit it."""
    found = _mine(request_id)
    try:
        asked, version = _asked()
        with transaction("decision asked"):
            (actions.submit if _is_submitting() else actions.change)(found, asked, seen_version=version)
    except Invalid as refusal:
        return _form(queries.request(request_id), request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(queries.request(request_id), request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for(".one", request_id=request_id))


@bp.post("/decisions/<int:request_id>/withdraw")
def withdraw(request_id: int) -> Response:
    found = _mine(request_id)
    try:
        typed = parse(ReasonForm, request.form)
        with transaction(typed.reason):
            actions.withdraw(found, typed.reason, seen_version=typed.version)
    except Invalid as refusal:
        return show(queries.request(request_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.request(request_id), errors={"": refusal.message}, status=409)
    return see_other(url_for(".one", request_id=request_id))


def readable(request_id: int) -> DecisionRequest:
    """Drafts are known only to those who may ask there."""
    found = queries.request(request_id)
    require(Permission.DECISION_READ, found.place)
    if found.state == RequestState.DRAFT and not can(Permission.DECISION_ASK, found.place):
        raise NotFound
    return found


def show(found: DecisionRequest, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    is_open = found.state in queries.OPEN_STATES and looking_back() is None
    return page(
        ONE,
        "request",
        status=status,
        found=found,
        outcomes=queries.of_request(found.id),
        errors=errors or {},
        typed=request.form if errors else {},
        may_change=is_open and can(Permission.DECISION_ASK, found.place),
        may_record=is_open and found.state == RequestState.SUBMITTED and can(Permission.COMMITTEE_EDIT, found.committee.place),
        **shown_costs(found),
        **WORDS,
    )


def shown_costs(found: DecisionRequest) -> dict[str, Any]:
    """The options that are options, and whether their amounts may be seen."""
    used = [option for option in found.options if option.name]
    return {"options": used, "sees_money": can(Permission.MONEY_READ, found.place)}


def frame_of(here: str) -> dict[str, Any]:
    """The three lists of the room as tabs, and what they are filtered by."""
    open_items = counts(actor(), clock.today())[0]
    tabs = [
        (say(msg("Asked")), url_for("decisions.requests"), queries.count_open(actor()), here == "asked"),
        (say(msg("Taken")), url_for("outcomes.taken"), None, here == "taken"),
        (say(msg("Actions")), url_for("actions.items"), open_items, here == "actions"),
    ]
    return {"tabs": tabs, "committees": queries.followed(actor()), **WORDS}


def about_of(text: str) -> Project | Programme | None:
    """project:12 or programme:3; None for anything else. Raises NotFound."""
    kind, _, number = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004
        return None
    match kind:
        case "project":
            return portfolio.project(int(number))
        case "programme":
            return portfolio.programme(int(number))
    return None


def about_choices(programmes: list[Programme], projects: list[tuple[int, str, str]]) -> list[tuple[str, str]]:
    whole = [
        (f"programme:{one.id}", say(msg("%(code)s %(name)s, as a whole", code=one.code, name=one.name))) for one in programmes
    ]
    return [*((f"project:{number}", f"{code} {name}") for number, code, name in projects), *whole]


def _asked() -> tuple[actions.Question, int]:
    """What the form asks, of what it may ask, and the version it was opened on."""
    about = about_of(request.form.get("about", ""))
    if about is not None:
        require(Permission.DECISION_ASK, about.place)
    wrong: dict[str, Message] = {} if about else {"about": msg("Choose what the decision is about.")}
    typed = _or_noted(wrong, lambda: parse(QuestionForm, request.form))
    meeting = _or_noted(wrong, lambda: _meeting(request.form.get("meeting_id", "")))
    lines = _or_noted(wrong, lambda: options(request.form))
    if wrong or about is None or typed is None or meeting is None or lines is None:
        raise Invalid(wrong)
    return typed.asked(meeting, about, lines), typed.version


def _or_noted(wrong: dict[str, Message], read: Callable[[], T]) -> T | None:
    """What is read, or None with its refusal among `wrong`: a form says all that is not right at once."""
    try:
        return read()
    except Invalid as refusal:
        wrong |= refusal.errors
        return None


def _meeting(typed: str) -> Meeting:
    try:
        return meeting_of(number_of(typed) or 0)
    except NotFound:
        raise Invalid({"meeting_id": msg("Choose a meeting.")}) from None


def _mine(request_id: int) -> DecisionRequest:
    """One the actor may change, now."""
    found = readable(request_id)
    require(Permission.DECISION_ASK, found.place)
    only_now()
    return found


def _is_submitting() -> bool:
    return request.form.get("do") == "submit"


def _typed_of(found: DecisionRequest) -> dict[str, Any]:
    """The question as its form says it."""
    typed: dict[str, Any] = {
        "question": found.question, "why": found.why, "if_not": found.if_not, "recommended": found.recommended,
        "needed_by": found.needed_by.isoformat() if found.needed_by else "", "meeting_id": found.meeting_id,
        "about": f"project:{found.project_id}" if found.project_id else f"programme:{found.programme_id}",
    }  # fmt: skip
    for option in found.options:
        number, cost = option.position, option.cost
        whole = cost is not None and cost == cost.to_integral_value()
        typed |= {
            f"option_{number}": option.name, f"consequence_{number}": option.consequence, f"payer_{number}": option.payer,
            f"cost_{number}": "" if cost is None else f"{cost:.0f}" if whole else f"{cost:.2f}",
            f"currency_{number}": option.currency,
        }  # fmt: skip
    return typed


def _form(found: DecisionRequest | None, typed: Any, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    meetings = queries.meetings_to_ask(actor(), clock.today())
    if found is not None:
        meetings = [row for row in meetings if row.committee_id == found.committee_id]
        if found.meeting not in meetings:
            meetings.insert(0, found.meeting)
    projects = portfolio.projects_to_change(actor(), Permission.DECISION_ASK)
    return page(
        FORM,
        "ask_form",
        status=status,
        found=found,
        typed=typed,
        errors=errors or {},
        meetings=meetings,
        abouts=about_choices(queries.programmes_to_ask(actor()), projects),
        numbers=NUMBERS,
        currencies=[(code, code) for code in CURRENCIES],
        **WORDS,
    )


WORDS: dict[str, Any] = {"state_names": STATE_NAMES, "outcome_names": OUTCOME_NAMES}
