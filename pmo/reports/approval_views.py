"""Pages of approval: sending a draft, reading exactly what was sent, saying yes or why not."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.committees.audiences import of
from pmo.config import Settings
from pmo.db import looking_back, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import actors
from pmo.reports import approval_queries as queries
from pmo.reports import approving, offers
from pmo.reports.approval_queries import Row
from pmo.reports.forms import AnswerForm, AskForm
from pmo.reports.logic import canonical
from pmo.reports.logic.approval import STATE_NAMES, Standing, State, lapsed
from pmo.reports.logic.content import Report, Scope
from pmo.reports.logic.numbers import file_name
from pmo.reports.logic.sentences import overridden
from pmo.reports.logic.stamp import Stamp
from pmo.reports.making_views import refused
from pmo.reports.standing import draft_of, standing
from pmo.reports.word.document import MEDIA_TYPE, document
from pmo.web.access import actor, can_anywhere, require, require_anywhere
from pmo.web.downloads import attachment
from pmo.web.forms import parse
from pmo.web.frame import LANGUAGE_NAMES
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("approvals", __name__, url_prefix="/reports/approvals")
ONE = "reports/approval.html"
OTHER_FORM = msg("This draft was made by another version of the report and can no longer be drawn. Send it for approval again.")


@bp.post("")
def ask() -> Response:
    """Freeze the draft and write to those who may approve it."""
    require_anywhere(Permission.REPORT_READ)
    if not can_anywhere(Permission.REPORT_PUBLISH):
        raise Forbidden
    try:
        typed = parse(AskForm, request.form)
        subject = offers.subject_of(typed.what, actor())
        require(Permission.REPORT_PUBLISH, subject.place)
        if subject.scope is Scope.PORTFOLIO:
            raise NotFound
        wish = approving.Request(language=typed.lang, all_sheets=typed.all_sheets, note=typed.note, seen=typed.seen)
        made = approving.ask(subject, wish, by=actor(), settings=_settings())
    except Invalid as refusal:
        return refused(request.form.to_dict(), refusal.errors, 422)
    except Conflict as refusal:
        return refused(request.form.to_dict(), {"": refusal.message}, 409)
    return see_other(url_for(".approval", approval_id=made))


@bp.get("/<int:approval_id>")
def approval(approval_id: int) -> Response:
    return _page(_readable(approval_id))


@bp.get("/<int:approval_id>/<any(en, fr, nl):lang>.docx")
def draft(approval_id: int, lang: str) -> Response:
    """The draft that was sent, drawn from what was frozen: its hash is the one that is approved."""
    row = _readable(approval_id)
    made = _content(row)
    if made is None:
        raise Conflict(OTHER_FORM)
    stamp = Stamp(author=row.asker, organisation=_settings().organisation, content_sha256=row.approval.content_sha256)
    name = file_name(made.code, f"{made.today.isoformat()}-draft", lang)
    return attachment(name, document(made, stamp, lang), MEDIA_TYPE)


@bp.post("/<int:approval_id>/answer")
def answer(approval_id: int) -> Response:
    row = _readable(approval_id)
    only_now()
    try:
        typed = parse(AnswerForm, request.form)
        is_yes = typed.answer == "approve"
        with transaction("report approved" if is_yes else "report sent back"):
            approving.answer(
                row.approval.id,
                approve=is_yes,
                reason=typed.reason,
                seen_version=typed.version,
                by=actor(),
                settings=_settings(),
            )
    except Invalid as refusal:
        return _page(queries.one(approval_id), refusal.errors, 422)
    except Conflict as refusal:
        return _page(queries.one(approval_id), {"": refusal.message}, 409)
    said = msg("You approved this draft. Who asked is told.") if is_yes else msg("The draft went back. Who asked is told why.")
    return see_other(url_for(".approval", approval_id=approval_id), said)


@bp.post("/<int:approval_id>/withdraw")
def withdraw(approval_id: int) -> Response:
    row = _readable(approval_id)
    require(Permission.REPORT_PUBLISH, row.approval.place)
    version = request.form.get("version", "")
    try:
        with transaction("request for approval withdrawn"):
            approving.withdraw(approval_id, seen_version=int(version) if version.isdecimal() else 0)
    except Conflict as refusal:
        return _page(queries.one(approval_id), {"": refusal.message}, 409)
    return see_other(url_for(".approval", approval_id=approval_id))


def _readable(approval_id: int) -> Row:
    row = queries.one(approval_id)
    require(Permission.REPORT_READ, row.approval.place)
    return row


def _content(row: Row) -> Report | None:
    with suppress(canonical.Unreadable):
        return queries.content(row.approval.id)
    return None


def _how_it_stands(row: Row) -> Standing:
    """Of what was answered by publishing, withdrawing or a newer draft nothing is asked any more, nor while looking back."""
    if looking_back() is not None or not (row.is_usable or row.state is State.WAITING):
        return Standing.HOLDS
    return standing(draft_of(row))


def _page(row: Row, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    approval_id, how = row.approval.id, _how_it_stands(row)
    row = queries.one(approval_id)
    is_waiting = row.state is State.WAITING
    asked = queries.to_answer(row.approval, actors(clock.today())) if is_waiting else frozenset()
    me = actor().person_id
    context: dict[str, Any] = {
        "row": row,
        "one": row.approval,
        "to": of(row.approval.owner),
        "content": _content(row),
        "lapsed": lapsed(how, is_approved=not is_waiting, asker=row.asker),
        "state_names": STATE_NAMES,
        "State": State,
        "asked": queries.names_of(asked),
        "is_mine": me in asked and looking_back() is None,
        "is_own": me in asked and me == row.approval.asked_by,
        "languages": LANGUAGE_NAMES,
        "errors": errors or {},
        "typed": request.form if errors else {},
        "overridden": overridden,
    }
    return page(ONE, "approval", status=status, **context)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
