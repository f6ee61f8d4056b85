"""What forms gain with script: a decision asks for what its outcome needs, a link is copied by a button."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import People
from tests.browser.world import PMO

DECIDE = "/change-requests/{wish}/decision"
GIVE = "/indicators/measurements/{outside}"


@pytest.fixture
def on_demo(browser, demo, watched):
    """A page of the demo in a window of its own."""
    made = []

    def open_it(path, **options):
        made.append(People(browser, demo.address).window(PMO, **options))
        page = watched.watch(made[-1].new_page())
        page.goto(path.format_map(demo.places))
        return page

    yield open_it
    for window in made:
        window.close()


def fields(page):
    return page.get_by_label("Postponed until"), page.get_by_label("Merged into")


def test_a_decision_asks_only_for_what_its_outcome_needs(on_demo):
    page = on_demo(DECIDE)
    until, into = fields(page)
    expect(until).to_be_hidden()
    expect(into).to_be_hidden()

    page.get_by_text("Postponed", exact=True).click()

    expect(until).to_be_visible()
    expect(into).to_be_disabled()
    page.get_by_text("Merged", exact=True).click()
    expect(into).to_be_enabled()
    expect(until).to_be_hidden()


def test_without_script_all_of_it_stands_there(on_demo):
    for field in fields(on_demo(DECIDE, java_script_enabled=False)):
        expect(field).to_be_visible()


def test_a_refused_form_shows_what_was_chosen(on_demo):
    page = on_demo(DECIDE)
    until, into = fields(page)
    page.get_by_text("Merged", exact=True).click()

    page.get_by_role("button", name="Record the decision").click()

    expect(into).to_have_attribute("aria-invalid", "true")
    expect(until).to_be_hidden()


def test_a_one_time_link_is_copied_by_a_button(on_demo):
    page = on_demo(GIVE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Make a one-time link").click()

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert re.search(r"/give/[\w-]+$", page.evaluate("navigator.clipboard.readText()"))


def test_without_script_the_link_is_there_to_be_selected(on_demo):
    page = on_demo(GIVE, java_script_enabled=False)
    page.get_by_role("button", name="Make a one-time link").click()

    expect(page.locator("#one-time-link")).to_contain_text("/give/")
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
