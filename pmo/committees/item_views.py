"""Pages of actions: the list with its filters, one action, done and undone, cancelled."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.committees import item_actions as actions
from pmo.committees import item_queries as queries
from pmo.committees.decision_forms import DoneForm, ReasonForm
from pmo.committees.decision_views import MENU_ENTRY, ROWS, frame_of
from pmo.committees.item_queries import Asked, ItemRow
from pmo.committees.logic.decisions import ACTION_STATE_NAMES, ActionState
from pmo.committees.models import ActionItem
from pmo.db import looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.web import tables
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.downloads import Column as Cell
from pmo.web.downloads import Shown, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now
from pmo.web.tables import Column, Table

bp = Blueprint("actions", __name__, url_prefix="/actions")
LIST, ONE = "committees/items.html", "committees/item.html"
FILTERS = ("q", "state", "committee", "whose", "overdue")
CHANGED = "actions-changed"  # the list listens for it
COLUMNS = (
    Column("code", msg("No."), is_fixed=True),
    Column("what", msg("Action"), is_fixed=True),
    Column("about", msg("About")),
    Column("origin", msg("Origin"), can_sort=False),
    Column("owner", msg("Owner")),
    Column("due", msg("Due")),
    Column("state", msg("State"), can_sort=False, is_fixed=True),
)
STATES = [("done", msg("Done")), ("cancelled", msg("Cancelled")), ("all", msg("All"))]
CELLS = (
    Cell(msg("No."), width=9),
    Cell(msg("Action"), width=52),
    Cell(msg("About"), width=12),
    Cell(msg("Committee"), width=24),
    Cell(msg("Meeting"), Shown.DATE),
    Cell(msg("Decision"), width=11),
    Cell(msg("Owner")),
    Cell(msg("Given"), Shown.DATE),
    Cell(msg("Due"), Shown.DATE),
    Cell(msg("State"), width=12),
    Cell(msg("Days late"), Shown.NUMBER),
    Cell(msg("Done"), Shown.DATE),
    Cell(msg("Evidence"), width=40),
    Cell(msg("Cancelled"), Shown.DATE),
    Cell(msg("Why cancelled"), width=40),
)


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = MENU_ENTRY


@bp.get("")
def items() -> Response:
    require_anywhere(Permission.DECISION_READ)
    table, asked = _asked()
    order = queries.order_of(table.sort, table.is_descending)
    return page(
        LIST,
        "action_table",
        table=table,
        asked=asked,
        shown=queries.items(actor(), asked, clock.today(), order, table.cursor, ROWS),
        numbers=queries.counts(actor(), clock.today()),
        states=STATES,
        errors={},
        typed={},
        opened_id=0,
        **frame_of("actions"),
        **_row_words(),
    )


@bp.get("/list.xlsx")
def items_as_excel() -> Response:
    """The list as filtered: same rows, same order."""
    require_anywhere(Permission.DECISION_READ)
    table, asked = _asked()
    order = queries.order_of(table.sort, table.is_descending)
    title = say(msg("Actions"))
    rows = (_cells(row) for row in queries.all_items(actor(), asked, clock.today(), order))
    return excel(title, workbook(title, CELLS, rows, language()))


@bp.get("/<int:action_id>")
def item(action_id: int) -> Response:
    return _answer(_readable(action_id))


@bp.get("/<int:action_id>/done")
def done_form(action_id: int) -> Response:
    return _answer(_finishable(action_id), opened="done")


@bp.post("/<int:action_id>/done")
def done(action_id: int) -> Response:
    found = _finishable(action_id)
    try:
        typed = parse(DoneForm, request.form)
        with transaction():
            actions.finish(found, typed.evidence, on=typed.done_on, seen_version=typed.version)
    except Invalid as refusal:
        return _answer(queries.item(action_id), opened="done", errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _answer(queries.item(action_id), errors={"": refusal.message}, status=409)
    return said(action_id, msg("%(code)s is done.", code=found.code), undo=True)


@bp.get("/<int:action_id>/cancel")
def cancel_form(action_id: int) -> Response:
    return _answer(editable(action_id), opened="cancel")


@bp.post("/<int:action_id>/cancel")
def cancel(action_id: int) -> Response:
    found = editable(action_id)
    try:
        typed = parse(ReasonForm, request.form)
        with transaction(typed.reason):
            actions.cancel(found, typed.reason, seen_version=typed.version)
    except Invalid as refusal:
        return _answer(queries.item(action_id), opened="cancel", errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _answer(queries.item(action_id), errors={"": refusal.message}, status=409)
    return said(action_id, msg("%(code)s is cancelled.", code=found.code), undo=True)


@bp.post("/<int:action_id>/reopen")
def reopen(action_id: int) -> Response:
    """Not done after all; what was cancelled, only who edits committees brings back."""
    found = _readable(action_id)
    found = editable(action_id) if found.cancelled_on else _finishable(action_id)
    with transaction():
        actions.reopen(found)
    response = said(action_id, msg("%(code)s is open again.", code=found.code))
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


def _readable(action_id: int) -> ActionItem:
    found = queries.item(action_id)
    require(Permission.ACTION_READ, found.place)
    return found


def _finishable(action_id: int) -> ActionItem:
    found = _readable(action_id)
    require(Permission.ACTION_DONE, found.place)
    only_now()
    return found


def editable(action_id: int) -> ActionItem:
    """What a committee wants done, who keeps its minutes changes; an owner who may not is told so."""
    found = _readable(action_id)
    if not can(Permission.COMMITTEE_EDIT, found.committee.place):
        raise Forbidden
    only_now()
    return found


def said(action_id: int, message: Message, undo: bool = False) -> Response:
    """The row or the panel as it is now; the page of the action without script."""
    if not wants_fragment():
        return see_other(url_for("actions.item", action_id=action_id))
    return toast(_answer(queries.item(action_id)), message, url_for("actions.reopen", action_id=action_id) if undo else "")


def _answer(found: ActionItem, *, opened: str = "", errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """Its row, when a row asked; else its panel or page."""
    asked_by = request.headers.get("HX-Target", "")
    template, block = (LIST, "action_row") if asked_by == f"action-{found.id}" else (ONE, "panel")
    return page(
        template,
        block,
        status=status,
        row=ItemRow(found, clock.today()),
        item=found,
        opened=opened,
        opened_id=found.id if opened else 0,
        table=tables.read(COLUMNS, FILTERS, endpoint="actions.items"),
        errors=errors or {},
        typed=request.form if errors else {},
        may_edit=looking_back() is None and can(Permission.COMMITTEE_EDIT, found.committee.place),
        **_row_words(),
    )


def _asked() -> tuple[Table, Asked]:
    table = tables.read(COLUMNS, FILTERS, endpoint="actions.items")
    given = table.filters
    mine, overdue = given.get("whose") == "mine", bool(given.get("overdue"))
    return table, Asked(given.get("q", ""), given.get("state", ""), given.get("committee", ""), mine, overdue)


def _row_words() -> dict[str, Any]:
    """What a row needs besides itself."""
    return {"action_state_names": ACTION_STATE_NAMES, "may_finish": _may_finish, "state": ActionState}


def _may_finish(found: ActionItem) -> bool:
    return looking_back() is None and can(Permission.ACTION_DONE, found.place)


def _cells(row: ItemRow) -> tuple[Any, ...]:
    found = row.item
    about = found.project or found.programme
    return (
        found.code,
        found.what,
        about.code if about else "",
        found.committee.name,
        found.meeting.held_on,
        row.origin,
        found.owner.name,
        found.opened_on,
        found.due,
        ACTION_STATE_NAMES[row.state],
        row.days_late,
        found.done_on,
        found.evidence,
        found.cancelled_on,
        found.cancel_reason,
    )
