"""A real Chromium on the real application: who is signed in, in which theme, on which screen; and axe."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response, sync_playwright

from tests.browser.pages import Shown
from tests.browser.world import PASSWORD
from tests.postgres import Server

HOUSE = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
QUIET = [f"--{flag}" for flag in ("disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-sync")]
STILL = {"reduced_motion": "reduce"}  # a colour on its way has no contrast yet
DESKTOP = STILL | {"viewport": {"width": 1440, "height": 900}}
PHONE = STILL | {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
TIMEOUT_MS = 15_000
REFUSED = ("Failed to load resource: the server responded with a status of 4", "Response Status Error Code 4")
EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
AXE = Axe().axe_script


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one server and one Chromium for all of them


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM:
        reason = "no chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
    yield started
    started.close()


@pytest.fixture(scope="session")
def server(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application with the portfolio of world.py, on 12 March 2026."""
    name = f"{database_server.prefix}_browser"
    urls = database_server.make(name, database_server.template)
    settings = {
        "PMO_DATABASE_URL": urls.app,
        "PMO_DATABASE_OWNER_URL": urls.owner,
        "PMO_DATA_DIR": str(tmp_path_factory.mktemp("browser")),
        "PMO_SECRET_KEY": "only for tests",
    }
    command = [sys.executable, "-m", "tests.browser.server"]
    with subprocess.Popen(command, cwd=HOUSE, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("ready "), "the server of the browser tests did not start; its reason stands above"
        yield line.removeprefix("ready ").strip()
        process.terminate()
    database_server.drop(name)


@dataclass
class Watched:
    """What pages did that no page may do: the browser's complaints, requests to elsewhere, errors of the server."""

    home: str
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
        if urlsplit(request.url).netloc != urlsplit(self.home).netloc and not request.url.startswith(("data:", "blob:")):
            self.note(f"a request to elsewhere: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 500:
            self.note(f"{response.status} from {response.url}")

    def watch(self, page: Page) -> Page:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.note(f"script: {error}"))
        page.on("request", self.request)
        page.on("response", self.response)
        return page


@pytest.fixture
def watched(server: str) -> Iterator[Watched]:
    watched = Watched(server)
    yield watched
    assert watched.complaints == []


MakeContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def make_context(browser: Browser, server: str) -> MakeContext:
    """A window of its own: `make_context(email, phone=True)`. People sign in through the page, once each."""
    kept: dict[str, Any] = {}

    def make(email: str = "", *, phone: bool = False, **options: Any) -> BrowserContext:
        if email and email not in kept:
            with browser.new_context(base_url=server) as context:
                type_in(context.new_page(), email)
                kept[email] = context.storage_state()
        screen = PHONE if phone else DESKTOP
        made = browser.new_context(base_url=server, storage_state=kept.get(email), **(screen | options))
        made.add_cookies([{"name": "language", "value": "en", "url": server}])
        made.set_default_timeout(TIMEOUT_MS)
        return made

    return make


def type_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(make_context: MakeContext, watched: Watched) -> Iterator[OpenPage]:
    """For tests that change something, in windows of their own: `open_page("/portfolio", email, theme="dark", phone=True)`."""
    made: list[BrowserContext] = []

    def open_it(path: str = "/", email: str = "", *, theme: str = "light", phone: bool = False, **options: Any) -> Page:
        made.append(make_context(email, phone=phone, color_scheme=theme, **options))
        page = watched.watch(made[-1].new_page())
        page.goto(path)
        return page

    yield open_it
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def shared_contexts(make_context: MakeContext) -> Iterator[Callable[[str, bool], BrowserContext]]:
    """One window per person and screen, with its cache, for the many tests that only look."""
    made: dict[tuple[str, bool], BrowserContext] = {}

    def of(email: str, phone: bool) -> BrowserContext:
        if (email, phone) not in made:
            made[email, phone] = make_context(email, phone=phone)
        return made[email, phone]

    yield of
    for context in made.values():
        context.close()


@pytest.fixture
def look_at(shared_contexts: Callable[[str, bool], BrowserContext], watched: Watched) -> Iterator[Callable[[Shown, bool], Page]]:
    """A page of pages.py, after its steps."""
    opened: list[Page] = []

    def look(shown: Shown, phone: bool) -> Page:
        page = watched.watch(shared_contexts(shown.email, phone).new_page())
        opened.append(page)
        page.goto(shown.path)
        for step in shown.steps:
            step(page)
        return page

    yield look
    for page in opened:
        page.close()


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
        page.evaluate(f"if (!window.axe) {{ {AXE} }}")
        options = {"runOnly": list(run_only), "resultTypes": ["violations"]}
        violations = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
        return [line(rule, node) for rule in violations for node in rule["nodes"]]

    return found


def line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
    return f"{rule['id']}: {node['html'][:200]}: {reasons[:300]}"
