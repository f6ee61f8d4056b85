"""Items of the register, as a project team keeps them."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.portfolio.models import Project
from pmo.raid import actions
from pmo.raid.actions import Item
from pmo.raid.logic import Band, Bands, RaidStatus, RaidType, Response, Review
from pmo.raid.models import RaidItem
from tests.conftest import NOW

PM2 = Bands(green_to=2, red_from=20, committee_from=12)


@pytest.mark.parametrize(
    ("level", "band"), [(1, Band.GREEN), (2, Band.GREEN), (3, Band.YELLOW), (16, Band.YELLOW), (20, Band.RED)]
)
def test_levels_fall_into_the_bands_of_the_rules(level, band):
    assert PM2.of(level) is band


def test_every_type_counts_its_own_numbers_within_its_project(make):
    project, other = make.project(), make.project()

    with transaction():
        codes = [actions.add(project, kind, Item("Words")).code for kind in (*RaidType, RaidType.RISK)]
        elsewhere = actions.add(other, RaidType.RISK, Item("Words"))

    assert codes == ["R-001", "A-001", "I-001", "D-001", "R-002"]
    assert elsewhere.code == "R-001"


def test_two_people_adding_at_once_get_two_numbers(app, make):
    project_id = make.project().id
    start = Barrier(2)

    def add():
        with app.app_context(), transaction():
            project = db.session.get_one(Project, project_id)
            start.wait(timeout=10)
            actions.add(project, RaidType.RISK, Item("At the same moment"))

    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(db.session.scalars(select(RaidItem.code))) == ["R-001", "R-002"]


def test_closing_says_how_it_ended_and_can_be_taken_back(make):
    item = make.raid_item()

    with pytest.raises(Invalid), transaction():
        actions.close(item, "")
    with pytest.raises(Invalid), transaction():
        actions.close(item, "Delivered", status=RaidStatus.DELIVERED)
    with transaction():
        actions.close(item, "Contract signed", seen_version=1)
    assert (item.status, item.closed_on, item.closing_reason) == ("closed", date(2026, 3, 12), "Contract signed")
    with pytest.raises(Conflict), transaction():
        actions.close(item, "Again")
    with transaction():
        actions.reopen(item)

    assert (item.status, item.closed_on, item.closing_reason) == ("open", None, "")


def test_an_item_does_not_end_or_begin_again_by_editing(make):
    item = make.raid_item()

    with pytest.raises(Invalid), transaction():
        actions.change(item, Item("Words", status=RaidStatus.CLOSED))
    with transaction():
        actions.change(item, Item("Other words", probability=4, impact=5, response=Response.REDUCE, status=RaidStatus.ASSESSING))

    assert (item.title, item.level, item.status, item.response) == ("Other words", 20, "assessing", "reduce")


def test_whoever_looked_at_an_older_version_is_refused(make):
    item = make.raid_item()

    with pytest.raises(Conflict), transaction():
        actions.change(item, Item("Other words"), seen_version=7)

    assert item.title == "Risk 1"


@pytest.mark.parametrize(
    ("kind", "item", "field"),
    [
        (RaidType.RISK, Item("X", probability=6), "probability"),
        (RaidType.RISK, Item("X", impact=0), "impact"),
        (RaidType.ISSUE, Item("X", status=RaidStatus.DELIVERED), "status"),
    ],
)
def test_what_does_not_fit_the_scales_and_the_type_is_refused(make, kind, item, field):
    project = make.project()

    with pytest.raises(Invalid) as refusal, transaction():
        actions.add(project, kind, item)

    assert list(refusal.value.errors) == [field]


def test_a_risk_that_occurred_becomes_an_issue_that_names_it(make):
    risk = make.raid_item(title="Label stock late", owner_id=make.person().id)

    with transaction():
        issue = actions.become(risk, RaidType.ISSUE)

    assert (issue.code, issue.type, issue.title, issue.owner_id) == ("I-001", "issue", "Label stock late", risk.owner_id)
    assert (risk.status, risk.closing_reason) == ("closed", "I-001: Label stock late")


def test_an_issue_keeps_the_level_of_its_risk_until_somebody_scores_it_anew(make):
    risk = make.raid_item(probability=4, impact=5)

    with transaction():
        issue = actions.become(risk, RaidType.ISSUE)

    assert (issue.probability, issue.impact, issue.level) == (4, 5, 20)


def test_nothing_is_added_to_the_register_of_a_closed_project(make):
    project = make.project(state="closed")

    with pytest.raises(Conflict), transaction():
        actions.add(project, RaidType.RISK, Item("Too late"))


@pytest.mark.parametrize(("found", "probability"), [(Review.UP, 4), (Review.DOWN, 2), (Review.SAME, 3)])
def test_a_review_says_who_looked_and_what_was_found(make, found, probability):
    person, risk = make.person(), make.raid_item(probability=3)

    with acting(person.id, "ui"), transaction():
        actions.review(risk, found, seen_version=1)

    assert (risk.probability, risk.review, risk.reviewed_by, risk.reviewed_at) == (probability, found.value, person.id, NOW)


@pytest.mark.parametrize(
    ("facts", "found", "refusal"),
    [
        ({"probability": 5}, Review.UP, Invalid),
        ({"probability": 1}, Review.DOWN, Invalid),
        ({"probability": None}, Review.UP, Invalid),
        ({}, Review.CLOSED, Invalid),  # without a word how it ended
        ({"closed_on": date(2026, 3, 2)}, Review.SAME, Conflict),
    ],
)
def test_a_review_that_cannot_be_changes_nothing(make, facts, found, refusal):
    risk = make.raid_item(**facts)

    with pytest.raises(refusal), transaction():
        actions.review(risk, found)

    assert (risk.review, risk.reviewed_at) == ("", None)
