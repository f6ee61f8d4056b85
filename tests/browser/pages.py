"""Every page that is looked at in a browser, in one place: add a line, and axe, the phone and the policy check it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.world import ADMINISTRATOR, COMMITTEE, MANAGER, PMO

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
    Shown("portfolio", "/portfolio"),
    Shown("portfolio, why", "/portfolio", PMO, (opened("button.rag"),)),
    Shown("portfolio, columns", "/portfolio", PMO, (opened("[popovertarget=columns]"),)),
    Shown("portfolio, nothing found", "/portfolio?q=zzz"),
    Shown("portfolio in the past", "/portfolio?as_of=2026-02-24"),
    Shown("portfolio of a committee member", "/portfolio", COMMITTEE),
    Shown("project beside the list", "/projects/1/peek"),
    Shown("programme", "/programmes/1"),
    Shown("project", "/projects/1"),
    Shown("project of its manager", "/projects/1", MANAGER),
    Shown("project in the past", "/projects/1?as_of=2026-02-24"),
    Shown("project, milestones", "/projects/1/milestones"),
    Shown("project, register", "/projects/1/raid"),
    Shown("project, history", "/projects/1/history"),
    Shown("milestone", "/projects/1/milestones/1"),
    Shown("milestone, new date", "/projects/1/milestones", PMO, (opened("a.edit-link"),)),
    Shown("milestone, refused", "/projects/1/milestones", PMO, (opened("a.edit-link"), opened("tr.edit-row--2 .btn--primary"))),
    Shown("new milestone", "/projects/1/milestones/new"),
    Shown("new project", "/projects/new"),
    Shown("new project refused", "/projects/new", PMO, (send("main form"),)),
    Shown("project, edit", "/projects/1/edit"),
    Shown("status update", "/projects/1/update"),
    Shown("register", "/raid"),
    Shown("register item", "/raid/1"),
    Shown("new register item", "/raid/new"),
    Shown("rules", "/rules", ADMINISTRATOR),
    Shown("first steps", "/first-steps", ADMINISTRATOR),
    Shown("timeline", "/timeline"),
    Shown("timeline of a project", "/projects/PAC-01/timeline"),
    Shown("timeline with panel", "/timeline?level=all&zoom=week&panel=m1"),
    Shown("timeline without rows", "/timeline?q=nothing+like+this"),
    Shown("history", "/history/milestone/1"),
    Shown("alerts", "/alerts"),
    Shown("committees", "/committees"),
    Shown("committee", "/committees/1"),
    Shown("new committee", "/committees/new"),
    Shown("new committee refused", "/committees/new", PMO, (send("main form"),)),
    Shown("imports", "/imports"),
    Shown("import refused", "/imports", PMO, (send("#import-form"),)),
    Shown("import preview", "/imports/1"),
    Shown("import preview, added", "/imports/1?tab=added"),
    Shown("import that cannot be read", "/imports/2"),
    Shown("people", "/people", ADMINISTRATOR),
    Shown("person", "/people/1", ADMINISTRATOR),
    Shown("new person", "/people/new", ADMINISTRATOR),
    Shown("new person refused", "/people/new", ADMINISTRATOR, (send("main form"),)),
    Shown("password", "/me/password"),
    Shown("password refused", "/me/password", PMO, (send("main form"),)),
)
