"""All criteria of a gate on one page: whether each is met or how it scores, and a note, saved together."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.gates import actions, queries
from pmo.gates.forms import AssessedForm
from pmo.gates.logic import KIND_NAMES, Kind
from pmo.gates.models import Gate, GateCriterion
from pmo.gates.showing import allowed
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language

bp = Blueprint("gate_assessment", __name__, url_prefix="/gates")
ASSESS = "gates/assess.html"
FIELDS = ("met", "score", "note", "version")


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "gates.register"


@bp.get("/<int:gate_id>/assess")
def criteria(gate_id: int) -> Response:
    return _form(allowed(gate_id), {})


@bp.post("/<int:gate_id>/assess")
def assess(gate_id: int) -> Response:
    """Only what was changed is written; when somebody was faster with one of them, nothing is."""
    found = allowed(gate_id)
    try:
        said = _said(found.standing_criteria)
        with transaction("criteria assessed"):
            actions.assess_all(found, said)
    except Invalid as refusal:
        return _form(queries.gate(gate_id), request.form, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _form(queries.gate(gate_id), request.form, errors={"": refusal.message}, status=409)
    return see_other(url_for("gates.one", gate_id=gate_id), msg("The assessment is saved."))


def _said(criteria: list[GateCriterion]) -> list[tuple[GateCriterion, actions.Assessed]]:
    """Of the criteria that the form held. Raises Invalid with the sentences of all of them."""
    said, wrong = list[tuple[GateCriterion, actions.Assessed]](), dict[str, Message]()
    for one in criteria:
        if f"version_{one.id}" not in request.form:  # added while the form was open
            continue
        try:
            typed = parse(AssessedForm, {name: request.form.get(f"{name}_{one.id}", "") for name in FIELDS})
        except Invalid as refusal:
            wrong |= {f"{name}_{one.id}": sentence for name, sentence in refusal.errors.items()}
        else:
            said.append((one, typed.said()))
    wrong |= actions.out_of_range(said)
    if wrong:
        raise Invalid(wrong)
    return said


def _form(found: Gate, typed: Any, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """After a stale attempt with the versions of now: what was typed is there, and can be sent again."""
    db.session.rollback()
    if not found.is_open:
        raise Conflict(actions.IS_DECIDED)
    said = {f"{name}_{one.id}": value for one in found.standing_criteria for name, value in _stored(one).items()}
    kept = {name: typed[name] for name in said if name in typed and not (status == 409 and name.startswith("version"))}  # noqa: PLR2004
    return page(
        ASSESS,
        "assess_form",
        status=status,
        found=found,
        criteria=[(kind, [one for one in found.standing_criteria if one.kind == kind]) for kind in Kind],
        typed=said | kept,
        errors=errors or {},
        labels={f"{name}_{one.id}": one.called(language()) for one in found.standing_criteria for name in FIELDS},
        kind_names=KIND_NAMES,
        language=language(),
    )


def _stored(one: GateCriterion) -> dict[str, Any]:
    met = "" if one.is_met is None else "yes" if one.is_met else "no"
    return {"met": met, "score": one.score, "note": one.note, "version": one.version}
