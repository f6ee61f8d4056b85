"""The description is complete in itself, and the page says the same."""

import json
import re

import pytest

from pmo.kernel.permissions import Role
from pmo.web.api import OPERATIONS


@pytest.fixture
def described(call):
    return call("GET", "/openapi.json").json


def each(described):
    return [(path, method, said) for path, methods in described["paths"].items() for method, said in methods.items()]


def test_everything_referred_to_is_there(described):
    names = set(re.findall(r'"#/components/(\w+)/([^"]+)"', json.dumps(described)))

    assert [name for kind, name in names if name not in described["components"][kind]] == []


def test_every_route_of_the_api_is_described(app, described):
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}

    assert routes - OPERATIONS.keys() == {"api.openapi", "api_help.how_to"}
    assert len(each(described)) == len({said["operationId"] for _, _, said in each(described)}) == len(OPERATIONS)


def test_every_change_of_an_object_asks_for_its_tag_and_every_post_takes_a_key(described):
    for path, method, said in each(described):
        sent = {one["name"] for one in said["parameters"] if one["in"] == "header"}
        assert ("If-Match" in sent) == (method == "patch" or (method == "post" and "{item_id}" in path)), path
        assert ("Idempotency-Key" in sent) == (method == "post"), path


def test_refusals_are_problem_details(described):
    for _, _, said in each(described):
        refusals = {code: answer for code, answer in said["responses"].items() if code >= "400"}
        assert {"401", "403", "404", "422", "429"} <= refusals.keys()
        assert {next(iter(answer["content"])) for answer in refusals.values()} == {"application/problem+json"}


def test_what_is_made_says_where_it_is(described):
    made = [said["responses"]["201"] for _, _, said in each(described) if "201" in said["responses"]]

    assert len(made) > 10
    assert all({"Location", "ETag"} <= answer["headers"].keys() for answer in made)


def test_a_scope_stands_with_every_operation(described):
    scopes = {said["operationId"]: said["security"][0]["token"][0] for _, _, said in each(described)}

    assert (scopes["list_raid"], scopes["add_raid_item"], scopes["reach_milestone"]) == ("read", "write:raid", "write:schedule")
    assert (scopes["answer_raid_item"], scopes["acknowledge_alert"], scopes["value_rule"]) == (
        "write:raid", "write:alerts", "write:administration",
    )  # fmt: skip


@pytest.mark.parametrize(("language", "sentence"), [("en", "One milestone"), ("fr", "Un jalon"), ("nl", "Eén mijlpaal")])
def test_the_page_explains_every_operation_in_the_readers_language(login, language, sentence):
    page = login(Role.PMO, language=language).get("/api/v1/").get_data(as_text=True)

    assert f"<td>{sentence}" in page
    assert [path for said in OPERATIONS.values() if (path := f"<code>{said.tag}</code>") not in page] == []


def test_a_stranger_may_read_how_to_use_it(app):
    answer = app.test_client().get("/api/v1/")

    assert (answer.status_code, "Idempotency-Key" in answer.text) == (200, True)


def test_the_way_to_the_page_is_in_the_menu_of_ones_account(login):
    assert 'href="/api/v1/"' in login(Role.CONTRIBUTOR).get("/my-work").get_data(as_text=True)
