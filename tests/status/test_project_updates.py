"""The status update of a project: written, corrected until the cut-off, refused with what was typed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.portfolio.models import StatusUpdate
from pmo.status.logic.reporting import Period, period
from tests.conftest import HTMX

TODAY = date(2026, 3, 12)
TYPED = {
    "period_start": "25/2/2026",
    "period_end": "12/3/2026",
    "done": "Form sent",
    "next": "Opinion",
    "overall": "green",
    "scope": "",
    "version": "0",
}


def updates():
    db.session.expire_all()
    return list(db.session.scalars(select(StatusUpdate).order_by(StatusUpdate.id)))


@pytest.mark.parametrize(
    ("cut_off", "written", "expected"),
    [
        (None, [], Period(None, TODAY)),
        (date(2026, 2, 18), [(None, date(2026, 2, 18))], Period(date(2026, 2, 19), TODAY)),
        (date(2026, 2, 18), [(date(2026, 2, 1), date(2026, 2, 19))], Period(date(2026, 2, 1), TODAY, corrects=True)),
        (date(2026, 3, 12), [(None, date(2026, 3, 12))], Period(None, TODAY, corrects=True)),
        (None, [(None, date(2026, 2, 27))], Period(date(2026, 2, 28), TODAY)),
        (None, [(date(2026, 2, 1), date(2026, 3, 3))], Period(date(2026, 2, 1), TODAY, corrects=True)),
    ],
)
def test_an_update_is_corrected_until_the_cut_off_and_then_a_new_period_begins(cut_off, written, expected):
    assert period(TODAY, cut_off, written) == expected


def test_a_manager_declares_a_period_and_corrects_it(make, login):
    project = make.project()
    client = login((Role.PROJECT_MANAGER, project))

    first = client.post(f"/projects/{project.id}/update", data=TYPED)
    form = client.get(f"/projects/{project.id}/update").text
    client.post(f"/projects/{project.id}/update", data=TYPED | {"done": "Form sent on 9 March", "version": "1"})

    assert (first.status_code, first.location) == (303, f"/projects/{project.id}")
    assert "You correct the update of this period" in form
    [update] = updates()
    assert (update.done, update.overall, update.scope, update.period_start) == (
        "Form sent on 9 March",
        "green",
        None,
        date(2026, 2, 25),
    )


def test_after_the_cut_off_a_new_update_begins_with_what_was_said_last_time(make, login):
    project = make.project()
    committee = make.committee(project.programme.portfolio)
    make.meeting(committee, date(2026, 2, 27), cut_off=date(2026, 2, 24), pack_on=date(2026, 2, 25))
    make.status_update(
        project, period_end=date(2026, 2, 20), stated_at=datetime(2026, 2, 20, tzinfo=UTC), next="Send the form", scope="amber"
    )
    client = login(Role.PMO)

    form = client.get(f"/projects/{project.id}/update").text
    client.post(f"/projects/{project.id}/update", data=TYPED)

    assert ">Send the form</textarea>" in form
    assert 'value="amber" checked' in form
    assert len(updates()) == 2


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"done": "", "next": "", "attention": ""}, "Say at least one thing"),
        ({"scope": "amber"}, "Something is amber or red: say what must happen to get back to green."),
        ({"scope": "pink"}, "Choose one from the list."),
        ({"period_end": "13/3/2026"}, "The period cannot end in the future."),
        ({"period_end": "someday"}, "Enter a date such as 31/03/2026."),
        ({"period_start": "12/3/2026", "period_end": "1/3/2026"}, "The period begins after it ends."),
    ],
)
def test_a_refused_update_keeps_what_was_typed(make, login, typed, message):
    project = make.project()

    answer = login(Role.PMO).post(f"/projects/{project.id}/update", data=TYPED | {"attention": "Labels"} | typed, headers=HTMX)

    assert answer.status_code == 422
    assert message in answer.text
    assert "Form sent" in answer.text or typed.get("done") == ""
    assert updates() == []


def test_everything_that_is_not_right_is_said_at_once(make, login):
    project = make.project()
    typed = {"period_start": "yesterday", "period_end": "someday", "done": "", "next": "", "overall": "red"}

    answer = login(Role.PMO).post(f"/projects/{project.id}/update", data=TYPED | typed)

    assert answer.status_code == 422
    assert "4 things are not right yet" in answer.text
    assert answer.text.count("Enter a date such as 31/03/2026.</a>") == 2
    assert "Say at least one thing" in answer.text
    assert "say what must happen to get back to green" in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_saved_update_is_confirmed_once_on_the_page_of_the_project(make, login, headers):
    project = make.project()
    client = login(Role.PMO)

    client.post(f"/projects/{project.id}/update", data=TYPED, headers=headers)
    pages = [client.get(f"/projects/{project.id}").text for _ in range(2)]

    assert ["Status update saved: the committee will read it." in page for page in pages] == [True, False]


def test_when_the_rules_say_red_the_way_back_is_asked_although_green_is_declared(make, login):
    project = make.project()
    make.raid_item(project, probability=5, impact=5)

    answer = login(Role.PMO).post(f"/projects/{project.id}/update", data=TYPED, headers=HTMX)

    assert answer.status_code == 422
    assert "say what must happen to get back to green" in answer.text


def test_two_people_writing_the_same_period_do_not_overwrite_each_other(make, login):
    project = make.project()
    client = login(Role.PMO)
    client.post(f"/projects/{project.id}/update", data=TYPED)

    late = client.post(f"/projects/{project.id}/update", data=TYPED | {"done": "My own words"}, headers=HTMX)
    stale = client.post(f"/projects/{project.id}/update", data=TYPED | {"done": "My own words", "version": "7"}, headers=HTMX)

    assert [late.status_code, stale.status_code] == [409, 409]
    assert "My own words" in late.text
    assert [update.done for update in updates()] == ["Form sent"]


def test_the_preview_shows_what_the_committee_will_read_and_stores_nothing(make, login):
    project = make.project()
    client = login(Role.PMO)

    preview = client.post(f"/projects/{project.id}/update/preview", data=TYPED | {"attention": "€ 24,000"}, headers=HTMX)
    page = client.post(f"/projects/{project.id}/update", data=TYPED | {"preview": "1"})

    assert "€ 24,000" in preview.text
    assert page.status_code == 200
    assert updates() == []


def test_a_contributor_may_not_write_it_and_a_stranger_finds_nothing(make, login):
    project, elsewhere = make.project(), make.project()
    path = f"/projects/{project.id}/update"

    assert login((Role.CONTRIBUTOR, project)).post(path, data=TYPED).status_code == 403
    assert login((Role.PROJECT_MANAGER, elsewhere)).get(path).status_code == 404
    assert login(Role.PMO).get(f"{path}?as_of=2026-03-01").status_code in (403, 404)
