"""The mail of the weekly walk takes answers too: the sentence of each project that is asked for one."""

import email

from sqlalchemy import select

from pmo.db import db, transaction
from pmo.home import inviting
from pmo.people.models import Person
from pmo.portfolio.models import StatusUpdate
from tests.inbox.conftest import reply


def test_the_sentence_of_the_week_is_written_by_answering(desk):
    with transaction("test"):
        inviting.invite(db.session.get_one(Person, desk.nele.id), desk.settings)
    desk.deliver()
    asked = email.message_from_string(desk.post.accepted[-1], policy=email.policy.default)

    desk.receive(reply(asked, "A quiet week."))

    assert asked.get_body(("html",)).get_content().count("Or answer this mail") == 1
    assert [one.done for one in db.session.scalars(select(StatusUpdate))] == ["A quiet week."]
