"""What happens to a change request after it was written: assessed, put forward, decided, put into the plan, implemented."""

from collections.abc import Callable

from flask import Blueprint, Response, g, request, url_for

from pmo.changes import actions, queries
from pmo.changes.forms import AgainForm, DoneForm, ForwardForm, PlanForm, VerdictForm, VersionForm
from pmo.changes.logic import STATE_NAMES, ChangeState, verdicts
from pmo.changes.models import ChangeRequest
from pmo.changes.showing import impact_of, show
from pmo.committees.models import Meeting
from pmo.committees.queries import meeting as meeting_of
from pmo.committees.queries import meetings_about
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.schedule.logic.moves import PICK_LIST, MoveReason
from pmo.web.access import can, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import say
from pmo.web.look_back import only_now

bp = Blueprint("change_decisions", __name__, url_prefix="/change-requests/<int:change_id>")
DECIDE, PLAN = "changes/decide.html", "changes/plan.html"


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "change_requests.register"


@bp.post("/assess")
def assess(change_id: int) -> Response:
    found = _allowed(change_id, Permission.CHANGE_EDIT)

    def write() -> None:
        actions.assess(found, seen_version=parse(VersionForm, request.form).version)

    return _write(found, write)


@bp.post("/forward")
def forward(change_id: int) -> Response:
    """To a meeting, or to whoever may decide."""
    found = _allowed(change_id, Permission.CHANGE_EDIT)

    def write() -> None:
        typed = parse(ForwardForm, request.form)
        actions.put_forward(found, _meeting(typed.meeting_id), seen_version=typed.version)

    return _write(found, write)


@bp.get("/decision")
def verdict(change_id: int) -> Response:
    return _decide_form(_allowed(change_id, Permission.CHANGE_DECIDE))


@bp.post("/decision")
def decide(change_id: int) -> Response:
    """By oneself with a reason, or as a meeting decided it: that takes the right to record what committees decide."""
    found = _allowed(change_id, Permission.CHANGE_DECIDE)
    try:
        typed = parse(VerdictForm, request.form)
        meeting = _meeting(typed.meeting_id)
        if meeting is not None:
            require(Permission.COMMITTEE_EDIT, meeting.place)
        said = typed.said(meeting, _other(found, typed.into_id), _in_the_minutes(found, ChangeState(typed.verdict)))
        with transaction(typed.reason or "change decided"):
            actions.decide(found, said, seen_version=typed.version)
    except Invalid as refusal:
        return _decide_form(queries.change(change_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.change(change_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("change_requests.one", change_id=change_id))


@bp.post("/again")
def again(change_id: int) -> Response:
    """A decision that was a slip is voided by who may record the decisions of its committee, nobody else."""
    found = _allowed(change_id, Permission.CHANGE_DECIDE)

    def write() -> None:
        typed = parse(AgainForm, request.form)
        if typed.is_slip and found.decision is not None:
            require(Permission.COMMITTEE_EDIT, found.decision.committee.place)
        actions.take_up(found, typed.reason, is_slip=typed.is_slip, seen_version=typed.version)

    return _write(found, write, request.form.get("reason", "")[:200])


@bp.get("/plan")
def plan(change_id: int) -> Response:
    return _plan_form(_allowed(change_id, Permission.MILESTONE_EDIT))


@bp.post("/plan")
def put_into_plan(change_id: int) -> Response:
    """The milestone gets the approved day: after a look at what moves, never by itself."""
    found = _allowed(change_id, Permission.MILESTONE_EDIT)
    try:
        typed = parse(PlanForm, request.form)
        if typed.what == "both":
            require(Permission.BASELINE_SET, found.place)
        words = f"{found.code} {found.title}"
        with transaction(words):
            actions.put_into_plan(
                found,
                typed.why(words),
                with_baseline=typed.what == "both",
                seen_version=typed.version,
                seen_milestone=typed.milestone_version,
            )
    except Invalid as refusal:
        return _plan_form(queries.change(change_id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.change(change_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("change_requests.one", change_id=change_id), msg("The plan has the approved date."))


@bp.post("/implemented")
def implemented(change_id: int) -> Response:
    found = _allowed(change_id, Permission.CHANGE_EDIT)

    def write() -> None:
        typed = parse(DoneForm, request.form)
        actions.implement(found, typed.evidence, on=typed.implemented_on, seen_version=typed.version)

    return _write(found, write)


def _write(found: ChangeRequest, write: Callable[[], None], reason: str = "") -> Response:
    try:
        with transaction(reason or "change request moved on"):
            write()
    except Invalid as refusal:
        return show(queries.change(found.id), errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.change(found.id), errors={"": refusal.message}, status=409)
    return see_other(url_for("change_requests.one", change_id=found.id))


def _allowed(change_id: int, permission: Permission) -> ChangeRequest:
    found = queries.change(change_id)
    require(permission, found.place)
    only_now()
    return found


def _meeting(meeting_id: int | None) -> Meeting | None:
    try:
        return meeting_of(meeting_id) if meeting_id else None
    except NotFound:
        raise Invalid({"meeting_id": msg("Choose a meeting.")}) from None


def _other(found: ChangeRequest, other_id: int | None) -> ChangeRequest | None:
    """Of the same project, else there is none."""
    other = db.session.get(ChangeRequest, other_id) if other_id else None
    return other if other is not None and other.project_id == found.project_id else None


def _in_the_minutes(found: ChangeRequest, outcome: ChangeState) -> str:
    name = say(STATE_NAMES[outcome])
    return say(msg("Change request %(code)s, %(title)s: %(outcome)s", code=found.code, title=found.title, outcome=name))


def _decide_form(found: ChangeRequest, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    open_to = verdicts(ChangeState(found.state))
    if not open_to:
        return show(found, errors={"": msg("This request is decided already.")}, status=409)
    held = [one for one in meetings_about(found.project, until=clock.today()) if one.held_on >= found.submitted_on]
    typed = request.form if errors else {"meeting_id": found.meeting_id or "", "verdict": open_to[0].value}
    return page(
        DECIDE,
        "decide_form",
        status=status,
        found=found,
        typed=typed,
        errors=errors or {},
        verdicts=[(one.value, STATE_NAMES[one]) for one in open_to],
        meetings=[one for one in held if can(Permission.COMMITTEE_EDIT, one.place)],
        others=queries.others(found),
        impact=impact_of(found),
        sees_money=can(Permission.MONEY_READ, found.place),
    )


def _plan_form(found: ChangeRequest, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    if found.state != ChangeState.APPROVED or found.milestone is None or found.is_moved:
        return show(found, errors={"": msg("There is no approved date to put into the plan.")}, status=409)
    return page(
        PLAN,
        "plan_form",
        status=status,
        found=found,
        milestone=found.milestone,
        typed=request.form if errors else {"what": "forecast", "reason": MoveReason.SCOPE.value},
        errors=errors or {},
        may_baseline=can(Permission.BASELINE_SET, found.place),
        reasons=PICK_LIST,
    )
