"""Milestones edited in their row, as the people of a project do it."""

from datetime import date

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.schedule.models import DateMove, Milestone
from tests.conftest import HTMX

MOVE = {"forecast": "20/4/2026", "reason": "supply", "words": "Printer broken", "version": "1"}


def ledger():
    return [(move.field, move.before, move.after, move.reason, move.words) for move in db.session.scalars(select(DateMove))]


def url(milestone, tail=""):
    return f"/projects/{milestone.project_id}/milestones/{milestone.id}{tail}"


def row_header(milestone):
    return HTMX | {"HX-Target": f"milestone-{milestone.id}"}


def test_a_manager_moves_a_date_and_gets_only_the_row_back_with_an_undo(make, login):
    milestone = make.milestone(baseline=date(2026, 3, 31), commitment=date(2026, 4, 14), forecast=date(2026, 4, 14))
    client = login((Role.PROJECT_MANAGER, milestone.project))

    answer = client.post(url(milestone, "/forecast"), data=MOVE, headers=row_header(milestone))

    assert answer.status_code == 200
    assert answer.text.strip().startswith(f'<tbody id="milestone-{milestone.id}">')
    assert "+20" in answer.text
    assert "+6" in answer.text
    assert f'action="/projects/{milestone.project_id}/milestones/moves/1/undo"' in answer.text
    assert "milestones-changed" in answer.headers["HX-Trigger-After-Settle"]
    assert ledger() == [("forecast", date(2026, 4, 14), date(2026, 4, 20), "supply", "Printer broken")]


def test_without_script_saving_leads_back_to_the_list(make, login):
    milestone = make.milestone()

    answer = login(Role.PMO).post(url(milestone, "/forecast"), data=MOVE)

    assert (answer.status_code, answer.location) == (303, f"/projects/{milestone.project_id}/milestones#milestone-{milestone.id}")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_editor_is_the_row_for_a_swap_and_a_page_without_script(make, login, headers):
    milestone = make.milestone(name="Depot ready", forecast=date(2026, 4, 8))

    answer = login(Role.PMO).get(url(milestone, "/forecast"), headers=headers)

    assert answer.status_code == 200
    assert 'value="8 Apr 2026"' in answer.text
    assert ("<html" in answer.text) is not bool(headers)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"forecast": "soon"}, "Enter a date such as 31/03/2026, or a step such as +10d or 2w."),
        ({"forecast": ""}, "Enter the new date."),
        ({"reason": ""}, "Choose why this date moves: it was baselined, or a committee was told."),
        ({"reason": "other", "words": ""}, "Say in a few words what the other reason is."),
        ({"reason": "imported"}, "Choose one from the list."),
    ],
)
def test_a_refused_move_keeps_what_was_typed_and_changes_nothing(make, login, typed, message):
    milestone = make.milestone()

    answer = login(Role.PMO).post(url(milestone, "/forecast"), data=MOVE | typed, headers=row_header(milestone))

    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{(MOVE | typed)["forecast"] or "31 Mar 2026"}"' in answer.text
    assert ledger() == []


def test_a_step_counts_from_the_forecast(make, login):
    milestone = make.milestone(forecast=date(2026, 3, 31))

    login(Role.PMO).post(url(milestone, "/forecast"), data=MOVE | {"forecast": "+10d"}, headers=HTMX)

    assert db.session.get_one(Milestone, milestone.id).forecast == date(2026, 4, 10)


def test_what_a_typed_date_would_mean_is_said_before_it_is_saved(make, login):
    milestone = make.milestone(baseline=date(2026, 3, 31), commitment=date(2026, 4, 14), forecast=date(2026, 4, 14))
    client = login(Role.PMO)

    meant = client.get(url(milestone, "/effect"), query_string={"forecast": "20 Apr"}, headers=HTMX).text.split()
    unclear = client.get(url(milestone, "/effect"), query_string={"forecast": "soon"}, headers=HTMX).text

    assert "to baseline" in " ".join(meant)
    assert "Enter a date" in unclear


def test_who_was_slower_sees_both_dates_with_both_reasons_and_chooses(make, login):
    milestone = make.milestone(name="First order", forecast=date(2026, 5, 7), baseline=date(2026, 4, 30))
    theirs, mine = login(make.person("Kim Peeters", role=Role.PMO)), login(Role.PMO)
    typed = {"forecast": "13 May 2026", "reason": "authority", "words": "Opinion late", "version": "1", "was": "2026-05-07"}
    theirs.post(
        url(milestone, "/forecast"), data={"forecast": "20 May 2026", "reason": "supply", "words": "Ten days", "version": "1"}
    )

    clash = mine.post(url(milestone, "/forecast"), data=typed, headers=row_header(milestone))
    kept = mine.post(url(milestone, "/forecast"), data=typed | {"version": "2", "choice": "keep"})
    other = mine.post(url(milestone, "/forecast"), data=typed | {"version": "2", "choice": "other", "other": "16/5/2026"})

    assert (clash.status_code, clash.headers["HX-Retarget"]) == (409, "#main")
    for words in (
        "Kim Peeters saved another date",
        "20 May 2026",
        "Supply",
        "Ten days",
        "13 May 2026",
        "Opinion late",
        "+20",
        "+13",
    ):
        assert words in clash.text.replace("\N{NO-BREAK SPACE}", " ")
    assert [kept.status_code, other.status_code] == [303, 303]
    assert [row[2] for row in ledger()] == [date(2026, 5, 20), date(2026, 5, 16)]


def test_another_date_needs_a_date_and_a_reason(make, login):
    milestone = make.milestone(forecast=date(2026, 5, 7))
    typed = {"forecast": "13 May 2026", "reason": "", "version": "1", "choice": "other", "other": "someday"}

    answer = login(Role.PMO).post(url(milestone, "/forecast"), data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert 'value="someday"' in answer.text


def test_a_change_of_something_else_shows_the_form_again_with_the_newest_version(make, login):
    milestone = make.milestone(forecast=date(2026, 3, 31))
    client = login(Role.PMO)
    about = {"name": "Renamed", "weight": "2", "version": "1"}
    client.post(url(milestone), data=about)

    answer = client.post(url(milestone, "/forecast"), data=MOVE | {"was": "2026-03-31"}, headers=row_header(milestone))

    assert answer.status_code == 409
    assert 'name="version" value="2"' in answer.text
    assert 'value="Printer broken"' in answer.text


def test_the_undo_of_the_message_puts_the_date_back_and_sends_the_row(make, login):
    milestone = make.milestone(forecast=date(2026, 3, 31))
    client = login(Role.PMO)
    client.post(url(milestone, "/forecast"), data=MOVE, headers=HTMX)

    answer = client.post(f"/projects/{milestone.project_id}/milestones/moves/1/undo", headers=HTMX)
    again = client.post(f"/projects/{milestone.project_id}/milestones/moves/1/undo", headers=HTMX)

    assert f'id="milestone-{milestone.id}" hx-swap-oob="true"' in answer.text
    assert again.status_code == 409
    assert db.session.get_one(Milestone, milestone.id).forecast == date(2026, 3, 31)


def test_reached_cancelled_and_their_ways_back(make, login):
    milestone = make.milestone()
    client = login(Role.PMO)

    future = client.post(url(milestone, "/reached"), data={"actual": "1/4/2026", "version": "1"}, headers=HTMX)
    reached = client.post(url(milestone, "/reached"), data={"actual": "today", "version": "1"}, headers=HTMX)
    locked = client.post(url(milestone, "/cancelled"), data={"reason": "Why not", "version": "2"}, headers=HTMX)
    client.post(url(milestone, "/reached/undo"), headers=HTMX)
    silent = client.post(url(milestone, "/cancelled"), data={"reason": "", "version": "3"}, headers=HTMX)
    client.post(url(milestone, "/cancelled"), data={"reason": "Site closed", "version": "3"}, headers=HTMX)
    cancelled = db.session.get_one(Milestone, milestone.id).cancelling_reason
    client.post(url(milestone, "/cancelled/undo"), headers=HTMX)

    assert [future.status_code, reached.status_code, locked.status_code, silent.status_code] == [422, 200, 409, 422]
    assert cancelled == "Site closed"
    assert db.session.get_one(Milestone, milestone.id).cancelled_on is None


def test_the_owner_of_a_milestone_moves_it_and_nothing_else(make, login):
    project = make.project()
    person = make.person()
    make.grant(person, Role.CONTRIBUTOR, project)
    mine, other = make.milestone(project, owner_id=person.id), make.milestone(project)
    client = login(person)

    assert client.post(url(mine, "/forecast"), data=MOVE).status_code == 303
    assert client.post(url(other, "/forecast"), data=MOVE).status_code == 403


@pytest.mark.parametrize("tail", ["/forecast", "/reached", "/cancelled", "/effect", "/row", ""])
def test_a_stranger_finds_nothing_and_a_reader_may_only_look(make, login, tail):
    milestone = make.milestone(name="SECRET MILESTONE")
    elsewhere = make.project()
    stranger, reader = login((Role.PROJECT_MANAGER, elsewhere)), login((Role.COMMITTEE, milestone.project))

    refused = stranger.get(url(milestone, tail), headers=HTMX)

    assert (refused.status_code, "SECRET" in refused.text) == (404, False)
    assert reader.get(url(milestone, tail), headers=HTMX).status_code == (200 if tail in ("", "/row") else 403)


def test_a_milestone_of_another_project_is_not_found_here(make, login):
    milestone, other = make.milestone(), make.project()

    assert login(Role.PMO).get(f"/projects/{other.id}/milestones/{milestone.id}").status_code == 404


def test_the_past_is_only_looked_at(make, login):
    milestone = make.milestone(effective_at=None)
    client = login(Role.PMO)

    row = client.get(url(milestone, "/row") + "?as_of=2026-03-12T10:00", headers=HTMX)
    editor = client.get(url(milestone, "/forecast") + "?as_of=2026-03-12T10:00", headers=HTMX)

    assert (row.status_code, "edit-link" in row.text) == (200, False)
    assert editor.status_code == 403


def test_a_milestone_is_added_with_the_next_number(make, login):
    project = make.project()
    make.milestone(project, code="M04")
    typed = {"name": "Depot ready", "forecast": "2w", "baseline": "8/4/2026", "weight": "3", "is_gate": "true"}

    answer = login(Role.PMO).post(f"/projects/{project.id}/milestones/new", data=typed)
    refused = login(Role.PMO).post(
        f"/projects/{project.id}/milestones/new", data=typed | {"name": "", "forecast": "?"}, headers=HTMX
    )

    made = db.session.scalars(select(Milestone).where(Milestone.code == "M05")).one()
    assert answer.location == f"/projects/{project.id}/milestones#milestone-{made.id}"
    assert (made.name, made.forecast, made.baseline, made.is_gate) == ("Depot ready", date(2026, 3, 26), date(2026, 4, 8), True)
    assert refused.status_code == 422


def test_a_project_manager_describes_a_milestone_but_approves_no_baseline(make, login):
    milestone = make.milestone()
    client = login((Role.PROJECT_MANAGER, milestone.project))
    typed = {"name": "New name", "weight": "2.5", "owner_id": "", "version": "1"}

    saved = client.post(url(milestone), data=typed, headers=HTMX | {"HX-Target": "panel"})
    stale = client.post(url(milestone), data=typed, headers=HTMX)
    bad = client.post(url(milestone), data=typed | {"name": "", "version": "2"}, headers=HTMX)

    assert f'id="milestone-{milestone.id}" hx-swap-oob="true"' in saved.text
    assert [saved.status_code, stale.status_code, bad.status_code] == [200, 409, 422]
    assert client.post(url(milestone, "/baseline"), data={"baseline": "1/5/2026"}).status_code == 403
    assert client.get(f"/projects/{milestone.project_id}/milestones/baseline").status_code == 403


def test_a_baseline_is_approved_with_a_reason_for_one_and_for_all(make, login):
    milestone = make.milestone(baseline=date(2026, 3, 31), forecast=date(2026, 4, 20))
    client = login(Role.PMO)
    project = f"/projects/{milestone.project_id}/milestones/baseline"

    silent = client.post(url(milestone, "/baseline"), data={"baseline": "25/4/2026", "version": "1"}, headers=HTMX)
    client.post(url(milestone, "/baseline"), data={"baseline": "25/4/2026", "reason": "scope", "version": "1"}, headers=HTMX)
    shown = client.get(project).text
    nothing = client.post(project, data={}, headers=HTMX)
    client.post(project, data={"reason": "scope", "words": "Committee of 24 March"})

    assert [silent.status_code, nothing.status_code] == [422, 422]
    assert "1 baseline date changes" in shown
    assert [row[2] for row in ledger()] == [date(2026, 4, 25), date(2026, 4, 20)]


def test_the_panel_tells_every_move_with_its_reason(make, login):
    milestone = make.milestone()
    client = login(make.person("Kim Peeters", role=Role.PMO))
    client.post(url(milestone, "/forecast"), data=MOVE)

    panel = client.get(url(milestone), headers=HTMX | {"HX-Target": "panel"}).text

    assert "Kim Peeters" in panel
    assert "Supply: Printer broken" in panel
