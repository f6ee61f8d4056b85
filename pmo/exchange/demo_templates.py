"""The Word template of the demo: the sample that is given away, checked and added like anybody's, given to a committee."""

from sqlalchemy import select

from pmo.committees.models import Committee
from pmo.db import acting, db, transaction
from pmo.people.models import Person
from pmo.reports import template_actions as actions
from pmo.reports.word_template.sample import sample

NAME = "Committee report"


def add(committee_code: str, owner: str) -> None:
    """For everything its portfolio publishes from now on."""
    committee = db.session.scalars(select(Committee).where(Committee.code == committee_code)).one()
    person_id = db.session.scalar(select(Person.id).where(Person.name == owner))
    checked = actions.check(f"{NAME}.docx", sample("en"), "en")
    if not checked.verdict.is_good:
        raise RuntimeError(str(checked.verdict.sentence))
    with acting(person_id, "ui"), transaction("Demo"):
        made = actions.add(committee.portfolio_id, NAME, checked)
        actions.give(made, [committee.id], seen_version=made.version)
