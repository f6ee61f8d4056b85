"""Signing on with a real provider in a real browser, and a local administrator with a second factor, as both are installed."""

import time

import pyotp
import pytest

from tests.browser.conftest import AXE as AXE_SCRIPT
from tests.browser.conftest import DESKTOP, EVERY_RULE, PHONE
from tests.journeys.conftest import PATIENCE, Installation
from tests.people.provider import knows, real_provider

ADMINISTRATOR, FIRST, PASSWORD = "ivo@example.org", "a first password", "correct horse battery"


@pytest.fixture
def issuer():
    with real_provider() as address:
        yield address


@pytest.fixture
def signing_on(make_database, tmp_path, post, issuer):
    """Installed with a provider; administrators need a second factor."""
    made = Installation(make_database(), tmp_path, post)
    made.environment |= {
        "PMO_OIDC_ISSUER": issuer,
        "PMO_OIDC_CLIENT_ID": "pmo",
        "PMO_OIDC_CLIENT_SECRET": "secret",
        "PMO_OIDC_LABEL": "Acme",
        "PMO_OIDC_ROLES": "pmo-office=PMO",
        "PMO_SECOND_FACTOR": "admins",
    }
    made.pmo("db", "upgrade")
    made.pmo("user", "add", "--email", ADMINISTRATOR, "--name", "Ivo Lambrecht", "--role", "ADM", "--password", FIRST)
    made.start()
    yield made
    made.end()


@pytest.fixture
def open_window(browser, signing_on):
    """Windows of people; what the policy blocks or a script throws fails the test."""
    made, complaints = [], []

    def open_it(**screen):
        context = browser.new_context(base_url=signing_on.address, **(screen or DESKTOP))
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        made.append(context)
        return page

    yield open_it
    for context in made:
        context.close()
    assert complaints == []


def problems(page):
    """What axe finds; asked last, for it leaves its script on the page."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run({runOnly: rules, preload: false}).then(done => done.violations)", list(EVERY_RULE))
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def sign_on(page, subject):
    page.goto("/committees")
    page.get_by_role("link", name="Sign in with Acme").click()
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_somebody_signs_on_with_the_provider_and_out_of_both_and_who_is_in_no_group_is_refused(open_window, issuer, signing_on):
    knows(issuer, "amina", name="Amina Haddad", groups=["pmo-office"])
    knows(issuer, "femke", groups=["cafeteria"])
    page, phone = open_window(), open_window(**PHONE)

    sign_on(page, "amina")
    page.wait_for_url(f"{signing_on.address}/committees")
    page.get_by_role("button", name="AH, account of Amina Haddad").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: url.startswith(f"{issuer}/oauth2/end_session"))

    page.goto("/committees")
    assert page.url.startswith(f"{signing_on.address}/sign-in")

    sign_on(phone, "femke")
    phone.get_by_text("You are in no group that may use this server.").wait_for()
    assert fits(phone)
    assert problems(phone) == []


def type_password(page, password):
    page.goto("/sign-in")
    page.get_by_text("Administrators: sign in with a password").click()
    page.get_by_label("E-mail").fill(ADMINISTRATOR)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_local_administrator_has_to_set_up_a_second_factor_and_then_gives_a_code(open_window, signing_on):
    page = open_window()
    type_password(page, FIRST)
    page.get_by_role("button", name="Set up a second factor").click()
    picture = page.get_by_role("img", name="Picture of the key below, to be scanned")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    key = page.locator("#typed-key").inner_text().replace(" ", "")
    page.get_by_label("Six digits").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    recovery = page.locator("#recovery-codes .code").all_inner_texts()
    assert len(recovery) == 10

    page.get_by_role("link", name="Go on").click()
    page.get_by_label("Current password").fill(FIRST)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Your password is changed.").wait_for()

    phone = open_window(**PHONE)
    type_password(phone, PASSWORD)
    phone.get_by_label("Code").fill("000000")
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_text("This code is not right, or was used before.").wait_for()
    assert fits(phone)
    phone.get_by_label("Code").fill(recovery[0])
    phone.get_by_role("button", name="Go on").click()
    phone.wait_for_url(lambda url: "/sign-in" not in url)

    later = open_window()
    type_password(later, PASSWORD)
    later.get_by_label("Code").wait_for()
    assert problems(later) == []
    time.sleep(31 - time.time() % 30)  # the code that set it up is used
    later.reload()
    later.get_by_label("Code").fill(pyotp.TOTP(key).now())
    later.get_by_role("button", name="Go on").click()
    later.wait_for_url(lambda url: "/sign-in" not in url)
