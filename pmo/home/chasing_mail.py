"""The mail that asks for updates: one per person and run, every project in it, with the link to the walk."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from pmo.alerts.delivery import LEFT_OUT
from pmo.alerts.models import Mail
from pmo.committees.chasing_queries import heard_at, notices
from pmo.committees.logic.chasing import Ladder
from pmo.committees.models import Meeting, UpdateNotice, UpdateRequest
from pmo.config import Settings
from pmo.db import db
from pmo.home.answer_by_mail import by_mail
from pmo.inbox.actions import make_reply_address
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg, nmsg, render
from pmo.kernel.permissions import Actor, Permission, may, may_anywhere
from pmo.kernel.working_days import Calendar
from pmo.people.links import Purpose, make_link
from pmo.people.models import Person
from pmo.people.queries import actors, names
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar

PURPOSE = "update asked"


@dataclass(frozen=True, slots=True)
class Item:
    """What the mail says of one project: its code, a sentence without anything confidential, its page."""

    code: str
    sentence: str
    url: str
    project_id: int
    may_write: bool  # so that an answer by mail may become its status update


@dataclass(frozen=True, slots=True)
class Asked:
    """One notice that waits for its mail: when somebody last said something, and who was asked first, if it is not the first."""

    notice: UpdateNotice
    heard_at: datetime | None
    before: UpdateNotice | None = None


def write_all(settings: Settings, ladder: Ladder) -> int:
    """A mail for everybody who was asked and not written to, once their hours have come. Returns how many."""
    wanted = _waiting()
    people = list(db.session.scalars(select(Person).where(Person.id.in_(wanted), Person.is_active).order_by(Person.id)))
    due = [person for person in people if ladder.is_open(clock.now().astimezone(_zone(person, settings)), _calendar(settings))]
    rights = actors(clock.today(), [person.id for person in due])
    known = names(_named(wanted.values()))
    for person in due:
        actor = rights[person.id]
        items = [_item(one, known, person, actor, settings) for one in wanted[person.id]]
        mail_id = _write(person, actor, items, settings)
        for one in wanted[person.id]:
            one.notice.mail_id = mail_id
    return len(due)


def _waiting() -> dict[int, list[Asked]]:
    """By person; what was answered or excused meanwhile needs no mail any more."""
    heard = heard_at()
    still = (
        UpdateNotice.mail_id.is_(None),
        UpdateRequest.answered_at.is_(None),
        UpdateRequest.excused_at.is_(None),
        or_(heard.is_(None), heard < UpdateRequest.asked_at),
        Meeting.cancelled_at.is_(None),
        Meeting.held_on >= clock.today(),
        Project.state == State.OPEN.value,
    )
    query = select(UpdateNotice, heard).join(UpdateNotice.request).join(UpdateRequest.project).join(UpdateRequest.meeting)
    asked = contains_eager(UpdateNotice.request)
    around = (asked.contains_eager(UpdateRequest.project), asked.contains_eager(UpdateRequest.meeting))
    rows = db.session.execute(query.options(*around).where(*still).order_by(Meeting.cut_off, Project.code, UpdateNotice.id)).all()
    told = notices({notice.request_id for notice, _ in rows})
    found: dict[int, list[Asked]] = defaultdict(list)
    for notice, at in rows:
        first = told[notice.request_id][0]
        found[notice.person_id].append(Asked(notice, at, first if first.step != notice.step else None))
    return found


def _named(wanted: Iterable[Sequence[Asked]]) -> set[int]:
    """The people a mail names besides its own: who was asked first, whom one stands in for."""
    all_of_them = [one for asked in wanted for one in asked]
    first = {one.before.person_id for one in all_of_them if one.before}
    return first | {one.notice.for_id for one in all_of_them if one.notice.for_id}


def _item(one: Asked, known: Mapping[int, str], person: Person, actor: Actor, settings: Settings) -> Item:
    project, meeting = one.notice.request.project, one.notice.request.meeting
    said: list[Message] = [_heard(one.heard_at), msg("Data cut-off on %(day)s.", day=meeting.cut_off)]
    if one.before is not None:
        day = clock.local(one.before.told_at).date()
        said.append(msg("%(name)s was asked on %(day)s.", name=known[one.before.person_id], day=day))
    if one.notice.for_id is not None:
        said.append(msg("You stand in for %(name)s.", name=known[one.notice.for_id]))
    sentence = " ".join(render(message, person.language) for message in said)
    may_write = may(actor, Permission.STATUS_WRITE, project.place)
    return Item(project.code, sentence, f"{settings.base_url}/projects/{project.id}", project.id, may_write)


def _heard(at: datetime | None) -> Message:
    return msg("No update since %(day)s.", day=clock.local(at).date()) if at else msg("Never updated.")


def _write(person: Person, actor: Actor, items: Sequence[Item], settings: Settings) -> int:
    """The mail as a row with its link beside it, and its job."""
    walks, days = may_anywhere(actor, Permission.WORK_WALK), rule_book().days("walk.link_valid")
    asked = [item for item in items if item.may_write] if settings.inbox.address else []
    said = _words(person, len(items), days, walks=walks) | by_mail([item.code for item in asked])
    words = {key: render(message, person.language) for key, message in said.items()}
    address = f"{settings.base_url}/walk/link/{LEFT_OUT}" if walks else f"{settings.base_url}/chasing"
    html = current_app.jinja_env.get_template("home/chasing_mail.html")  # there is no page around a mail, so no frame
    mail = Mail(
        person_id=person.id,
        purpose=f"{PURPOSE} {uuid.uuid4()}",  # asked by hand, several may go out on one day; the notices keep it to one each
        day=clock.today(),
        made_at=clock.now(),
        message_id=f"<{uuid.uuid4()}@{parseaddr(settings.smtp.sender)[1].rpartition('@')[2] or 'localhost'}>",
        subject=words["subject"],
        body=_text(words, items, address),
        body_html=html.render(words=words, items=items, lang=person.language, url=address),
    )
    if walks:
        mail.secret = make_link(person, Purpose.WALK, days=days)
    if asked:
        mail.reply_token = make_reply_address(person, [item.project_id for item in asked], days=days)
    db.session.add(mail)
    db.session.flush()
    defer("alerts.mail", mail_id=mail.id)
    return mail.id


def _words(person: Person, number: int, days: int, *, walks: bool) -> dict[str, Message]:
    """Everything the mail says beside its projects."""
    valid = nmsg(
        "The link works for %(num)s day, without signing in, and opens nothing but your walk. Do not pass it on.",
        "The link works for %(num)s days, without signing in, and opens nothing but your walk. Do not pass it on.",
        days,
    )
    return {
        "subject": nmsg("pmo: an update is asked for %(num)s project", "pmo: updates are asked for %(num)s projects", number),
        "hello": msg("Good morning %(name)s,", name=person.name),
        "intro": nmsg(
            "%(num)s project has no recent update, and its committee meets soon. A few minutes are enough.",
            "%(num)s projects have no recent update, and their committee meets soon. A few minutes are enough.",
            number,
        ),
        "open": msg("Open my walk") if walks else msg("Who was asked"),
        "valid": valid if walks else msg("Sign in to see who was asked and when."),
        "foot": msg("You get it because you manage, follow or sponsor what it names. An update answers it."),
    }


def _text(words: Mapping[str, str], items: Sequence[Item], address: str) -> str:
    lines = [f"{item.code}: {item.sentence}\n  {item.url}" for item in items]
    opens = f"{words['open']}: {address}"
    ends = [words[key] for key in ("valid", "reply", "foot") if key in words]
    return "\n\n".join([words["hello"], words["intro"], *lines, opens, *ends]) + "\n"


def _zone(person: Person, settings: Settings) -> ZoneInfo:
    return ZoneInfo(person.time_zone or settings.time_zone)


def _calendar(settings: Settings) -> Calendar:
    today = clock.today()
    return house_calendar(settings.country, today.year - 1, today.year + 1)
