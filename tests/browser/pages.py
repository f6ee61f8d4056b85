"""Every page that is looked at in a browser, in one place: add a line, and axe, the phone and the policy check it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.world import ADMINISTRATOR, PMO

Step = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as somebody sees it after some steps (a dialog opened, a mistake made). Nobody signed in: `email` is empty."""

    name: str
    path: str
    email: str = PMO
    steps: tuple[Step, ...] = ()


def press(name: str) -> Step:
    """Press the first visible button or link of that name."""
    return lambda page: page.locator(":is(button, a):visible", has_text=name).first.click()


def send(form: str) -> Step:
    """Send a form as it is, past the browser's own checks, to see how the server refuses it."""

    def step(page: Page) -> None:
        page.evaluate("selector => { document.querySelector(selector).noValidate = true }", form)
        page.locator(f"{form} button:not([type=button])").first.click()
        page.wait_for_load_state("networkidle")

    return step


def typed(label: str, text: str) -> Step:
    return lambda page: page.get_by_label(label).first.fill(text)


def opened(selector: str) -> Step:
    """Press what the selector finds first, e.g. the first status glyph of a list."""
    return lambda page: page.locator(selector).first.click()


PAGES: tuple[Shown, ...] = (
    Shown("sign-in", "/sign-in", ""),
    Shown("sign-in refused", "/sign-in", "", (send("#sign-in-form"),)),
    Shown("not found", "/no-such-page"),
    Shown("macros", "/styleguide"),
    Shown("macros with errors", "/styleguide?errors=1"),
    Shown("macros with panel", "/styleguide?panel=1"),
    Shown("macros, why", "/styleguide", PMO, (opened("button.rag"),)),
    Shown("macros, confirm", "/styleguide", PMO, (typed("Due", "2026-04-01"), opened("form[data-confirm] button.btn--primary"))),
    Shown("macros, account", "/styleguide", PMO, (opened("[popovertarget=account]"),)),
    Shown("macros in the past", "/styleguide?as_of=2026-02-24", PMO, (opened("[popovertarget=state-on]"),)),
    Shown("macros, administrator", "/styleguide", ADMINISTRATOR),
    Shown("timeline", "/timeline"),
    Shown("timeline of a project", "/projects/PAC-01/timeline"),
    Shown("history", "/history/milestone/1"),
    Shown("alerts", "/alerts"),
    Shown("committees", "/committees"),
    Shown("committee", "/committees/1"),
    Shown("new committee", "/committees/new"),
    Shown("new committee refused", "/committees/new", PMO, (send("main form"),)),
    Shown("people", "/people", ADMINISTRATOR),
    Shown("person", "/people/1", ADMINISTRATOR),
    Shown("new person", "/people/new", ADMINISTRATOR),
    Shown("new person refused", "/people/new", ADMINISTRATOR, (send("main form"),)),
    Shown("password", "/me/password"),
    Shown("password refused", "/me/password", PMO, (send("main form"),)),
)
