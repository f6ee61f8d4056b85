"""A milestone moved by keyboard only, in a real browser: the reason is asked, the row updates in place, and it can be undone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.world import MANAGER, PMO

PAGE = "/projects/1/milestones"


def row(page: Page, name: str):
    return page.locator("tbody[id^=milestone-]", has=page.get_by_role("link", name=name, exact=True))


def open_editor(page: Page, name: str):
    """By keyboard: the date of the row is a link that opens the editor."""
    found = row(page, name)
    found.locator("a.edit-link").focus()
    page.keyboard.press("Enter")
    expect(found.locator("input[name=forecast]")).to_be_focused()
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)
    return found


def test_a_date_is_moved_by_keyboard_with_its_reason_and_undone(open_page):
    page = open_page(PAGE, MANAGER)
    found = open_editor(page, "First patient order accepted")

    page.keyboard.press("Control+A")
    page.keyboard.type("+10d")
    expect(found.locator("[id^=effect-]")).to_contain_text("23 May 2026")
    page.keyboard.press("Enter")
    expect(found.locator("select[name=reason]")).to_be_focused()
    expect(found).to_contain_text("Choose why this date moves")
    page.keyboard.press("A")
    page.keyboard.press("Tab")
    page.keyboard.type("Opinion came late")
    page.keyboard.press("Enter")

    expect(found.locator("a.edit-link")).to_contain_text("23 May")
    expect(found.locator("a.edit-link")).to_be_focused()
    expect(found).to_contain_text("+23")
    expect(page.locator("#project-head")).to_contain_text(re.compile(r"First patient order accepted: 23 d after baseline"))
    expect(page.locator("#toasts")).to_contain_text("First patient order accepted is now expected on 23 May 2026.")

    page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")
    expect(found.locator("a.edit-link")).to_contain_text("13 May")
    expect(page.locator("#project-head")).to_contain_text("Ethics committee opinion: 14 d after baseline")


def test_what_is_changed_in_the_panel_changes_the_row_beside_it(open_page):
    page = open_page("/projects/3/milestones", PMO)
    page.get_by_role("link", name="First patient in, Tampere", exact=True).click()

    page.locator("#panel").get_by_label("Name", exact=True).fill("First patient in, Oulu")
    page.locator("#panel").get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#milestone-4").get_by_role("link", name="First patient in, Oulu", exact=True)).to_be_visible()
    expect(page.locator("#panel").get_by_role("heading", level=2)).to_have_text("First patient in, Oulu")


def test_escape_puts_the_row_back_and_the_focus_with_it(open_page):
    page = open_page(PAGE, MANAGER)
    found = open_editor(page, "Ethics committee opinion")

    page.keyboard.press("Escape")

    expect(found.locator("a.edit-link")).to_be_focused()
    expect(found.locator("input[name=forecast]")).to_have_count(0)


def test_two_people_see_both_dates_and_one_chooses(open_page):
    mine, theirs = open_page(PAGE, MANAGER), open_page(PAGE, PMO)
    found, other = open_editor(mine, "Ethics committee opinion"), open_editor(theirs, "Ethics committee opinion")
    other.locator("input[name=forecast]").fill("20/3/2026")
    other.locator("select[name=reason]").select_option("supply")
    other.get_by_role("button", name="Save new date").click()
    expect(other.locator("a.edit-link")).to_contain_text("20 Mar")

    found.locator("input[name=forecast]").fill("16/3/2026")
    found.locator("select[name=reason]").select_option("authority")
    found.get_by_role("button", name="Save new date").click()
    expect(mine.get_by_role("heading", level=1)).to_contain_text("Els Wauters saved another date while you were editing")
    expect(mine.locator("#conflict")).to_contain_text("16 Mar 2026")
    mine.get_by_role("radio", name="Another date").check()
    mine.get_by_role("textbox", name="Another date").fill("18/3/2026")
    mine.get_by_role("button", name="Save this choice").click()

    expect(row(mine, "Ethics committee opinion").locator("a.edit-link")).to_contain_text("18 Mar")


@pytest.mark.parametrize("phone", [False, True])
def test_an_item_is_closed_in_the_panel_and_leaves_the_list(open_page, phone):
    page = open_page("/raid", PMO, phone=phone)
    page.get_by_role("link", name="Add item").click()
    panel = page.locator("#panel")
    title = f"Labels late {'on a phone' if phone else 'at a desk'}"
    panel.get_by_label("Project").select_option(index=1)
    panel.get_by_label("Title").fill(title)
    panel.get_by_role("button", name="Add to the register").click()
    expect(page.locator("#raid-table")).to_contain_text(title)

    panel.get_by_role("link", name="Close…").click()
    panel.get_by_label("In a few words").fill("Arrived")
    panel.get_by_role("button", name="Close it").click()

    expect(panel).to_contain_text("Open again")
    expect(page.locator("#raid-table")).not_to_contain_text(title)


def test_the_preview_follows_what_is_typed(open_page):
    page = open_page("/projects/2/update", PMO)

    page.get_by_label("Needs attention").fill("Two testers are ill")

    expect(page.locator("#preview")).to_contain_text("Two testers are ill")


def test_without_script_a_date_is_moved_by_links_and_forms(open_page):
    page = open_page("/projects/2/milestones", PMO, java_script_enabled=False)

    page.locator("a.edit-link").first.click()
    page.locator("input[name=forecast]").fill("9/4/2026")
    page.get_by_label("Reason").select_option("staff")
    page.get_by_role("button", name="Save new date").click()

    assert page.url.endswith("/projects/2/milestones#milestone-3")
    assert "9 Apr" in page.locator("#milestone-3").inner_text()


def test_what_was_typed_in_an_update_comes_back_after_the_session_expired(open_page):
    page = open_page("/projects/3/update", PMO)
    page.get_by_label("Needs attention").fill("Words that must not be lost")
    page.get_by_label("Needs attention").blur()

    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/portfolio")
    page.goto("/projects/3/update")

    expect(page.get_by_label("Needs attention")).to_have_value("Words that must not be lost")
    expect(page.get_by_text("it is not stored yet")).to_be_visible()
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_label("Needs attention")).to_have_value("")


def test_a_date_is_chosen_in_a_calendar(open_page):
    page = open_page(PAGE, PMO)
    found = open_editor(page, "First patient order accepted")

    found.get_by_role("button", name="Choose in a calendar").click()
    chosen = "field => { field.value = '2026-05-20'; field.dispatchEvent(new Event('change')) }"
    page.locator("[data-calendar] input").evaluate(chosen)

    expect(found.locator("input[name=forecast]")).to_have_value("2026-05-20")
    expect(found.locator("[id^=effect-]")).to_contain_text("+20")
