"""Change requests as a project manager writes them, a committee decides them, and others read them."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.changes.models import ChangeRequest
from pmo.committees.models import Decision
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Project
from pmo.schedule.models import DateMove, Milestone
from tests.conftest import HTMX

FORM = {
    "title": "A third site", "category": "requirement", "priority": "4", "requested_by": "Dr. Peeters", "situation": "Two sites",
    "wanted": "Three sites", "if_not": "Enrolment ends late", "new_date": "+4w", "cost": "38 k", "currency": "EUR",
    "scope": "One more site", "recommendation": "Do it",
}  # fmt: skip


@pytest.fixture
def ground(make):
    """A project with a milestone that was promised, and the committee that watches over it."""
    project = make.project(name="LUMEN registry")
    milestone = make.milestone(project, code="M03", baseline=date(2026, 4, 2), forecast=date(2026, 4, 9))
    committee = make.committee(project.programme.portfolio)
    return project, milestone, make.meeting(committee, date(2026, 3, 10)), make.meeting(committee)


def only() -> ChangeRequest:
    return db.session.scalars(select(ChangeRequest)).one()


def test_a_project_manager_submits_a_change_with_its_impact(ground, login):
    project, milestone, *_ = ground
    client = login((Role.PROJECT_MANAGER, project))
    form = FORM | {"project_id": str(project.id), "milestone_id": str(milestone.id)}

    answer = client.post("/change-requests/new", data=form)

    made = only()
    assert (answer.status_code, answer.location) == (303, f"/change-requests/{made.id}")
    assert (made.code, made.state, made.submitted_on) == ("CR-001", "submitted", date(2026, 3, 12))
    assert (made.old_date, made.new_date, made.cost) == (date(2026, 4, 9), date(2026, 5, 7), Decimal(38_000))
    assert "+28 calendar days, +19 working days" in client.get(answer.location).text


def test_a_change_that_is_postponed_is_deferred_to_the_meeting_where_it_comes_back(ground, make, login):
    project, _, held, coming = ground
    change = make.change_request(project, state="waiting")
    said = {"version": "1", "verdict": "postponed", "meeting_id": str(held.id), "reason": "After the lock", "until": "2026-03-20"}

    answer = login(Role.PMO).post(f"/change-requests/{change.id}/decision", data=said)

    decision = db.session.scalars(select(Decision)).one()
    assert (answer.status_code, only().state) == (303, "postponed")
    assert (decision.outcome, decision.deferred_to_id) == ("deferred", coming.id)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Fill this in."),
        ({"category": "whim"}, "Choose one from the list."),
        ({"priority": "9"}, "Choose one from the list."),
        ({"requested_by": ""}, "Fill this in."),
        ({"cost": "much"}, "Enter an amount such as 38,000 or 38 k."),
        ({"new_date": "soon"}, "Enter a date such as 31/03/2026, or a step such as +10d or 2w."),
        ({"milestone_id": ""}, "Choose the milestone that gets this day."),
        ({"new_date": ""}, "Say which day the milestone gets."),
        ({"milestone_id": "999"}, "Choose one from the list."),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(ground, login, changed, sentence):
    project, milestone, *_ = ground
    form = FORM | {"project_id": str(project.id), "milestone_id": str(milestone.id)} | changed

    answer = login((Role.PROJECT_MANAGER, project)).post("/change-requests/new", data=form, headers=HTMX)

    assert answer.status_code == 422
    assert (sentence in answer.text, "Three sites" in answer.text) == (True, True)
    assert db.session.scalars(select(ChangeRequest)).all() == []


def test_the_project_is_asked_first_and_then_its_milestones_are_offered(ground, login):
    project, milestone, *_ = ground
    client = login((Role.PROJECT_MANAGER, project))

    first, then = client.get("/change-requests/new").text, client.get(f"/change-requests/new?project_id={project.id}").text
    refused = client.post("/change-requests/new", data=FORM, headers=HTMX)

    assert ("Which project is to be different?" in first, milestone.name in first, milestone.name in then) == (True, False, True)
    assert (refused.status_code, "Choose a project." in refused.text) == (422, True)


def test_a_change_goes_from_assessment_over_a_meeting_into_the_plan(ground, make, login):
    project, milestone, held, coming = ground
    change = make.change_request(project, milestone_id=milestone.id, old_date=date(2026, 4, 9), new_date=date(2026, 5, 7))
    client, page = login(Role.PMO), f"/change-requests/{change.id}"

    client.post(f"{page}/assess", data={"version": "1"})
    client.post(f"{page}/forward", data={"version": "2", "meeting_id": str(coming.id)})
    client.post(f"{page}/decision", data={"version": "3", "verdict": "approved", "meeting_id": str(held.id)})
    before = db.session.get_one(Milestone, milestone.id).forecast
    client.post(f"{page}/plan", data={"version": "4", "what": "both", "reason": "scope"})
    client.post(f"{page}/implemented", data={"version": "5", "evidence": "Contract signed"})

    decision, made = db.session.scalars(select(Decision)).one(), only()
    db.session.refresh(milestone)
    moves = db.session.execute(select(DateMove.field, DateMove.reason, DateMove.words).order_by(DateMove.id)).all()
    assert before == date(2026, 4, 9)  # approval alone moves nothing
    assert (milestone.forecast, milestone.baseline) == (date(2026, 5, 7), date(2026, 5, 7))
    assert [tuple(move) for move in moves] == [("forecast", "scope", "CR-001 Change 1"), ("baseline", "scope", "CR-001 Change 1")]
    assert (decision.outcome, decision.text) == ("accepted", "Change request CR-001, Change 1: Approved")
    assert (made.decision_id, made.decided_on, made.state) == (decision.id, date(2026, 3, 10), "implemented")
    assert made.is_moved


def test_what_is_not_complete_is_not_put_forward(ground, make, login):
    project, *_ = ground
    change = make.change_request(project, state="assessing", recommendation="", scope="")
    answer = login((Role.PROJECT_MANAGER, project)).post(f"/change-requests/{change.id}/forward", data={"version": "1"})

    assert answer.status_code == 422
    assert ("This is still missing" in answer.text, "Say what it means for a date" in answer.text) == (True, True)
    assert only().state == "assessing"


def test_a_meeting_that_was_held_or_watches_over_something_else_is_not_asked(ground, make, login):
    project, _, held, _ = ground
    other = make.meeting(make.committee(make.portfolio()))
    change = make.change_request(project, state="assessing")
    client = login(Role.PMO)
    ask = f"/change-requests/{change.id}/forward"

    answers = [client.post(ask, data={"version": "1", "meeting_id": str(one.id)}).status_code for one in (held, other)]

    assert (answers, only().state) == ([422, 422], "assessing")


def test_whoever_decides_without_a_committee_says_why(ground, make, login):
    project, *_ = ground
    change = make.change_request(project, state="waiting")
    client = login((Role.PROGRAMME_MANAGER, project.programme))
    decide = f"/change-requests/{change.id}/decision"

    refused = client.post(decide, data={"version": "1", "verdict": "approved"}, headers=HTMX)
    client.post(decide, data={"version": "1", "verdict": "approved", "reason": "Small enough"})

    assert (refused.status_code, "Say why." in refused.text) == (422, True)
    assert (only().state, only().reason, db.session.scalars(select(Decision)).all()) == ("approved", "Small enough", [])


def test_a_programme_manager_does_not_void_what_a_committee_decided(ground, make, login):
    project, _, held, _ = ground
    change, page = decided_by(held, make, login, project)

    answer = login((Role.PROGRAMME_MANAGER, project.programme)).post(
        f"{page}/again", data={"version": "2", "reason": "It was another one", "is_slip": "1"}
    )

    decision = db.session.scalars(select(Decision)).one()
    assert (answer.status_code, only().state, decision.voided_on) == (404, "approved", None)


def test_a_meeting_from_before_the_request_did_not_decide_it(ground, make, login):
    project, _, held, _ = ground
    change = make.change_request(project, state="waiting", submitted_on=date(2026, 3, 11))
    said = {"version": "1", "verdict": "approved", "meeting_id": str(held.id)}

    answer = login(Role.PMO).post(f"/change-requests/{change.id}/decision", data=said)

    assert (answer.status_code, "held before the request was made" in answer.text) == (422, True)
    assert (only().state, db.session.scalars(select(Decision)).all()) == ("waiting", [])


def test_what_was_voided_does_not_go_into_the_plan(ground, make, login):
    project, _, held, _ = ground
    change, page = decided_by(held, make, login, project)
    decision, pmo = db.session.scalars(select(Decision)).one(), login(Role.PMO)
    pmo.post(f"/decisions/taken/{decision.id}/void", data={"reason": "Another one", "version": str(decision.version)})

    answer = pmo.post(f"{page}/plan", data={"version": "2", "what": "forecast", "reason": "supply"})

    assert (answer.status_code, "was voided: take it up again first" in answer.text) == (409, True)
    assert db.session.scalars(select(Milestone.forecast)).one() == date(2026, 4, 9)


def test_a_milestone_that_moved_meanwhile_is_not_overwritten(ground, make, login):
    project, milestone, held, _ = ground
    change, page = decided_by(held, make, login, project)
    seen, pmo = milestone.version, login(Role.PMO)
    with transaction("moved"):
        db.session.get_one(Milestone, milestone.id).forecast = date(2026, 4, 20)

    answer = pmo.post(f"{page}/plan", data={"version": "2", "what": "forecast", "reason": "supply", "milestone_version": seen})

    assert (answer.status_code, db.session.scalars(select(Milestone.forecast)).one()) == (409, date(2026, 4, 20))


def decided_by(held, make, login, project):
    """Approved by the meeting, with a new day for the milestone."""
    milestone = db.session.scalars(select(Milestone)).one()
    dates = {"milestone_id": milestone.id, "old_date": milestone.forecast, "new_date": date(2026, 5, 7)}
    change = make.change_request(project, state="waiting", **dates)
    page = f"/change-requests/{change.id}"
    login(Role.PMO).post(f"{page}/decision", data={"version": "1", "verdict": "approved", "meeting_id": str(held.id)})
    return change, page


def test_a_programme_manager_does_not_speak_for_a_committee(ground, make, login):
    project, _, held, _ = ground
    change = make.change_request(project, state="waiting")
    client = login((Role.PROGRAMME_MANAGER, project.programme))

    answer = client.post(
        f"/change-requests/{change.id}/decision", data={"version": "1", "verdict": "approved", "meeting_id": str(held.id)}
    )

    assert (answer.status_code, only().state) == (404, "waiting")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"verdict": "rejected"}, "Say why."),
        ({"verdict": "merged", "reason": "Same wish"}, "Choose the request it becomes part of."),
        ({"verdict": "approved", "reason": "Good", "decided_on": "2026-04-01"}, "choose today or a day before"),
        ({"verdict": "perhaps", "reason": "Good"}, "Choose one from the list."),
        ({"verdict": "postponed", "reason": "Later", "until": "someday"}, "Enter a date such as"),
    ],
)
def test_a_decision_that_does_not_say_what_it_must_is_refused(ground, make, login, form, sentence):
    project, *_ = ground
    change = make.change_request(project, state="waiting")

    answer = login(Role.PMO).post(f"/change-requests/{change.id}/decision", data=form | {"version": "1"}, headers=HTMX)

    assert (answer.status_code, sentence in answer.text, only().state) == (422, True, "waiting")


def test_a_request_becomes_part_of_another_one_of_its_project_only(ground, make, login):
    project, *_ = ground
    change, into = make.change_request(project, state="submitted"), make.change_request(project)
    stranger = make.change_request(make.project())
    client = login(Role.PMO)
    decide, form = f"/change-requests/{change.id}/decision", {"version": "1", "verdict": "merged", "reason": "Same wish"}

    refused = client.post(decide, data=form | {"into_id": str(stranger.id)})
    done = client.post(decide, data=form | {"into_id": str(into.id)})

    db.session.refresh(change)
    assert (refused.status_code, done.status_code) == (422, 303)
    assert (change.state, change.merged_into_id) == ("merged", into.id)


def test_an_illegal_step_is_a_conflict_and_changes_nothing(ground, make, login):
    project, *_ = ground
    change = make.change_request(project, state="submitted")
    client, page = login(Role.PMO), f"/change-requests/{change.id}"

    answers = [
        client.post(f"{page}/forward", data={"version": "1"}),
        client.post(f"{page}/implemented", data={"version": "1", "evidence": "Done"}),
        client.post(f"{page}/decision", data={"version": "1", "verdict": "approved", "reason": "Now"}),
        client.post(f"{page}/again", data={"version": "1", "reason": "Now"}),
        client.post(f"{page}/plan", data={"version": "1", "what": "forecast", "reason": "scope"}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 5
    assert "cannot become" in answers[0].text
    assert only().state == "submitted"


def test_an_approval_that_was_a_slip_is_taken_back_with_its_decision(ground, make, login):
    project, _, held, _ = ground
    change = make.change_request(project, state="waiting")
    client, page = login(Role.PMO), f"/change-requests/{change.id}"
    client.post(f"{page}/decision", data={"version": "1", "verdict": "approved", "meeting_id": str(held.id)})

    client.post(f"{page}/again", data={"version": "2", "reason": "It was another one", "is_slip": "1"})

    made, decision = only(), db.session.scalars(select(Decision)).one()
    db.session.refresh(decision)
    assert (made.state, made.decided_on, made.decision_id) == ("waiting", None, None)
    assert (decision.voided_on, decision.void_reason) == (date(2026, 3, 12), "It was another one")


def test_an_approval_whose_date_is_in_the_plan_is_not_taken_back(ground, make, login):
    project, milestone, *_ = ground
    facts = {"milestone_id": milestone.id, "old_date": date(2026, 4, 9), "new_date": date(2026, 5, 7)}
    change = make.change_request(project, state="approved", decided_on=date(2026, 3, 10), **facts)
    client, page = login(Role.PMO), f"/change-requests/{change.id}"
    client.post(f"{page}/plan", data={"version": "1", "what": "forecast", "reason": "scope"})

    answer = client.post(f"{page}/again", data={"version": "2", "reason": "No"})

    assert (answer.status_code, "Its dates are in the plan." in answer.text, only().state) == (409, True, "approved")


def test_the_baseline_moves_only_with_the_right_to_approve_one(ground, make, login):
    project, milestone, *_ = ground
    facts = {"milestone_id": milestone.id, "new_date": date(2026, 5, 7)}
    change = make.change_request(project, state="approved", **facts)
    client, plan = login((Role.PROJECT_MANAGER, project)), f"/change-requests/{change.id}/plan"

    form = client.get(plan)
    both = client.post(plan, data={"version": "1", "what": "both", "reason": "scope"})
    unsaid = client.post(plan, data={"version": "1", "what": "forecast", "reason": ""})
    done = client.post(plan, data={"version": "1", "what": "forecast", "reason": "scope"})

    db.session.refresh(milestone)
    assert "Forecast and baseline" not in form.text
    assert (both.status_code, unsaid.status_code, done.status_code) == (403, 422, 303)
    assert (milestone.forecast, milestone.baseline) == (date(2026, 5, 7), date(2026, 4, 2))


def test_a_stale_change_is_refused_and_keeps_what_was_typed(ground, make, login):
    project, *_ = ground
    change = make.change_request(project)
    form = FORM | {"new_date": "", "version": "1"}
    client, page = login((Role.PROJECT_MANAGER, project)), f"/change-requests/{change.id}/edit"
    client.post(page, data=form)

    answer = client.post(page, data=form | {"title": "A fourth site"}, headers=HTMX)

    assert (answer.status_code, "A fourth site" in answer.text, only().title) == (409, True, "A third site")


def test_what_waits_for_a_decision_is_not_changed_under_the_eyes_of_the_committee(ground, make, login):
    project, *_ = ground
    change = make.change_request(project, state="waiting")

    answer = login((Role.PROJECT_MANAGER, project)).post(
        f"/change-requests/{change.id}/edit", data=FORM | {"new_date": "", "version": "1"}, headers=HTMX
    )

    assert (answer.status_code, "assess it again before changing it" in answer.text, only().title) == (409, True, "Change 1")


def test_the_requests_of_a_closed_project_stand_still(ground, make, login):
    project, *_ = ground
    change = make.change_request(project)
    with transaction("test"):
        db.session.get_one(Project, project.id).state = "closed"
    client = login(Role.PMO)

    answer = client.post(f"/change-requests/{change.id}/assess", data={"version": "1"})

    assert (answer.status_code, "stand still" in answer.text, only().state) == (409, True, "submitted")
    assert "Assess it" not in client.get(f"/change-requests/{change.id}").text


def test_a_reader_sees_a_request_and_may_do_nothing_to_it(ground, make, login):
    project, *_ = ground
    change = make.change_request(project, cost=Decimal(777_000))
    client, page = login((Role.CONTRIBUTOR, project)), f"/change-requests/{change.id}"

    shown = client.get(page)

    assert (shown.status_code, "777" in shown.text, "Next step" in shown.text) == (200, False, False)
    assert client.post(f"{page}/assess", data={"version": "1"}).status_code == 403
    assert "777" not in client.get("/change-requests").text
    assert "777" not in client.get(f"/projects/{project.id}/changes").text


def test_requests_of_a_project_one_may_not_see_do_not_exist(ground, make, login):
    project, *_ = ground
    change = make.change_request(project, title="Secret site")
    stranger = login((Role.PROJECT_MANAGER, make.project()))

    answers = [stranger.get(f"/change-requests/{change.id}"), stranger.post(f"/change-requests/{change.id}/assess")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Secret" not in stranger.get("/change-requests?state=all").text
    assert b"Secret" not in stranger.get("/change-requests/list.xlsx?state=all").data


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Urgent", "Plain"]),
        ("?state=rejected", ["Gone"]),
        ("?state=all", ["Urgent", "Plain", "Gone"]),
        ("?q=plain", ["Plain"]),
        ("?priority=5", ["Urgent"]),
        ("?programme=NONE", []),
    ],
)
def test_the_register_shows_what_is_open_and_is_filtered(ground, make, login, query, found):
    project, *_ = ground
    make.change_request(project, title="Plain", priority=2)
    make.change_request(project, title="Urgent", priority=5)
    make.change_request(project, title="Gone", priority=1, state="rejected")

    page = login(Role.PMO).get(f"/change-requests{query}").text

    assert [name for name in ("Urgent", "Plain", "Gone") if f">{name}</a>" in page] == found


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_register_costs_the_same_whatever_its_length(ground, make, login, statements, how_many):
    project, milestone, *_ = ground
    for _ in range(how_many):
        make.change_request(project, milestone_id=milestone.id, new_date=date(2026, 5, 7))
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/change-requests")

    assert page.text.count("data-row") == how_many
    assert len(statements) == 4  # who asks, run-up, requests, programmes to filter by


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_tab_of_a_project_costs_the_same_whatever_its_length(ground, make, login, statements, how_many):
    project, milestone, *_ = ground
    for _ in range(how_many):
        make.change_request(project, milestone_id=milestone.id, new_date=date(2026, 5, 7))
    client = login(Role.PMO)
    statements.clear()

    page = client.get(f"/projects/{project.id}/changes")

    assert page.text.count("data-row") == how_many
    assert len(statements) == 17  # 16 of the head of the project, and its requests


def test_looking_back_a_request_stands_as_it_was_and_nothing_is_written(ground, make, login):
    project, *_ = ground
    change = make.change_request(project)
    client = login(Role.PMO)

    then = client.get(f"/change-requests/{change.id}/edit?as_of=2026-03-12T12:00")

    assert then.status_code == 403
    assert client.get("/change-requests?as_of=2026-03-11").text.count("data-row") == 0
    assert client.get(f"/change-requests/{change.id}?as_of=2026-03-12T12:00").status_code == 200


def test_nothing_requested_yet_says_what_a_change_request_is(ground, login):
    project, *_ = ground
    client = login((Role.PROJECT_MANAGER, project))

    pages = [client.get("/change-requests").text, client.get(f"/projects/{project.id}/changes").text]

    assert ["Request the first change" in page for page in pages] == [True, True]
