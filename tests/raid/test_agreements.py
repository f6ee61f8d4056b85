"""Dependencies between projects as agreements of two sides: dates, gap, who agreed, who is told."""

from datetime import date

import pytest
from sqlalchemy import select

from pmo.alerts import jobs
from pmo.alerts.models import Finding
from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.raid.agreement_logic import AgreementState, Dates, Limits, Side, Standing
from pmo.raid.logic import RaidStatus
from pmo.raid.models import Agreement, RaidItem
from pmo.schedule.models import Milestone
from tests.conftest import HTMX, TODAY

LIMITS = Limits(broken_from=1, red_from=15)
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 15)
BOTH = frozenset(Side)


@pytest.mark.parametrize(
    ("dates", "settled", "yes", "ended", "gap", "state", "words"),
    [
        (Dates(APRIL, None), Dates(APRIL, None), {Side.RECEIVER}, None, None, "proposed", "only the receiver agreed"),
        (Dates(APRIL, APRIL), Dates(APRIL, APRIL), {Side.GIVER}, None, 0, "proposed", "only the giver agreed"),
        (Dates(APRIL, APRIL), Dates(APRIL, APRIL), BOTH, None, 0, "agreed", "both agreed"),
        (Dates(APRIL, date(2026, 4, 20)), Dates(APRIL, APRIL), BOTH, None, -10, "proposed", "nobody agreed yet"),
        (Dates(APRIL, MAY), Dates(APRIL, MAY), BOTH, None, 15, "broken", "both agreed"),
        (Dates(APRIL, MAY), Dates(APRIL, MAY), BOTH, RaidStatus.DELIVERED, 15, "delivered", "both agreed"),
        (Dates(APRIL, None), Dates(None, None), set(), RaidStatus.CLOSED, None, "withdrawn", "nobody agreed yet"),
    ],
)
def test_an_agreement_stands_where_its_dates_and_its_sides_put_it(dates, settled, yes, ended, gap, state, words):
    found = Standing(dates, settled, frozenset(yes), ended)

    assert (dates.gap, found.state(LIMITS), str(found.who_agreed)) == (gap, AgreementState(state), words)


def test_a_house_that_tolerates_three_days_breaks_from_the_fourth():
    limits = Limits(broken_from=4, red_from=10)

    states = [Standing(Dates(APRIL, date(2026, 5, day))).state(limits).value for day in (3, 4)]

    assert states == ["proposed", "broken"]


@pytest.fixture
def pair(make):
    """Project A needs something of B by 30 April; each has its manager, both stand in one programme."""
    ann, ben = make.person("Ann Adams", language="en"), make.person("Ben Baker", language="en")
    programme = make.programme(name="Evidence")
    needs = make.project(programme, code="AAA-01", name="Alpha trial", manager_id=ann.id)
    gives = make.project(programme, code="BBB-02", name="Beta data", manager_id=ben.id)
    make.grant(ann, Role.PROJECT_MANAGER, needs)
    make.grant(ben, Role.PROJECT_MANAGER, gives)
    found = make.agreement(needs, gives, need_by=APRIL)
    return ann, ben, needs, gives, found


def agreement():
    db.session.expire_all()
    return db.session.scalars(select(Agreement)).one()


def change(client, what, **typed):
    found = agreement()
    data = {"version": found.version, "reason": "The vendor said so"} | typed
    return client.post(f"/dependencies/{found.id}/{what}", data=data, headers=HTMX)


def broken():
    """Findings about dependencies: project, gap, how often it spoke."""
    db.session.expire_all()
    rows = db.session.scalars(select(Finding).where(Finding.rule.startswith("dependency.")).order_by(Finding.project_id))
    return [(row.project_id, row.owner_id, row.facts["days"], row.times, row.cleared_at is None) for row in rows]


def evaluated(project):
    jobs.evaluate(project.id)


def test_a_gap_shows_on_both_pages_on_the_programme_and_on_both_timelines(login, pair):
    ann, ben, needs, gives, _ = pair

    answer = change(login(ben), "promised", day="2026-05-15")
    boss = login(Role.PMO)
    pages = [boss.get(f"/projects/{one.id}").text for one in (needs, gives)]
    programme = boss.get(f"/programmes/{needs.programme_id}").text
    timelines = [boss.get(f"/projects/{one.id}/timeline").text for one in (needs, gives)]

    assert answer.status_code == 200
    for text in (*pages, programme):
        rows = text.split('id="h-dep')[1]
        assert "+15\N{NO-BREAK SPACE}d" in rows
        assert "Broken" in rows
        assert "30 Apr 2026" in rows
        assert "15 May 2026" in rows
    assert "needs Database lock from BBB-02 by 30 Apr 2026, promised 15 May 2026, gap +15 d" in timelines[0]
    assert "gives Database lock to AAA-01, needed by 30 Apr 2026, promised 15 May 2026, gap +15 d" in timelines[1]
    assert "1 broken dependency" in timelines[0]


def test_a_broken_promise_tells_both_managers_once_and_a_further_move_once_more(login, pair):
    ann, ben, needs, gives, _ = pair
    change(login(ben), "promised", day="2026-05-15")
    for project in (gives, needs, gives):
        evaluated(project)
    first = broken()

    change(login(ben), "promised", day="2026-05-20", reason="Again")
    for project in (needs, gives, gives):
        evaluated(project)
    second = broken()
    change(login(ben), "promised", day="2026-04-29", reason="Found a way")
    evaluated(gives)

    assert first == [(needs.id, ann.id, 15, 1, True), (gives.id, ben.id, 15, 1, True)]
    assert second == [(needs.id, ann.id, 20, 2, True), (gives.id, ben.id, 20, 2, True)]
    assert [line[4] for line in broken()] == [False, False]


def test_the_forecast_of_a_milestone_is_the_promise_and_moves_it(login, make, pair):
    ann, ben, needs, gives, _ = pair
    lock = make.milestone(gives, name="Lock", forecast=date(2026, 4, 28))
    change(login(ben), "promised", milestone_id=lock.id)
    agreed = login(ann).post(f"/dependencies/{agreement().id}/agree", data={"side": "receiver", "version": agreement().version})
    before = login(ann).get(f"/dependencies/{agreement().id}").text

    moved = login(ben).post(
        f"/projects/{gives.id}/milestones/{lock.id}/forecast",
        data={"forecast": "2026-05-15", "reason": "supply", "version": db.session.get(Milestone, lock.id).version},
        headers=HTMX,
    )
    evaluated(gives)
    after = login(ann).get(f"/dependencies/{agreement().id}").text

    assert (agreed.status_code, moved.status_code) == (303, 200)
    assert "both agreed" in before
    assert "both agreed" not in after
    assert "+15\N{NO-BREAK SPACE}d" in after
    assert [line[:3] for line in broken()] == [(needs.id, ann.id, 15), (gives.id, ben.id, 15)]


def test_who_reads_one_side_reads_neither_the_name_nor_the_milestone_of_the_other(login, make, pair):
    ann, ben, needs, gives, found = pair
    lock = make.milestone(gives, name="Secret lock", forecast=MAY)
    change(login(ben), "promised", milestone_id=lock.id)

    mine = login(ann)
    paths = (f"/dependencies/{found.id}", f"/projects/{needs.id}", f"/projects/{needs.id}/timeline")
    texts = [mine.get(path).text for path in paths]
    history = mine.get(f"/history/agreement/{found.id}").text

    for text in texts:
        assert "another project" in text
        assert "+15" in text
    for text in (*texts, history):
        assert "BBB-02" not in text
        assert "Beta data" not in text
        assert "Secret lock" not in text


def test_both_sides_agree_and_a_change_of_either_date_asks_the_other_again(login, pair):
    ann, ben, *_ = pair
    change(login(ben), "promised", day="2026-04-30")

    def yes(person, side):
        found = agreement()
        data = {"side": side, "version": found.version}
        return login(person).post(f"/dependencies/{found.id}/agree", data=data, headers=HTMX)

    both = yes(ann, "receiver").text
    twice = yes(ann, "receiver")
    needed = change(login(ann), "needed", day="2026-05-02").text
    again = yes(ben, "giver").text

    assert "both agreed" in both
    assert twice.status_code == 409
    assert "only the receiver agreed" in needed
    assert "both agreed" in again
    assert agreement().reason == "The vendor said so"


@pytest.mark.parametrize(
    ("who", "what", "typed", "status", "said"),
    [
        ("ann", "promised", {"day": "2026-05-15"}, 404, ""),
        ("ben", "needed", {"day": "2026-05-15"}, 404, ""),
        ("ben", "withdrawn", {}, 404, ""),
        ("ann", "needed", {"day": "soon"}, 422, "Enter a date such as"),
        ("ann", "needed", {"day": ""}, 422, "Enter a day."),
        ("ann", "needed", {"day": "2026-04-30"}, 422, "That is the day it is needed already."),
        ("ann", "needed", {"day": "2026-05-02", "reason": ""}, 422, "Say why, in a few words"),
        ("ann", "needed", {"day": "2026-05-02", "version": "99"}, 409, "Somebody else changed this agreement"),
        ("ben", "promised", {"day": ""}, 422, "Enter a day, or choose a milestone."),
        ("ben", "promised", {"milestone_id": "999"}, 422, "Choose one from the list."),
    ],
)
def test_only_the_side_whose_date_it_is_changes_it_and_with_a_reason(login, pair, who, what, typed, status, said):
    people = {"ann": pair[0], "ben": pair[1]}

    answer = change(login(people[who]), what, **typed)

    assert answer.status_code == status
    assert said in answer.text
    assert (agreement().promised, agreement().item.due) == (None, APRIL)


def test_a_stranger_finds_no_agreement(login, make, pair):
    other = make.project(code="CCC-03")

    answer = login((Role.PROJECT_MANAGER, other)).get(f"/dependencies/{pair[4].id}")

    assert answer.status_code == 404


def test_the_receiver_ends_it_and_takes_that_back(login, pair):
    ann, _, needs, *_ = pair
    ended = change(login(ann), "delivered", reason="Arrived")
    listed = login(ann).get(f"/projects/{needs.id}").text
    item = db.session.scalars(select(RaidItem)).one()

    login(ann).post(f"/raid/{item.id}/reopen")

    assert "Delivered" in ended.text
    assert f"/raid/{item.id}/reopen" in ended.text
    assert "Nothing is agreed with another project" in listed
    assert "Database lock" in login(ann).get(f"/projects/{needs.id}").text.split('id="h-dep"')[1]


def test_a_manager_asks_a_project_for_a_dependency_of_the_register(login, make, pair):
    programme = make.programme()
    needs, gives = make.project(programme), make.project(programme)
    item = make.raid_item(needs, type="dependency", code="D-100", title="Portal access", probability=None, impact=None)
    client = login((Role.PROGRAMME_MANAGER, programme))

    form = client.get(f"/raid/{item.id}/agreement").text
    refused = client.post(f"/raid/{item.id}/agreement", data={"giver_id": pair[2].id, "day": "+2w", "reason": ""}, headers=HTMX)
    made = client.post(f"/raid/{item.id}/agreement", data={"giver_id": gives.id, "day": "+2w", "reason": "For training"})
    twice = client.post(f"/raid/{item.id}/agreement", data={"giver_id": gives.id, "day": "+2w", "reason": "For training"})
    found = db.session.scalars(select(Agreement).where(Agreement.giver_id == gives.id)).one()

    assert gives.code in form
    assert pair[2].code not in form
    assert (refused.status_code, made.status_code, twice.status_code) == (422, 303, 409)
    assert "Choose a project." in refused.text
    assert (found.item_id, (found.item.due - TODAY).days, found.reason) == (item.id, 14, "For training")


def test_the_form_of_the_register_does_not_change_an_agreed_day(login, pair):
    item = db.session.scalars(select(RaidItem)).one()
    typed = {"title": "Database locked", "due": "2026-09-09", "version": item.version}

    answer = login(pair[0]).post(f"/raid/{item.id}/edit", data=typed, headers=HTMX)

    db.session.expire_all()
    assert answer.status_code == 200
    assert (item.title, item.due) == ("Database locked", APRIL)


@pytest.mark.parametrize("number", [1, 3])
def test_an_agreement_and_a_project_take_the_same_statements_whatever_is_agreed(login, make, statements, pair, number):
    _, _, needs, gives, found = pair
    for extra in range(number):
        make.agreement(needs, gives, title=f"More {extra}")
    client = login(Role.PMO)

    statements.clear()
    client.get(f"/dependencies/{found.id}")
    panel = len(statements)
    client.get(f"/projects/{needs.id}")

    assert (panel, len(statements) - panel) == (10, 24)
