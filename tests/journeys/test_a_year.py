"""A year of one committee on the demo portfolio, by its pages alone: walks, questions, packs, decisions, actions."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from pmo.alerts import jobs as alerts
from pmo.alerts.models import Finding
from pmo.committees.models import ActionItem, Committee, DecisionRequest, Meeting
from pmo.db import db
from pmo.exchange import demo
from pmo.kernel import clock
from pmo.people.models import Person
from pmo.reports import making
from pmo.reports.models import Edition
from pmo.reports.verifying import Verdict, verify
from pmo.schedule.logic.moves import MoveReason
from pmo.schedule.models import Milestone
from pmo.status import jobs as status
from tests.conftest import HTMX, TODAY

CYCLES = 12
WALKERS = ("sanna.korhonen@example.org", "nele.verbeke@example.org", "wim.de.smet@example.org")
MONTH = timedelta(days=28)
MOVES = 5  # every fifth date moves
MOST_CARDS = 200  # of one walk


@pytest.fixture
def at(app) -> Iterator[Any]:
    """Sets the clock of the whole process: `at(day)` in the morning, or at the hour given."""

    def to(day: date, hour: int = 9) -> None:
        moment = datetime.combine(day, time(hour), tzinfo=clock.zone())
        clock.move(moment - clock.machine_now())

    with clock.pretend(None):
        to(TODAY)
        yield to
        clock.move(timedelta(0))


@pytest.fixture
def portfolio(at) -> None:
    demo.load()


def test_twelve_cycles_of_the_committee_run_without_a_repair(app, at, portfolio, login):
    people = {person.email: person for person in db.session.scalars(select(Person))}
    pmo, greet = Hand(login(people["els.wauters@example.org"])), Hand(login(people["greet.daems@example.org"]))
    walkers = [Hand(login(people[address])) for address in WALKERS]
    committee = db.session.scalars(select(Committee.id).where(Committee.code == "MC")).one()
    before = editions()

    for number in range(CYCLES):
        day = a_meeting(pmo, committee, number)
        at(day - timedelta(days=7))
        for walker in walkers:
            walk(walker)
        code = ask(walkers[0], committee, number)
        finish_an_action(pmo)
        nights(at, day - timedelta(days=6))
        at(day - timedelta(days=4), hour=16)
        publish(pmo, committee)
        at(day, hour=15)
        decide(pmo, code, number)
        assert greet.sees(f"/committees/{committee}").status_code == 200

    made = editions()[len(before) :]
    assert len(made) == CYCLES
    assert [verify(edition).verdict for edition in made] == [Verdict.SAME] * CYCLES
    assert [verify(edition).is_good for edition in before] == [True] * len(before)
    last = words_of(pmo.sees(f"/reports/{made[-1]}/en.docx").data)
    assert "Asked in cycle 12" in last
    assert "Decided in cycle 11" in last  # what became of the last question
    assert {request.state for request in asked_in_the_year()} == {"decided"}
    assert db.session.scalar(select(func.count()).select_from(Finding).where(Finding.cleared_at.is_(None))) > 0


class Hand:
    """Fills in forms as they stand on the page, like somebody without script; every answer must be a good one."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def sees(self, path: str) -> Any:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        return answer

    def sends(self, path: str, action: str, **typed: str) -> Any:
        """The first form of the page that goes to `action`, with what is typed over what stands in it."""
        page = html.fromstring(self.sees(path).text)
        form = next(form for form in page.forms if (form.action or "").split("?")[0] == action)
        filled = dict(form.form_values()) | typed
        answer = self.client.post(action, data=filled)
        assert answer.status_code == 303, (action, filled, mistakes(answer.text))
        return answer


def mistakes(page: str) -> list[str]:
    said = html.fromstring(page).xpath("//*[@data-error-summary] | //*[starts-with(@id, 'error-')]")
    return [one.text_content() for one in said]


def a_meeting(pmo: Hand, committee: int, number: int) -> date:
    """The next one planned, or one planned now."""
    today = clock.today()
    following = select(func.min(Meeting.held_on)).where(Meeting.committee_id == committee, Meeting.held_on > today)
    found = db.session.scalar(following)
    if found is not None:
        return found
    latest = db.session.scalar(select(func.max(Meeting.held_on)).where(Meeting.committee_id == committee))
    assert latest is not None
    held = max(latest, today) + MONTH
    days = {"held_on": held, "cut_off": held - timedelta(days=6), "pack_on": held - timedelta(days=4)}
    path = f"/committees/{committee}"
    pmo.sends(path, f"{path}/meetings", **{name: day.isoformat() for name, day in days.items()}, room="14:00, Brussels")
    return held


def walk(walker: Hand) -> None:
    """Every card in place: most dates stand, some move with a reason, what is past was reached; a sentence where one is asked."""
    card, dates = html.fromstring(walker.sees("/walk").text), count()
    for _ in range(MOST_CARDS):
        asked = [form for form in card.forms if (form.action or "").startswith("/walk/")]
        if not asked:
            return
        typed = answer(asked[0], dates)
        shown = walker.client.post(asked[0].action, data=typed, headers=HTMX)
        assert shown.status_code == 200, (asked[0].action, typed, mistakes(shown.text))
        card = html.fromstring(shown.text)
    pytest.fail("the walk does not come to an end")


def answer(form: html.FormElement, dates: Iterator[int]) -> dict[str, str]:
    kind, number = form.action.split("?")[0].split("/")[2:4]
    said = dict(form.form_values())
    if kind == "milestones":
        return said | about_a_date(int(number), next(dates))
    if kind == "risks":
        return said | {"answer": "same"}
    return said | {"sentence": said.get("sentence") or "Nothing to add this month."}


def about_a_date(milestone_id: int, number: int) -> dict[str, str]:
    milestone, today = db.session.get_one(Milestone, milestone_id), clock.today()
    if milestone.forecast is not None and milestone.forecast < today:
        return {"answer": "reached", "actual": milestone.forecast.isoformat()}
    if milestone.forecast is None or number % MOVES == 0:
        later = (milestone.forecast or today) + timedelta(days=14)
        return {"answer": "new", "forecast": later.isoformat(), "reason": MoveReason.SUPPLY.value}
    return {"answer": "still"}


def ask(manager: Hand, committee: int, number: int) -> int:
    """One question for the next meeting; the id of its request."""
    meeting = db.session.scalars(
        select(Meeting.id).where(Meeting.committee_id == committee, Meeting.held_on > clock.today()).order_by(Meeting.held_on)
    ).first()
    page = html.fromstring(manager.sees("/decisions/new").text)
    about = page.xpath("//select[@name='about']/option[starts-with(@value, 'project:')]/@value")[0]
    options = {"option_1": "Yes", "consequence_1": "It goes on", "cost_1": "12,000", "payer_1": "The programme"}
    options |= {"option_2": "No", "consequence_2": "It waits", "if_not": "Nothing moves", "needed_by": "+14d"}
    asked = {"question": f"Asked in cycle {number + 1}?", "about": about, "meeting_id": str(meeting), "recommended": "1"}
    gone = manager.sends("/decisions/new", "/decisions/new", **asked, **options, do="submit")
    return int(gone.location.rsplit("/", 1)[1])


def finish_an_action(pmo: Hand) -> None:
    """The oldest one that is open, with its evidence."""
    oldest = db.session.scalars(
        select(ActionItem.id).where(ActionItem.done_on.is_(None), ActionItem.cancelled_on.is_(None)).order_by(ActionItem.id)
    ).first()
    if oldest is not None:
        pmo.sends(f"/actions/{oldest}/done", f"/actions/{oldest}/done", evidence="Seen by the PMO")


def nights(at: Any, until: date) -> None:
    """What the worker does by itself at night and in the morning, two nights of the week."""
    for day in (until - timedelta(days=1), until):
        at(day, hour=5)
        status.nightly(0)
        alerts.nightly(0)
        alerts.write_digests()


def publish(pmo: Hand, committee: int) -> None:
    typed = {"what": f"committee:{committee}", "lang": "en"}
    answer = pmo.sends(f"/reports/new?what=committee:{committee}", "/reports/new", **typed)
    making.carry_out(int(answer.location.rsplit("/", 1)[1]), making.House("pmo"))


def decide(pmo: Hand, request: int, number: int) -> None:
    """Accepted, accepted with change or refused in turn; with an action that follows."""
    outcome = ("accepted", "changed", "refused")[number % 3]
    said = {"changed": {"change_text": "Half of it now"}, "refused": {"reason": "Too early"}}.get(outcome, {})
    owner = db.session.scalars(select(Person.id).where(Person.email == WALKERS[0])).one()
    follows = {"what_1": f"Follow up cycle {number + 1}", "owner_1": str(owner), "due_1": "+20d"}
    path = f"/decisions/{request}/outcome"
    pmo.sends(path, path, outcome=outcome, text=f"Decided in cycle {number + 1}", **said, **follows)


def asked_in_the_year() -> list[DecisionRequest]:
    return list(db.session.scalars(select(DecisionRequest).where(DecisionRequest.question.startswith("Asked in cycle"))))


def editions() -> list[int]:
    return list(db.session.scalars(select(Edition.id).order_by(Edition.id)))


def words_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([paragraph.text for paragraph in document.paragraphs] + cells).replace("\N{NO-BREAK SPACE}", " ")
