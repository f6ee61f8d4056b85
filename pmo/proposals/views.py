"""Improvement proposals: the list, one of them, and the steps it goes through."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.proposals import actions, queries
from pmo.proposals.forms import AssessForm, DecideForm, EffectForm, IdeaForm, SeenForm
from pmo.proposals.logic import (
    EFFECT_NAMES,
    ONGOING,
    SIZE_NAMES,
    STATE_NAMES,
    TONES,
    VERDICT_NAMES,
    State,
    Step,
    may_step,
)
from pmo.proposals.models import Proposal
from pmo.web import tables
from pmo.web.access import actor, can, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("proposals", __name__, url_prefix="/proposals")
ROWS = 50
LIST, ONE, NEW = "proposals/proposals.html", "proposals/proposal.html", "proposals/new.html"
SHELVES: dict[str, tuple[Message, tuple[State, ...]]] = {
    "open": (msg("Open"), ONGOING),
    "ended": (msg("Ended"), tuple(state for state in State if state not in ONGOING)),
}


@bp.before_request
def in_the_menu() -> None:
    g.menu_entry = "proposals.proposals"


@bp.get("")
def proposals() -> Response:
    require_anywhere(Permission.PROPOSAL_READ)
    table = tables.read((), ("shelf",))
    shelf = table.filters.get("shelf", "")
    shelf = shelf if shelf in SHELVES else "open"
    numbers = queries.counts()
    tabs = [
        (name, url_for(".proposals", shelf=key), sum(numbers[state] for state in states), key == shelf)
        for key, (name, states) in SHELVES.items()
    ]
    return page(
        LIST,
        "proposal_list",
        tabs=tabs,
        shelf=shelf,
        table=table,
        shown=queries.proposals(SHELVES[shelf][1], table.cursor, ROWS),
        may_propose=g.get("as_of") is None,
        **_words(),
    )


@bp.get("/new")
def new() -> Response:
    _now()
    return _new()


@bp.post("/new")
def propose() -> Response:
    _now()
    try:
        typed = parse(IdeaForm, request.form)
        with transaction():
            made = actions.propose(actor().person_id, title=typed.title, idea=typed.idea)
    except Invalid as refusal:
        return _new(refusal.errors, 422)
    return see_other(_address(made), msg("Thank you. The PMO assesses your proposal."))


@bp.get("/<int:proposal_id>")
def proposal(proposal_id: int) -> Response:
    require_anywhere(Permission.PROPOSAL_READ)
    return _answer(queries.proposal(proposal_id))


@bp.post("/<int:proposal_id>/assess")
def assess(proposal_id: int) -> Response:
    found = _decidable(proposal_id)

    def verb() -> None:
        typed = parse(AssessForm, request.form)
        actions.assess(
            found, actor().person_id, effort=typed.effort, benefit=typed.benefit, assessment=typed.assessment,
            seen_version=typed.version,
        )  # fmt: skip

    return _do(found, verb, "assess", msg("The proposal is assessed."))


@bp.post("/<int:proposal_id>/decide")
def decide(proposal_id: int) -> Response:
    found = _decidable(proposal_id)

    def verb() -> None:
        typed = parse(DecideForm, request.form)
        actions.decide(
            found, actor().person_id, verdict=typed.verdict, reason=typed.reason, measure_on=typed.measure_on,
            seen_version=typed.version,
        )  # fmt: skip

    return _do(found, verb, "decide", msg("The proposal is decided."))


@bp.post("/<int:proposal_id>/measure")
def measure(proposal_id: int) -> Response:
    found = _decidable(proposal_id)

    def verb() -> None:
        typed = parse(EffectForm, request.form)
        actions.measure(found, effect=typed.effect, text=typed.effect_text, seen_version=typed.version)

    return _do(found, verb, "measure", msg("The effect is noted."))


@bp.post("/<int:proposal_id>/withdraw")
def withdraw(proposal_id: int) -> Response:
    """By whoever proposed it."""
    _now()
    found = queries.proposal(proposal_id)
    if found.proposer_id != actor().person_id:
        raise Forbidden

    def verb() -> None:
        actions.withdraw(found, seen_version=parse(SeenForm, request.form).version)

    return _do(found, verb, "withdraw", msg("Your proposal is withdrawn."))


def _do(found: Proposal, verb: Callable[[], None], form: str, said: Message) -> Response:
    """One step of a proposal; a refusal opens its form again with what was typed."""
    proposal_id = found.id
    try:
        with transaction():
            verb()
    except Invalid as refusal:
        return _answer(queries.proposal(proposal_id), form, refusal.errors, 422)
    except Conflict as refusal:
        return _answer(queries.proposal(proposal_id), form, {"": refusal.message}, 409)
    return see_other(_address(found), said)


def _now() -> None:
    require_anywhere(Permission.PROPOSAL_READ)
    only_now()


def _decidable(proposal_id: int) -> Proposal:
    _now()
    if not can(Permission.PROPOSAL_DECIDE):
        raise Forbidden
    return queries.proposal(proposal_id)


def _address(found: Proposal) -> str:
    return url_for(".proposal", proposal_id=found.id)


def _words() -> dict[str, Any]:
    return {
        "state_names": STATE_NAMES,
        "tones": TONES,
        "size_names": SIZE_NAMES,
        "verdict_names": VERDICT_NAMES,
        "effect_names": EFFECT_NAMES,
    }


def _new(errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    return page(NEW, "idea_form", status=status, errors=errors or {}, typed=request.form if errors else {})


def _answer(found: Proposal, form: str = "", errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """One proposal with the steps this person can take now; `form` is the one that was refused."""
    db.session.refresh(found)
    is_now = g.get("as_of") is None
    decides = is_now and can(Permission.PROPOSAL_DECIDE)
    steps = [step for step in (Step.ASSESS, Step.DECIDE, Step.MEASURE) if decides and may_step(found.stands, step)]
    is_mine = is_now and found.proposer_id == actor().person_id
    return page(
        ONE,
        "proposal_page",
        status=status,
        found=found,
        steps=steps,
        refused=form,
        may_withdraw=is_mine and may_step(found.stands, Step.WITHDRAW),
        errors=errors or {},
        typed=request.form if errors else {},
        **_words(),
    )
