"""What the demo's people say about single items beyond the imported lists: triggers, tests, one item asked about higher up."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.people.models import Person
from pmo.portfolio.queries import project_by_code
from pmo.raid.actions import change, item_of
from pmo.raid.escalation_actions import answerers, escalate
from pmo.raid.logic import Confidence, Level, Proximity
from pmo.raid.models import RaidItem

Row = dict[str, str]


def tell(rows: Iterable[Row]) -> None:
    """Each as its project manager types it today."""
    for row in rows:
        project = project_by_code(row["Project"])
        known = select(RaidItem).where(RaidItem.project_id == project.id, RaidItem.external_id == row["Item"])
        item = db.session.scalars(known).one()
        with acting(_person(row["By"]), "ui"), transaction():
            _describe(item, row)
        if row["Ask"]:
            level, _, email = row["Ask"].partition(":")
            with acting(_person(row["By"]), "ui"), transaction(row["Why"]):
                to, offered = (Level(level), _person(email)), answerers(item)
                escalate(item, to, reason=row["Why"], offered=offered, seen_version=item.version)


def _describe(item: RaidItem, row: Row) -> None:
    said = replace(
        item_of(item),
        trigger=row["Trigger"],
        proximity=Proximity(row["Proximity"]),
        identified_by=row["Identified by"],
        residual_probability=_scale(row["Likelihood after"]),
        residual_impact=_scale(row["Impact after"]),
        confidence=Confidence(row["Confidence"]),
        if_false=row["If it does not hold"],
        validator_id=_person(row["Validated by"]) if row["Validated by"] else None,
    )
    change(item, said)


def _scale(text: str) -> int | None:
    return int(text) if text else None


def _person(email: str) -> int:
    return db.session.scalars(select(Person.id).where(Person.email == email)).one()
