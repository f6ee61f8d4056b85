"""The demo portfolio: lists of seeds/demo brought in month by month, as an office would have sent them, and its reports."""

import csv
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from pmo.alerts.actions import evaluate, evaluate_indicators
from pmo.committees import actions as committees
from pmo.committees.models import Committee
from pmo.config import Settings
from pmo.db import acting, db, transaction
from pmo.exchange import (
    demo_changes,
    demo_chase,
    demo_documents,
    demo_gates,
    demo_indicators,
    demo_method,
    demo_register,
    demo_templates,
    demo_value,
)
from pmo.exchange.bringing import Report, Where, as_import, bring_entries, bring_projects, read_list
from pmo.exchange.demo_agreements import agree
from pmo.exchange.demo_decisions import Book
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.sheets import Choices
from pmo.exchange.schedules import bring_plan
from pmo.history.actions import seal
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role, ScopeKind
from pmo.people import actions as people
from pmo.people.models import Person
from pmo.people.scopes import scopes
from pmo.portfolio import actions as portfolios
from pmo.portfolio.logic import Colour
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.portfolio.queries import project_by_code
from pmo.reports.actions import Publisher, publish
from pmo.reports.logic.content import Scope
from pmo.reports.subjects import by_code
from pmo.status.actions import override, refresh_marks
from pmo.status.logic.override import Wish

FOLDER = Path(__file__).parents[2] / "seeds" / "demo"
ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}(?=T|\b)")
LISTS = {"milestones.csv": Kind.MILESTONES, "raid.csv": Kind.RAID, "status.csv": Kind.STATUS}
PORTION = 1000  # transactions sealed at a time
EVENING = timedelta(hours=18)


@dataclass(frozen=True)
class Story:
    """The files, with every date moved by whole weeks so that the story ends in this week."""

    folder: Path
    today: date

    @cached_property
    def told(self) -> dict[str, object]:
        return tomllib.loads((self.folder / "demo.toml").read_text())

    @property
    def code(self) -> str:
        return str(self.told["portfolio"])

    @property
    def password(self) -> str:
        return str(self.told["password"])

    @cached_property
    def shift(self) -> timedelta:
        told = self.told["today"]
        if not isinstance(told, date):
            raise TypeError("demo.toml: today is not a day")
        return timedelta(weeks=(self.today - told).days // 7)

    def text(self, path: Path) -> str:
        return ISO_DAY.sub(lambda day: (date.fromisoformat(day[0]) + self.shift).isoformat(), path.read_text())

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.text(self.folder / name).splitlines()))

    def positions(self) -> list[tuple[date, Path]]:
        folders = sorted(path for path in self.folder.iterdir() if path.is_dir() and path.name[:1].isdigit())
        return [(date.fromisoformat(path.name) + self.shift, path) for path in folders]


def load(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Everything, once: what is there already is left alone. Returns the people to sign in as: address and function."""
    story = Story(folder, clock.today())
    if db.session.scalar(select(Portfolio.id).where(Portfolio.code == story.code)) is None:
        _tell(story)
    return [(row["E-mail"], f"{row['Name']}, {row['Function']}") for row in story.rows("people.csv")]


def _tell(story: Story) -> None:
    positions, editions = story.positions(), story.rows("editions.csv")
    first, last = positions[0][0], positions[-1][0]
    book = Book(story.rows("requests.csv"), story.rows("decisions.csv"), story.rows("actions.csv"))
    _people(story)
    _portfolio(story, first)
    for on, path in positions:
        for edition in [one for one in editions if date.fromisoformat(one["On"]) < on]:
            editions.remove(edition)
            book.tell(until=date.fromisoformat(edition["On"]))
            _publish(edition)
        _position(story, on, path)
        if on == first:
            _committees(story, on, programme=False)
    _plans(story)
    _committees(story, last, programme=True)
    _programme_managers(story, last)
    _grants(story)
    _overrides(story)
    agree(story.rows("agreements.csv"))
    demo_register.tell(story.rows("register.csv"))
    demo_value.tell(story.rows("value.csv"))
    demo_documents.tell(story.rows("documents.csv"))
    demo_templates.add(story.rows("committees.csv")[0]["Code"], "Els Wauters")
    demo_method.meet(story.rows("stakeholders.csv"))
    demo_method.publish(story.rows("procedures.csv"))
    demo_method.improve(story.rows("proposals.csv"))
    demo_method.ask(story.rows("support.csv"), current_app.config["SETTINGS"].country)
    book.tell(until=story.today)
    demo_changes.tell(story.rows("changes.csv"))
    demo_gates.tell(story.rows("gates.csv"))
    demo_chase.tell(story.rows("committees.csv")[0]["Code"])
    _night(story, clock.now())
    settings: Settings = current_app.config["SETTINGS"]
    demo_indicators.define(story.rows("indicators.csv"), story.rows("suppliers.csv"), settings.country)
    with transaction("Demo"):
        evaluate_indicators(quiet=True)
    _seal()


def _people(story: Story) -> None:
    with transaction("Demo"):
        for row in story.rows("people.csv"):
            person = people.add_person(email=row["E-mail"], name=row["Name"], language=row["Language"], title=row["Function"])
            people.set_password(person, story.password)


def _portfolio(story: Story, on: date) -> None:
    with transaction("Demo", effective_at=clock.start_of_day(on)):
        portfolios.add_portfolio(code=story.code, name=str(story.told["name"]))


def _position(story: Story, on: date, path: Path) -> None:
    """One month: the list of projects first, so that the others find them."""
    where, choices = Where(portfolio=story.code), Choices(position_on=on)
    content = story.text(path / "projects.csv").encode()
    _complete(path, bring_projects(as_import(read_list(content, f"{on:%Y-%m} projects.csv", Kind.PORTFOLIO, choices), where)))
    for name, kind in LISTS.items():
        if (path / name).exists():
            heard = read_list(story.text(path / name).encode(), f"{on:%Y-%m} {name}", kind, choices)
            _complete(path / name, bring_entries(heard, kind, where))
    _night(story, clock.end_of_day(on) if on < clock.today() else clock.now())


def _night(story: Story, moment: datetime) -> None:
    """What a server does every night: note since when each colour holds, and find out what is wrong."""
    settings: Settings = current_app.config["SETTINGS"]
    with transaction("Demo", effective_at=moment):
        ids = list(
            db.session.scalars(select(Project.id).join(Portfolio).where(Portfolio.code == story.code).order_by(Project.id))
        )
        refresh_marks(ids, moment)
        evaluate(ids, settings.country, quiet=True)
    db.session.expunge_all()


def _plans(story: Story) -> None:
    """Plans of single projects, as Microsoft Project saves them: tasks, links, critical path."""
    for path in sorted((story.folder / "plans").glob("*.xml")):
        _complete(path, bring_plan(story.text(path).encode(), path.name, project_by_code(path.stem)))


def _complete(path: Path, report: Report) -> None:
    """The demo's own files have nothing in them that could be refused."""
    if report["refused"]:
        one = report["refused"][0]
        raise Invalid(
            {"": msg("%(path)s: %(cell)s: %(why)s", path=str(path), cell=str(one.get("cell")), why=str(one.get("reason")))}
        )


def _committees(story: Story, on: date, *, programme: bool) -> None:
    """Those over the whole portfolio at the beginning, those over a programme when there is one."""
    planned = story.rows("meetings.csv")
    with transaction("Demo", effective_at=clock.end_of_day(on) if on < clock.today() else None):
        portfolio = db.session.scalars(select(Portfolio).where(Portfolio.code == story.code)).one()
        for row in story.rows("committees.csv"):
            if bool(row["Programme"]) != programme:
                continue
            watched = db.session.scalar(
                select(Programme).where(Programme.portfolio_id == portfolio.id, Programme.code == row["Programme"])
            )
            made = committees.add_committee(
                code=row["Code"], name=row["Name"], portfolio=portfolio, programme=watched, language=row["Language"]
            )
            for one in planned:
                if one["Committee"] == row["Code"]:
                    held, cut_off, pack = (date.fromisoformat(one[name]) for name in ("Meeting", "Data cut-off", "Pack sent"))
                    committees.add_meeting(made, held_on=held, cut_off=cut_off, pack_on=pack, room=one["Place"])


def _programme_managers(story: Story, on: date) -> None:
    with transaction("Demo", effective_at=clock.end_of_day(on) if on < clock.today() else None):
        for row in story.rows("people.csv"):
            if row["Role"] == Role.PROGRAMME_MANAGER and row["Scope"]:
                person = db.session.scalars(select(Person).where(Person.email == row["E-mail"])).one()
                code = row["Scope"].partition(":")[2]
                db.session.scalars(select(Programme).where(Programme.code == code)).one().manager_id = person.id


def _grants(story: Story) -> None:
    """A scope is "", one "kind:code", or codes of projects."""
    with transaction("Demo"):
        for row in story.rows("people.csv"):
            person = db.session.scalars(select(Person).where(Person.email == row["E-mail"])).one()
            if not row["Scope"]:
                people.grant(person, Role(row["Role"]))
            for scope in filter(None, row["Scope"].split(",")):
                kind, _, code = scope.rpartition(":")
                found = scopes().find(ScopeKind(kind or "project"), code)
                if found is not None:
                    people.grant(person, Role(row["Role"]), found.kind, found.id)


def _overrides(story: Story) -> None:
    """Colours that the PMO lets count today instead of the computed ones."""
    for row in story.rows("overrides.csv"):
        person = db.session.scalars(select(Person).where(Person.email == row["By"])).one()
        project = project_by_code(row["Project"])
        wish = Wish(Colour(row["Colour"]), row["Reason"], date.fromisoformat(row["Until"]))
        with acting(person.id, "ui"), transaction(row["Reason"]):
            override(project, wish=wish, seen=0)
            refresh_marks([project.id])


def _publish(edition: dict[str, str]) -> None:
    """As it was done on that evening: the clock stands there while the edition is made."""
    settings: Settings = current_app.config["SETTINGS"]
    with _on_the_evening_of(date.fromisoformat(edition["On"])):
        author = db.session.scalars(select(Person).order_by(Person.id)).first()
        found = db.session.scalars(select(Committee).where(Committee.code == edition["Committee"])).one()
        by = Publisher(
            name=author.name if author else "",
            languages=(edition["Language"],),
            person_id=author.id if author else None,
            organisation=settings.organisation,
        )
        publish(by_code(Scope.COMMITTEE, found.code), by)


@contextmanager
def _on_the_evening_of(day: date) -> Iterator[None]:
    before = clock.now() - clock.machine_now()
    moment: datetime = clock.start_of_day(day) + EVENING
    clock.move(moment - clock.machine_now())
    try:
        yield
    finally:
        clock.move(before)


def _seal() -> None:
    """At once, so that `pmo audit verify` has something to verify on the first day."""
    sealed = PORTION
    while sealed == PORTION:
        with transaction("Demo"):
            sealed = seal(PORTION)


def password(folder: Path = FOLDER) -> str:
    return Story(folder, clock.today()).password
