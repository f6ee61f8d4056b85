"""What the committees of the demo were asked, what they decided and what followed, told day by day between its lists."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.committees import decision_actions, item_actions, request_actions
from pmo.committees.logic.decisions import Outcome
from pmo.committees.models import ActionItem, Committee, Decision, DecisionRequest, Meeting
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project_by_code

Row = dict[str, str]
OPTIONS = range(1, 4)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a day."""

    on: date
    tell: Callable[[], None]


@dataclass
class Book:
    """The rows of three files; `known` are the ids of what was told so far, by kind and key of the files."""

    requests: Sequence[Row]
    decisions: Sequence[Row]
    actions: Sequence[Row]
    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ahead = sorted(self._events(), key=lambda event: event.on)

    def tell(self, *, until: date) -> None:
        """Everything up to that day that was not told yet, each on the evening of its day."""
        while self.ahead and self.ahead[0].on <= until:
            event = self.ahead.pop(0)
            with transaction("Demo", effective_at=clock.end_of_day(event.on) if event.on < clock.today() else None):
                event.tell()

    def _events(self) -> Iterator[Event]:
        for row in self.requests:
            yield Event(_day(row["Asked"]), lambda row=row: self._ask(row))  # type: ignore[misc]  # the row of this turn
        for row in self.decisions:
            yield Event(_day(row["Meeting"]), lambda row=row: self._decide(row))  # type: ignore[misc]
        for row in self.actions:
            yield Event(_day(row["Meeting"]), lambda row=row: self._give(row))  # type: ignore[misc]
            if ended := row["Done"] or row["Cancelled"]:
                yield Event(_day(ended), lambda row=row: self._end(row))  # type: ignore[misc]

    def _ask(self, row: Row) -> None:
        options = tuple(_option(row, number) for number in OPTIONS if row[f"Option {number}"])
        asked = request_actions.Question(
            question=row["Question"],
            meeting=_meeting(row),
            about=project_by_code(row["About"]),
            why=row["Why"],
            options=options,
            recommended=int(row["Recommended"]),
            if_not=row["If nothing is decided"],
            needed_by=_day(row["Needed by"]),
        )
        made = request_actions.ask(asked, asker_id=_person(row["Asker"]))
        request_actions.submit(made, asked, seen_version=made.version)
        self.known["request", row["Key"]] = made.id

    def _decide(self, row: Row) -> None:
        ruling = decision_actions.Ruling(Outcome(row["Outcome"]), row["Decision"], row["What changed"], row["Reason"])
        request = db.session.get(DecisionRequest, self.known["request", row["Request"]]) if row["Request"] else None
        made = decision_actions.record(_meeting(row), ruling, request=request, about=_about(row))
        self.known["decision", row["Key"]] = made.id

    def _give(self, row: Row) -> None:
        decision = db.session.get(Decision, self.known["decision", row["Decision"]]) if row["Decision"] else None
        to_do = item_actions.ToDo(row["Action"], _person(row["Owner"]), _day(row["Due"]))
        made = item_actions.add_action(_meeting(row), to_do, decision=decision, about=_about(row))
        self.known["action", row["Action"]] = made.id

    def _end(self, row: Row) -> None:
        item = db.session.get_one(ActionItem, self.known["action", row["Action"]])
        if row["Done"]:
            item_actions.finish(item, row["Evidence"])
        else:
            item_actions.cancel(item, row["Why cancelled"])


def _option(row: Row, number: int) -> request_actions.Option:
    name, consequence, cost, payer = (row[f"{part} {number}"] for part in ("Option", "Consequence", "Cost", "Payer"))
    return request_actions.Option(number, name, consequence, Decimal(cost), "EUR", payer)


def _about(row: Row) -> Project | None:
    return project_by_code(row["About"]) if row["About"] else None


def _meeting(row: Row) -> Meeting:
    query = select(Meeting).join(Committee).where(Committee.code == row["Committee"], Meeting.held_on == _day(row["Meeting"]))
    return db.session.scalars(query).one()


def _person(name: str) -> int:
    return db.session.scalars(select(Person.id).where(Person.name == name)).one()


def _day(text: str) -> date:
    return date.fromisoformat(text)
