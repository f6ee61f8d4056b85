"""The rest of the method in the demo: stakeholders of a few projects."""

from collections.abc import Sequence

from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.people.models import Person
from pmo.portfolio.queries import project_by_code
from pmo.stakeholders import actions as stakeholders
from pmo.stakeholders.logic import Engagement, Rhythm

Row = dict[str, str]


def meet(rows: Sequence[Row]) -> None:
    """Each row is one stakeholder, noted by whoever keeps in touch."""
    for row in rows:
        owner = _person(row["Owner"])
        known = stakeholders.Known(
            name=row["Name"], organisation=row["Organisation"], role=row["Role"], contact=row["Contact"],
            power=int(row["Power"]), interest=int(row["Interest"]), engagement=Engagement(row["Stands"]),
            desired=Engagement(row["Should stand"]), message=row["Message"], channel=row["Channel"],
            rhythm=Rhythm(row["Rhythm"]) if row["Rhythm"] else None, owner_id=owner,
        )  # fmt: skip
        with acting(owner, "ui"), transaction("Demo"):
            stakeholders.add(project_by_code(row["Project"]), known)


def _person(name: str) -> int:
    return db.session.scalars(select(Person.id).where(Person.name == name)).one()
