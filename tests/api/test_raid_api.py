"""The register for programs: what one may see, page by page, as the page says it."""

from datetime import date

import pytest

from pmo.db import transaction
from pmo.kernel.permissions import Role
from pmo.people import actions as people


@pytest.fixture
def ask(make, app):
    """An answer of the API to somebody with these grants."""

    def get(path, *grants):
        person = make.person()
        for grant in grants:
            make.grant(person, *(grant if isinstance(grant, tuple) else (grant,)))
        with transaction("test"):
            key = people.make_token(person, "test", days=None, read_only=True)
        return app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"})

    return get


def titles(answer):
    return [row["title"] for row in answer.json["items"]]


def test_an_item_is_answered_with_everything_its_page_shows(make, ask):
    item = make.raid_item(
        title="Label stock", probability=4, impact=5, residual_probability=2, residual_impact=5, trigger="A sign",
        proximity="month", identified_by="Jan", escalated_to="programme", escalation_reason="Too big for us",
    )  # fmt: skip

    answer = ask(f"/raid/{item.id}", Role.PMO)

    names = ("level", "residual_level", "trigger", "proximity", "identified_by", "escalated_to", "escalation_reason", "version")
    assert [answer.json[name] for name in names] == [20, 10, "A sign", "month", "Jan", "programme", "Too big for us", 1]
    assert answer.headers["ETag"].startswith('"1-')


def test_a_reader_gets_only_what_the_grant_covers(make, ask):
    mine, other = make.project(code="MINE"), make.project(code="OTHER")
    make.raid_item(mine, title="Seen")
    hidden = make.raid_item(other, title="Leak")
    own = (Role.PROJECT_MANAGER, mine)

    assert titles(ask("/raid", own)) == ["Seen"]
    assert titles(ask("/raid?project=OTHER", own)) == []
    assert ask(f"/raid/{hidden.id}", own).status_code == 404
    assert ask("/raid", Role.COMMERCIAL).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Risk", "Issue", "Over"]),
        ("project=pac-01", ["Risk"]),
        ("type=issue", ["Issue"]),
        ("state=open", ["Risk", "Issue"]),
        ("state=closed", ["Over"]),
        ("escalated=portfolio", ["Issue"]),
        ("proximity=imminent", ["Risk"]),
        ("type=%00", ["Risk", "Issue", "Over"]),
    ],
)
def test_the_list_is_asked_by_its_address(make, ask, query, expected):
    first, second = make.project(code="PAC-01"), make.project(code="EVG-03")
    make.raid_item(first, title="Risk", proximity="imminent")
    make.raid_item(second, title="Issue", type="issue", escalated_to="portfolio")
    make.raid_item(second, title="Over", closed_on=date(2026, 3, 1), status="closed")

    assert titles(ask(f"/raid?{query}", Role.PMO)) == expected


def test_pages_follow_each_other_until_the_end(make, ask):
    project, seen, path = make.project(), [], "/raid?limit=2&state=open"
    for number in range(5):
        make.raid_item(project, title=f"Risk {number}")

    while path:
        answer = ask(path, Role.PMO)
        seen += titles(answer)
        path = answer.json["next"] and answer.json["next"].removeprefix("/api/v1")

    assert seen == [f"Risk {number}" for number in range(5)]


@pytest.mark.parametrize("query", ["after=x", "limit=1e9", "as_of=never", "type=nonsense"])
def test_a_senseless_query_is_refused(make, ask, query):
    assert ask(f"/raid?{query}", Role.PMO).status_code == 422


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_page_costs_the_same_whatever_its_length(make, ask, statements, how_many):
    for _ in range(how_many):
        make.raid_item()
    statements.clear()

    answer = ask("/raid", Role.PMO)

    reads = [one for one in statements if "FROM raid_item" in one]
    assert (len(answer.json["items"]), len(reads)) == (how_many, 1)
