"""What the demo's projects have spent up to the days on which somebody entered it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.finance.actions import Amounts, enter
from pmo.finance.queries import value
from pmo.kernel import clock
from pmo.people.models import Person
from pmo.portfolio.queries import project_by_code
from pmo.status.actions import HOUSE

Row = dict[str, str]


def tell(rows: Iterable[Row]) -> None:
    """Each on the evening of its day, by whoever runs the project."""
    for row in rows:
        on = date.fromisoformat(row["On"])
        person = db.session.scalars(select(Person).where(Person.email == row["By"])).one()
        project = project_by_code(row["Project"])
        amounts = Amounts(on, _amount(row["Planned"]), _amount(row["Actual"]), _amount(row["To complete"]), row["Note"])
        standing = value(HOUSE, project, clock.today())
        moment = clock.end_of_day(on) if on < clock.today() else None
        with acting(person.id, "ui"), transaction(row["Note"], effective_at=moment):
            enter(project, amounts=amounts, value=standing)


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
