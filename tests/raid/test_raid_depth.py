"""What the logs say beside the score: trigger, proximity, who found it, how an assumption is tested, what came of an item."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.permissions import Role
from pmo.raid import actions
from pmo.raid.actions import Item
from pmo.raid.logic import Confidence, Proximity, RaidStatus, RaidType
from pmo.raid.models import RaidItem
from tests.conftest import HTMX

RISK = {
    "type": "risk",
    "title": "Label stock late",
    "trigger": "The printer misses its May slot",
    "proximity": "month",
    "identified_by": "Jan Peeters, printer",
    "raised_on": "2/3/2026",
}
ASSUMPTION = {
    "type": "assumption",
    "title": "Ethics committees meet every month",
    "confidence": "low",
    "if_false": "Sites open one month later",
    "due": "31/3/2026",
}
EVERYTHING = Item(
    "Words",
    trigger="A sign",
    proximity=Proximity.MONTH,
    identified_by="Jan",
    confidence=Confidence.LOW,
    if_false="It costs more",
)


def items():
    db.session.expire_all()
    return list(db.session.scalars(select(RaidItem).order_by(RaidItem.id)))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (RaidType.RISK, ("A sign", "month", "Jan", "", "")),
        (RaidType.ASSUMPTION, ("", "", "Jan", "low", "It costs more")),
        (RaidType.ISSUE, ("", "", "Jan", "", "")),
        (RaidType.DEPENDENCY, ("", "", "", "", "")),
    ],
)
def test_an_item_keeps_only_what_its_type_has(make, kind, expected):
    project = make.project()

    with transaction():
        made = actions.add(project, kind, EVERYTHING)

    assert (made.trigger, made.proximity, made.identified_by, made.confidence, made.if_false) == expected


def test_nothing_was_identified_in_the_future(make):
    project = make.project()

    with pytest.raises(Invalid) as refusal, transaction():
        actions.add(project, RaidType.RISK, Item("Words", raised_on=date(2026, 3, 13)))

    assert list(refusal.value.errors) == ["raised_on"]


def test_a_risk_is_added_with_its_trigger_and_shown_with_it(make, login):
    project = make.project()
    client = login(Role.PMO)

    answer = client.post("/raid/new", data=RISK | {"project_id": str(project.id)}, headers=HTMX).text

    [item] = items()
    assert (item.trigger, item.proximity, item.raised_on) == ("The printer misses its May slot", "month", date(2026, 3, 2))
    assert all(words in answer for words in ("The printer misses its May slot", "Within a month", "Jan Peeters, printer"))


def test_an_assumption_says_who_validates_it_and_by_when(make, login):
    project, kim = make.project(), make.person("Kim Peeters")
    client = login(Role.PMO)

    data = ASSUMPTION | {"project_id": str(project.id), "validator_id": str(kim.id)}
    answer = client.post("/raid/new", data=data, headers=HTMX).text

    [item] = items()
    assert (item.confidence, item.validator_id, item.due) == ("low", kim.id, date(2026, 3, 31))
    assert all(words in answer for words in ("Validate by", "31 Mar 2026", "Kim Peeters", "Sites open one month later"))


@pytest.mark.parametrize(
    ("kind", "own", "foreign"),
    [
        ("risk", ("trigger", "proximity", "identified_by", "residual_impact"), ("confidence", "if_false", "validator_id")),
        ("assumption", ("confidence", "if_false", "validator_id", "identified_by"), ("trigger", "proximity", "probability")),
        ("issue", ("identified_by", "probability"), ("trigger", "proximity", "confidence", "residual_impact")),
        ("dependency", ("other_party",), ("trigger", "identified_by", "confidence", "probability")),
    ],
)
def test_the_form_asks_only_what_the_type_has(make, login, kind, own, foreign):
    item = make.raid_item(type=kind, probability=None, impact=None)
    client = login(Role.PMO)

    for page in (client.get(f"/raid/new?type={kind}").text, client.get(f"/raid/{item.id}/edit").text):
        assert [name for name in (*own, *foreign) if f'name="{name}"' in page] == list(own)


def test_another_type_is_chosen_without_losing_what_was_typed(make, login):
    make.project()

    page = login(Role.PMO).get("/raid/new?type=assumption&title=Labels+late&description=Because", headers=HTMX).text

    assert 'value="Labels late"' in page
    assert ">Because</textarea>" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"proximity": "soonish"}, "Choose one from the list."),
        ({"raised_on": "the other day"}, "Enter a date such as 31/03/2026, or a step such as +10d or 2w."),
        ({"raised_on": "1/12/2026"}, "This day is still to come."),
        ({"identified_by": "x" * 201}, "This is too long."),
    ],
)
def test_a_refused_risk_keeps_its_trigger(make, login, typed, message):
    project = make.project()

    answer = login(Role.PMO).post("/raid/new", data=RISK | {"project_id": str(project.id)} | typed, headers=HTMX)

    assert (answer.status_code, items()) == (422, [])
    assert message in answer.text
    assert "The printer misses its May slot" in answer.text


def test_the_register_is_filtered_and_sorted_by_proximity(make, login):
    project = make.project()
    for title, proximity in (("Not said", ""), ("Far off", "later"), ("Next door", "imminent"), ("In spring", "quarter")):
        make.raid_item(project, title=title, proximity=proximity, identified_by=f"Finder of {title}")
    client = login(Role.PMO)

    sorted_page = client.get("/raid?sort=proximity&columns=proximity,identified").text
    filtered = [client.get(f"/raid?{query}").text for query in ("proximity=imminent", "q=proximity:imminent")]

    order = [sorted_page.index(f">{title}</a>") for title in ("Next door", "In spring", "Far off", "Not said")]
    assert order == sorted(order)
    assert "Finder of Far off" in sorted_page
    assert [("Next door" in page, "In spring" in page) for page in filtered] == [(True, False)] * 2


def test_the_sheet_holds_what_the_page_shows(make, login):
    kim = make.person("Kim Peeters")
    make.raid_item(trigger="A sign", proximity="month", identified_by="Jan")
    make.raid_item(type="assumption", code="A-001", confidence="low", validator_id=kim.id, if_false="Later", probability=None)

    file = login(Role.PMO).get("/raid/register.xlsx")

    head, risk, assumption = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(file.data)).active.iter_rows(max_row=3)
    ]
    first = head.index("Trigger")
    assert risk[first : first + 3] == ["A sign", "Within a month", "Jan"]
    assert assumption[first + 3 : first + 6] == ["Low", "Kim Peeters", "Later"]


def test_an_issue_and_its_risk_lead_to_each_other(make, login):
    risk = make.raid_item(title="Label stock late", identified_by="Jan")
    client = login(Role.PMO)

    client.post(f"/raid/{risk.id}/issue")

    old, new = items()
    assert (new.source_id, new.identified_by) == (old.id, "Jan")
    assert f'href="/raid/{old.id}"' in client.get(f"/raid/{new.id}").text
    assert f'href="/raid/{new.id}"' in client.get(f"/raid/{old.id}").text


@pytest.mark.parametrize("into", ["issue", "risk"])
def test_an_assumption_closed_as_wrong_still_becomes_something_once(make, login, into):
    item = make.raid_item(type="assumption", code="A-001", title="Sites open in May", if_false="Later", probability=None)
    client = login(Role.PMO)

    closed = client.post(f"/raid/{item.id}/close", data={"status": "invalidated", "reason": "They said no"}, headers=HTMX).text
    client.post(f"/raid/{item.id}/{into}", headers=HTMX)
    again = client.post(f"/raid/{item.id}/{into}", headers=HTMX)

    old, new = items()
    assert "It does not hold: make it an issue" in closed
    assert "It does not hold: make it a risk" in closed
    assert (new.type, new.source_id, new.description, old.closing_reason) == (into, old.id, "Later", "They said no")
    assert again.status_code == 409


def test_an_assumption_that_held_becomes_nothing(make, login):
    item = make.raid_item(type="assumption", status="validated", closed_on=date(2026, 3, 2), probability=None)
    client = login(Role.PMO)

    page = client.get(f"/raid/{item.id}").text
    answer = client.post(f"/raid/{item.id}/risk", headers=HTMX)

    assert "It does not hold" not in page
    assert (answer.status_code, len(items())) == (409, 1)


@pytest.mark.parametrize(
    ("kind", "into"),
    [("risk", RaidType.RISK), ("issue", RaidType.ISSUE), ("dependency", RaidType.ISSUE), ("issue", RaidType.RISK)],
)
def test_only_what_can_become_another_item_does(make, kind, into):
    item = make.raid_item(type=kind)

    with pytest.raises(Conflict), transaction():
        actions.become(item, into)

    assert item.closed_on is None


def test_a_risk_that_was_opened_again_may_occur_again(make):
    risk = make.raid_item()

    with transaction():
        first = actions.become(risk, RaidType.ISSUE)
        actions.reopen(risk)
        second = actions.become(risk, RaidType.ISSUE)

    assert [first.source_id, second.source_id] == [risk.id, risk.id]
    assert risk.status == RaidStatus.CLOSED


def test_the_history_says_it_in_words(make, login):
    risk, kim = make.raid_item(), make.person("Kim Peeters", role=Role.CONTRIBUTOR)
    client = login(Role.PMO)
    client.post(f"/raid/{risk.id}/edit", data=RISK | {"owner_id": str(kim.id), "version": "1"})
    client.post(f"/raid/{risk.id}/issue")

    pages = [client.get(f"/history/raid_item/{item.id}", headers=HTMX).text for item in items()]

    assert all(words in pages[0] for words in ("Trigger", "Proximity", "<b>Within a month</b>", "Identified by"))
    assert "Came from" in pages[1]
