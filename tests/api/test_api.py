"""The API: reading what one may see, moving a date with its rules, looking back, refusing in problem details."""

from datetime import UTC, date, datetime

import pytest

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.schedule.models import Milestone

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def test_a_reader_gets_only_what_the_grant_covers(make, token, call):
    mine, other = make.project(code="MINE"), make.project(code="OTHER")
    make.milestone(mine, name="Seen")
    make.milestone(other, name="Leak")
    own = token((Role.PROJECT_MANAGER, mine))

    assert [row["code"] for row in call("GET", "/projects", own).json["items"]] == ["MINE"]
    assert [row["name"] for row in call("GET", "/milestones", own).json["items"]] == ["Seen"]
    assert [row["id"] for row in call("GET", "/programmes", own).json["items"]] == [mine.programme_id]
    assert [row["id"] for row in call("GET", "/portfolios", own).json["items"]] == [mine.portfolio_id]
    assert call("GET", f"/projects/{other.id}", own).status_code == 404
    assert "Leak" not in call("GET", "/milestones?project=OTHER", own).text


def test_money_is_hidden_from_those_who_may_not_see_it(make, token, call):
    project = make.project(budget=410_000)

    shown = call("GET", f"/projects/{project.id}", token(Role.FINANCE)).json["budget"]
    hidden = call("GET", f"/projects/{project.id}", token(Role.CONTRIBUTOR)).json["budget"]

    assert (shown, hidden) == ("410000.00", None)


def test_pages_follow_each_other_until_the_end(make, token, call):
    project = make.project()
    for _ in range(5):
        make.milestone(project)
    key, seen, path = token(Role.PMO), [], "/milestones?limit=2"

    while path:
        answer = call("GET", path, key).json
        seen += [row["code"] for row in answer["items"]]
        path = answer["next"] and answer["next"].removeprefix("/api/v1")

    assert seen == ["M01", "M02", "M03", "M04", "M05"]


def test_a_date_is_moved_with_the_version_seen_and_a_reason(make, token, call):
    milestone = make.milestone(effective_at=LONG_AGO)
    key, path = token(Role.PMO), f"/milestones/{milestone.id}"
    tag = call("GET", path, key).headers["ETag"]
    new = {"forecast": "2026-04-20", "reason": "supply"}

    unsaid = call("PATCH", path, key, json={"forecast": "2026-04-20"}, headers={"If-Match": tag})
    blind = call("PATCH", path, key, json=new)
    moved = call("PATCH", path, key, json=new, headers={"If-Match": tag})
    stale = call("PATCH", path, key, json=new, headers={"If-Match": tag})

    assert [unsaid.status_code, blind.status_code, moved.status_code, stale.status_code] == [422, 428, 200, 412]
    assert unsaid.json["errors"][0]["field"] == "reason"
    assert moved.json["forecast"] == "2026-04-20"
    assert call("GET", f"{path}?as_of=2026-03-01", key).json["forecast"] == "2026-03-31"
    assert db.session.get(Milestone, milestone.id).forecast == date(2026, 4, 20)


MALFORMED = ["", "[]", "null", '{"forecast": []}', '{"forecast": {"$gt": 1}}', '{"actual": "9999-99-99"}', "\x00"]


@pytest.mark.parametrize("body", MALFORMED)
def test_a_malformed_body_is_refused_in_problem_details(make, token, call, body):
    milestone = make.milestone()

    key, path = token(Role.PMO), f"/milestones/{milestone.id}"
    tag = call("GET", path, key).headers["ETag"]

    answer = call("PATCH", path, key, data=body, content_type="application/json", headers={"If-Match": tag})

    assert answer.status_code == (400 if body in ("", "\x00") else 422)
    assert answer.content_type == "application/problem+json"


SENSELESS = [
    "after=x",
    "after=-1",
    "limit=1e9",
    "limit=0",
    "limit=000000000100000000",
    "after=99999999999",
    "state=nonsense",
    "limit=%F0%9F%92%A9",
    "as_of=never",
    "as_of=9999",
]


@pytest.mark.parametrize("query", SENSELESS)
def test_a_senseless_query_is_refused(make, token, call, query):
    assert call("GET", f"/milestones?{query}", token(Role.PMO)).status_code == 422


def test_nobody_comes_in_without_a_valid_token(make, token, call):
    expired = token(Role.PMO, days=1)
    with clock.pretend(clock.now()), transaction("test"):
        db.session.execute(db.text("update api_token set expires_at = now() - interval '1 day'"))

    assert [call("GET", "/projects", key).status_code for key in (None, "pmo_nonsense", expired)] == [401, 401, 401]


def test_a_reading_token_writes_nothing(make, token, call):
    milestone = make.milestone()
    key = token(Role.PMO, read_only=True)

    answer = call("PATCH", f"/milestones/{milestone.id}", key, json={"forecast": "2026-04-20"}, headers={"If-Match": '"1"'})

    assert answer.status_code == 403


def test_the_description_names_every_operation_and_its_types(app, call):
    described = call("GET", "/openapi.json").json

    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]["/api/v1/milestones/{item_id}"]) == {"get", "patch"}
    assert "MilestoneOut" in described["components"]["schemas"]


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_page_of_milestones_costs_the_same_whatever_its_length(make, token, call, statements, how_many):
    project = make.project()
    for _ in range(how_many):
        make.milestone(project)
    key = token(Role.PMO)
    call("GET", "/milestones", key)
    statements.clear()

    answer = call("GET", "/milestones", key)

    assert len(answer.json["items"]) == how_many
    assert len(statements) == 4  # who asks, one more call of theirs, what is left, the milestones
