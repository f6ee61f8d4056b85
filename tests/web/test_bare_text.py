"""No page says a word that the catalogues do not know."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from pmo.finance.logic.figures import Name
from tests.browser import world
from tests.browser.pages import PAGES
from tests.web import pseudo

DEVICE = f"Werkzeug/{version('werkzeug')}"  # what the tests' own browser calls itself, on the page of one's account


def test_every_word_of_every_page_is_translated(app, make, cluster_urls, monkeypatch):
    world.build(make)
    known = [DEVICE, *pseudo.words_of_people(cluster_urls.superuser), *names_in_files(), *symbols()]
    pseudo.speak(monkeypatch)
    places = world.places(cluster_urls.superuser)
    clients = {email: world.client(app, email) for email in {shown.email for shown in PAGES}}

    bare = {}
    for shown in PAGES:
        path = shown.path.format_map(places)
        if "/styleguide" not in path and "None" not in path:
            bare[shown.name] = pseudo.bare_texts(clients[shown.email].get(path, follow_redirects=True).text, known)

    assert {name: texts for name, texts in bare.items() if texts} == {}


def names_in_files() -> list[str]:
    """What a preview shows of somebody's file, the names of mappings, the name of the milestone made from a project's end."""
    mappings = [tomllib.loads(path.read_text()) for path in Path("seeds/mappings").glob("*.toml")]
    rows = [*world.UNIT_LIST.splitlines(), *world.AMOUNTS_LIST.splitlines()]
    cells = [cell for row in rows for cell in row.split(";") if cell]
    return sorted(
        ["Project end", *cells, *(mapping["title"] for mapping in mappings if "title" in mapping)], key=len, reverse=True
    )


def symbols() -> list[str]:
    """Of earned value: the same in every language."""
    return sorted((name.value for name in Name), key=len, reverse=True)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>⟦Late⟧</p>", []),
        ("<p>Late</p>", ["Late"]),
        ('<button aria-label="Close">⟦x⟧</button>', ["Close"]),
        ("<p>⟦Moved to %s, ⟦seen⟧ by⟧ Els Wauters, 12 Mar 2026, +14 d, € 2.16 M</p>", []),
        ("<p>Els Wauters said so</p>", ["Els Wauters said so"]),
    ],
)
def test_the_check_itself_sees_a_forgotten_word(page, expected):
    assert pseudo.bare_texts(page, ["Els Wauters"]) == expected
