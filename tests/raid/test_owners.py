"""Who owns an item is somebody who is here and may see its project; nobody else can answer for it."""

import pytest
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.errors import Invalid
from pmo.kernel.permissions import Role
from pmo.raid import actions
from pmo.raid.actions import Item, item_of
from pmo.raid.logic import RaidType
from pmo.raid.models import RaidItem
from tests.conftest import HTMX

REFUSED = "Kim may not see PRJ-01, so cannot answer for it."


@pytest.fixture
def project(make):
    return make.project(code="PRJ-01")


def owners():
    db.session.expire_all()
    return db.session.scalars(select(RaidItem.owner_id).order_by(RaidItem.id)).all()


def test_a_stranger_to_the_project_cannot_own_a_new_item(make, project):
    kim = make.person("Kim")

    with pytest.raises(Invalid) as refused, transaction():
        actions.add(project, RaidType.RISK, Item("Late", owner_id=kim.id))

    assert {field: str(why) for field, why in refused.value.errors.items()} == {"owner_id": REFUSED}
    assert owners() == []


@pytest.mark.parametrize("facts", [{"is_active": False, "role": Role.PMO}, None])
def test_somebody_who_left_or_never_was_is_not_on_the_list(make, project, facts):
    item = make.raid_item(project)
    owner_id = make.person("Kim", **facts).id if facts else 999_999

    with pytest.raises(Invalid) as refused, transaction():
        actions.change(item, Item("Late", owner_id=owner_id))

    assert {field: str(why) for field, why in refused.value.errors.items()} == {"owner_id": "Choose one from the list."}


def test_who_may_see_the_project_owns_it(make, project):
    kim = make.person("Kim")
    make.grant(kim, Role.CONTRIBUTOR, project)

    with transaction():
        actions.add(project, RaidType.RISK, Item("Late", owner_id=kim.id))

    assert owners() == [kim.id]


def test_an_owner_whose_right_ended_keeps_the_item_while_something_else_changes(make, project):
    kim = make.person("Kim")
    item = make.raid_item(project, owner_id=kim.id)

    with transaction():
        actions.change(item, item_of(item))
        follower = actions.become(item, RaidType.ISSUE)

    assert follower.owner_id == kim.id


def test_the_form_keeps_what_was_typed_with_the_sentence(make, project, login):
    kim, client = make.person("Kim"), login(Role.PMO)
    typed = {"project_id": str(project.id), "type": "risk", "title": "Label stock late", "owner_id": str(kim.id)}

    answer = client.post("/raid/new", data=typed, headers=HTMX)

    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert "Label stock late" in answer.text


def test_many_items_are_given_to_nobody_who_may_not_see_them_all(make, project, login):
    kim, other = make.person("Kim"), make.project(code="PRJ-02")
    make.grant(kim, Role.CONTRIBUTOR, other)
    ticked = [make.raid_item(project), make.raid_item(other)]
    given = {"item": [str(item.id) for item in ticked], "do": "owner", "owner_id": str(kim.id), "confirmed": "true"}

    answer = login(Role.PMO).post("/raid/many", data=given, headers=HTMX)

    assert (answer.status_code, owners()) == (422, [None, None])
    assert REFUSED in answer.text
