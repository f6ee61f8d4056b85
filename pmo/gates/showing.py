"""The page of one gate, shared by the views that end on it: criteria, documents of the phase, readiness, decision."""

from typing import Any

from flask import Response, request

from pmo.committees.item_queries import following
from pmo.committees.queries import meeting as meeting_of
from pmo.db import looking_back
from pmo.gates import queries
from pmo.gates.logic import AGAIN, KIND_NAMES, OUTCOME_NAMES, OUTCOME_TONES, STANDING_NAMES, STANDING_TONES, Kind
from pmo.gates.models import Gate
from pmo.kernel import clock
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Permission
from pmo.methods.logic import STATE_NAMES as DOCUMENT_STATES
from pmo.methods.logic import TONES as DOCUMENT_TONES
from pmo.portfolio.logic import PHASE_NAMES, State
from pmo.rules.queries import rule_book
from pmo.web.access import can, require
from pmo.web.htmx import page
from pmo.web.i18n import language
from pmo.web.look_back import only_now

ONE = "gates/gate.html"
WORDS: dict[str, Any] = {
    "kind_names": KIND_NAMES,
    "outcome_names": OUTCOME_NAMES,
    "outcome_tones": OUTCOME_TONES,
    "standing_names": STANDING_NAMES,
    "standing_tones": STANDING_TONES,
}


def allowed(gate_id: int, permission: Permission = Permission.GATE_EDIT) -> Gate:
    found = queries.gate(gate_id)
    require(permission, found.place)
    only_now()
    return found


def show(found: Gate, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    documents = queries.documents_for(found, clock.today())
    is_now = looking_back() is None and found.project.state == State.OPEN
    edits = is_now and can(Permission.GATE_EDIT, found.place)
    return page(
        ONE,
        "gate",
        status=status,
        found=found,
        criteria=[(kind, [one for one in found.standing_criteria if one.kind == kind]) for kind in Kind],
        documents=documents,
        document_of={row.artefact.id: row for row in documents},
        ready=queries.ready_of(found, documents, rule_book(found.decided_on if found.is_decided else None)),
        meeting=meeting_of(found.decision.meeting_id) if found.decision else None,
        conditions=following(found.decision_id, clock.today()) if found.decision_id else (),
        errors=errors or {},
        typed=request.form if errors else {},
        may_edit=edits and found.is_open,
        may_decide=is_now and found.is_open and can(Permission.COMMITTEE_EDIT, found.place),
        may_correct=is_now and found.is_decided and found.decision_id and can(Permission.COMMITTEE_EDIT, found.place),
        may_go_again=edits and found.is_decided and found.outcome in AGAIN and not queries.has_later_round(found),
        language=language(),
        phase_names=PHASE_NAMES,
        document_states=DOCUMENT_STATES,
        document_tones=DOCUMENT_TONES,
        **WORDS,
    )
