"""Fixtures of the door for programs: a token for somebody with grants, and calls with it."""

import pytest

from pmo.db import transaction
from pmo.people import actions as people


@pytest.fixture
def token(make, app):
    """A token of a new person: `token(Role.PMO)`, `token((Role.PROJECT_MANAGER, project), scopes=[...])`."""

    def with_role(*grants, person=None, days=None, read_only=False, scopes=None):
        person = person or make.person()
        for grant in grants:
            make.grant(person, *(grant if isinstance(grant, tuple) else (grant,)))
        with transaction("test"):
            return people.make_token(person, "test", days=days, read_only=read_only, scopes=scopes)

    return with_role


@pytest.fixture
def call(app):
    """`call("GET", "/milestones", token)`: an answer of the API."""

    def ask(method, path, token=None, **facts):
        headers = facts.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        return app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **facts)

    return ask
