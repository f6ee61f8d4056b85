"""Search from anywhere: Ctrl K, a few letters, Enter."""

from playwright.sync_api import expect

from tests.browser.world import PMO


def test_a_project_is_opened_from_anywhere_by_keyboard_alone(open_page):
    page = open_page("/reports", PMO)

    page.keyboard.press("Control+k")
    page.keyboard.type("lumen")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("LUMEN registry")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("LUMEN registry, investigator-initiated")
