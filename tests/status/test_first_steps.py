"""The first page of an empty installation."""

import pytest

from pmo.kernel.permissions import Role


def test_an_administrator_of_an_empty_house_lands_on_the_first_steps(login):
    client = login(Role.ADMINISTRATOR)

    page = client.get("/", follow_redirects=True)

    assert page.request.path == "/first-steps"
    assert "Five steps to the first report" in page.text
    assert 'href="/people/new"' in page.text
    assert page.text.count("steps__i--done") == 1


def test_the_pmo_may_begin_with_a_portfolio(login):
    assert 'href="/portfolios/new"' in login(Role.PMO).get("/first-steps").text


def test_steps_are_done_when_there_is_something(login, make):
    make.meeting(make.committee(make.project().programme.portfolio))

    page = login(Role.PMO).get("/first-steps").text

    assert page.count("steps__i--done") == 4
    assert "This installation has its first projects" in page


def test_a_house_with_projects_opens_on_the_portfolio(login, make):
    make.project()

    assert login(Role.PMO).get("/").location == "/portfolio"


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.COMMITTEE, Role.AUDITOR])
def test_others_have_no_first_steps(login, role):
    assert login(role).get("/first-steps").status_code == 404
