"""Every page and every read of the API shows an earlier moment too: same queries, same answers, nothing breaks."""

import re
from datetime import timedelta

import pytest

from pmo.db import transaction
from pmo.kernel.permissions import Role
from tests.conftest import NOW
from tests.marked import world

THEN = NOW + timedelta(hours=1)
LATER = NOW + timedelta(hours=2)
ARGUMENTS = {"item_id": "item", "ref": "code", "project_code": "code"}  # others are called like the object they number


def pages(app, ids):
    """Every address that is read, with the numbers of the made-up objects in it."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = {name: ids.get(ARGUMENTS.get(name) or re.sub("_(id|code)$", "", name)) for name in rule.arguments}
        if None not in names.values():
            with app.test_request_context():
                yield rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, names)


@pytest.fixture
def changed(app, make):
    """A world as it was until two hours from now, and as it is since."""
    made = world(make, "Okapi")
    with transaction("renamed", effective_at=LATER):
        made.portfolio.name = "Zebra portfolio"
    return made


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.PMO, Role.ADMINISTRATOR])
def test_every_page_answers_as_of_a_moment_as_it_does_now(app, login, changed, role):
    """But for forms: writing is off, and the page says so."""
    client, differ = login(role), {}
    for endpoint, address in pages(app, changed.ids):
        now, then = client.get(address), client.get(address, query_string={"as_of": THEN.isoformat()})
        is_off = then.status_code == 403 and "Go back to today to change something" in then.get_data(as_text=True)
        if then.status_code != now.status_code and not is_off:
            differ[endpoint] = (now.status_code, then.status_code)

    assert differ == {}


@pytest.mark.slow
def test_no_page_breaks_before_anything_was_there(app, login, changed):
    client = login(Role.PMO)
    asked = {"as_of": (NOW - timedelta(days=2)).date().isoformat()}

    codes = {endpoint: client.get(address, query_string=asked).status_code for endpoint, address in pages(app, changed.ids)}

    assert {endpoint: code for endpoint, code in codes.items() if code >= 500 and endpoint != "health.ready"} == {}
