"""Approving a report before it is published: who may answer, and what stands in the way of publishing."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    SENT_BACK = "sent back"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # what it was given for is no longer what the report says


STATE_NAMES: Mapping[State, Message] = {
    State.WAITING: msg("Waits for approval"),
    State.APPROVED: msg("Approved"),
    State.SENT_BACK: msg("Sent back"),
    State.WITHDRAWN: msg("Withdrawn"),
    State.LAPSED: msg("Approval lapsed"),
}


class Standing(StrEnum):
    """How a draft that waits, or is approved and not published, stands beside the report of today's data."""

    HOLDS = "holds"
    CHANGED = "changed"
    EXPIRED = "expired"


NOBODY: Message = msg("Nobody may approve these reports at the moment. Name somebody on the page of their distribution list.")
ASKED_MEANWHILE: Message = msg("Somebody sent this report for approval meanwhile. Look at that request first.")
NOT_WAITING: Message = msg("This request no longer waits: somebody answered it or withdrew it.")


def asked(approvers: Collection[int], author_id: int) -> frozenset[int]:
    """Who may answer: nobody approves a draft of their own while somebody else may."""
    others = frozenset(approvers) - {author_id}
    return others or frozenset(approvers)


def lapsed(standing: Standing, *, is_approved: bool, asker: str) -> Message | None:
    """What became of a draft without anybody answering it, and what to do; None where it holds."""
    if standing is Standing.EXPIRED:
        return msg("It was approved too long ago, so the approval has lapsed. %(name)s can send the report again.", name=asker)
    if standing is Standing.CHANGED and is_approved:
        return msg("The report says something else by now, so the approval has lapsed. %(name)s can send it again.", name=asker)
    if standing is Standing.CHANGED:
        return msg(
            "The report says something else by now: this draft could not be published any more. %(name)s can send a new one.",
            name=asker,
        )
    return None


def obstacle(state: State | None, *, who: str = "", answer: str = "") -> Message:
    """Why a report whose newest request is not a usable approval cannot be published, and what to do. `who` answered."""
    match state:
        case State.WAITING:
            return msg("This report waits for approval. It can be published after that.")
        case State.SENT_BACK:
            return msg("%(name)s sent the draft back: %(why)s Change it, then send it for approval again.", name=who, why=answer)
        case State.LAPSED:
            return msg("The approval has lapsed: the report says something else by now. Send it for approval again.")
    return msg("These reports are approved before they are published. Send the draft for approval first.")
