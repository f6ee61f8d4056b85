"""What people type about gates."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from pmo.committees.decision_forms import Chosen, day
from pmo.committees.item_actions import ToDo
from pmo.committees.models import Meeting
from pmo.gates.actions import Assessed, Planned, Said, Verdict
from pmo.gates.logic import Kind, Outcome
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.methods.models import Artefact
from pmo.portfolio.logic import Phase
from pmo.schedule.models import Milestone
from pmo.web.forms import Blank, Filled, Form, Line, Text, WebAddress


class GateForm(Form):
    name: Filled
    code: Annotated[str, StringConstraints(max_length=10)] = ""
    phase: Annotated[Phase | None, Blank] = None
    milestone_id: Chosen = None
    planned_on: Line = ""
    version: int = 0

    def planned(self, milestone: Milestone | None) -> Planned:
        """Raises Invalid for a day that cannot be understood."""
        return Planned(self.name, milestone, day("planned_on", self.planned_on))


class CriterionForm(Form):
    kind: Kind
    text: Filled
    weight: Annotated[int, Blank] = 1
    met: Literal["yes", "no", ""] = ""
    score: Annotated[int | None, Blank] = None
    note: Text = ""
    link: WebAddress = ""
    artefact_id: Chosen = None
    version: int = 0

    def said(self, artefact: Artefact | None) -> Said:
        is_met = {"yes": True, "no": False}.get(self.met)
        return Said(self.kind, self.text, self.weight, is_met, self.score, self.note, self.link, artefact)


class AssessedForm(Form):
    met: Literal["yes", "no", ""] = ""
    score: Annotated[int | None, Blank] = None
    note: Text = ""
    version: int

    def said(self) -> Assessed:
        return Assessed({"yes": True, "no": False}.get(self.met), self.score, self.note, self.version)


class VerdictForm(Form):
    outcome: Outcome
    meeting_id: Chosen = None
    reason: Text = ""
    quorum_note: Line = ""
    decided_on: Annotated[date | None, Blank] = None
    version: int = 0

    def said(self, meeting: Meeting | None, text: str, conditions: tuple[ToDo, ...]) -> Verdict:
        """Raises Invalid without a meeting: a gate is passed before a committee."""
        if meeting is None:
            raise Invalid({"meeting_id": msg("Choose the meeting that decided.")})
        return Verdict(self.outcome, meeting, self.reason, self.quorum_note, self.decided_on, text, conditions)


class RoundForm(Form):
    planned_on: Line = ""
    version: int = 0


class ReasonForm(Form):
    reason: Line = ""
    version: int = 0
