"""What changed between two moments: on the page, in the file, in the Word report; only net changes, with who, when and why."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook

from pmo.db import acting, db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio, Project
from pmo.raid.models import RaidItem
from pmo.reports import actions
from pmo.reports.verifying import Verdict, verify
from pmo.schedule.models import DateMove, Milestone
from tests.conftest import HTMX, NOW
from tests.reports.conftest import LONG_AGO, PUBLISHER

WHEN = "12 Mar 2026"
AS_EXCEL = datetime.combine(date(2026, 3, 12), time())


@pytest.fixture
def five(world, make):
    """Since yesterday: one move, one closed risk, one worse colour, one new and one closed project; and one move undone."""
    els = make.person("Els Wauters").id
    ids = world.project_ids
    small = make.raid_item(world.projects[0], code="R-040", title="Printer queue", probability=1, impact=2, effective_at=LONG_AGO)
    ending = make.project(world.programme, code="PAC-09", name="Old portal", effective_at=LONG_AGO)
    make.raid_item(ending, code="R-001", title="Nobody uses it", probability=2, impact=2, effective_at=LONG_AGO)
    make.status_update(world.projects[2], overall="green", scope="green", stated_at=LONG_AGO, effective_at=LONG_AGO)
    small_id, ending_id = small.id, ending.id
    first = actions.publish(world.subject, PUBLISHER).id
    with an_hour_later(), acting(els, "ui"):
        move(els, "Acceptance test", date(2026, 4, 6), "supply")
        move(els, "First patient order", date(2026, 6, 1), "staff")
        move(els, "First patient order", date(2026, 5, 13), "undone")
        with transaction("Queue replaced"):
            item = db.session.get_one(RaidItem, small_id)
            item.status, item.closed_on, item.closing_reason = "closed", clock.today(), "Queue replaced"
        make.status_update(
            db.session.get_one(Project, ids[2]),
            overall="red",
            scope="red",
            attention="Sites refuse the protocol",
            author_id=els,
            stated_at=clock.now(),
        )
        with transaction("Idea accepted"):
            make_project(world)
        with transaction("Replaced by the order desk"):
            project = db.session.get_one(Project, ending_id)
            project.state, project.closed_on, project.closing_reason = "closed", clock.today(), "Replaced by the order desk"
        yield first


@contextmanager
def an_hour_later():
    """On the test clock, for reading and for writing."""
    with clock.pretend(NOW + timedelta(hours=1)):
        yield


def move(els, name: str, day: date, reason: str) -> None:
    """A date moved as the verb of the schedule does it: the milestone, and the ledger."""
    with transaction(reason):
        milestone = db.session.query(Milestone).filter_by(name=name).one()
        moved = DateMove(
            milestone_id=milestone.id, project_id=milestone.project_id, field="forecast", before=milestone.forecast, after=day,
            reason=reason, moved_by=els, moved_at=clock.now(),
        )  # fmt: skip
        milestone.forecast = day
        db.session.add(moved)


def make_project(world) -> None:
    db.session.add(
        Project(
            portfolio_id=world.portfolio_id, programme_id=world.programme_id, code="PAC-10", name="Home delivery", name_key="home"
        )
    )


def listed(answer) -> list[list[str]]:
    """The lines of the page: project, then each cell as it is read aloud."""
    found, project = [], ""
    for row in html.fromstring(answer.text).xpath("//table//tbody/tr"):
        if "group" in row.get("class", ""):
            project = " ".join(row.text_content().split())
        else:
            cells = row.xpath("./th|./td")
            found.append([project, *(said(cell) for cell in cells)])
    return found


def said(cell) -> str:
    shown = cell.xpath(".//*[@role='img']/@aria-label")
    return shown[0] if shown else " ".join(cell.text_content().split())


def test_the_page_lists_exactly_what_changed_with_who_when_and_why(world, five, login):
    client = login((Role.COMMITTEE, world.portfolio))

    answer = client.get(f"/changes/committee/{world.subject.id}?since=edition-{five}")

    who = f"Els Wauters, {WHEN}"
    assert listed(answer) == [
        ["PAC-10 Home delivery", "New project", "–", "–", who, "Idea accepted"],
        ["PAC-09 Old portal", "Project closed", "–", "–", who, "Replaced by the order desk"],
        ["EVG-03 LUMEN registry", "Colour", "Before: green", "Now: red", who, "Sites refuse the protocol"],
        ["PAC-02 Order desk", "Date M01 Acceptance test", "2 Apr 2026", "6 Apr 2026", "+4 d", who, "Supply"],
        ["PAC-01 OLR-214 compassionate use", "Risk closed R-040 Printer queue", "–", "–", who, "Queue replaced"],
    ]


def test_the_word_report_tells_the_same_five(world, five, login):
    client = login((Role.COMMITTEE, world.portfolio))

    draft = client.get(f"/reports/draft.docx?what=committee:{world.subject.id}&lang=en")

    title, rows = changes_of(draft.data)
    who = "Els Wauters, 12 Mar 2026"
    assert title == ["Project", "12 Mar", "12 Mar", "What happened", "Who, when, reason"]
    assert rows == [
        ["EVG-03 LUMEN registry", "● G", "■ R", "Declared in the status update.", f"{who}: Sites refuse the protocol"],
        ["PAC-02 Order desk", "▲ A", "▲ A", "Acceptance test was 2 Apr 2026, now 6 Apr 2026.", f"{who}: Supply"],
        ["PAC-10 Home delivery", "", "", "New project.", f"{who}: Idea accepted"],
        ["PAC-09 Old portal", "", "", "Project closed.", f"{who}: Replaced by the order desk"],
        ["PAC-01 OLR-214 compassionate use", "", "", "Risk closed R-040 Printer queue.", f"{who}: Queue replaced"],
    ]


def changes_of(content: bytes) -> tuple[list[str], list[list[str]]]:
    for table in Document(BytesIO(content)).tables:
        rows = [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows]
        if rows[0][-1] == "Who, when, reason":
            return rows[0], rows[1:]
    raise AssertionError("no table of changes")


def test_an_edition_with_changes_is_the_same_when_computed_again_after_a_rename(world, five, login):
    actions.publish(world.subject, PUBLISHER)
    with transaction("married"):
        db.session.query(Person).filter_by(name="Els Wauters").one().name = "Els Janssens"

    assert verify(2).verdict is Verdict.SAME


def test_two_editions_beside_each_other_tell_who_closed_what(world, five, login):
    second = actions.publish(world.subject, PUBLISHER).id
    client = login((Role.COMMITTEE, world.portfolio))

    things = html.fromstring(client.get(f"/reports/compare?edition={five}&edition={second}").text).xpath("//section//ul/li")

    assert [" ".join(one.text_content().split()) for one in things] == [
        "New: PAC-10 Home delivery Els Wauters, 12 Mar 2026: Idea accepted",
        "Project closed: PAC-09 Old portal Els Wauters, 12 Mar 2026: Replaced by the order desk",
        "Risk closed: R-040 PAC-01 Printer queue Els Wauters, 12 Mar 2026: Queue replaced",
    ]


@pytest.fixture
def changed(world, make):
    """Since the committee of February: budget, tolerance, description, baseline, one milestone more, one less, a higher level."""
    item, milestone = db.session.query(RaidItem).filter_by(code="R-028").one(), named("Acceptance test")
    make.milestone(world.projects[1], code="M07", name="Training", effective_at=LONG_AGO)
    with acting(make.person("Wim De Smet").id, "ui"), transaction("Steering of 10 March"):
        project = db.session.get_one(Project, world.project_ids[1])
        project.budget, project.tolerance_days, project.description = 260_000, 20, "Portal in three languages"
        db.session.get_one(RaidItem, item.id).impact = 5
        db.session.get_one(Milestone, milestone.id).baseline = date(2026, 4, 9)
        training = named("Training")
        training.cancelled_on, training.cancelling_reason = clock.today(), "Nobody needs it"
        db.session.add(Milestone(project_id=project.id, code="M08", name="Go-live", name_key="golive"))


def named(name: str) -> Milestone:
    return db.session.query(Milestone).filter_by(name=name).one()


def test_money_scope_baselines_and_levels_are_told_too(world, changed, login):
    answer = login((Role.PMO, world.portfolio)).get(f"/changes/project/{world.project_ids[1]}?since=last-committee")

    who, why = "Wim De Smet, 12 Mar 2026", "Steering of 10 March"
    assert [line[1:] for line in listed(answer) if line[1] != "Colour"] == [
        ["Baseline M01 Acceptance test", "2 Apr 2026", "9 Apr 2026", "+7 d", who, why],
        ["New milestone M08 Go-live", "", "", "", who, why],
        ["Milestone cancelled M07 Training", "", "", "", who, "Nobody needs it"],
        ["Risk level R-028 Label stock late", "12", "15", who, why],
        ["Budget", "€ 230,000", "€ 260,000", who, why],
        ["Description", "–", "Portal in three languages", who, why],
        ["Tolerance in days", "as the rules say", "20", who, why],
    ]


def test_who_may_not_read_money_sees_no_amount_and_no_name_of_the_history(world, changed, login):
    answer = login((Role.CONTRIBUTOR, world.portfolio)).get(f"/changes/portfolio/{world.portfolio_id}?since=last-committee")

    assert [line[1] for line in listed(answer) if line[1] in ("Budget", "Description")] == ["Description"]
    assert "260" not in answer.text
    assert "Steering of 10 March" not in answer.text


def test_of_projects_one_may_not_see_nothing_is_told(world, changed, login):
    client = login((Role.PROJECT_MANAGER, world.projects[0]))

    paths = {"programme": world.programme_id, "portfolio": world.portfolio_id}
    answers = [client.get(f"/changes/{scope}/{number}?since=last-committee") for scope, number in paths.items()]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [line for answer in answers for line in listed(answer) if "PAC-02" in line[0]] == []
    assert client.get(f"/changes/project/{world.project_ids[1]}").status_code == 404
    assert client.get(f"/changes/programme/{world.projects[2].programme_id}").status_code == 404


def test_a_stranger_finds_no_page_of_changes(world, login):
    stranger = login((Role.PMO, Portfolio(id=99)))

    paths = (f"committee/{world.subject.id}", f"portfolio/{world.portfolio_id}", f"project/{world.project_ids[0]}", "planet/1")
    assert [stranger.get(f"/changes/{path}").status_code for path in paths] == [404] * 4


def test_the_list_is_filtered_by_kind_and_is_a_file_as_filtered(world, five, login):
    client = login((Role.PMO, world.portfolio))
    address = f"/changes/committee/{world.subject.id}"

    page = client.get(f"{address}?since=edition-{five}&kind=raid")
    sheet = load_workbook(BytesIO(client.get(f"{address}/list.xlsx?since=edition-{five}&kind=raid").data)).active

    assert [line[1] for line in listed(page)] == ["Risk closed R-040 Printer queue"]
    assert list(sheet.values)[1:] == [
        ("Risk closed", "PAC-01", "R-040 Printer queue", None, None, None, "Queue replaced", "Els Wauters", AS_EXCEL)
    ]


def test_both_ends_stand_in_the_address_whatever_their_order(world, five, login):
    client = login((Role.PMO, world.portfolio))
    address = f"/changes/committee/{world.subject.id}"

    by_form = client.get(f"{address}?since=day&since_on=2026-03-12&until=day&until_on=2026-03-01")
    by_link = client.get(f"{address}?since=2026-03-01&until=2026-03-12")

    assert "From 1 Mar 2026, 23:59 to" in by_form.text
    assert listed(by_form) == listed(by_link)
    assert f"{address}/list.xlsx?since=2026-03-01&amp;until=2026-03-12" in by_link.text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("since=soon", "Enter a day such as"),
        ("since=day", "Choose the day."),
        ("since=2026-03-01&until=2026-12-01", "This day lies ahead"),
    ],
)
def test_what_is_no_moment_is_refused_and_the_form_stays(world, login, query, message):
    answer = login((Role.PMO, world.portfolio)).get(f"/changes/portfolio/{world.portfolio_id}?{query}")

    assert answer.status_code == 422
    assert message in answer.text
    assert 'name="since_on"' in answer.text


def test_an_edition_one_may_not_read_is_no_end(world, make, login):
    other = make.edition(make.portfolio())

    answer = login((Role.PMO, world.portfolio)).get(f"/changes/portfolio/{world.portfolio_id}?since=edition-{other.id}")

    assert answer.status_code == 404


def test_where_nothing_changed_the_page_says_so(world, login):
    answer = login((Role.PMO, world.portfolio)).get(f"/changes/portfolio/{world.portfolio_id}?since=2026-03-11")

    assert "Nothing changed" in answer.text
    assert listed(answer) == []


def test_looking_back_the_later_end_is_that_moment(world, five, login):
    answer = login((Role.PMO, world.portfolio)).get(f"/changes/portfolio/{world.portfolio_id}?since=2026-03-01&as_of=2026-03-11")

    assert "From 1 Mar 2026, 23:59 to 11 Mar 2026, 23:59" in answer.text
    assert listed(answer) == []


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_whatever_changed(world, make, login, statements, how_many):
    for number in range(how_many):
        project = make.project(world.programme, code=f"NEW-{number}", effective_at=LONG_AGO)
        item = make.raid_item(project, code="R-001", probability=2, impact=2, effective_at=LONG_AGO)
        with transaction("Seen on site"):
            db.session.get_one(RaidItem, item.id).impact = 4
    client = login((Role.PMO, world.portfolio))
    statements.clear()

    answer = client.get(f"/changes/portfolio/{world.portfolio_id}?since=2026-03-11&kind=raid", headers=HTMX)

    assert len(listed(answer)) == how_many
    assert len(statements) == 34  # session, subject, choices, two snapshots, the trail
