"""The gates of the demo: those of a few projects as their methods bring them, assessed, some of them decided."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from pmo.committees.item_actions import ToDo
from pmo.committees.models import Committee, Meeting
from pmo.db import db, transaction
from pmo.gates import actions, queries
from pmo.gates.logic import AGAIN, Kind, Outcome
from pmo.gates.models import Gate
from pmo.kernel import clock
from pmo.people.models import Person
from pmo.portfolio.queries import project_by_code
from pmo.rules.queries import rule_book
from pmo.schedule.models import Milestone

Row = dict[str, str]


def tell(rows: Sequence[Row]) -> None:
    """Each row is one gate of a project; the others of its method stay as they are shipped."""
    for code in dict.fromkeys(row["Project"] for row in rows):
        with transaction("Demo"):
            actions.add_from_method(project_by_code(code))
    for row in rows:
        with transaction("Demo"):
            gate = _planned(row)
        if row["Outcome"]:
            with transaction("Demo"):
                _decide(queries.gate(gate.id), row)


def _planned(row: Row) -> Gate:
    project = project_by_code(row["Project"])
    gate = db.session.scalars(select(Gate).where(Gate.project_id == project.id, Gate.code == row["Gate"])).one()
    if row["Milestone"]:
        query = select(Milestone.id).where(Milestone.project_id == project.id, Milestone.code == row["Milestone"])
        gate.milestone_id = db.session.scalars(query).one()
    else:
        gate.planned_on = date.fromisoformat(row["Planned"])
    musts = [one for one in gate.criteria if one.kind == Kind.MUST]
    shoulds = [one for one in gate.criteria if one.kind == Kind.SHOULD]
    met, unmet = int(row["Met"]), int(row["Not met"])
    for number, one in enumerate(musts[: met + unmet]):
        one.is_met = number < met
    for one, score in zip(shoulds, row["Scores"].split(";"), strict=False):
        one.score = int(score) if score else None
    return gate


def _decide(gate: Gate, row: Row) -> None:
    held_on = date.fromisoformat(row["Meeting"])
    query = select(Meeting).join(Committee).where(Committee.code == row["Committee"], Meeting.held_on == held_on)
    conditions: tuple[ToDo, ...] = ()
    if row["Condition"]:
        owner = db.session.scalars(select(Person.id).where(Person.name == row["Owner"])).one()
        conditions = (ToDo(row["Condition"], owner, date.fromisoformat(row["Due"])),)
    outcome = Outcome(row["Outcome"])
    text = f"Gate {gate.code}, {gate.name}: {outcome.value}"
    verdict = actions.Verdict(outcome, db.session.scalars(query).one(), row["Reason"], row["Quorum"], None, text, conditions)
    ready = queries.ready_of(gate, queries.documents_for(gate, clock.today()), rule_book())
    actions.decide(gate, verdict, ready, seen_version=gate.version)
    if outcome in AGAIN:
        db.session.flush()
        db.session.refresh(gate)
        actions.next_round(gate, clock.today(), seen_version=gate.version)
