"""Pictures of the main pages for docs/screens, taken from a running demo: `make screens`, ARGS="portfolio project" for some."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "screens"
DESKTOP, PHONE = (1440, 900), (390, 844)
PMO, MANAGER = "els.wauters@example.org", "nele.verbeke@example.org"
PROGRAMME_MANAGER, ADMINISTRATOR = "bram.coppens@example.org", "ivo.lambrecht@example.org"
PASSWORD = "welcome to the demo"  # noqa: S105  (printed by the demo itself)
FLAGS = ("disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-sync", "no-sandbox")


@dataclass(frozen=True, slots=True)
class Shot:
    """One page as somebody sees it; `press` is pressed before the picture is taken."""

    name: str
    path: str
    email: str = PMO
    press: str = ""
    theme: str = "light"
    language: str = "en"
    has_phone: bool = True


SHOTS = (
    Shot("sign-in", "/sign-in", ""),
    Shot("timeline", "/timeline"),
    Shot("alerts", "/alerts"),
    Shot("committees", "/committees"),
    Shot("people", "/people", ADMINISTRATOR),
)


def main(names: list[str]) -> int:
    chosen = [shot for shot in SHOTS if not names or shot.name in names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[f"--{flag}" for flag in FLAGS])
        for shot in chosen:
            take(browser, address, shot, DESKTOP, FOLDER / f"{shot.name}.png")
            if shot.has_phone:
                take(browser, address, shot, PHONE, FOLDER / f"{shot.name}-phone.png")
            sys.stdout.write(f"{shot.name}\n")
        browser.close()
    return 0


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("no chromium on this machine (Debian: apt install chromium)")
    return found


@contextmanager
def running_demo() -> Iterator[str]:
    """The demo as a user starts it, on a day of its own story, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        command = [sys.executable, "-m", "pmo.cli", "demo", "--port", port, "--data-dir", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:  # noqa: S603  (our own words)
            try:
                yield next(line.split()[1] for line in demo.stdout or () if line.startswith("ready "))
            finally:
                demo.send_signal(signal.SIGTERM)
                demo.wait(60)


def take(browser: Browser, address: str, shot: Shot, size: tuple[int, int], file: Path) -> None:
    width, height = size
    is_phone = size == PHONE
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=is_phone,
        is_mobile=is_phone,
        device_scale_factor=2 if is_phone else 1,
    )
    context.add_cookies([{"name": "language", "value": shot.language, "url": address}])
    page = context.new_page()
    if shot.email:
        sign_in(page, shot.email)
    page.goto(shot.path)
    if shot.press:
        page.locator(shot.press).first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("#sign-in-form button").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
