"""What is done to gates: planned, assessed, decided, taken up for another round. Each is one verb; none commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pmo.committees import decision_actions
from pmo.committees.decision_actions import Ruling
from pmo.committees.item_actions import ToDo
from pmo.committees.logic.decisions import Outcome as Taken
from pmo.committees.models import Meeting
from pmo.committees.request_actions import STALE, effective_day
from pmo.db import author, db, fresh
from pmo.gates import shipped
from pmo.gates.logic import AGAIN, FULL_SCORE, Kind, Outcome, Readiness, objections
from pmo.gates.models import Gate, GateCriterion
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.methods.models import Artefact
from pmo.portfolio.actions import hold, touched
from pmo.portfolio.logic import Method, Phase, State
from pmo.portfolio.models import Project
from pmo.schedule.models import Milestone

IS_DECIDED = msg("This gate is decided and closed to changes.")
SCORE = msg("Enter a whole number from 0 to 10.")


@dataclass(frozen=True, slots=True)
class Planned:
    """What is said about a gate besides its criteria."""

    name: str
    milestone: Milestone | None = None
    planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about a criterion; `text` in the language of whoever says it."""

    kind: Kind
    text: str
    weight: int = 1
    is_met: bool | None = None
    score: int | None = None
    note: str = ""
    link: str = ""
    artefact: Artefact | None = None


@dataclass(frozen=True, slots=True)
class Assessed:
    """How one criterion stands, as somebody says who saw that version of it."""

    is_met: bool | None
    score: int | None
    note: str
    seen_version: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a meeting decided; `text` as it stands in the minutes."""

    outcome: Outcome
    meeting: Meeting
    reason: str = ""
    quorum_note: str = ""
    decided_on: date | None = None
    text: str = ""
    conditions: tuple[ToDo, ...] = ()


def add_from_method(project: Project) -> list[Gate]:
    """The gates of the project's method that it does not have yet, with the criteria they begin with. Raises Conflict."""
    hold(project)
    _running(project)
    taken = set(db.session.scalars(select(Gate.code).where(Gate.project_id == project.id)))
    made = [
        _made(project, one.code, one.name, one.name_fr, one.name_nl, phase=one.phase)
        for one in shipped.gates_left(Method(project.method), taken)
    ]
    db.session.flush()
    return made


def add(project: Project, code: str, planned: Planned, phase: Phase | None = None) -> Gate:
    """By hand; with a phase it begins with the criteria of that phase. Raises Invalid, Conflict."""
    hold(project)
    _running(project)
    if not code:
        raise Invalid({"code": msg("Fill this in.")})
    if db.session.scalar(select(Gate.id).where(Gate.project_id == project.id, Gate.code == code).limit(1)) is not None:
        raise Invalid({"code": msg("Another gate of this project has this code.")})
    gate = _made(project, code, planned.name, phase=phase)
    _plan(gate, project, planned)
    db.session.flush()
    return gate


def change(gate: Gate, planned: Planned, *, shown_name: str, seen_version: int) -> None:
    """Its name and its day. A name that was not touched keeps its translations. Raises Invalid, Conflict."""
    _open(gate, seen_version)
    if planned.name != shown_name:
        gate.name, gate.name_fr, gate.name_nl = planned.name, "", ""
    _plan(gate, gate.project, planned)


def cancel(gate: Gate, reason: str, *, seen_version: int) -> None:
    """The project does without it; it stays in the list. Raises Invalid, Conflict."""
    _open(gate, seen_version)
    if not reason:
        raise Invalid({"reason": msg("Say why this gate is not needed.")})
    gate.cancelled_on, gate.cancel_reason = effective_day(), reason


def add_criterion(gate: Gate, said: Said) -> GateCriterion:
    _open(gate)
    last = max((one.position for one in gate.criteria), default=0)
    made = GateCriterion(gate_id=gate.id, position=last + 1)
    _assess(made, said)
    db.session.add(made)
    db.session.flush()
    return made


def assess(criterion: GateCriterion, said: Said, *, shown_text: str, seen_version: int) -> None:
    """What it says, whether it is met, and what shows it. Raises Invalid, Conflict."""
    _open(criterion.gate)
    fresh(criterion, seen_version, STALE)
    if criterion.dropped_on is not None:
        raise Conflict(msg("This criterion was dropped."))
    translations = (criterion.text, criterion.text_fr, criterion.text_nl)
    _assess(criterion, said)
    if said.text == shown_text:
        criterion.text, criterion.text_fr, criterion.text_nl = translations


def assess_all(gate: Gate, said: Sequence[tuple[GateCriterion, Assessed]]) -> None:
    """Many criteria of a gate together; one that stands as it was is left alone. Raises Invalid, Conflict."""
    _open(gate)
    if wrong := out_of_range(said):
        raise Invalid(wrong)
    for criterion, new in said:
        is_must = criterion.kind == Kind.MUST
        stands = (criterion.is_met, criterion.score, criterion.note)
        says = (new.is_met if is_must else None, None if is_must else new.score, new.note)
        if says != stands:
            fresh(criterion, new.seen_version, STALE)
            criterion.is_met, criterion.score, criterion.note = says


def out_of_range(said: Sequence[tuple[GateCriterion, Assessed]]) -> dict[str, Message]:
    """By field of the form that holds all criteria."""
    return {f"score_{one.id}": SCORE for one, new in said if new.score is not None and not 0 <= new.score <= FULL_SCORE}


def drop(criterion: GateCriterion, *, seen_version: int) -> None:
    """It does not count for this gate; its row stays. Raises Conflict."""
    _open(criterion.gate)
    fresh(criterion, seen_version, STALE)
    criterion.dropped_on = effective_day()


def hold_criteria(gate: Gate) -> None:
    """As they are now, and nobody assesses them until the decision is recorded."""
    query = select(GateCriterion).where(GateCriterion.gate_id == gate.id).order_by(GateCriterion.id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def decide(gate: Gate, verdict: Verdict, ready: Readiness, *, seen_version: int) -> None:
    """The decision stands among those of the committee too, its conditions as actions. Raises Invalid, Conflict."""
    _open(gate, seen_version)
    wrong = objections(verdict.outcome, ready, verdict.reason, len(verdict.conditions))
    before = round_before(gate)
    if before is not None and before.decided_on is not None and verdict.meeting.held_on <= before.decided_on:
        wrong["meeting_id"] = msg("The round before was decided on %(day)s: choose a later meeting.", day=before.decided_on)
    if verdict.meeting.cancelled_at is not None:
        wrong["meeting_id"] = msg("This meeting was cancelled.")
    if wrong:
        raise Invalid(wrong)
    on = verdict.decided_on or min(verdict.meeting.held_on, effective_day())
    made = decision_actions.record(verdict.meeting, _ruling(verdict, on), about=gate.project, to_do=verdict.conditions)
    gate.outcome, gate.decided_on, gate.decision_id = verdict.outcome, on, made.id
    gate.reason, gate.quorum_note, gate.recorded_by = verdict.reason, verdict.quorum_note, author().person_id
    touched(gate.project_id)


def round_before(gate: Gate) -> Gate | None:
    query = select(Gate).where(Gate.project_id == gate.project_id, Gate.code == gate.code, Gate.round == gate.round - 1)
    found: Gate | None = db.session.scalar(query)
    return found


def _ruling(verdict: Verdict, on: date) -> Ruling:
    """In the words of the committee's own decisions: a hold and a recycle come back to it."""
    if verdict.outcome in AGAIN:
        return decision_actions.put_off(verdict.meeting, verdict.text, reason=verdict.reason, decided_on=on)
    taken = {Outcome.GO: Taken.ACCEPTED, Outcome.CONDITIONAL: Taken.CHANGED}.get(verdict.outcome, Taken.REFUSED)
    if taken is Taken.CHANGED:
        return Ruling(taken, verdict.text, change_text=verdict.reason, decided_on=on)
    return Ruling(taken, verdict.text, reason=verdict.reason, decided_on=on)


def next_round(gate: Gate, planned_on: date | None, *, seen_version: int) -> Gate:
    """After a hold or a recycle the same gate once more, with the criteria as they were assessed. Raises Conflict."""
    fresh(gate, seen_version, STALE)
    _running(gate.project)
    hold(gate.project)
    later = select(Gate.id).where(Gate.project_id == gate.project_id, Gate.code == gate.code, Gate.round > gate.round)
    if not gate.is_decided or Outcome(gate.outcome) not in AGAIN or db.session.scalar(later.limit(1)) is not None:
        raise Conflict(msg("Another round follows a hold or a recycle, once."))
    made = _copy(gate, planned_on)
    db.session.add(made)
    db.session.flush()
    return made


def _made(project: Project, code: str, name: str, name_fr: str = "", name_nl: str = "", *, phase: Phase | None = None) -> Gate:
    gate = Gate(project_id=project.id, code=code, round=1, name=name, name_fr=name_fr, name_nl=name_nl, phase=phase or "")
    gate.criteria = [
        GateCriterion(position=number, kind=one.kind, weight=one.weight, text=one.text, text_fr=one.text_fr, text_nl=one.text_nl)
        for number, one in enumerate(shipped.criteria(), start=1)
        if one.phase is phase
    ]
    db.session.add(gate)
    return gate


def _copy(gate: Gate, planned_on: date | None) -> Gate:
    same = ("project_id", "code", "name", "name_fr", "name_nl", "phase", "milestone_id")
    kept = ("position", "kind", "text", "text_fr", "text_nl", "weight", "is_met", "score", "note", "link", "artefact_id")
    made = Gate(round=gate.round + 1, planned_on=planned_on, **{name: getattr(gate, name) for name in same})
    made.criteria = [GateCriterion(**{name: getattr(one, name) for name in kept}) for one in gate.standing_criteria]
    return made


def _plan(gate: Gate, project: Project, planned: Planned) -> None:
    if planned.milestone is not None and planned.milestone.project_id != project.id:
        raise Invalid({"milestone_id": msg("Choose one from the list.")})
    gate.milestone_id = planned.milestone.id if planned.milestone else None
    gate.planned_on = None if planned.milestone else planned.planned_on


def _assess(criterion: GateCriterion, said: Said) -> None:
    wrong: dict[str, Message] = {}
    if said.score is not None and not 0 <= said.score <= FULL_SCORE:
        wrong["score"] = SCORE
    if not 1 <= said.weight <= 5:  # noqa: PLR2004  # as the table says
        wrong["weight"] = msg("Enter a whole number from 1 to 5.")
    if wrong:
        raise Invalid(wrong)
    criterion.kind, criterion.text, criterion.text_fr, criterion.text_nl = said.kind, said.text, "", ""
    criterion.weight, criterion.note, criterion.link = said.weight, said.note, said.link
    criterion.is_met = said.is_met if said.kind is Kind.MUST else None
    criterion.score = said.score if said.kind is Kind.SHOULD else None
    criterion.artefact_id = said.artefact.id if said.artefact else None


def _open(gate: Gate, seen_version: int | None = None) -> None:
    """Nobody decided or cancelled it, and with a version seen nobody changed it. Raises Conflict."""
    if seen_version is None:
        db.session.refresh(gate, ["outcome", "decision_id", "cancelled_on", "version"], with_for_update={"of": Gate})
    else:
        fresh(gate, seen_version, STALE)
    _running(gate.project)
    if gate.cancelled_on is not None:
        raise Conflict(msg("This gate was cancelled."))
    if gate.is_decided:
        raise Conflict(IS_DECIDED)


def _running(project: Project) -> None:
    if project.state != State.OPEN:
        raise Conflict(msg("The project is no longer open, so its gates stand still."))
