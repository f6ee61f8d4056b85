"""Gates and their criteria, in the words of their history."""

from pmo.gates.logic import KIND_NAMES, OUTCOME_NAMES
from pmo.gates.models import Gate, GateCriterion
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_its_project, of_itself
from pmo.portfolio.logic import PHASE_NAMES

KEPT = (
    Kept(
        "gate",
        msg("Stage gate"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "code": Field(msg("Code")),
            "round": Field(msg("Round")),
            "name": Field(msg("Name")),
            "name_fr": Field(msg("Name in French")),
            "name_nl": Field(msg("Name in Dutch")),
            "phase": Field(msg("Phase"), PHASE_NAMES),
            "milestone_id": Field(msg("Milestone"), refers="milestone"),
            "planned_on": Field(msg("Planned on")),
            "outcome": Field(msg("Outcome"), OUTCOME_NAMES),
            "decided_on": Field(msg("Decided on")),
            "recorded_by": Field(msg("Recorded by"), refers="person"),
            "decision_id": Field(msg("Decision"), refers="decision"),
            "reason": Field(msg("Reason")),
            "quorum_note": Field(msg("Quorum")),
            "cancelled_on": Field(msg("Cancelled on")),
            "cancel_reason": Field(msg("Why cancelled")),
        },
        of_its_project(Gate),
    ),
    Kept(
        "gate_criterion",
        msg("Criterion of a gate"),
        {
            "gate_id": Field(msg("Stage gate"), refers="gate"),
            "kind": Field(msg("Kind"), KIND_NAMES),
            "text": Field(msg("Criterion")),
            "text_fr": Field(msg("Criterion in French")),
            "text_nl": Field(msg("Criterion in Dutch")),
            "weight": Field(msg("Weight")),
            "is_met": Field(msg("Met")),
            "score": Field(msg("Score")),
            "note": Field(msg("Note")),
            "link": Field(msg("Link")),
            "artefact_id": Field(msg("Document"), refers="artefact"),
            "dropped_on": Field(msg("Dropped on")),
        },
        of_itself(GateCriterion),
        hidden=frozenset({"position"}),
        name="text",
    ),
)
