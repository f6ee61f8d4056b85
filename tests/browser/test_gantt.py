"""The timeline by keyboard and without script."""

import re

from playwright.sync_api import expect

from tests.browser.world import PMO


def focused(page):
    return page.evaluate("document.activeElement.closest('tr')?.querySelector('.gc2')?.innerText.trim() ?? ''")


def test_rows_are_walked_unfolded_and_opened_with_the_keyboard(open_page):
    page = open_page("/timeline", PMO)
    page.locator("tr[data-row]").first.focus()

    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("LUMEN") or focused(page).startswith("OLR")
    page.keyboard.press("ArrowRight")
    expect(page.locator("tr[data-row]:focus [data-twist]")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#panel")).to_be_focused()
    assert page.locator("#panel h2").inner_text() == page.locator("tr[aria-selected=true] .name").inner_text()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert re.search(r"flip=p\d", page.url)


def test_the_timeline_opens_at_today_and_today_leads_back(open_page):
    page = open_page("/timeline?zoom=day", PMO)
    scroller = page.locator("[data-gantt]")
    at = scroller.evaluate("list => list.scrollLeft")
    assert at > 0

    scroller.evaluate("list => { list.scrollLeft = 0 }")
    page.get_by_role("link", name="Today", exact=True).click()
    assert scroller.evaluate("list => list.scrollLeft") == at


def test_without_script_rows_unfold_and_the_panel_opens(open_page):
    page = open_page("/timeline", PMO, java_script_enabled=False)

    page.get_by_label("Rows of LUMEN").first.click()
    page.get_by_role("link", name="First patient in, Tampere").first.click()

    expect(page.locator("#panel h2")).to_have_text("First patient in, Tampere")
    page.get_by_label("Close panel").click()
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.get_by_role("link", name="First patient in, Tampere").first).to_be_visible()


def test_a_phone_lists_milestones_by_month(open_page):
    page = open_page("/timeline", PMO, phone=True)
    expect(page.locator("[data-gantt]")).to_be_hidden()
    expect(page.get_by_role("heading", name="May 2026")).to_be_visible()
    page.get_by_role("link", name="First patient in, Tampere").click()
    expect(page.locator("#panel h2")).to_have_text("First patient in, Tampere")
