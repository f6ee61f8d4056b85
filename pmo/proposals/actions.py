"""What is done to improvement proposals. Each function is one verb: checked, not committed."""

from datetime import date

from pmo.db import db, holds_from
from pmo.jobs import tell_asker
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.proposals.logic import DECIDED, Effect, Size, State, Step, Verdict, may_step
from pmo.proposals.models import Proposal

REFUSALS: dict[Step, Message] = {
    Step.ASSESS: msg("This proposal is decided, so it is not assessed any more."),
    Step.DECIDE: msg("Only what is assessed and not yet decided can be decided."),
    Step.MEASURE: msg("Only the effect of an accepted proposal is measured."),
    Step.WITHDRAW: msg("This proposal is decided, so it stays."),
}


def propose(proposer_id: int, *, title: str, idea: str) -> Proposal:
    made = Proposal(proposer_id=proposer_id, title=title, idea=idea, state=State.PROPOSED.value, proposed_at=holds_from())
    db.session.add(made)
    db.session.flush()
    return made


def assess(proposal: Proposal, assessor_id: int, *, effort: Size, benefit: Size, assessment: str, seen_version: int) -> None:
    """What it takes and what it brings; again while nothing is decided. Raises Conflict."""
    _step(proposal, Step.ASSESS, seen_version)
    proposal.effort, proposal.benefit = effort.value, benefit.value
    proposal.assessment, proposal.assessor_id = assessment, assessor_id
    proposal.state = State.ASSESSED.value


def decide(
    proposal: Proposal, decider_id: int, *, verdict: Verdict, reason: str, measure_on: date | None, seen_version: int
) -> None:
    """Accept, refuse or look at it later, with a reason. Raises Conflict; Invalid for accepting without a day to look back."""
    _step(proposal, Step.DECIDE, seen_version)
    if verdict is Verdict.ACCEPT and measure_on is None:
        raise Invalid({"measure_on": msg("Say when its effect is looked at.")})
    proposal.state, proposal.reason = DECIDED[verdict].value, reason
    proposal.decider_id, proposal.decided_at = decider_id, holds_from()
    proposal.measure_on = measure_on if verdict is Verdict.ACCEPT else None
    tell_asker("proposal.decided", proposal.id)


def measure(proposal: Proposal, *, effect: Effect, text: str, seen_version: int) -> None:
    """What came of it; may be said anew. Raises Conflict."""
    _step(proposal, Step.MEASURE, seen_version)
    proposal.effect, proposal.effect_text, proposal.measured_at = effect.value, text, holds_from()
    proposal.state = State.MEASURED.value


def withdraw(proposal: Proposal, *, seen_version: int) -> None:
    """Raises Conflict."""
    _step(proposal, Step.WITHDRAW, seen_version)
    proposal.state = State.WITHDRAWN.value


def _step(proposal: Proposal, step: Step, seen_version: int) -> None:
    db.session.refresh(proposal, with_for_update={"of": Proposal})
    if not may_step(proposal.stands, step):
        raise Conflict(REFUSALS[step])
    if proposal.version != seen_version:
        raise Conflict(msg("Somebody else changed this proposal while you were looking at it."))
