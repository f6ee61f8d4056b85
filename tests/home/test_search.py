"""Search and jump: found is what one may see, in one statement, by name or code, with or without accents."""

import pytest
from lxml import html

from pmo.kernel.permissions import Role
from tests.conftest import HTMX


@pytest.fixture
def house(make):
    """Two programmes of one portfolio, with something of everything in the first."""
    portfolio = make.portfolio(code="BX", name="Benelux")
    access = make.programme(portfolio, code="PAC", name="Patient access")
    other = make.programme(portfolio, code="EVG", name="Evidence")
    project = make.project(access, code="PAC-01", name="Étude Lumen")
    hidden = make.project(other, code="EVG-03", name="Lumen registry")
    make.milestone(project, name="Lumen ethics opinion")
    make.milestone(hidden, name="Lumen first patient")
    make.raid_item(project, title="Lumen labels late")
    make.raid_item(hidden, title="Lumen contract late")
    make.committee(portfolio, code="MC", name="Management committee")
    return project


def found(answer):
    return [link.text_content().strip() for link in html.fromstring(answer.text).xpath("//main//section//a")]


def test_everything_with_the_words_is_found_whatever_its_case_and_accents(login, house):
    client = login(Role.PMO)

    assert found(client.get("/search?q=etude")) == ["Étude Lumen"]
    assert found(client.get("/search?q=LUMEN late")) == ["Lumen contract late", "Lumen labels late"]
    assert found(client.get("/search?q=pac-01"))[:2] == ["Étude Lumen", "Lumen ethics opinion"]
    assert found(client.get("/search?q=management")) == ["Management committee"]


def test_what_one_may_not_see_is_not_found(login, house):
    client = login((Role.PROJECT_MANAGER, house))

    assert found(client.get("/search?q=lumen")) == ["Étude Lumen", "Lumen ethics opinion", "Lumen labels late"]
    assert "EVG" not in client.get("/search?q=evg").text.replace("/search?q=evg", "").replace('value="evg"', "")
    assert found(login().get("/search?q=lumen")) == []


def test_the_palette_gets_its_list_and_pages_of_the_menu(login, house):
    client = login(Role.PMO)

    answer = client.get("/search?q=rai", headers=HTMX)

    options = html.fromstring(answer.text).xpath("//*[@role='option']")
    assert answer.text.strip().startswith('<div class="palette__list"')
    assert [(one.text_content().strip(), one.get("href")) for one in options] == [("RAID register", "/raid")]


def test_nothing_found_says_what_to_do(login, house):
    assert "Nothing found for “zebra”" in login(Role.PMO).get("/search?q=zebra").text


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", "<b>", "a" * 5000, " "])
def test_odd_words_find_nothing_and_break_nothing(login, house, typed):
    answer = login(Role.PMO).get("/search", query_string={"q": typed})

    assert answer.status_code == 200
    assert [name for name in found(answer) if "Lumen" in name] == []
    assert "<b>”" not in answer.text


def test_a_look_back_finds_what_was_there_then(login, make, house):
    assert found(login(Role.PMO).get("/search?q=lumen&as_of=2020-01-01")) == []


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_search_costs_one_statement_however_much_is_found(login, make, statements, how_many):
    programme = make.programme(make.portfolio())
    for number in range(how_many):
        make.project(programme, name=f"Lumen {number}")
    client = login(Role.PMO)
    statements.clear()

    answer = client.get("/search?q=lumen", headers=HTMX)

    assert answer.text.count('role="option"') == how_many
    assert len(statements) == 2  # the session with its grants, the search


@pytest.fixture
def governed(make, house):
    """What a committee has to do with the project, and with one beside it; a question that is not put yet."""
    committee = make.committee(house.programme.portfolio, code="SC", name="Steering")
    beside = make.project(make.programme(house.programme.portfolio, code="DIG"), code="DIG-09", name="Portal")
    meeting = make.meeting(committee)
    for project in (house, beside):
        make.change_request(project, title=f"Saffron sites of {project.code}")
        make.gate(project, name=f"Saffron gate of {project.code}")
        make.request(meeting, project, question=f"Saffron question of {project.code}?")
        make.decision(meeting, project, text=f"Saffron decision of {project.code}")
        make.action_item(meeting, project, what=f"Saffron action of {project.code}")
    make.request(meeting, house, question="Saffron draft?", state="draft")
    return house


def test_changes_gates_questions_decisions_and_actions_are_found_and_open(login, governed):
    client = login(Role.PMO)

    answer = client.get("/search?q=saffron PAC-01")

    assert found(answer) == [
        "Saffron sites of PAC-01", "Saffron gate of PAC-01", "Saffron draft?", "Saffron question of PAC-01?",
        "Saffron decision of PAC-01", "Saffron action of PAC-01",
    ]  # fmt: skip
    links = html.fromstring(answer.text).xpath("//main//section//a/@href")
    assert [client.get(link).status_code for link in links] == [200] * 6


def test_those_of_another_project_and_drafts_are_not_found_by_who_may_not_see_them(login, governed):
    reader = login((Role.CONTRIBUTOR, governed))

    titles = found(reader.get("/search?q=saffron"))

    assert [title for title in titles if "DIG-09" in title or "draft" in title] == []
    assert found(reader.get("/search?q=DIG-09")) == []
    assert "Saffron decision of PAC-01" in titles


def test_an_action_is_found_without_its_accents(login, make, governed):
    make.action_item(make.meeting(make.committee(governed.programme.portfolio, code="XC")), governed, what="Préparer la réunion")

    assert found(login(Role.PMO).get("/search?q=preparer reunion")) == ["Préparer la réunion"]
