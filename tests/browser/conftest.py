"""A real Chromium on the real application: who is signed in, in which theme, on which screen; and axe."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response

from tests.browser import world
from tests.browser.pages import Shown
from tests.browser.world import PASSWORD
from tests.postgres import DatabaseUrls, Server

HOUSE = Path(__file__).parents[2]
STILL = {"reduced_motion": "reduce"}  # a colour on its way has no contrast yet
DESKTOP = STILL | {"viewport": {"width": 1440, "height": 900}}
PHONE = STILL | {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
TIMEOUT_MS = 15_000
LOOKS_OF_A_TAB = 20  # then a new one: a tab keeps what axe needed for each page, up to a gigabyte
REFUSED = ("Failed to load resource: the server responded with a status of 4", "Response Status Error Code 4")
EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = Axe().axe_script


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one server and one Chromium for all of them


@contextmanager
def running(content: str, urls: DatabaseUrls, folder: Path) -> Iterator[str]:
    """The address of the application, on 12 March 2026."""
    settings = {
        "PMO_DATABASE_URL": urls.app,
        "PMO_DATABASE_OWNER_URL": urls.owner,
        "PMO_DATA_DIR": str(folder),
        "PMO_SECRET_KEY": "only for tests",
    }
    command = [sys.executable, "-m", "tests.browser.server", content]
    with subprocess.Popen(command, cwd=HOUSE, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("ready "), "the server of the browser tests did not start; its reason stands above"
        try:
            yield line.removeprefix("ready ").strip()
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def server(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """With the three projects of world.py, for tests that change something."""
    name = f"{database_server.prefix}_browser"
    with running("small", database_server.make(name, database_server.template), tmp_path_factory.mktemp("small")) as address:
        yield address
    database_server.drop(name)


@dataclass(frozen=True)
class Demo:
    """The demo portfolio in a server of its own, for the many tests that only look; `places` are the {words} of pages.py."""

    address: str
    places: dict[str, int | None]


@pytest.fixture(scope="session")
def demo(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    name = f"{database_server.prefix}_demo"
    urls = database_server.make(name, database_server.template)
    with running("demo", urls, tmp_path_factory.mktemp("demo")) as address:
        yield Demo(address, world.places(urls.superuser))
    database_server.drop(name)


@dataclass
class Watched:
    """What pages did that no page may do: the browser's complaints, requests to elsewhere, errors of the server."""

    complaints: list[str] = field(default_factory=list)
    looks_away: bool = False  # once axe ran: it writes inline styles of its own, and the browser says so late

    def note(self, complaint: str) -> None:
        if not self.looks_away:
            self.complaints.append(complaint)

    def console(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith(REFUSED)
        if message.type in ("error", "warning") and not refused:
            self.note(f"{message.type}: {message.text}")

    def request(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1" and not request.url.startswith(("data:", "blob:")):
            self.note(f"a request to elsewhere: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 500:
            self.note(f"{response.status} from {response.url}")

    def script(self, error: Error) -> None:
        self.note(f"script: {error}")

    def watch(self, page: Page) -> Page:
        for event, listener in self.listeners():
            page.on(event, listener)  # type: ignore[call-overload]
        return page

    def leave(self, page: Page) -> None:
        for event, listener in self.listeners():
            page.remove_listener(event, listener)

    def listeners(self) -> list[tuple[str, Callable[[Any], None]]]:
        return [("console", self.console), ("pageerror", self.script), ("request", self.request), ("response", self.response)]


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    assert watched.complaints == []


class People:
    """Windows of one server; people sign in through its page, once each."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.kept: dict[str, Any] = {}

    def window(self, email: str = "", *, phone: bool = False, **options: Any) -> BrowserContext:
        if email and email not in self.kept:
            with self.browser.new_context(base_url=self.address) as context:
                type_in(context.new_page(), email)
                self.kept[email] = context.storage_state()
        screen = PHONE if phone else DESKTOP
        made = self.browser.new_context(base_url=self.address, storage_state=self.kept.get(email), **(screen | options))
        made.add_cookies([{"name": "language", "value": "en", "url": self.address}])
        made.set_default_timeout(TIMEOUT_MS)
        return made


@pytest.fixture(scope="session")
def people(browser: Browser, server: str) -> People:
    return People(browser, server)


def type_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(people: People, watched: Watched) -> Iterator[OpenPage]:
    """For tests that change something, in windows of their own: `open_page("/portfolio", email, theme="dark", phone=True)`."""
    made: list[BrowserContext] = []

    def open_it(path: str = "/", email: str = "", *, theme: str = "light", phone: bool = False, **options: Any) -> Page:
        made.append(people.window(email, phone=phone, color_scheme=theme, **options))
        page = watched.watch(made[-1].new_page())
        page.goto(path)
        return page

    yield open_it
    for context in made:
        context.close()


LookAt = Callable[[Shown, bool], Page]


@pytest.fixture(scope="session")
def shared_page(browser: Browser, demo: Demo) -> Iterator[Callable[[str, bool], Page]]:
    """One window per person and screen, with its cache; a new one would cost more than most pages take."""
    people = People(browser, demo.address)
    made: dict[tuple[str, bool], BrowserContext] = {}
    looks: Counter[tuple[str, bool]] = Counter()

    def of(email: str, phone: bool) -> Page:
        who = email, phone
        if who not in made:
            made[who] = people.window(email, phone=phone)
        if looks[who] % LOOKS_OF_A_TAB == 0:
            for old in made[who].pages:
                old.close()
            made[who].new_page()
        looks[who] += 1
        return made[who].pages[0]

    yield of
    for window in made.values():
        window.close()


@pytest.fixture
def look_at(shared_page: Callable[[str, bool], Page], demo: Demo, watched: Watched) -> Iterator[LookAt]:
    """A page of pages.py on the demo, after its steps."""
    looked_at: list[Page] = []

    def look(shown: Shown, phone: bool) -> Page:
        page = shared_page(shown.email, phone)
        page.emulate_media(color_scheme="light")
        looked_at.append(watched.watch(page))
        page.goto(shown.path.format_map(demo.places))
        for step in shown.steps:
            step(page)
        return page

    yield look
    for page in looked_at:
        watched.leave(page)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A desktop window on the sign-in page."""
    return open_page("/sign-in")


@pytest.fixture
def sign_in(page: Page) -> Callable[[str], Page]:
    def somebody(email: str) -> Page:
        type_in(page, email)
        return page

    return somebody


@pytest.fixture
def axe(watched: Watched) -> Callable[..., list[str]]:
    """What axe finds on a page, one readable line each. The last thing done with a page: afterwards nobody watches it."""

    def found(page: Page, run_only: Sequence[str] = EVERY_RULE) -> list[str]:
        watched.looks_away = True
        if page.evaluate("!window.axe"):
            page.evaluate(AXE)
        # Without preload: it would ask for style sheets at addresses where there are none.
        options = {"runOnly": list(run_only), "resultTypes": ["violations"], "preload": False}
        violations = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
        return [line(rule, node) for rule in violations for node in rule["nodes"]]

    return found


def line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
    return f"{rule['id']}: {node['html'][:200]}: {reasons[:300]}"
