"""What publishing for a committee is said to do, and what it did: one number with one meaning in both places."""

from datetime import date

import pytest
from lxml import html

from pmo.kernel.permissions import Role
from pmo.reports import actions
from pmo.reports.subjects import of_committee
from tests.conftest import HTMX
from tests.reports.conftest import PUBLISHER
from tests.reports.publishing import publish

NBSP = "\N{NO-BREAK SPACE}"
MARCH = date(2026, 3, 24)


@pytest.fixture
def busy(world, make):
    """Beside what is told: milestones that are told already, reached, cancelled, without a date, of a closed project."""
    project = world.projects[1]
    make.milestone(project, code="M11", forecast=date(2026, 5, 5), commitment=date(2026, 5, 5))
    make.milestone(project, code="M12", forecast=date(2026, 2, 1), actual=date(2026, 2, 3))
    make.milestone(project, code="M13", forecast=date(2026, 6, 1), cancelled_on=date(2026, 3, 1))
    make.milestone(project, code="M14", forecast=None)
    make.milestone(make.project(world.programme, state="closed"), forecast=date(2026, 6, 1))
    return world


def words(page, path="//main"):
    [found] = html.fromstring(page.text).xpath(path)
    return " ".join(" ".join(found.itertext()).replace(NBSP, " ").split())


def test_the_edition_says_the_number_that_was_announced(busy, login):
    what = f"committee:{busy.subject.id}"
    client = login((Role.PMO, busy.portfolio))

    list_before, form = client.get("/reports"), client.get(f"/reports/new?what={what}")
    publish(client, what=what, lang="en", key="0123456789abcdef")

    announced = "Publishing changes 3 of 4 commitments to the forecast shown; 1 to a later day."
    assert announced in words(list_before)
    assert announced in words(form)
    assert "Commitments changed 3 of 4" in words(client.get("/reports/1"))


def test_a_committee_that_was_told_everything_is_told_nothing_new(busy, make, login):
    ict = make.committee(busy.portfolio, code="ICT", name="ICT board", programme_id=busy.programme_id)
    board, address = of_committee(ict), f"/reports/new?what=committee:{ict.id}"
    client = login((Role.PMO, busy.portfolio))

    before = words(client.get(address))
    actions.publish(busy.subject, PUBLISHER)
    after = words(client.get(address))
    edition_id = actions.publish(board, PUBLISHER).id

    assert "Publishing changes 3 of 4 commitments" in before
    assert "The committee was told the dates of all 4 milestones shown; publishing changes no commitment." in after
    assert "Commitments changed 0 of 4" in words(client.get(f"/reports/{edition_id}"))


def test_a_published_pack_says_so_and_offers_to_publish_again_second(world, login):
    client = login((Role.PMO, world.portfolio))
    path = f"//section[@aria-labelledby='pack-{world.subject.id}']"

    before = words(client.get("/reports"), path)
    edition_id = actions.publish(world.subject, PUBLISHER).id
    after, form = client.get("/reports"), client.get("/reports/new")

    assert "Publish…" in before
    assert "is published" not in before
    said = "Edition MC 2026-03 is published, 12 Mar 2026, 09:40, by Els Wauters."
    assert said in words(after, path)
    assert html.fromstring(after.text).xpath(f"{path}//a[@href='/reports/{edition_id}']") != []
    assert html.fromstring(after.text).xpath(f"{path}//a[contains(@class, 'btn--quiet')]")[0].text == "Publish again…"
    assert said in words(form, "//form[@method='post' and @action='/reports/new']")
    assert words(form, "//form[@method='post' and @action='/reports/new']//button") == "Publish again"


def test_the_committee_of_the_head_of_the_page_is_preselected_and_named_before_publishing(world, make, login):
    earlier = make.committee(world.portfolio, code="ALP", name="Alpha board")
    make.meeting(earlier, date(2026, 4, 14))
    client = login((Role.PMO, world.portfolio))

    form, other = client.get("/reports/new"), client.get(f"/reports/new?what=committee:{earlier.id}", headers=HTMX)

    assert words(form, "//select[@id='publish-what']/option[@selected]") == "Committee: Management committee"
    assert 'data-confirm="Publish the pack of Management committee for 24 Mar 2026?"' in form.text.replace(NBSP, " ")
    assert 'data-confirm="Publish the pack of Alpha board for 14 Apr 2026?"' in other.text.replace(NBSP, " ")


@pytest.mark.parametrize("how_many", [1, 3])
def test_packs_cost_the_same_however_many_committees_there_are(world, make, login, statements, how_many):
    for number in range(1, how_many):
        make.meeting(make.committee(world.portfolio, code=f"C{number}"), MARCH)
    client = login((Role.PMO, world.portfolio))
    statements.clear()

    page = client.get("/reports")

    assert page.text.count('aria-labelledby="pack-') == how_many
    assert len(statements) == 9
