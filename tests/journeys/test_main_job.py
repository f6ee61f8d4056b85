"""The main job: a public list comes in, a date moves, the server notices, its owner is written to, the committee reads it."""

import re
import time
from io import BytesIO
from pathlib import Path

from docx import Document
from playwright.sync_api import Page, expect

from tests.exchange.reading import DATA, needs_data
from tests.exchange.test_gmpp_truths import TRUTH
from tests.post import Post

EMAIL, PASSWORD = "els.wauters@example.org", "a sentence to remember"
YEAR, MILESTONE = "2022", "Full business case approved"
PATIENCE = 60
NBSP = "\N{NO-BREAK SPACE}"


@needs_data
def test_from_an_empty_house_to_the_committees_word_file(installation, window, post):
    first = installation.pmo("user", "add", "--email", EMAIL, "--name", "Els Wauters", "--role", "pmo").split()[-1]
    page = window.new_page()

    sign_in(page, first)
    bring_the_list_in(page)
    number = open_a_project(page)
    plan_a_date(page, number)
    move_it_by_keyboard(page, number)
    see_the_finding(page)

    assert f"{installation.address}/alerts/" in the_mail(post)
    assert MILESTONE not in the_mail(post)
    assert {MILESTONE, "30 Jun", "14 Aug", "+45 d"} <= take_the_report(page, number)


def sign_in(page: Page, first: str) -> None:
    """With the password of the command, which has to be changed at once."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(first)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Current password").fill(first)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


def bring_the_list_in(page: Page) -> None:
    page.goto("/imports")
    page.get_by_label("File").set_input_files(DATA / "portfolio" / TRUTH["years"][YEAR]["file"])
    page.get_by_label("Code of a new portfolio").fill("GMPP")
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_text("Nothing is stored yet")).to_be_visible()

    page.get_by_role("button", name=f"Apply {TRUTH['years'][YEAR]['projects']} added, 0 changed").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("brought in")


def open_a_project(page: Page) -> str:
    """The first of the list; she becomes its manager, so that what is found concerns her."""
    page.goto("/portfolio?portfolio=GMPP")
    expect(page.locator("#portfolio")).to_contain_text(f"of {TRUTH['years'][YEAR]['projects']} projects")
    page.locator("tr[data-row] a.name").first.click()
    address = page.url

    page.goto(f"{address}/edit")
    page.get_by_label("Manager").select_option(label="Els Wauters")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(address)
    return address.rpartition("/")[2]


def plan_a_date(page: Page, number: str) -> None:
    """A milestone of her own, which becomes part of the approved plan."""
    page.goto(f"/projects/{number}/milestones/new")
    page.get_by_label("Name", exact=True).fill(MILESTONE)
    page.get_by_label("Forecast").fill("30/06/2026")
    page.get_by_role("button", name="Add milestone").click()
    expect(page).to_have_url(re.compile("#milestone-"))
    page.goto(f"/projects/{number}/milestones/baseline")
    page.get_by_label("Why the plan is approved anew").select_option("scope")
    page.get_by_role("button", name="Approve the new baseline").click()
    expect(page.locator("#milestone-table")).to_contain_text(MILESTONE)


def move_it_by_keyboard(page: Page, number: str) -> None:
    """Without a mouse: the reason is asked, and the row changes where it stands."""
    page.goto(f"/projects/{number}/milestones")
    row = page.locator("tbody[id^=milestone-]", has=page.get_by_role("link", name=MILESTONE, exact=True))
    row.locator("a.edit-link").focus()
    page.keyboard.press("Enter")
    expect(row.locator("input[name=forecast]")).to_be_focused()
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-request")).to_have_count(0)
    page.keyboard.press("Control+A")
    page.keyboard.type("+45d")
    page.keyboard.press("Enter")
    expect(row.locator("select[name=reason]")).to_be_focused()
    page.keyboard.press("A")
    page.keyboard.press("Enter")
    expect(row.locator("a.edit-link")).to_contain_text("14 Aug")
    expect(row).to_contain_text("+45")
    expect(page).to_have_url(re.compile(f"/projects/{number}/milestones$"))


def see_the_finding(page: Page) -> None:
    finding = page.get_by_role("link", name=re.compile(f"{MILESTONE}.*45"))
    page.goto("/alerts")
    deadline = time.monotonic() + PATIENCE
    while not finding.count() and time.monotonic() < deadline:
        page.reload()
    expect(finding).to_be_visible()


def the_mail(post: Post) -> str:
    deadline = time.monotonic() + PATIENCE
    while not post.accepted and time.monotonic() < deadline:
        time.sleep(0.1)
    [text] = post.accepted
    return text


def take_the_report(page: Page, number: str) -> set[str]:
    """The cells of the Word file of the project."""
    page.goto("/reports/new")
    page.get_by_label("Report on").select_option(f"project:{number}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the Word file").click()
    document = Document(BytesIO(Path(download.value.path()).read_bytes()))
    return {cell.text.replace(NBSP, " ") for table in document.tables for row in table.rows for cell in row.cells}
