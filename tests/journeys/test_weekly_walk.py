"""Five minutes a week: from the mail's link, on a phone, without signing in, to three projects that are fresh today."""

import email
import re
import subprocess
import sys
import time
from email import policy
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.journeys.conftest import HOUSE, PATIENCE
from tests.journeys.weekly import PASSWORD, PLAN, PMO
from tests.post import Post

MOST_TAPS = 25
SILENT = "Last status update on 1 Feb 2026"


class Thumb:
    """Taps, and counts them; choosing a field to type in is a tap too."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, name: str, role: str = "button") -> None:
        self.taps += 1
        self.page.get_by_role(role, name=name, exact=True).tap()

    def choose(self, name: str) -> None:
        self.taps += 1
        self.page.locator(".choice label", has_text=name).tap()

    def write(self, label: str, words: str) -> None:
        self.taps += 1
        self.page.get_by_label(label, exact=True).fill(words)

    def sees(self, question: str) -> None:
        expect(self.page.locator(".walk__q")).to_have_text(question)

    def still(self, name: str, day: str) -> None:
        self.sees(f"{name}: still {day}?")
        self.tap(f"Still {day}")


def test_a_manager_walks_through_three_projects_from_a_mail(installation, browser, window, post):
    subprocess.run([sys.executable, "-m", "tests.journeys.weekly"], cwd=HOUSE, env=installation.environment, check=True)
    installation.pmo("alerts", "run")
    before = findings(window.new_page())
    installation.pmo("walk", "invite")
    link = the_link(post)
    with browser.new_context(base_url=installation.address, **PHONE) as phone:
        page = phone.new_page()
        seen: list[str] = []
        page.on("framenavigated", lambda frame: seen.append(urlsplit(frame.url).path))
        thumb = Thumb(page)

        page.goto(link)
        thumb.taps += 1  # the link itself
        walk_through(thumb)

        expect(page.locator(".preview")).to_have_count(3)
        expect(page.locator(".fresh--stale")).to_have_count(0)
        assert set(seen) == {"/walk"}
        assert thumb.taps <= MOST_TAPS
    assert before == 3
    everything_is_fresh(window.new_page())


def walk_through(thumb: Thumb) -> None:
    """Seven dates stand, one moves, one was reached; a sentence for each of the two projects that changed."""
    first, second, third = PLAN.values()
    for name, day in zip(first, ("16 Mar", "23 Mar", "4 May"), strict=True):
        thumb.still(name, day)
    thumb.sees(f"{second[0]}: still 16 Mar?")
    thumb.tap("New date", "link")
    thumb.write("New date", "27 Mar 2026")
    thumb.choose("Supply")
    thumb.tap("Save, next card")
    thumb.still(second[1], "23 Mar")
    thumb.still(second[2], "4 May")
    thumb.sees("Your sentence for the committee")
    expect(thumb.page.locator("textarea")).to_have_value("Portal accepted moves from 16 Mar 2026 to 27 Mar 2026 (Supply).")
    thumb.write("What is done since the last update", "The portal is accepted on 27 March, when the supplier is back.")
    thumb.tap("Save, next card")
    thumb.sees(f"{third[0]}: still 16 Mar?")
    thumb.tap("Reached", "link")
    thumb.tap("Save, next card")
    thumb.still(third[1], "23 Mar")
    thumb.still(third[2], "4 May")
    expect(thumb.page.locator("textarea")).to_have_value("Protocol signed was reached on 12 Mar 2026.")
    thumb.tap("Save, next card")
    thumb.sees("That was all. Thank you.")


def the_link(post: Post) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for raw in post.accepted:
            plain = email.message_from_string(raw, policy=policy.default).get_body(("plain",)).get_content()
            if found := re.search(r"http\S+/walk/link/\S+", plain):
                return found[0]
        time.sleep(0.2)
    raise AssertionError("no mail with a link came")


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(PMO)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def findings(page: Page) -> int:
    """How many projects the PMO finds without a word."""
    sign_in(page)
    page.goto("/alerts")
    return page.get_by_text(SILENT).count()


def everything_is_fresh(page: Page) -> None:
    """On the portfolio, on each project's page, and, once the worker has looked again, among the alerts."""
    page.goto("/portfolio")
    assert page.locator("td.c-upd").all_inner_texts() == ["12 Mar"] * 3
    for link in page.locator("tr[data-row] a.name").evaluate_all("links => links.map(link => link.href)"):
        page.goto(link)
        expect(page.locator("#project-head .fresh")).to_contain_text("Updated 12 Mar 2026")
    deadline = time.monotonic() + PATIENCE
    page.goto("/alerts")
    while page.get_by_text(SILENT).count() and time.monotonic() < deadline:
        time.sleep(0.5)
        page.goto("/alerts")
    assert page.get_by_text(SILENT).count() == 0
