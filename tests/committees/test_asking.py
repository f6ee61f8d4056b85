"""Asking a committee for a decision, as a project manager does it and others read it."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.committees.models import DecisionOption, DecisionRequest
from pmo.db import db
from pmo.kernel.permissions import Role
from tests.conftest import HTMX

OPTIONS = {
    "option_1": "Open Oulu now", "consequence_1": "Ends on 26 Oct", "cost_1": "38 k", "currency_1": "EUR",
    "payer_1": "Contingency",
    "option_2": "Wait for Tampere", "consequence_2": "Ends on 20 Nov", "cost_2": "0", "recommended": "1",
}  # fmt: skip
WORDS = {
    "question": "Open a fall-back site in Oulu?",
    "why": "Contract late.",
    "if_not": "Enrolment ends",
    "needed_by": "24 Mar 2026",
}


@pytest.fixture
def ground(make):
    """A project, its committee's next meeting, and what a complete form about it says."""
    project = make.project(name="LUMEN registry")
    meeting = make.meeting(make.committee(project.programme.portfolio))
    return project, meeting, WORDS | OPTIONS | {"about": f"project:{project.id}", "meeting_id": str(meeting.id)}


def test_a_project_manager_submits_a_question_with_its_options(ground, login):
    project, meeting, form = ground

    answer = login((Role.PROJECT_MANAGER, project)).post("/decisions/new", data=form | {"do": "submit"})

    request = db.session.scalars(select(DecisionRequest)).one()
    assert (answer.status_code, answer.location) == (303, f"/decisions/{request.id}")
    assert (request.code, request.state, request.submitted_on, request.meeting_id) == (
        "D1",
        "submitted",
        date(2026, 3, 12),
        meeting.id,
    )
    assert [(row.name, row.cost, row.payer) for row in request.options] == [
        ("Open Oulu now", Decimal(38_000), "Contingency"),
        ("Wait for Tampere", Decimal(0), ""),
    ]
    assert (request.recommended, request.needed_by) == (1, date(2026, 3, 24))


def test_a_draft_may_be_incomplete_and_only_those_who_may_ask_see_it(ground, login):
    project, meeting, form = ground
    draft = {name: form[name] for name in ("question", "about", "meeting_id")} | {"do": "draft"}
    manager, member = login((Role.PROJECT_MANAGER, project)), login(Role.COMMITTEE)

    page = manager.post("/decisions/new", data=draft).location

    assert (manager.get(page).status_code, member.get(page).status_code) == (200, 404)
    assert "Oulu" in manager.get("/decisions").text
    assert "Oulu" not in member.get("/decisions").text
    assert "Oulu" not in member.get(f"/committees/meetings/{meeting.id}/minutes").text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"question": ""}, "Fill this in."),
        ({"about": ""}, "Choose what the decision is about."),
        ({"meeting_id": ""}, "Choose a meeting."),
        ({"option_2": "", "consequence_2": "", "cost_2": ""}, "Give at least 2 options"),
        ({"option_2": ""}, "Say what this option is, or empty the line."),
        ({"consequence_2": ""}, "Say what follows from this option."),
        ({"cost_1": "much"}, "Enter an amount such as 38,000 or 38 k."),
        ({"payer_1": ""}, "Say who pays."),
        ({"recommended": ""}, "Say which option you recommend."),
        ({"recommended": "4"}, "Say which option you recommend."),
        ({"if_not": ""}, "Say what happens if nothing is decided."),
        ({"needed_by": ""}, "Say until when the decision is needed."),
        ({"needed_by": "soon"}, "Enter a date such as 31/03/2026, or a step such as +10d or 2w."),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(ground, login, changed, sentence):
    project, _, form = ground

    answer = login((Role.PROJECT_MANAGER, project)).post("/decisions/new", data=form | {"do": "submit"} | changed, headers=HTMX)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Open Oulu now" in answer.text
    assert db.session.scalars(select(DecisionRequest)).all() == []


def test_an_empty_form_says_all_that_is_missing_at_once(ground, login):
    answer = login(Role.PMO).post("/decisions/new", data={"do": "submit", "cost_1": "38 k"}, headers=HTMX)

    named = ["Question: Fill this in.", "About: Choose what the decision is about.", "Meeting: Choose a meeting."]
    assert [sentence in answer.text for sentence in (*named, "Say what this option is, or empty the line.")] == [True] * 4


def test_a_committee_over_another_programme_is_not_asked(ground, make, login):
    project, _, form = ground
    portfolio = project.programme.portfolio
    other = make.meeting(make.committee(portfolio, programme_id=make.programme(portfolio).id))

    answer = login(Role.PMO).post("/decisions/new", data=form | {"meeting_id": str(other.id), "do": "draft"}, headers=HTMX)

    assert answer.status_code == 422
    assert f"This committee does not watch over {project.code}." in answer.text


def test_nobody_asks_about_what_they_do_not_manage(ground, make, login):
    project, _, form = ground
    stranger, reader = login((Role.PROJECT_MANAGER, make.project())), login((Role.CONTRIBUTOR, project))

    assert stranger.post("/decisions/new", data=form | {"do": "draft"}).status_code == 404
    assert reader.get("/decisions/new").status_code == 404
    assert db.session.scalars(select(DecisionRequest)).all() == []


def test_a_question_about_a_project_one_may_not_see_does_not_exist(ground, make, login):
    project, meeting, _ = ground
    request = make.request(meeting, project, question="Secret question?")
    stranger = login((Role.PROJECT_MANAGER, make.project()))

    assert stranger.get(f"/decisions/{request.id}").status_code == 404
    assert "Secret" not in stranger.get("/decisions").text


def test_an_option_taken_away_is_gone_from_the_page(ground, make, login):
    project, meeting, form = ground
    request = make.request(meeting, project, state="draft")
    gone = {"option_2": "", "consequence_2": "", "cost_2": "", "recommended": "1", "do": "draft", "version": "1"}
    client = login((Role.PROJECT_MANAGER, project))

    client.post(f"/decisions/{request.id}/edit", data=form | gone)

    assert [row.name for row in db.session.scalars(select(DecisionOption).order_by(DecisionOption.position))] == [
        "Open Oulu now",
        "",
    ]
    assert "Wait" not in client.get(f"/decisions/{request.id}").text


def test_a_stale_change_is_refused_and_keeps_what_was_typed(ground, make, login):
    project, meeting, form = ground
    request = make.request(meeting, project)

    answer = login(Role.PMO).post(f"/decisions/{request.id}/edit", data=form | {"version": "9", "do": "save"}, headers=HTMX)

    assert answer.status_code == 409
    assert "Open a fall-back site in Oulu?" in answer.text
    assert db.session.get(DecisionRequest, request.id).question == "Question 1?"


def test_withdrawing_asks_why_and_ends_it(ground, make, login):
    project, meeting, form = ground
    request = make.request(meeting, project)
    client = login((Role.PROJECT_MANAGER, project))

    silent = client.post(f"/decisions/{request.id}/withdraw", data={"version": "1"}, headers=HTMX)
    client.post(f"/decisions/{request.id}/withdraw", data={"version": "1", "reason": "Tampere signed"})
    late = client.post(f"/decisions/{request.id}/edit", data=form | {"version": "2", "do": "save"}, headers=HTMX)

    assert (silent.status_code, late.status_code) == (422, 409)
    assert "Tampere signed" in client.get(f"/decisions/{request.id}").text
    assert db.session.get(DecisionRequest, request.id).state == "withdrawn"


def test_who_may_not_see_amounts_reads_the_options_without_them(ground, make, login):
    project, meeting, _ = ground
    request = make.request(meeting, project)

    shown = [login((role, project)).get(f"/decisions/{request.id}").text for role in (Role.FINANCE, Role.CONTRIBUTOR)]

    assert ["38,000" in page for page in shown] == [True, False]
    assert all("Open Oulu now" in page for page in shown)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(ground, make, login, statements, how_many):
    project, meeting, _ = ground
    asker = make.person()
    for _ in range(how_many):
        make.request(meeting, project, asker_id=asker.id)
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/decisions")

    assert page.text.count("data-row") == how_many
    assert len(statements) == 7  # who asks, run-up, questions, their options, the counts of the tabs, committees to filter by


def test_looking_back_the_question_stands_as_it_was_and_is_not_changed(ground, make, login):
    project, meeting, form = ground
    request = make.request(meeting, project)
    client = login(Role.PMO)

    answer = client.get(f"/decisions/{request.id}/edit?as_of=2026-03-12T12:00")

    assert answer.status_code == 403
    assert client.get("/decisions/new?as_of=2026-03-11").status_code == 403
