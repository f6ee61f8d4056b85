"""Improvement proposals, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_itself
from pmo.proposals.logic import EFFECT_NAMES, SIZE_NAMES, STATE_NAMES
from pmo.proposals.models import Proposal

KEPT = (
    Kept(
        "proposal",
        msg("Improvement proposal"),
        {
            "proposer_id": Field(msg("Proposed by"), refers="person"),
            "title": Field(msg("Title")),
            "idea": Field(msg("Idea")),
            "state": Field(msg("State"), STATE_NAMES),
            "proposed_at": Field(msg("Proposed")),
            "effort": Field(msg("Effort"), SIZE_NAMES),
            "benefit": Field(msg("Benefit"), SIZE_NAMES),
            "assessment": Field(msg("Assessment")),
            "assessor_id": Field(msg("Assessed by"), refers="person"),
            "reason": Field(msg("Reason")),
            "decided_at": Field(msg("Decided")),
            "decider_id": Field(msg("Decided by"), refers="person"),
            "measure_on": Field(msg("Effect looked at on")),
            "effect": Field(msg("Effect"), EFFECT_NAMES),
            "effect_text": Field(msg("What changed")),
            "measured_at": Field(msg("Effect measured")),
        },
        of_itself(Proposal),
        name="title",
    ),
)
