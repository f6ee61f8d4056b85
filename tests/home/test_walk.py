"""The weekly walk as a project manager goes through it: cards, answers, the sentence, what becomes fresh."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text

from pmo.alerts import actions as alerts
from pmo.alerts.models import Finding
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.portfolio.models import StatusUpdate
from pmo.schedule import actions as schedule
from pmo.schedule.logic.moves import IMPORTED
from pmo.schedule.models import DateMove
from tests.conftest import HTMX, NOW, TODAY

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def nele(make):
    return make.person("Nele Verbeke")


@pytest.fixture
def project(make, nele):
    """Hers, without a word for long."""
    made = make.project(code="PAC-01", name="Compassionate use", manager_id=nele.id, effective_at=LONG_AGO)
    make.grant(nele, Role.PROJECT_MANAGER, made)
    return made


@pytest.fixture
def client(login, nele, project):
    return login(nele)


def answer(client, milestone, **said):
    return client.post(f"/walk/milestones/{milestone.id}", data={"version": milestone.version} | said)


def test_the_first_card_asks_whether_the_date_stands(client, make, project):
    make.milestone(project, name="Ethics opinion", forecast=date(2026, 3, 13), baseline=date(2026, 2, 27))

    page = client.get("/walk").text

    assert "Ethics opinion: still 13 Mar?" in page
    assert "card 1 of 1" in page
    assert page.count('name="answer" value="still"') == 1


def test_what_is_past_can_be_moved_or_reached_but_not_confirmed(client, make, project):
    late = make.milestone(project, name="Depot ready", forecast=date(2026, 3, 2))

    page = client.get("/walk").text
    refused = answer(client, late, answer="still")

    assert "Depot ready: what happened on 2 Mar?" in page
    assert 'value="still"' not in page
    assert (refused.status_code, late.confirmed_on) == (422, None)
    assert "This day is past." in refused.text


def test_still_is_stored_at_once_with_who_and_when_and_leads_to_the_next_card(client, make, nele, project):
    first, second = (make.milestone(project, forecast=date(2026, 3, day)) for day in (13, 20))

    gone = answer(client, first, answer="still")

    assert (gone.status_code, gone.location) == (303, f"/walk?after=m{first.id}")
    assert (first.confirmed_on, first.confirmed_by, second.confirmed_on) == (TODAY, nele.id, None)
    assert f"{second.name}: still 20 Mar?" in client.get(gone.location).text
    history = "select confirmed_by from history.milestone where id = :id order by h_version desc limit 1"
    assert db.session.scalar(text(history), {"id": first.id}) == nele.id


def test_with_script_the_next_card_comes_in_place_with_its_address(client, make, project):
    first, second = (make.milestone(project, forecast=date(2026, 3, day)) for day in (13, 20))

    card = client.post(f"/walk/milestones/{first.id}", data={"answer": "still", "version": 1}, headers=HTMX)

    assert card.text.strip().startswith('<div class="cols cols--walk" id="walk">')
    assert f"{second.name}: still 20 Mar?" in card.text
    assert card.headers["HX-Push-Url"] == f"/walk?after=m{first.id}"


def test_a_new_date_takes_a_reason_and_counts_as_confirmed(client, make, nele, project):
    milestone = make.milestone(project, forecast=date(2026, 3, 13))

    gone = answer(client, milestone, answer="new", forecast="17 Mar 2026", reason="authority", words="Dutch form")

    move = db.session.scalars(select(DateMove)).one()
    assert (gone.status_code, milestone.forecast, milestone.confirmed_on) == (303, date(2026, 3, 17), TODAY)
    assert (move.before, move.after, move.reason, move.words) == (date(2026, 3, 13), date(2026, 3, 17), "authority", "Dutch form")


def test_reached_offers_today_and_takes_another_day(client, make, project):
    milestone = make.milestone(project, name="Depot ready", forecast=date(2026, 3, 2))

    form = client.get(f"/walk?card=m{milestone.id}&answer=reached").text
    answer(client, milestone, answer="reached", actual="10 Mar 2026")

    assert 'name="actual" value="12 Mar 2026"' in form
    assert milestone.actual == date(2026, 3, 10)
    assert "Depot ready: reached on 10 Mar 2026" in client.get(f"/walk?card=m{milestone.id}").text


def test_what_was_reached_by_mistake_is_taken_back_on_its_card(client, make, project):
    milestone = make.milestone(project, forecast=date(2026, 3, 13))
    answer(client, milestone, answer="reached", actual="12 Mar 2026")

    gone = answer(client, milestone, answer="undo")

    assert (gone.location, milestone.actual, milestone.confirmed_on) == (f"/walk?card=m{milestone.id}", None, None)


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"answer": "new", "forecast": "17 Mar 2026"}, 422, "Choose why this date moves"),
        ({"answer": "new", "forecast": "soon", "reason": "supply"}, 422, "Enter a date such as 31/03/2026"),
        ({"answer": "new", "forecast": "20 Mar 2026", "reason": "other"}, 422, "Say in a few words what the other reason is."),
        ({"answer": "reached", "actual": "20 Mar 2026"}, 422, "This day is still to come."),
        ({"answer": "maybe"}, 422, "Choose one from the list."),
        ({"answer": "still", "version": 99}, 409, "Somebody else changed this milestone"),
    ],
)
def test_a_refused_answer_keeps_the_card_and_what_was_typed(client, make, project, said, status, sentence):
    milestone = make.milestone(project, name="Ethics opinion", forecast=date(2026, 3, 13))

    refused = answer(client, milestone, **said)

    assert refused.status_code == status
    assert sentence in refused.text
    assert "Ethics opinion: still 13 Mar?" in refused.text
    assert said.get("forecast", said.get("actual", "")) in refused.text
    assert (milestone.forecast, milestone.actual, milestone.confirmed_on) == (date(2026, 3, 13), None, None)


def test_skip_leaves_the_card_open_and_back_leads_to_it(client, make, project):
    first, second = (make.milestone(project, forecast=date(2026, 3, day)) for day in (13, 20))

    skipped = client.get(f"/walk?after=m{first.id}").text
    end = client.get(f"/walk?after=m{second.id}").text

    assert f"{second.name}: still 20 Mar?" in skipped
    assert f'href="/walk?card=m{first.id}"' in skipped
    assert "2 cards are still open" in end


def test_who_comes_back_later_finds_only_what_is_left(client, login, make, nele, project):
    first, second = (make.milestone(project, forecast=date(2026, 3, day)) for day in (13, 20))
    answer(client, first, answer="still")

    page = login(nele).get("/walk").text

    assert f"{second.name}: still 20 Mar?" in page
    assert "1 card done, 1 to go" in page


def test_only_ones_own_projects_milestones_and_risks_are_asked_about(client, make, nele, project):
    other = make.project(project.programme)
    make.milestone(other, name="Quagga date")
    make.raid_item(other, title="Quagga risk")
    make.raid_item(project, title="Somebody's risk", owner_id=make.person().id)
    make.milestone(project, name="Reached before", actual=date(2026, 2, 1))
    make.milestone(project, name="Cancelled", cancelled_on=date(2026, 2, 1))

    page = client.get("/walk").text

    assert "Quagga" not in page
    assert "Your sentence for the committee" in page  # nothing else is asked, and nobody has said anything for long
    assert "card 1 of 1" in page


def test_an_owner_is_asked_about_what_is_theirs_in_a_project_of_somebody_else(login, make, project):
    owner = make.person()
    make.grant(owner, Role.CONTRIBUTOR, project)
    mine = make.milestone(project, name="Contract", owner_id=owner.id)
    make.milestone(project, name="Not mine")

    client = login(owner)
    answer(client, mine, answer="still")

    assert "Contract" in client.get(f"/walk?card=m{mine.id}").text
    assert "Not mine" not in client.get("/walk").text
    assert mine.confirmed_by == owner.id


@pytest.mark.parametrize(
    ("said", "after"),
    [("up", (4, "up", None)), ("down", (2, "down", None)), ("same", (3, "same", None)), ("closed", (3, "closed", TODAY))],
)
def test_a_risk_is_up_down_closed_or_the_same(client, make, nele, project, said, after):
    risk = make.raid_item(project, title="Second round of questions", probability=3)

    page = client.get("/walk").text
    gone = client.post(f"/walk/risks/{risk.id}", data={"answer": said, "reason": "Answered", "version": 1})

    assert "Second round of questions: still the same?" in page
    assert (gone.status_code, gone.location) == (303, f"/walk?after=r{risk.id}")
    assert (risk.probability, risk.review, risk.closed_on) == after
    assert (risk.reviewed_at, risk.reviewed_by) == (NOW, nele.id)


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"answer": "up"}, 422, "Its likelihood cannot move that way."),
        ({"answer": "closed"}, 422, "Say in a few words how it ended."),
        ({"answer": "same", "version": 99}, 409, "Somebody else changed this item"),
    ],
)
def test_a_refused_review_keeps_the_card(client, make, project, said, status, sentence):
    risk = make.raid_item(project, probability=5)

    refused = client.post(f"/walk/risks/{risk.id}", data={"version": 1} | said)

    assert refused.status_code == status
    assert sentence in refused.text
    assert (risk.reviewed_at, risk.closed_on, risk.probability) == (None, None, 5)


def test_a_risk_closed_by_mistake_is_opened_again_on_its_card(client, make, project):
    risk = make.raid_item(project)
    client.post(f"/walk/risks/{risk.id}", data={"answer": "closed", "reason": "Over", "version": 1})

    gone = client.post(f"/walk/risks/{risk.id}", data={"answer": "", "version": risk.version})

    assert (gone.location, risk.closed_on) == (f"/walk?card=r{risk.id}", None)


def test_the_sentence_is_drafted_from_the_moves_and_becomes_an_update_that_keeps_the_colours(client, make, nele, project):
    last = {"overall": "amber", "scope": "green", "next": "Agency file", "attention": "D3", "back_to_green": "Labels"}
    make.status_update(project, period_end=date(2026, 1, 31), stated_at=LONG_AGO, **last, effective_at=LONG_AGO)
    moved = make.milestone(project, name="Opinion", forecast=date(2026, 3, 13))
    answer(client, moved, answer="new", forecast="17 Mar 2026", reason="authority")
    drafted = "Opinion moves from 13 Mar 2026 to 17 Mar 2026 (Authority question)."

    card = client.get("/walk").text
    gone = client.post(f"/walk/projects/{project.id}", data={"sentence": f"{drafted} The file is ready.", "version": 0})

    new = db.session.scalars(select(StatusUpdate).order_by(StatusUpdate.id.desc())).first()
    assert f">{drafted}</textarea>" in card
    assert gone.location == f"/walk?after=s{project.id}"
    assert (new.done, new.author_id, new.stated_at) == (f"{drafted} The file is ready.", nele.id, NOW)
    assert {name: getattr(new, name) for name in last} == last
    assert "That was all. Thank you." in client.get(gone.location).text


def test_a_second_sentence_of_the_same_period_joins_the_first(client, make, project):
    update = make.status_update(
        project, done="Form sent.", stated_at=datetime(2026, 3, 10, 9, tzinfo=UTC), period_end=date(2026, 3, 10)
    )
    milestone = make.milestone(project, name="Depot", forecast=date(2026, 3, 13))
    answer(client, milestone, answer="reached", actual="12 Mar 2026")

    card = client.get("/walk").text
    client.post(f"/walk/projects/{project.id}", data={"sentence": "Both.", "version": update.version})

    assert ">Form sent.\nDepot was reached on 12 Mar 2026.</textarea>" in card
    assert (db.session.scalar(select(func.count()).select_from(StatusUpdate)), update.done) == (1, "Both.")


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"sentence": "", "version": 1}, 422, "Write one sentence, or skip this card."),
        ({"sentence": "x" * 2001, "version": 1}, 422, "This is too long."),
        ({"sentence": "Mine", "version": 0}, 409, "Somebody wrote the update of this period"),
        ({"sentence": "Mine", "version": 7}, 409, "Somebody else changed this"),
    ],
)
def test_a_refused_sentence_keeps_the_words(client, make, project, typed, status, sentence):
    update = make.status_update(project, done="Theirs", period_end=date(2026, 3, 10))

    refused = client.post(f"/walk/projects/{project.id}", data=typed)

    assert refused.status_code == status
    assert sentence in refused.text
    assert f">{typed['sentence']}</textarea>" in refused.text
    assert update.done == "Theirs"


def test_with_the_last_date_confirmed_the_project_is_fresh_and_no_longer_found_stale(client, make, nele, project):
    first, second = (make.milestone(project, forecast=date(2026, 3, day), effective_at=LONG_AGO) for day in (13, 20))
    evaluate(project)
    before = stale(project)

    answer(client, first, answer="still")
    evaluate(project)
    between = stale(project)
    answer(client, second, answer="still")
    evaluate(project)

    assert (before, between, stale(project)) == (1, 1, 0)
    assert (project.confirmed_at, project.confirmed_by) == (NOW, nele.id)
    assert "Updated 12 Mar 2026, 09:40" in client.get(f"/projects/{project.id}").text


def test_a_confirmed_project_stands_among_the_fresh_ones_of_the_portfolio(client, login, make, project):
    milestone = make.milestone(project, forecast=date(2026, 3, 13))
    before = client.get("/portfolio?view=stale").text

    answer(client, milestone, answer="still")
    after = client.get("/portfolio?view=stale").text

    assert (project.name in before, project.name in after) == (True, False)
    assert '<time datetime="2026-03-12">12 Mar</time>' in client.get("/portfolio").text


def test_a_date_that_a_list_brings_has_to_be_confirmed_again(client, make, project):
    milestone = make.milestone(project, forecast=date(2026, 3, 20))
    answer(client, milestone, answer="still")
    with transaction("import"):
        schedule.reforecast(milestone, date(2026, 3, 25), IMPORTED)

    assert (milestone.confirmed_on, milestone.confirmed_by) == (None, None)
    assert "still 25 Mar?" in client.get("/walk").text


def test_the_last_card_shows_what_the_committee_will_read(client, make, project):
    make.status_update(project, overall="amber", done="Form sent.", next="Opinion.", attention="Decision D3.", period_end=TODAY)

    page = client.get("/walk?card=end").text

    assert "Nothing to confirm at the moment" in page  # nothing is asked, so there is no last card either

    make.milestone(project, name="Opinion", forecast=date(2026, 3, 13))
    page = client.get("/walk?card=end").text

    assert "1 card is still open" in page
    assert all(words in page for words in ("Form sent.", "Opinion.", "Decision D3.", "Next milestone: Opinion, 13 Mar 2026"))


def test_a_sentence_is_written_also_where_nobody_asks_for_one(client, make, project):
    make.status_update(project, done="Form sent.", period_end=TODAY)
    other = make.project(project.programme, name="Quagga project")

    page = client.get(f"/walk?card=s{project.id}").text
    foreign = client.get(f"/walk?card=s{other.id}").text

    assert ">Form sent.</textarea>" in page
    assert "Quagga" not in foreign
    assert "Nothing to confirm at the moment" in foreign


def test_somebody_else_may_not_answer_for_it(login, make, project):
    milestone, item = make.milestone(project), make.raid_item(project)
    reader, stranger = login((Role.COMMITTEE, project)), login((Role.PROJECT_MANAGER, make.project()))

    said = {
        who: [
            client.post(path, data={"answer": "still", "version": 1}).status_code
            for path in (f"/walk/milestones/{milestone.id}", f"/walk/risks/{item.id}", f"/walk/projects/{project.id}")
        ]
        for who, client in (("reader", reader), ("stranger", stranger))
    }

    assert said == {"reader": [403, 403, 403], "stranger": [404, 404, 404]}
    assert (milestone.confirmed_on, item.reviewed_at) == (None, None)


def test_an_earlier_day_is_not_walked(client, make, project):
    make.milestone(project)

    answered = client.get("/walk?as_of=2026-03-01")

    assert answered.status_code == 403
    assert "Go back to today to change something" in answered.text


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_card_costs_the_same_however_many_there_are(client, make, statements, project, how_many):
    for _ in range(how_many):
        make.milestone(project)
        make.raid_item(project)
    client.get("/walk")
    statements.clear()

    client.get("/walk")

    # session, rules, committees of the frame; milestones, risks, projects, updates, moves
    assert len(statements) == 9


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_last_card_costs_the_same_however_many_projects(client, make, nele, statements, project, how_many):
    for _ in range(how_many):
        made = make.project(project.programme, manager_id=nele.id)
        make.grant(nele, Role.PROJECT_MANAGER, made)
        make.milestone(made)
    client.get("/walk?card=end")
    statements.clear()

    client.get("/walk?card=end")

    assert len(statements) == 15  # the nine of a card, one of committees, five of statuses


def evaluate(project) -> None:
    with transaction("alerts"):
        alerts.evaluate([project.id], "BE")


def stale(project) -> int:
    open_ones = (Finding.project_id == project.id, Finding.rule == "status.stale", Finding.cleared_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(Finding).where(*open_ones))
