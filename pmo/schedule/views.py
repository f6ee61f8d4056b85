"""The dates of milestones, edited in their row: moved with a reason, reached, cancelled, each with its way back."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.rules.queries import rule_book
from pmo.schedule import actions, queries
from pmo.schedule.forms import CancelForm, MoveForm, ReachForm, typed_day
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import PICK_LIST, REASON_NAMES, Why
from pmo.schedule.models import DateMove, Milestone
from pmo.web.access import require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import say
from pmo.web.look_back import only_now

bp = Blueprint("schedule", __name__, url_prefix="/projects/<int:project_id>/milestones")
EDIT, CONFLICT = "schedule/milestone_edit.html", "schedule/milestone_conflict.html"
CHANGED = "milestones-changed"  # the page's other parts listen for it


@bp.get("/<int:milestone_id>/row")
def row(project_id: int, milestone_id: int) -> Response:
    """The row as it stands: what Cancel goes back to."""
    found = queries.milestone(project_id, milestone_id)
    require(Permission.PROJECT_READ, found.place)
    return milestone_row(found)


@bp.get("/<int:milestone_id>/forecast")
def forecast(project_id: int, milestone_id: int) -> Response:
    return milestone_row(_mine(project_id, milestone_id), editing="forecast")


@bp.post("/<int:milestone_id>/forecast")
def move(project_id: int, milestone_id: int) -> Response:
    found = _mine(project_id, milestone_id)
    try:
        typed = parse(MoveForm, request.form)
        if typed.choice == "keep":
            return _back(found)
        day = typed.day(found.forecast)
        with transaction(said_why(typed.why)):
            moved = actions.reforecast(found, day, typed.why, seen_version=typed.version)
    except Invalid as refusal:
        if request.form.get("choice"):
            return _conflict(found, errors=refusal.errors, status=422)
        return milestone_row(found, editing="forecast", errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _faster(found, refusal.message)
    said = msg("%(name)s is now expected on %(day)s.", name=found.name, day=day)
    return _done(found, said if moved else msg("The date is the same as before."), moved)


@bp.get("/<int:milestone_id>/effect")
def effect(project_id: int, milestone_id: int) -> Response:
    """What the date being typed would mean, before it is saved."""
    found = _mine(project_id, milestone_id)
    if not wants_fragment():
        return see_other(url_for(".forecast", project_id=project_id, milestone_id=milestone_id))
    limits = _limits(found)
    try:
        day = typed_day(request.args.get("forecast", ""), "forecast", found.forecast)
    except Invalid as refusal:
        return page(EDIT, "effect", milestone=found, day=None, problem=refusal.errors["forecast"])
    slips = (slippage.slip(found.baseline, day), slippage.slip(found.commitment, day))
    tones = (limits.baseline.colour(slips[0]), limits.commitment.colour(slips[1]))
    return page(EDIT, "effect", milestone=found, day=day, slips=slips, tones=tones, problem=None)


@bp.get("/<int:milestone_id>/reached")
def reached(project_id: int, milestone_id: int) -> Response:
    return milestone_row(_mine(project_id, milestone_id), editing="reached")


@bp.post("/<int:milestone_id>/reached")
def reach(project_id: int, milestone_id: int) -> Response:
    found = _mine(project_id, milestone_id)
    try:
        typed = parse(ReachForm, request.form)
        day = typed_day(typed.actual, "actual")
        with transaction():
            moved = actions.reach(found, day, seen_version=typed.version)
    except Invalid as refusal:
        return milestone_row(found, editing="reached", errors=refusal.errors, status=422)
    except Conflict as refusal:
        return milestone_row(found, editing="reached", errors={"actual": refusal.message}, status=409)
    return _done(found, msg("%(name)s was reached on %(day)s.", name=found.name, day=day), moved)


@bp.post("/<int:milestone_id>/reached/undo")
def unreach(project_id: int, milestone_id: int) -> Response:
    found = _mine(project_id, milestone_id)
    with transaction():
        actions.undo_reach(found)
    return _done(found, msg("%(name)s is still to be reached.", name=found.name))


@bp.get("/<int:milestone_id>/cancelled")
def cancelled(project_id: int, milestone_id: int) -> Response:
    return milestone_row(_mine(project_id, milestone_id), editing="cancelled")


@bp.post("/<int:milestone_id>/cancelled")
def cancel(project_id: int, milestone_id: int) -> Response:
    found = _mine(project_id, milestone_id)
    try:
        typed = parse(CancelForm, request.form)
        with transaction(typed.reason):
            actions.cancel(found, typed.reason, seen_version=typed.version)
    except Invalid as refusal:
        return milestone_row(found, editing="cancelled", errors=refusal.errors, status=422)
    except Conflict as refusal:
        return milestone_row(found, editing="cancelled", errors={"reason": refusal.message}, status=409)
    undo = url_for(".take_up_again", project_id=project_id, milestone_id=milestone_id)
    return _done(found, msg("%(name)s is cancelled.", name=found.name), undo=undo)


@bp.post("/<int:milestone_id>/cancelled/undo")
def take_up_again(project_id: int, milestone_id: int) -> Response:
    found = _mine(project_id, milestone_id)
    with transaction():
        actions.take_up_again(found)
    return _done(found, msg("%(name)s counts again.", name=found.name))


@bp.post("/moves/<int:move_id>/undo")
def undo(project_id: int, move_id: int) -> Response:
    """The button in the message after a move."""
    moved = queries.move(project_id, move_id)
    found = _mine(project_id, moved.milestone_id)
    with transaction():
        actions.undo_move(moved)
    return _done(found, msg("%(name)s has its earlier date again.", name=found.name))


def milestone_row(
    milestone: Milestone, *, editing: str = "", errors: dict[str, Message] | None = None, status: int = 200, oob: bool = False
) -> Response:
    """The row of one milestone; without script, a page with just that row."""
    db.session.rollback()
    limits = _limits(milestone)
    shown = queries.row_of(milestone, queries.owner_of(milestone), limits, clock.today())
    return page(
        EDIT,
        "row",
        status=status,
        project=milestone.project,
        row=shown,
        limits=limits,
        editing=editing,
        errors=errors or {},
        reasons=PICK_LIST,
        typed=request.form if request.method == "POST" and status != 200 else {},
        oob=oob,
    )


def said_why(why: Why) -> str:
    """For the history of the row: the reason chosen and the words, as the person read them."""
    return ": ".join(part for part in (say(REASON_NAMES[why.reason]) if why.reason else "", why.words) if part)


def announce(response: Response) -> Response:
    """Tell the other parts of the page (colours, counts, trend) to load themselves again."""
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


def _mine(project_id: int, milestone_id: int) -> Milestone:
    """A milestone that the actor may move, now."""
    found = queries.milestone(project_id, milestone_id)
    require(Permission.MILESTONE_EDIT, found.place)
    only_now()
    return found


def _done(milestone: Milestone, message: Message, moved: DateMove | None = None, undo: str = "") -> Response:
    """The row with its new dates and a message that can undo it; the page without script."""
    if not wants_fragment():
        return _back(milestone)
    if moved is not None:
        undo = url_for(".undo", project_id=milestone.project_id, move_id=moved.id)
    response = milestone_row(milestone, oob="HX-Target" not in request.headers)
    return announce(toast(response, message, undo))


def _back(milestone: Milestone) -> Response:
    return see_other(url_for("projects.milestones", project_id=milestone.project_id, _anchor=f"milestone-{milestone.id}"))


def _limits(milestone: Milestone) -> slippage.Limits:
    project = milestone.project
    return slippage.limits(rule_book(), project.programme_id, project.tolerance_days)


def _faster(milestone: Milestone, message: Message) -> Response:
    """Somebody was faster: both dates beside each other if the date is what they changed, else the form again."""
    db.session.rollback()
    opened = request.form.get("was", "")
    if milestone.cancelled_on or milestone.actual or opened == (milestone.forecast.isoformat() if milestone.forecast else ""):
        return milestone_row(milestone, editing="forecast", errors={"forecast": message}, status=409)
    return _conflict(milestone, status=409)


def _conflict(milestone: Milestone, *, status: int, errors: dict[str, Message] | None = None) -> Response:
    db.session.rollback()
    response = page(
        CONFLICT,
        "conflict",
        status=status,
        errors=errors or {},
        reasons=PICK_LIST,
        reason_names=REASON_NAMES,
        typed=request.form,
        **_both(milestone),
    )
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main", "innerHTML"
    return response


def _both(milestone: Milestone) -> dict[str, Any]:
    """Theirs and mine, with what each would mean."""
    limits, theirs = _limits(milestone), milestone.forecast
    try:
        mine = typed_day(request.form.get("mine") or request.form.get("forecast", ""), "forecast", theirs)
    except Invalid:
        mine = None

    def told(day: Any) -> list[tuple[int | None, Any, Message]]:
        baseline, commitment = slippage.slip(milestone.baseline, day), slippage.slip(milestone.commitment, day)
        to_baseline = (baseline, limits.baseline.colour(baseline), msg("to baseline"))
        return [to_baseline, (commitment, limits.commitment.colour(commitment), msg("to commitment"))]

    return {
        "milestone": milestone,
        "project": milestone.project,
        "saved": queries.last_move(milestone.id),
        "mine": mine,
        "opened": _opened(),
        "slips": {"theirs": told(theirs), "mine": told(mine)},
    }


def _opened() -> Any:
    try:
        return typed_day(request.form.get("was", ""), "was")
    except Invalid:
        return None
