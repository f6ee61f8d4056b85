"""What the frame does in a browser: display choices, popovers, dialogs, editing in place, the panel, the keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.world import ADMINISTRATOR, PMO


def test_the_theme_changes_at_once_and_the_server_draws_it_next_time(open_page):
    page = open_page("/styleguide", PMO)

    page.get_by_role("button", name="Switch light or dark theme").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in page.request.get("/styleguide").text()


def test_the_language_changes_by_a_form(open_page):
    page = open_page("/styleguide", PMO)

    page.get_by_role("button", name="change language").click()
    page.get_by_role("button", name="Nederlands").click()

    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert page.url.endswith("/styleguide")


def test_the_first_tab_offers_to_skip_to_the_content(open_page):
    page = open_page("/styleguide", PMO)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_a_status_explains_itself_by_keyboard_and_escape_leads_back(open_page):
    page = open_page("/styleguide", PMO)
    glyph = page.locator("button.rag").first
    glyph.focus()

    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="ICT-11: why red?")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="ICT-11: why red?")).to_be_hidden()
    expect(glyph).to_be_focused()


def test_escape_in_an_open_row_presses_cancel(open_page):
    page = open_page("/styleguide", PMO)
    page.locator("[data-cancel]").evaluate("button => { button.onclick = () => { document.body.dataset.cancelled = 'yes' } }")

    page.get_by_label("Words, optional").focus()
    page.keyboard.press("Escape")

    expect(page.locator("body")).to_have_attribute("data-cancelled", "yes")


def test_a_question_is_asked_before_a_form_with_consequences_is_sent(open_page):
    page = open_page("/styleguide", PMO)
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.get_by_label("Due").fill("2026-04-01")
    save = page.locator("form[data-confirm] button.btn--primary")

    save.click()
    page.get_by_role("dialog", name="Close this project?").get_by_role("button", name="Cancel").click()
    assert sent == []
    save.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Close it").click()

    assert sent == ["POST"]


def test_plus_in_a_date_field_adds_a_day_and_says_the_slip(open_page):
    page = open_page("/styleguide", PMO)
    field = page.get_by_label("New forecast date")

    field.press("+")

    expect(field).to_have_value("2026-03-13")
    expect(page.locator("output")).to_have_text("+14\u00a0d")


def test_single_keys_do_nothing_until_switched_on(open_page):
    page = open_page("/styleguide", PMO)

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.locator("[popovertarget=account]").click()
    page.locator("button[name=keys]").click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox")).to_be_focused()


def test_leaving_with_typed_words_is_asked_about(open_page):
    page = open_page("/styleguide", PMO)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_label("Words, optional").fill("Dutch form")
    page.goto("/styleguide?panel=1")

    assert asked == ["beforeunload"]


def test_closing_the_panel_leads_back_to_the_list(open_page):
    page = open_page("/styleguide?panel=1", PMO)

    page.get_by_role("link", name="Close panel").click()

    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("main")).to_be_focused()
    assert page.url.endswith("/styleguide")


def test_a_refused_swap_is_said_aloud_and_the_page_stays(open_page):
    page = open_page("/styleguide", PMO)
    page.evaluate("htmx.ajax('GET', '/no-such-page', {target: '#list', swap: 'outerHTML'})")

    expect(page.get_by_role("status").get_by_role("alert")).to_contain_text("There is nothing here, or nothing you may see.")
    expect(page.locator("#list")).to_be_visible()


def test_the_phone_opens_the_whole_menu_from_its_bar(open_page):
    page = open_page("/styleguide", PMO, phone=True)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()

    page.get_by_role("button", name="More", exact=True).click()

    expect(menu).to_be_visible()


def test_without_script_every_choice_is_a_form(open_page):
    page = open_page("/styleguide", PMO, java_script_enabled=False)

    page.get_by_role("button", name="Switch light or dark theme").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Apply")).to_be_visible()


def test_typing_in_a_filter_changes_the_table_and_the_address_and_keeps_the_cursor(open_page):
    page = open_page("/people", ADMINISTRATOR)
    search = page.get_by_role("searchbox")

    for letters in ("ne", "le"):  # a pause long enough that the list follows
        search.press_sequentially(letters, delay=30)
        expect(page).to_have_url(re.compile(rf"q=[nel]*{letters}(&|$)"))

    expect(page.locator("#people-table tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="Nele Verbeke")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/people\?q=nele(&|$)"))
    expect(search).to_be_focused()
    page.go_back()
    expect(page.locator("#people-table tbody tr")).not_to_have_count(1)


def test_a_panel_opens_beside_the_list_and_closing_leads_back_to_the_link(open_page):
    page = open_page("/people", ADMINISTRATOR)
    link = page.get_by_role("link", name="Nele Verbeke")

    link.click()
    expect(page.locator("#panel")).to_be_focused()
    expect(page.locator("#panel").get_by_role("heading", name="Nele Verbeke")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#panel")).to_be_hidden()
    expect(link).to_be_focused()
