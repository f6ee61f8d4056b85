"""The criteria of a gate one by one, and the decision of a committee about it."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.committees.decision_forms import TO_DO_LINES, to_dos
from pmo.committees.minutes_queries import presence
from pmo.committees.models import Meeting
from pmo.committees.queries import meeting as meeting_of
from pmo.committees.queries import meetings_about
from pmo.db import db, transaction
from pmo.gates import actions, queries
from pmo.gates.forms import CriterionForm, VerdictForm
from pmo.gates.logic import KIND_NAMES, OUTCOME_NAMES, Outcome
from pmo.gates.models import Gate, GateCriterion
from pmo.gates.showing import WORDS, allowed, show
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.methods.queries import artefact, documents_of
from pmo.people.queries import owners
from pmo.rules.queries import rule_book
from pmo.web.access import can, require
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language, say
from pmo.web.look_back import only_now

bp = Blueprint("gate_decisions", __name__, url_prefix="/gates")
CRITERION, DECIDE = "gates/criterion.html", "gates/decide.html"


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "gates.register"


@bp.get("/<int:gate_id>/criteria/new")
def new(gate_id: int) -> Response:
    return _criterion_form(allowed(gate_id), None, {})


@bp.post("/<int:gate_id>/criteria/new")
def add(gate_id: int) -> Response:
    gate = allowed(gate_id)
    try:
        said = _said(parse(CriterionForm, request.form))
        with transaction("criterion added"):
            actions.add_criterion(gate, said)
    except Invalid as refusal:
        return _criterion_form(gate, None, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.gate(gate_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("gates.one", gate_id=gate_id))


@bp.get("/criteria/<int:criterion_id>")
def criterion(criterion_id: int) -> Response:
    found = _criterion(criterion_id)
    met = {True: "yes", False: "no"}.get(found.is_met, "") if found.is_met is not None else ""
    names = ("kind", "weight", "score", "note", "link", "artefact_id")
    typed = {name: getattr(found, name) for name in names} | {"text": found.called(language()), "met": met}
    return _criterion_form(found.gate, found, typed)


@bp.post("/criteria/<int:criterion_id>")
def assess(criterion_id: int) -> Response:
    found = _criterion(criterion_id)
    gate, shown_text = found.gate, found.called(language())
    try:
        typed = parse(CriterionForm, request.form)
        said = _said(typed)
        with transaction("criterion assessed"):
            actions.assess(found, said, shown_text=shown_text, seen_version=typed.version)
    except Invalid as refusal:
        return _criterion_form(gate, found, request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _criterion_form(gate, found, request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for("gates.one", gate_id=gate.id, _anchor=f"criterion-{criterion_id}"))


@bp.post("/criteria/<int:criterion_id>/drop")
def drop(criterion_id: int) -> Response:
    found = _criterion(criterion_id)
    gate_id, typed = found.gate_id, request.form.get("version", "")
    try:
        with transaction("criterion dropped"):
            actions.drop(found, seen_version=int(typed) if typed.isdecimal() and len(typed) < 10 else 0)  # noqa: PLR2004
    except Conflict as refusal:
        return show(queries.gate(gate_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("gates.one", gate_id=gate_id), msg("The criterion does not count for this gate any more."))


@bp.get("/<int:gate_id>/decision")
def verdict(gate_id: int) -> Response:
    found = allowed(gate_id, Permission.COMMITTEE_EDIT)
    return _decide_form(found, {"outcome": Outcome.GO.value, "meeting_id": request.args.get("meeting_id", "")})


@bp.post("/<int:gate_id>/decision")
def decide(gate_id: int) -> Response:
    """Who edits committees records what they decide; the conditions become actions of the meeting."""
    found = allowed(gate_id, Permission.COMMITTEE_EDIT)
    try:
        typed = parse(VerdictForm, request.form)
        meeting = _meeting(typed.meeting_id)
        said = typed.said(meeting, _in_the_minutes(found, typed.outcome), _conditions(typed.outcome))
        with transaction(typed.reason or "gate decided"):
            actions.hold_criteria(found)
            ready = queries.ready_of(found, queries.documents_for(found, clock.today()), rule_book())
            actions.decide(found, said, ready, seen_version=typed.version)
    except Invalid as refusal:
        return _decide_form(queries.gate(gate_id), request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return show(queries.gate(gate_id), errors={"": refusal.message}, status=409)
    return see_other(url_for("gates.one", gate_id=gate_id))


def _conditions(outcome: Outcome) -> tuple[Any, ...]:
    """Only a go with conditions has any."""
    return to_dos(request.form) if outcome is Outcome.CONDITIONAL else ()


def _criterion(criterion_id: int) -> GateCriterion:
    found = queries.criterion(criterion_id)
    require(Permission.GATE_EDIT, found.place)
    only_now()
    return found


def _said(typed: CriterionForm) -> actions.Said:
    try:
        return typed.said(artefact(typed.artefact_id) if typed.artefact_id else None)
    except NotFound:
        raise Invalid({"artefact_id": msg("Choose one from the list.")}) from None


def _meeting(meeting_id: int | None) -> Meeting | None:
    try:
        found = meeting_of(meeting_id) if meeting_id else None
    except NotFound:
        return None
    if found is not None:
        require(Permission.COMMITTEE_EDIT, found.place)
    return found


def _in_the_minutes(found: Gate, outcome: Outcome) -> str:
    names = {"code": found.code, "name": found.called(language()), "outcome": say(OUTCOME_NAMES[outcome])}
    return say(msg("Gate %(code)s, %(name)s: %(outcome)s", **names))


def _criterion_form(
    gate: Gate, found: GateCriterion | None, typed: Any, *, errors: dict[str, Message] | None = None, status: int = 200
) -> Response:
    db.session.rollback()
    asked = [row.artefact for row in documents_of(gate.project, clock.today()) if row.is_asked]
    return page(
        CRITERION,
        "criterion_form",
        status=status,
        gate=gate,
        found=found,
        typed=typed,
        errors=errors or {},
        artefacts=[(one.id, one.called(language())) for one in asked],
        kind_names=KIND_NAMES,
        language=language(),
    )


def _decide_form(found: Gate, typed: Any, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    if not found.is_open:
        return show(found, errors={"": actions.IS_DECIDED}, status=409)
    today = clock.today()
    held = [one for one in meetings_about(found.project, until=today) if can(Permission.COMMITTEE_EDIT, one.place)]
    return page(
        DECIDE,
        "decide_form",
        status=status,
        found=found,
        typed=typed,
        errors=errors or {},
        ready=queries.ready_of(found, queries.documents_for(found, today), rule_book()),
        meetings=held,
        there=presence(held[0], today) if held else None,
        outcomes=[(one.value, name) for one, name in OUTCOME_NAMES.items()],
        lines=TO_DO_LINES,
        owners=owners(),
        language=language(),
        **{name: words for name, words in WORDS.items() if name.startswith("standing")},
    )
