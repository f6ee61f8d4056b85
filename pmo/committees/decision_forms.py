"""What people type about questions for a committee, its decisions and the actions that follow."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from pmo.committees.decision_actions import Ruling
from pmo.committees.item_actions import ToDo
from pmo.committees.logic.decisions import MOST_OPTIONS, Outcome
from pmo.committees.models import Meeting
from pmo.committees.request_actions import Option, Question
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.formats import SYMBOLS
from pmo.kernel.languages import Message, msg
from pmo.kernel.typed import read_amount, read_date
from pmo.portfolio.models import Programme, Project
from pmo.web.forms import Blank, Form, Line, Text

NUMBERS = range(1, MOST_OPTIONS + 1)
TO_DO_LINES = range(1, 4)  # actions typed together with an outcome; more are added on the page of the decision
CURRENCIES = tuple(SYMBOLS)
NO_DATE = msg("Enter a date such as 31/03/2026, or a step such as +10d or 2w.")
NO_AMOUNT = msg("Enter an amount such as 38,000 or 38 k.")
LONGEST_LINE = 200
LARGEST_AMOUNT = Decimal(10) ** 15

Filled = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Number = Annotated[int | None, Blank]


def number_of(value: Any) -> int | None:
    """An id from a hidden field or a pick list; anything else was not chosen."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None  # noqa: PLR2004


Chosen = Annotated[int | None, BeforeValidator(number_of)]


class QuestionForm(Form):
    """Without its options, its meeting and what it is about, which are read apart."""

    question: Filled
    why: Text = ""
    recommended: Chosen = None
    if_not: Line = ""
    needed_by: Line = ""
    version: int = 0

    def asked(self, meeting: Meeting, about: Project | Programme, options: tuple[Option, ...]) -> Question:
        """Raises Invalid when the day cannot be understood."""
        return Question(
            question=self.question,
            meeting=meeting,
            about=about,
            why=self.why,
            options=options,
            recommended=self.recommended,
            if_not=self.if_not,
            needed_by=day("needed_by", self.needed_by),
        )


class RulingForm(Form):
    outcome: Outcome
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    change_text: Text = ""
    reason: Text = ""
    deferred_to: Chosen = None
    decided_on: Annotated[date | None, Blank] = None
    about: Line = ""
    why_corrected: Line = ""
    version: int = 0

    def ruling(self, deferred_to: Meeting | None) -> Ruling:
        return Ruling(self.outcome, self.text, self.change_text, self.reason, deferred_to, self.decided_on)


class ReasonForm(Form):
    reason: Line = ""
    version: int = 0


class ActionForm(Form):
    what: Filled
    owner_id: Chosen = None
    due: Line = ""
    version: int = 0

    def to_do(self, base: date | None = None) -> ToDo:
        """Raises Invalid without an owner or a day that can be understood; steps count from `base`."""
        wrong: dict[str, Message] = {}
        due = _gathered(wrong, "due", self.due, base)
        if self.owner_id is None:
            wrong["owner_id"] = msg("Say who does it.")
        if due is None:
            wrong.setdefault("due", msg("Say until when."))
        if wrong or self.owner_id is None or due is None:
            raise Invalid(wrong)
        return ToDo(self.what, self.owner_id, due)


class DoneForm(Form):
    evidence: Line = ""
    done_on: Annotated[date | None, Blank] = None
    version: int = 0


def options(typed: Mapping[str, str]) -> tuple[Option, ...]:
    """The lines that have a name. Raises Invalid for an amount or a currency that cannot be understood."""
    wrong: dict[str, Message] = {}
    found = tuple(option for number in NUMBERS if (option := _option(typed, number, wrong)) is not None)
    if wrong:
        raise Invalid(wrong)
    return found


def to_dos(typed: Mapping[str, str]) -> tuple[ToDo, ...]:
    """The lines that say what is to be done. Raises Invalid for one without owner or day."""
    wrong: dict[str, Message] = {}
    found = []
    for number in TO_DO_LINES:
        what, owner, due = (line(typed, f"{name}_{number}") for name in ("what", "owner", "due"))
        if not (what or owner or due):
            continue
        day_due = _gathered(wrong, f"due_{number}", due)
        owner_id = number_of(owner)
        if not what:
            wrong[f"what_{number}"] = msg("Say what is to be done.")
        if owner_id is None:
            wrong[f"owner_{number}"] = msg("Say who does it.")
        if day_due is None:
            wrong.setdefault(f"due_{number}", msg("Say until when."))
        elif owner_id is not None:
            found.append(ToDo(what, owner_id, day_due))
    if wrong:
        raise Invalid(wrong)
    return tuple(found)


def line(typed: Mapping[str, str], name: str) -> str:
    return " ".join(typed.get(name, "").replace("\x00", "").split())[:LONGEST_LINE]


def day(field: str, text: str, base: date | None = None) -> date | None:
    """Raises Invalid for what is no day."""
    wrong: dict[str, Message] = {}
    found = _gathered(wrong, field, text, base)
    if wrong:
        raise Invalid(wrong)
    return found


def _option(typed: Mapping[str, str], number: int, wrong: dict[str, Message]) -> Option | None:
    name, consequence, payer = (line(typed, f"{part}_{number}") for part in ("option", "consequence", "payer"))
    cost_typed, currency = line(typed, f"cost_{number}"), typed.get(f"currency_{number}", "") or CURRENCIES[0]
    if not name:
        if consequence or payer or cost_typed:
            wrong[f"option_{number}"] = msg("Say what this option is, or empty the line.")
        return None
    cost = None
    if cost_typed:
        try:
            cost = read_amount(cost_typed.replace("\N{MINUS SIGN}", "-"))
        except ValueError:
            wrong[f"cost_{number}"] = NO_AMOUNT
    if cost is not None and abs(cost) >= LARGEST_AMOUNT:
        wrong[f"cost_{number}"] = msg("This number is too large.")
    if currency not in CURRENCIES:
        wrong[f"currency_{number}"] = msg("Choose one from the list.")
    return Option(number, name, consequence, cost, currency, payer)


def _gathered(wrong: dict[str, Message], field: str, text: str, base: date | None = None) -> date | None:
    """The day, or None with the sentence among `wrong`."""
    if not text:
        return None
    try:
        return read_date(text, clock.today(), base)
    except ValueError:
        wrong[field] = NO_DATE
        return None
