"""An item goes from its project to the programme and the portfolio, is answered there, and comes back."""

from datetime import date

import pytest
from sqlalchemy import select

from pmo.alerts import actions as alerts
from pmo.alerts.models import Finding
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.raid.models import RaidItem
from tests.conftest import HTMX


class House:
    """A project whose manager escalates to the head of its programme, and to the PMO behind her."""

    def __init__(self, make):
        self.nele = make.person("Nele Verbeke")
        self.bram, self.els = make.person("Bram Coppens"), make.person("Els Wauters")
        self.programme = make.programme(name="Evidence", manager_id=self.bram.id)
        self.project = make.project(self.programme, code="EVG-03", manager_id=self.nele.id)
        make.grant(self.nele, Role.PROJECT_MANAGER, self.project)
        make.grant(self.bram, Role.PROGRAMME_MANAGER, self.programme)
        make.grant(self.els, Role.PMO)
        self.item = make.raid_item(self.project, title="Contract not signed")

    def to(self, level):
        return f"{level}:{(self.bram if level == 'programme' else self.els).id}"


@pytest.fixture
def house(make):
    return House(make)


def now():
    db.session.expire_all()
    return db.session.scalars(select(RaidItem).order_by(RaidItem.id)).first()


def send(client, house, what, **typed):
    return client.post(f"/raid/{house.item.id}/{what}", data={"version": now().version} | typed, headers=HTMX)


def escalated(client, house, level="programme"):
    return send(client, house, "escalate", to=house.to(level), reason="The legal desk refuses")


def found(project):
    with transaction("test"):
        alerts.evaluate([project.id], "BE")
    rule = Finding.rule == "raid.escalated"
    return [(row.owner_id, row.severity) for row in db.session.scalars(select(Finding).where(rule, Finding.cleared_at.is_(None)))]


def test_the_form_offers_those_who_lead_the_levels_above(house, login):
    page = login(house.nele).get(f"/raid/{house.item.id}/escalate", headers=HTMX).text

    options = page.split('name="to"')[1].split("</select>")[0]
    offered = [part.split('"')[0] for part in options.split('value="')[1:]]
    assert offered == [house.to("programme"), f"programme:{house.els.id}", house.to("portfolio")]
    assert "Programme: Bram Coppens" in options
    assert "Portfolio: Els Wauters" in options


def test_an_item_goes_up_and_its_answerer_is_told(house, login):
    answer = escalated(login(house.nele), house)

    item = now()
    assert (item.escalated_to, item.answerer_id, item.escalated_on) == ("programme", house.bram.id, date(2026, 3, 12))
    assert "Escalated to Programme on 12 Mar 2026" in answer.text
    assert "The legal desk refuses" in answer.text
    assert found(house.project) == [(house.bram.id, "amber")]


def test_no_answer_within_the_days_of_the_rule_is_red(house, make):
    make.raid_item(house.project, escalated_to="programme", answerer_id=house.bram.id, escalated_on=date(2026, 3, 4))
    make.raid_item(house.project, escalated_to="portfolio", answerer_id=house.els.id, escalated_on=date(2026, 3, 5))
    make.raid_item(house.project, escalated_to="portfolio", escalated_on=date(2026, 2, 2), answered_on=date(2026, 2, 3))
    over = {"status": "closed", "closed_on": date(2026, 3, 1)}
    make.raid_item(house.project, escalated_to="portfolio", escalated_on=date(2026, 2, 2), **over)

    assert sorted(found(house.project)) == [(house.bram.id, "red"), (house.els.id, "amber")]


def test_an_answer_ends_the_waiting_and_the_item_stays_up(house, login):
    escalated(login(house.nele), house)
    bram = login(house.bram)

    silent = send(bram, house, "answer", words="")
    answer = send(bram, house, "answer", words="I call their director")

    assert (silent.status_code, "Say what you decide" in silent.text) == (422, True)
    assert "I call their director" in answer.text
    assert (now().escalated_to, now().answered_on) == ("programme", date(2026, 3, 12))
    assert found(house.project) == []


def test_it_goes_further_up_and_nobody_below_answers_any_more(house, login):
    escalated(login(house.nele), house)

    send(login(house.bram), house, "escalate", to=house.to("portfolio"), reason="Beyond my budget")

    assert (now().escalated_to, now().answerer_id) == ("portfolio", house.els.id)
    assert send(login(house.bram), house, "answer", words="Mine").status_code == 403
    assert send(login(house.els), house, "answer", words="Approved").status_code == 200
    assert send(login(house.els), house, "escalate", to=house.to("programme"), reason="Down").status_code == 422


@pytest.mark.parametrize("who", ["bram", "nele"])
def test_it_comes_back_with_a_reason_from_either_side(house, login, who):
    escalated(login(house.nele), house)
    client = login(getattr(house, who))

    silent = send(client, house, "hand-back", words="")
    answer = send(client, house, "hand-back", words="The desk gave in")

    assert (silent.status_code, answer.status_code) == (422, 200)
    assert (now().escalated_to, now().answered_on) == ("", date(2026, 3, 12))
    assert "The desk gave in" in answer.text
    assert found(house.project) == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"to": ""}, "Choose whom you ask."),
        ({"to": "portfolio:99999"}, "Choose whom you ask."),
        ({"to": "board:1"}, "Choose whom you ask."),
        ({"reason": ""}, "Say why, in a few words: they read it."),
    ],
)
def test_a_refused_escalation_keeps_what_was_typed(house, login, typed, message):
    data = {"to": house.to("portfolio"), "reason": "Kept words"} | typed

    answer = send(login(house.nele), house, "escalate", **data)

    assert (answer.status_code, message in answer.text) == (422, True)
    assert ("Kept words" in answer.text) == ("reason" not in typed)
    assert now().escalated_to == ""


@pytest.mark.parametrize("what", ["escalate", "answer", "hand-back"])
def test_whoever_was_slower_is_told_and_keeps_their_words(house, login, what):
    escalated(login(house.nele), house)
    data = {"version": "1", "to": house.to("portfolio"), "reason": "My words", "words": "My words"}

    answer = login(house.bram).post(f"/raid/{house.item.id}/{what}", data=data, headers=HTMX)

    assert (answer.status_code, "My words" in answer.text) == (409, True)
    assert f'name="version" value="{now().version}"' in answer.text
    assert now().escalated_to == "programme"


@pytest.mark.parametrize("what", ["answer", "hand-back"])
def test_what_is_with_its_project_is_not_answered(house, login, what):
    assert send(login(house.bram), house, what, words="Words").status_code == 409


def test_a_closed_item_goes_nowhere(house, login, make):
    over = make.raid_item(house.project, status="closed", closed_on=date(2026, 3, 1))

    data = {"version": "1", "to": house.to("programme"), "reason": "Late"}
    answer = login(house.nele).post(f"/raid/{over.id}/escalate", data=data, headers=HTMX)

    assert answer.status_code == 409


def test_where_nobody_leads_there_is_nobody_to_ask(make, login):
    project, person = make.project(), make.person()
    make.grant(person, Role.PROJECT_MANAGER, project)
    item = make.raid_item(project)

    page = login(person).get(f"/raid/{item.id}/escalate").text

    assert "there is nobody to ask" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", ["escalate", "answer", "hand-back"])
def test_a_reader_may_not_and_a_stranger_finds_nothing(house, login, make, what, method):
    escalated(login(house.nele), house)
    reader, stranger = login((Role.COMMITTEE, house.project)), login((Role.PROGRAMME_MANAGER, make.programme()))

    answers = [getattr(client, method)(f"/raid/{house.item.id}/{what}", headers=HTMX) for client in (reader, stranger)]

    assert [answer.status_code for answer in answers] == [403, 404]
    assert "Contract not signed" not in answers[1].text


def test_the_past_shows_it_and_takes_no_answer(house, login):
    escalated(login(house.nele), house)
    client = login(house.bram)

    shown = client.get(f"/raid/{house.item.id}?as_of=2026-03-12")
    refused = client.post(f"/raid/{house.item.id}/answer?as_of=2026-03-12", data={"words": "Late", "version": "2"})

    assert (shown.status_code, refused.status_code) == (200, 403)
    assert "Answer…" not in shown.text


def test_escalated_items_stand_on_the_programme_and_in_the_register(house, login, make):
    escalated(login(house.nele), house)
    make.raid_item(house.project, title="With its project")
    make.raid_item(house.project, title="Up high", escalated_to="portfolio", escalated_on=date(2026, 3, 2))
    boss = login(Role.PMO)

    programme = boss.get(f"/programmes/{house.programme.id}").text.split('id="h-escalated"')[1].split("</section>")[0]
    lists = [boss.get(f"/raid?{query}").text for query in ("escalated=portfolio", "q=escalated:programme", "escalated=nonsense")]

    assert [words in programme for words in ("Contract not signed", "Up high", "With its project")] == [True, True, False]
    assert [[words in page for words in ("Contract not signed", "Up high", "With its project")] for page in lists] == [
        [False, True, False],
        [True, False, False],
        [True, True, True],
    ]


def test_a_programme_shows_only_what_one_may_see(house, login, make):
    other = make.project(house.programme)
    make.raid_item(other, title="SECRET RISK", escalated_to="programme", escalated_on=date(2026, 3, 2))
    escalated(login(house.nele), house)

    page = login((Role.COMMITTEE, house.project)).get(f"/programmes/{house.programme.id}").text

    assert ("Contract not signed" in page, "SECRET" in page) == (True, False)


def test_the_history_keeps_every_step_with_its_words(house, login):
    escalated(login(house.nele), house)
    send(login(house.bram), house, "hand-back", words="The desk gave in")

    page = login(Role.PMO).get(f"/history/raid_item/{house.item.id}", headers=HTMX).text

    assert all(words in page for words in ("Escalated to", "<b>Programme</b>", "The legal desk refuses", "The desk gave in"))


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_form_costs_the_same_however_many_lead(house, login, make, statements, how_many):
    for _ in range(how_many - 1):
        make.grant(make.person(), Role.PROGRAMME_MANAGER, house.programme)
    client = login(house.nele)
    statements.clear()

    client.get(f"/raid/{house.item.id}/escalate", headers=HTMX)

    assert len(statements) == 9  # who asks, the item twice, its project, what it came from, the rules, the head, the people
