"""Pictures for docs/screens, taken from a running demo: `make screens`, ARGS="portfolio report" for some.

The main pages at 1440 and 390 px, and the pages of the committee's Word report, each beside the page of the target it follows.
"""

import io
import os
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

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

HOUSE = Path(__file__).parent.parent
FOLDER = HOUSE / "docs" / "screens"
TARGET = HOUSE.parent / "shared" / "design" / "report" / "pages"
DESKTOP, PHONE = (1440, 900), (390, 844)
PMO, MANAGER = "els.wauters@example.org", "nele.verbeke@example.org"
ADMINISTRATOR = "ivo.lambrecht@example.org"
PASSWORD = "welcome to the demo"  # noqa: S105  (printed by the demo itself)
FLAGS = ("disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-sync", "no-sandbox")
COLOURS = 128  # of a picture in the repository: flat pages need no more
DPI = 80


@dataclass(frozen=True, slots=True)
class Shot:
    """One page as somebody sees it. {words} of the path are numbers found on the portfolio page; `press` is pressed in turn."""

    name: str
    path: str
    email: str = PMO
    press: tuple[str, ...] = ()
    theme: str = "light"
    language: str = "en"
    on_phone: bool = False


SHOTS = (
    Shot("sign-in", "/sign-in", ""),
    Shot("portfolio", "/portfolio", on_phone=True),
    Shot("portfolio-fr", "/portfolio", language="fr"),
    Shot("portfolio-nl", "/portfolio", language="nl"),
    Shot("portfolio-dark", "/portfolio", theme="dark", on_phone=True),
    Shot("portfolio-why", "/portfolio", press=("button.rag",)),
    Shot("portfolio-last-committee", "/portfolio?as_of=last-committee"),
    Shot("timeline", "/timeline?open=all", on_phone=True),
    Shot("timeline-panel", "/timeline?level=all&panel=m{milestone}"),
    Shot("programme", "/programmes/{programme}"),
    Shot("project", "/projects/{project}", MANAGER, on_phone=True),
    Shot("project-move", "/projects/{project}/milestones", MANAGER, press=("a.edit-link",), on_phone=True),
    Shot("project-history", "/projects/{project}/history"),
    Shot("status-update", "/projects/{project}/update", MANAGER, on_phone=True),
    Shot("my-work", "/my-work", MANAGER, on_phone=True),
    Shot("walk", "/walk", MANAGER, on_phone=True),
    Shot("raid", "/raid", on_phone=True),
    Shot("risk-matrix", "/raid/matrix"),
    Shot("indicators", "/indicators"),
    Shot("alerts", "/alerts", on_phone=True),
    Shot("committees", "/committees"),
    Shot("committee", "/committees", press=("main a.name >> text=Management committee",), on_phone=True),
    Shot("agenda", "/committees", press=("main a.name >> text=Management committee", ".comhead a[href$=agenda]")),
    Shot("decisions", "/decisions", on_phone=True),
    Shot("decision", "/decisions", press=("tbody a.name",)),
    Shot("actions", "/actions", on_phone=True),
    Shot("gates", "/gates", on_phone=True),
    Shot("gate", "/gates", press=("tbody a.name",)),
    Shot("change-requests", "/change-requests"),
    Shot("change-request", "/change-requests", press=("tbody a.name",)),
    Shot("update-requests", "/chasing"),
    Shot("update-sheets", "/update-sheets"),
    Shot("templates", "/reports/templates"),
    Shot("required-documents", "/artefacts"),
    Shot("procedures", "/procedures"),
    Shot("reports", "/reports"),
    Shot(
        "compare",
        "/reports",
        press=("tbody tr:nth-child(1) [type=checkbox]", "tbody tr:nth-child(2) [type=checkbox]", "main form .btn"),
    ),
    Shot("imports", "/imports"),
    Shot("people", "/people", ADMINISTRATOR),
    Shot("rules", "/rules", ADMINISTRATOR),
)


def main(names: list[str]) -> int:
    chosen = [shot for shot in SHOTS if not names or shot.name in names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_demo() as (address, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[f"--{flag}" for flag in FLAGS])
        places = found_places(browser, address)
        for shot in chosen:
            take(browser, address, shot, places, DESKTOP)
            if shot.on_phone:
                take(browser, address, shot, places, PHONE)
            sys.stdout.write(f"{shot.name}\n")
        browser.close()
        if not names or "report" in names:
            report_pages(folder)
    return 0


def found_places(browser: Browser, address: str) -> dict[str, str]:
    """The numbers behind PAC-01, its programme and its next milestone."""
    with browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        sign_in(page, PMO)
        page.goto("/portfolio")
        row = page.locator("tr[data-row]", has_text="PAC-01")
        project = number_in(row.locator("a.name"))
        programme = number_in(page.locator("tr.group a.name").first)
        page.goto(f"/projects/{project}/milestones")
        milestone = page.locator("tbody[id^=milestone-]", has=page.locator("a.edit-link")).first.get_attribute("id") or ""
    return {"project": project, "programme": programme, "milestone": milestone.rpartition("-")[2]}


def number_in(link: Locator) -> str:
    return (link.get_attribute("href") or "").rpartition("/")[2]


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("no chromium on this machine (Debian: apt install chromium)")
    return found


@contextmanager
def running_demo() -> Iterator[tuple[str, str]]:
    """The demo as a user starts it, gone afterwards: its address and its folder."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        command = [sys.executable, "-m", "pmo.cli", "demo", "--port", port, "--data-dir", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:  # noqa: S603  (our own words)
            try:
                yield next(line.split()[1] for line in demo.stdout or () if line.startswith("ready ")), folder
            finally:
                demo.send_signal(signal.SIGTERM)
                demo.wait(60)


def take(browser: Browser, address: str, shot: Shot, places: dict[str, str], size: tuple[int, int]) -> None:
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
    page.goto(shot.path.format_map(places))
    for selector in shot.press:
        page.locator(selector).first.click()
    page.wait_for_load_state("networkidle")
    save(Image.open(io.BytesIO(page.screenshot())), f"{shot.name}{'-phone' if is_phone else ''}")
    context.close()


def save(picture: Image.Image, name: str) -> None:
    picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def report_pages(folder: str) -> None:
    """The committee's report of today as pages, each with the target's page of the same number to its left."""
    with tempfile.TemporaryDirectory() as made:
        word = Path(made) / "report.docx"
        environment = os.environ | {"PMO_DATA_DIR": folder}
        asked = [sys.executable, "-m", "pmo.cli", "report", "status", "--committee", "MC", "--lang", "en", "-o", word]
        subprocess.run(asked, check=True, env=environment)
        profile = f"-env:UserInstallation=file://{made}/profile"
        subprocess.run(["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", made, word], check=True)
        subprocess.run(["pdftoppm", "-r", str(DPI), "-png", Path(made) / "report.pdf", Path(made) / "page"], check=True)
        for number, file in enumerate(sorted(Path(made).glob("page-*.png")), 1):
            save(beside(TARGET / f"page-{number}.png", Image.open(file)), f"report-{number}")


def beside(target: Path, ours: Image.Image) -> Image.Image:
    if not target.exists():
        return ours
    theirs = Image.open(target).resize(ours.size)
    both = Image.new("RGB", (2 * ours.width + 20, ours.height), "#888888")
    both.paste(theirs, (0, 0))
    both.paste(ours, (ours.width + 20, 0))
    return both


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("#sign-in-form button").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
