"""The rest of the method in the demo: stakeholders of a few projects, procedures with who has read them, support, proposals."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.exchange.demo_documents import one_page
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.people.queries import actor_of_person
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import programme_by_code, project_by_code
from pmo.procedures import actions as procedures
from pmo.procedures.models import Procedure, ProcedureIssue
from pmo.proposals import actions as proposals
from pmo.proposals.logic import Effect, Size, Verdict
from pmo.proposals.models import Proposal
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar
from pmo.stakeholders import actions as stakeholders
from pmo.stakeholders.logic import Engagement, Rhythm
from pmo.support import actions as support
from pmo.support.logic import Urgency

Row = dict[str, str]
MORNING = timedelta(hours=9)
WEEK = timedelta(weeks=1)


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
            stakeholders.add(_home(row), known)


def _home(row: Row) -> Project | Programme:
    """A programme where the row names one."""
    return programme_by_code(row["Programme"]) if row["Programme"] else project_by_code(row["Project"])


def publish(rows: Sequence[Row]) -> None:
    """Each row is one version, in order; it was published on its day, and some have read it a day later."""
    for row in rows:
        day = date.fromisoformat(row["Valid from"])
        sent = procedures.Sent(row["File"], one_page(row["File"].removesuffix(".pdf"))) if row["File"] else None
        content = procedures.Content(day, row["Text"].replace("\\n", "\n"), row["Link"], row["News"])
        with acting(_person(row["By"]), "ui"), transaction("Demo", effective_at=clock.start_of_day(day)):
            issue = _next_version(row["Title"], [Role(code) for code in row["For"].split()], content, sent)
        for name in filter(None, row["Read by"].split(";")):
            reader = _person(name)
            with acting(reader, "ui"), transaction("Demo", effective_at=min(clock.end_of_day(day), clock.now())):
                procedures.confirm(issue.procedure, issue, reader, today=day)


def ask(rows: Sequence[Row], country: str) -> None:
    """Each row is one request of some days ago; the PMO has answered some of them."""
    for row in rows:
        day = date.fromisoformat(row["Asked on"])
        asker = db.session.scalars(select(Person).where(Person.name == row["Asker"])).one()
        project = project_by_code(row["Project"]).id if row["Project"] else None
        question = support.Question(row["Subject"], row["Text"], Urgency(row["Urgency"]), project)
        calendar = house_calendar(country, day.year, day.year + 1)
        with acting(asker.id, "ui"), transaction("Demo", effective_at=_morning(day)):
            made = support.ask(actor_of_person(asker, day), question, rules=rule_book(), calendar=calendar, today=day)
        if row["Answer"]:
            by = _person(row["By"])
            with acting(by, "ui"), transaction("Demo", effective_at=_morning(day + timedelta(days=1))):
                support.answer(made, by, row["Answer"])
        elif row["By"]:
            with acting(_person(row["By"]), "ui"), transaction("Demo", effective_at=_morning(day + timedelta(days=1))):
                support.take(made, _person(row["By"]))


def improve(rows: Sequence[Row]) -> None:
    """Each row is one proposal as far as it has come: assessed after a week, decided after two, its effect noted on its day."""
    for row in rows:
        day, who, by = date.fromisoformat(row["Proposed on"]), _person(row["Proposer"]), _person(row["By"])
        with acting(who, "ui"), transaction("Demo", effective_at=_morning(day)):
            made = proposals.propose(who, title=row["Title"], idea=row["Idea"])
        if row["Assessment"]:
            size, benefit, words = Size(row["Effort"]), Size(row["Benefit"]), row["Assessment"]
            with acting(by, "ui"), transaction("Demo", effective_at=_morning(day + WEEK)):
                proposals.assess(made, by, effort=size, benefit=benefit, assessment=words, seen_version=made.version)
        if row["Verdict"]:
            _decide(made, by, row, day + 2 * WEEK)


def _decide(made: Proposal, by: int, row: Row, on: date) -> None:
    verdict, reason = Verdict(row["Verdict"]), row["Reason"]
    measured = date.fromisoformat(row["Effect on"]) if row["Effect on"] else None
    with acting(by, "ui"), transaction(reason, effective_at=_morning(on)):
        proposals.decide(made, by, verdict=verdict, reason=reason, measure_on=measured, seen_version=made.version)
    if row["Effect"] and measured:
        with acting(by, "ui"), transaction("Demo", effective_at=_morning(measured)):
            proposals.measure(made, effect=Effect(row["Effect"]), text=row["What changed"], seen_version=made.version)


def _morning(day: date) -> datetime:
    return min(clock.start_of_day(day) + MORNING, clock.now())


def _next_version(title: str, audience: list[Role], content: procedures.Content, sent: procedures.Sent | None) -> ProcedureIssue:
    known = db.session.scalars(select(Procedure).where(Procedure.title == title)).one_or_none()
    if known is None:
        made = procedures.publish(title, audience, content, sent=sent)
        return db.session.scalars(select(ProcedureIssue).where(ProcedureIssue.procedure_id == made.id)).one()
    newest = db.session.scalars(
        select(ProcedureIssue.number).where(ProcedureIssue.procedure_id == known.id).order_by(ProcedureIssue.number.desc())
    ).first()
    return procedures.publish_version(known, content, seen=newest or 0, sent=sent)


def _person(name: str) -> int:
    return db.session.scalars(select(Person.id).where(Person.name == name)).one()
