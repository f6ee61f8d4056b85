"""Sessions, keys and second factors of anybody, for administrators; auditors read them on the person's page."""

from flask import Blueprint, Response, request

from pmo.db import transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.people import actions, queries, second_factor
from pmo.people.person_page import done, show
from pmo.web.access import require

bp = Blueprint("accounts", __name__, url_prefix="/people")


@bp.post("/<int:person_id>/sessions/end")
def end_all(person_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    with transaction("signed out everywhere"):
        actions.end_sessions(found.id)
    return done(found, msg("%(name)s is signed out everywhere.", name=found.name))


@bp.post("/<int:person_id>/sessions/<int:session_id>/end")
def end_one(person_id: int, session_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    with transaction("session ended"):
        actions.end_session_of(found.id, session_id)
    return done(found, msg("That device is signed out."))


@bp.post("/<int:person_id>/tokens/<int:token_id>/revoke")
def revoke_token(person_id: int, token_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    with transaction("token revoked"):
        actions.revoke_token(found.id, token_id)
    return done(found, msg("The key opens nothing any more."))


@bp.post("/<int:person_id>/second-factor/remove")
def remove_factor(person_id: int) -> Response:
    require(Permission.PEOPLE_ADMIN)
    found = queries.person(person_id)
    try:
        with transaction("second factor taken away"):
            second_factor.take_away(found, reason=request.form.get("reason", "")[:200])
    except Invalid as refusal:
        return show(found, status=422, errors=refusal.errors)
    except Conflict as refusal:
        return show(found, status=409, errors={"": refusal.message})
    return done(found, msg("The second factor of %(name)s is taken away; a mail tells them.", name=found.name))
