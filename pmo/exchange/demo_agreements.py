"""What the projects of the demo promised each other: one promise is broken, one is agreed by both sides."""

from datetime import date

from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.people.models import Person
from pmo.portfolio.queries import project_by_code
from pmo.raid.agreement_actions import Promise, promise, propose
from pmo.raid.agreement_actions import agree as say_yes
from pmo.raid.agreement_logic import Side
from pmo.raid.models import RaidItem


def agree(rows: list[dict[str, str]]) -> None:
    """Each dependency of the register becomes an agreement with the project that gives it."""
    for row in rows:
        receiver, giver = project_by_code(row["Project"]), project_by_code(row["Giver"])
        known = select(RaidItem).where(RaidItem.project_id == receiver.id, RaidItem.external_id == row["Item"])
        item = db.session.scalars(known).one()
        person = db.session.scalars(select(Person).where(Person.email == row["By"])).one()
        if item.due is None:
            continue
        with acting(person.id, "ui"), transaction(row["Why"]):
            made = propose(item, giver, need_by=item.due, reason=item.description)
            promise(made, Promise(date.fromisoformat(row["Promised"])), reason=row["Why"], seen_version=made.version)
            db.session.flush()
            if row["Receiver agrees"] == "yes":
                say_yes(made, Side.RECEIVER, seen_version=made.version)
