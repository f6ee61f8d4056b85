"""What a token may do: never more than its owner, never more than its scopes, and never for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import Permission, Role
from pmo.kernel.token_scopes import SCOPE_NAMES, WRITING, TokenScope, complete, scope_of
from pmo.people.models import ApiToken

NEW = {"name": "Label approved", "forecast": "2026-06-30"}


def test_every_permission_that_changes_something_has_a_scope_and_only_one():
    listed = [permission for permissions in WRITING.values() for permission in permissions]

    assert len(listed) == len(set(listed))
    assert {permission for permission in Permission if scope_of(permission) is TokenScope.READ} == {
        Permission.WORK_OWN, Permission.WORK_WALK, Permission.PROJECT_READ, Permission.MONEY_READ, Permission.PROCEDURE_READ,
        Permission.PROCEDURE_FOLLOW, Permission.SUPPORT_ASK, Permission.SUPPORT_READ, Permission.PROPOSAL_READ,
        Permission.HISTORY_READ, Permission.COMMITTEE_READ, Permission.DECISION_READ, Permission.ACTION_READ,
        Permission.INDICATOR_READ, Permission.ALERT_READ, Permission.REPORT_READ, Permission.PEOPLE_READ, Permission.RULES_READ,
    }  # fmt: skip
    assert list(SCOPE_NAMES) == list(TokenScope)


def test_reading_is_in_every_token():
    assert complete([TokenScope.RAID, TokenScope.SCHEDULE]) == ["read", "write:schedule", "write:raid"]
    assert complete([]) == ["read"]


def test_a_missing_scope_is_named(make, token, call):
    project = make.project()

    answer = call("POST", "/milestones", token(Role.PMO, scopes=[TokenScope.RAID]), json=NEW | {"project_id": project.id})

    assert (answer.status_code, answer.json["detail"]) == (403, "This token lacks the scope write:schedule.")


def test_the_scope_lets_through_what_the_owner_may(make, token, call):
    body = NEW | {"project_id": make.project().id}

    may = call("POST", "/milestones", token(Role.PMO, scopes=[TokenScope.SCHEDULE]), json=body)
    may_not = call("POST", "/milestones", token(Role.COMMITTEE, scopes=[TokenScope.SCHEDULE]), json=body)

    assert (may.status_code, may_not.status_code) == (201, 404)


def test_a_scope_that_is_missing_tells_nothing_of_what_one_may_not_see(make, token, call):
    item, other = make.raid_item(), make.project()
    key = token((Role.PROJECT_MANAGER, other), read_only=True)

    answer = call("POST", f"/raid/{item.id}/close", key, json={"reason": "Over"}, headers={"If-Match": "*"})

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/me/password", "/search?q=x"])
def test_a_token_is_no_sign_in(app, token, path):
    answer = app.test_client().get(path, headers={"Authorization": f"Bearer {token(Role.PMO)}"})

    assert answer.status_code == 403


def test_a_reading_token_of_the_old_kind_still_only_reads(make, token, call):
    item, key = make.raid_item(), token(Role.PMO, read_only=True)

    read = call("GET", f"/raid/{item.id}", key)
    write = call("PATCH", f"/raid/{item.id}", key, json={"title": "Other"}, headers={"If-Match": read.headers["ETag"]})

    assert (read.status_code, write.status_code) == (200, 403)
    assert db.session.scalar(select(ApiToken)).read_only


def kept():
    db.session.expire_all()
    return db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()


def test_days_without_a_word_are_a_setting(app, token):
    token(Role.PMO, days=30)

    assert kept().expires_at - clock.machine_now() < timedelta(days=30)
