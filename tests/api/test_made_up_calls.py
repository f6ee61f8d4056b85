"""The API keeps to its description and to its table of rights, whatever it is asked: a part of what `make fuzz` does."""

import pytest

from pmo.db import db
from pmo.kernel.permissions import Role
from tests.api.fuzzing import IDS, ask_all, operations
from tests.marked import MARK, world

EVERYWHERE = (Role.AUDITOR, Role.ADMINISTRATOR)


@pytest.fixture
def asked(make, app, token, monkeypatch):
    """What came of so many calls of every operation as a role with a grant on one of two worlds."""
    monkeypatch.setattr(app.config["SETTINGS"].__class__, "api_calls_per_minute", 0, raising=False)

    def as_role(role, examples):
        own, other = world(make, "own"), world(make, MARK)
        key = token(role if role in EVERYWHERE else (role, own.portfolio))
        db.session.rollback()
        return ask_all(app, key, (own, other), examples=examples, sees_all=role is Role.AUDITOR)

    return as_role


@pytest.mark.parametrize("role", [Role.PMO, Role.CONTRIBUTOR, Role.ADMINISTRATOR])
def test_no_call_breaks_the_server_its_description_or_the_walls_between_portfolios(asked, role):
    outcome = asked(role, examples=4)

    assert outcome.failures == []
    assert outcome.calls > 400


def test_every_collection_is_aimed_at(app):
    collections = {one.path.split("/")[3] for one in operations(app) if "{item_id}" in one.path}

    assert collections - IDS.keys() == set()
