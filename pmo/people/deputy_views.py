"""One's own deputy for a time: who is asked in one's place."""

from flask import Blueprint, Response, request

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message
from pmo.people import actions, queries
from pmo.people.forms import DeputyForm
from pmo.web.access import actor, require_sign_in
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, wants_fragment

bp = Blueprint("deputies", __name__)
DEPUTY = "people/deputy.html"


@bp.get("/me/deputy")
def deputy() -> Response:
    require_sign_in()
    return _page()


@bp.post("/me/deputy")
def save() -> Response:
    require_sign_in()
    try:
        typed = parse(DeputyForm, request.form)
        with transaction("deputy named"):
            actions.name_deputy(
                queries.person(actor().person_id),
                deputy_id=typed.deputy_id,
                first=typed.deputy_from,
                last=typed.deputy_until,
                seen_version=typed.version,
            )
    except Invalid as refusal:
        return _page(errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _page(errors={"": refusal.message}, status=409)
    return _page(done=True) if wants_fragment() else see_other(request.path)


def _page(*, errors: dict[str, Message] | None = None, status: int = 200, done: bool = False) -> Response:
    if errors:
        db.session.rollback()
    person = queries.person(actor().person_id)
    choices = [(str(number), name) for number, name in queries.owners() if number != person.id]
    typed = request.form if errors else {}
    return page(DEPUTY, "deputy_form", status=status, person=person, choices=choices, typed=typed, errors=errors or {}, done=done)
