"""What surrounds a page: the menu by permission, the run-up, the moments, the display choices."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import g

from pmo import rooms
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Grant, Permission, Role
from pmo.web import assets
from pmo.web.frame import Facts, MenuEntry, build, initials, run_up

HOUSE = Path(assets.__file__).parents[1]
EVERYBODY, ADMINISTRATION = msg("Portfolio"), msg("Administration")
COMMITTEES = "committees.committees"
ENTRIES = (
    MenuEntry(msg("Committees"), COMMITTEES, "landmark", Permission.COMMITTEE_READ, EVERYBODY),
    MenuEntry(msg("A room that is not built"), "nowhere.at_all", "landmark", Permission.COMMITTEE_READ, EVERYBODY),
    MenuEntry(msg("People and access"), "access.people", "users", Permission.PEOPLE_READ, ADMINISTRATION),
)


def frame_of(app, *roles, path="/committees", facts=None, **cookies):
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    with app.test_request_context(path, headers=headers):
        g.as_of = None
        actor = Actor(1, "Els Van den Wauters", frozenset(Grant(role) for role in roles))
        return build(actor, lambda: ENTRIES, lambda _: facts or Facts(msg("PMO")))


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (Role.PMO, ["Committees"]),
        (Role.ADMINISTRATOR, ["People and access"]),
        (Role.AUDITOR, ["Committees", "People and access"]),
    ],
)
def test_the_menu_holds_the_working_rooms_the_person_may_use(app, role, titles):
    shown = frame_of(app, role)

    assert [item.title.text for group in shown.menu for item in group.items] == titles


def test_the_entry_of_this_page_is_current(app):
    shown = frame_of(app, Role.AUDITOR, path="/committees")

    assert [(item.title.text, item.is_current) for group in shown.menu for item in group.items] == [
        ("Committees", True),
        ("People and access", False),
    ]


def test_counts_stand_beside_the_entries_they_belong_to(app):
    facts = Facts(msg("PMO"), counts={COMMITTEES: 3}, hot=frozenset({COMMITTEES}))

    shown = frame_of(app, Role.PMO, facts=facts)

    assert [(item.count, item.is_hot) for item in shown.bar] == [(3, True)]


def test_nobody_signed_in_sees_no_menu(app):
    with app.test_request_context("/sign-in"):
        shown = build(None, lambda: ENTRIES, lambda _: pytest.fail("asked the database for a stranger"))

    assert (shown.menu, shown.person_name, shown.search_url) == ((), "", "")


def test_a_fragment_asks_for_nothing_it_does_not_draw(app):
    with app.test_request_context("/committees", headers={"HX-Request": "true"}):
        g.as_of = datetime(2026, 2, 24, 13, tzinfo=UTC)
        actor = Actor(1, "Els Wauters", frozenset({Grant(Role.PMO)}))
        shown = build(actor, lambda: ENTRIES, lambda _: pytest.fail("asked the database for a fragment"))

    assert (shown.menu, shown.as_of.moment) == ((), datetime(2026, 2, 24, 13, tzinfo=UTC))


def test_a_moment_keeps_the_filters_of_the_page(app):
    last = datetime(2026, 2, 24, 13, tzinfo=UTC)
    facts = Facts(msg("PMO"), moments=((msg("Last committee"), last),))

    shown = frame_of(app, Role.PMO, path="/committees?status=red&as_of=2026-01-01", facts=facts)

    assert [(choice.title.text, choice.url) for choice in shown.moments] == [
        ("Today", "/committees?status=red"),
        ("Last committee", "/committees?status=red&as_of=2026-02-24T14%3A00%3A00%2B01%3A00"),
    ]


def test_the_run_up_leaves_out_what_is_not_planned():
    today, data_at = date(2026, 3, 12), datetime(2026, 3, 12, 8, 40, tzinfo=UTC)

    strip = run_up(today, data_at, cut_off=None, pack=date(2026, 3, 10), meeting=date(2026, 3, 24))

    assert [(step.title.text, step.days, step.is_committee) for step in strip.steps] == [
        ("Pack sent", -2, False),
        ("Committee", 12, True),
    ]


@pytest.mark.parametrize(("name", "expected"), [("Els Van den Wauters", "EW"), ("Cher", "C"), ("", "")])
def test_initials(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("cookies", "expected"),
    [
        ({}, ("", "default", False)),
        ({"theme": "dark", "density": "compact", "keys": "on"}, ("dark", "compact", True)),
        ({"theme": "auto", "density": "<b>", "keys": "yes"}, ("", "default", False)),
    ],
)
def test_display_choices_come_from_cookies_and_only_known_words_count(app, cookies, expected):
    shown = frame_of(app, Role.PMO, **cookies).display

    assert (shown.theme, shown.density, shown.has_keys) == expected


def test_static_files_are_kept_for_ever_at_an_address_that_changes_with_them(app):
    with app.test_client().get(f"{assets.url_path()}/css/app.css") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000")
    assert re.fullmatch(r"/static/[0-9a-f]{12}", assets.url_path())


def test_every_icon_a_page_asks_for_is_in_the_sprite():
    names = set(re.findall(r'<symbol id="([^"]+)"', (HOUSE / "static/icons/sprite.svg").read_text()))
    asked = set()
    for template in (HOUSE / "templates").rglob("*.html"):
        asked |= set(re.findall(r'(?:ui\.icon|ui\.feed_item|\bicon|_icon)\("([a-z0-9-]+)"', template.read_text()))
        asked |= set(re.findall(r'\bicon="([a-z0-9-]+)"', template.read_text()))

    assert sorted(asked - names) == []


def test_every_icon_of_the_menu_is_in_the_sprite():
    names = set(re.findall(r'<symbol id="([^"]+)"', (HOUSE / "static/icons/sprite.svg").read_text()))

    assert [entry.icon for entry in rooms.MENU if entry.icon not in names] == []
