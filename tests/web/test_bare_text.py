"""No page says a word that the catalogues do not know."""

import pytest

from tests.browser import world
from tests.browser.pages import PAGES
from tests.web import pseudo


def test_every_word_of_every_page_is_translated(app, make, cluster_urls, monkeypatch):
    world.build(make)
    known = pseudo.words_of_people(cluster_urls.superuser)
    pseudo.speak(monkeypatch)
    clients = {email: world.client(app, email) for email in {shown.email for shown in PAGES}}

    bare = {}
    for shown in PAGES:
        if "/styleguide" not in shown.path:
            bare[shown.name] = pseudo.bare_texts(clients[shown.email].get(shown.path, follow_redirects=True).text, known)

    assert {name: texts for name, texts in bare.items() if texts} == {}


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
