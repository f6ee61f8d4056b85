"""What programs say about committees and meetings, what is asked of them, what they decide and what follows."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pmo.committees.decision_actions import Ruling
from pmo.committees.forms import Code
from pmo.committees.item_actions import ToDo
from pmo.committees.logic.decisions import MOST_OPTIONS, Outcome
from pmo.committees.models import Meeting
from pmo.committees.queries import meeting
from pmo.committees.request_actions import Option
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import msg
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Programme, Project
from pmo.web.api import Body, Day, Id
from pmo.web.forms import Line, Text

Filled = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Language = Literal["en", "fr", "nl"]
Cost = Annotated[Decimal, Field(max_digits=15, decimal_places=2)]
Currency = Literal["EUR", "GBP", "USD", "CHF", "SEK", "DKK", "NOK"]


class CommitteeChangeBody(Body):
    name: Filled
    language: Language = "en"


class CommitteeBody(CommitteeChangeBody):
    """Over a whole portfolio, or over one programme of it."""

    code: Code
    portfolio_id: Id
    programme_id: Id | None = None


class MeetingChangeBody(Body):
    """Without other days, data are taken and the pack is sent on the day itself."""

    held_on: Day
    cut_off: Day | None = None
    pack_on: Day | None = None
    room: Line = ""

    @property
    def days(self) -> tuple[date, date, date]:
        """Raises Invalid for days out of order."""
        cut_off, pack_on = self.cut_off or self.held_on, self.pack_on or self.held_on
        if cut_off > pack_on:
            raise Invalid({"cut_off": msg("Data are cut off before the pack is sent.")})
        if pack_on > self.held_on:
            raise Invalid({"pack_on": msg("The pack is sent before the committee meets.")})
        return self.held_on, cut_off, pack_on


class MeetingBody(MeetingChangeBody):
    committee_id: Id


class OptionBody(Body):
    name: Filled
    consequence: Line = ""
    cost: Cost | None = None
    currency: Currency = "EUR"
    payer: Line = ""


class QuestionBody(Body):
    """About a project or a programme, one of them. `recommended` counts the options from 1."""

    question: Filled
    meeting_id: Id
    project_id: Id | None = None
    programme_id: Id | None = None
    why: Text = ""
    options: Annotated[list[OptionBody], Field(max_length=MOST_OPTIONS)] = []
    recommended: Annotated[int, Field(ge=1, le=MOST_OPTIONS)] | None = None
    if_not: Line = ""
    needed_by: Day | None = None

    @property
    def answers(self) -> tuple[Option, ...]:
        return tuple(
            Option(number, one.name, one.consequence, one.cost, one.currency, one.payer)
            for number, one in enumerate(self.options, start=1)
        )


class ReasonBody(Body):
    reason: Line


class ToDoBody(Body):
    what: Filled
    owner_id: Id
    due: Day

    @property
    def to_do(self) -> ToDo:
        return ToDo(self.what, self.owner_id, self.due)


class ActionBody(ToDoBody):
    """From a decision, or from a meeting, then perhaps about a project or a programme."""

    decision_id: Id | None = None
    meeting_id: Id | None = None
    project_id: Id | None = None
    programme_id: Id | None = None


class DoneBody(Body):
    """`evidence`: a word of what shows that it is done."""

    evidence: Line
    done_on: Day | None = None


class RulingBody(Body):
    outcome: Outcome
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    change_text: Text = ""
    reason: Text = ""
    deferred_to: Id | None = None  # a later meeting
    decided_on: Day | None = None

    @property
    def ruling(self) -> Ruling:
        later = known_meeting(self.deferred_to, "deferred_to") if self.deferred_to else None
        return Ruling(self.outcome, self.text, self.change_text, self.reason, later, self.decided_on)


class DecisionCorrectionBody(RulingBody):
    """`why_corrected`: the history keeps it."""

    why_corrected: Filled


class DecisionBody(RulingBody):
    """The outcome of a request; or a decision of a meeting nobody had asked for, perhaps about a project or a programme."""

    request_id: Id | None = None
    meeting_id: Id | None = None
    project_id: Id | None = None
    programme_id: Id | None = None
    to_do: Annotated[list[ToDoBody], Field(max_length=20)] = []


def known_meeting(meeting_id: int, field: str = "meeting_id") -> Meeting:
    """Raises Invalid for the number of nothing."""
    try:
        return meeting(meeting_id)
    except NotFound as error:
        raise Invalid({field: msg("Choose a meeting.")}) from error


def about(typed: QuestionBody | ActionBody | DecisionBody) -> Project | Programme | None:
    """The project or the programme it is about. Raises Invalid when both are named, NotFound for the number of nothing."""
    if typed.project_id is not None and typed.programme_id is not None:
        raise Invalid({"programme_id": msg("Name a project or a programme, not both.")})
    if typed.project_id is not None:
        return portfolio.project(typed.project_id)
    return portfolio.programme(typed.programme_id) if typed.programme_id is not None else None
