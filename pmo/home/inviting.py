"""The weekly mail with the link to one's own walk: to whom, when, in which words. Nothing confidential stands in it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pmo.alerts.delivery import LEFT_OUT
from pmo.alerts.models import Mail
from pmo.config import Settings
from pmo.db import db
from pmo.home import walk_queries
from pmo.home.answer_by_mail import by_mail
from pmo.home.logic import CardKind
from pmo.inbox.actions import make_reply_address
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.languages import msg, nmsg, render
from pmo.kernel.permissions import Actor, Permission, may_anywhere
from pmo.kernel.working_days import Calendar
from pmo.people.links import Purpose, make_link
from pmo.people.models import Person
from pmo.people.queries import actor_of_person, actors
from pmo.rules.logic import RuleBook
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar

WEEKLY, AGAIN = Purpose.WALK.value, "walk again"  # the second is sent by command, beside the mail of the week


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail may say: how many cards wait, and for how long the link opens them."""

    cards: int
    days: int


def invite_all(settings: Settings, *, now: bool = False) -> int:
    """A mail for everybody with something to confirm who had none this week, once its day and hour have come. Returns how many.

    `now`: whatever the day and the hour.
    """
    rules, today = rule_book(), clock.today()
    waiting = set(walk_queries.walkers()) - _invited(monday(today))
    people = db.session.scalars(select(Person).where(Person.id.in_(waiting), Person.is_active).order_by(Person.id)).all()
    due = [person for person in people if now or is_time(clock.now(), _zone(person, settings), rules, settings.country)]
    rights = actors(today, [person.id for person in due])
    return sum(_write(person, rights[person.id], rules, settings, WEEKLY) for person in due if person.mail_digest)


def invite(person: Person, settings: Settings) -> bool:
    """One person, now, also beside the mail of the week; False when there is nothing to confirm or one went out today."""
    return _write(person, actor_of_person(person, clock.today()), rule_book(), settings, AGAIN)


def link_for(person: Person, settings: Settings) -> str:
    """The address that opens this person's walk, told once."""
    return _address(settings, make_link(person, Purpose.WALK, days=rule_book().days("walk.link_valid")))


def monday(day: date) -> date:
    """The week a mail is for."""
    return day - timedelta(days=day.weekday())


def is_time(moment: datetime, zone: ZoneInfo, rules: RuleBook, country: str) -> bool:
    """From the n-th working day of the week at the hour of the rules on, on working days, where the person is."""
    local = moment.astimezone(zone)
    today = local.date()
    calendar: Calendar = house_calendar(country, today.year - 1, today.year + 1)
    number = calendar.count(monday(today), today)
    first, hour = rules.days("walk.mail.day"), rules.days("walk.mail.hour")
    return calendar.is_working(today) and number >= first and local.hour >= hour


def _invited(week: date) -> set[int]:
    return set(db.session.scalars(select(Mail.person_id).where(Mail.purpose == WEEKLY, Mail.day == week)))


def _zone(person: Person, settings: Settings) -> ZoneInfo:
    return ZoneInfo(person.time_zone or settings.time_zone)


def _write(person: Person, actor: Actor, rules: RuleBook, settings: Settings, purpose: str) -> bool:
    """The mail as a row with its link beside it, and its job; False when nothing is asked, or it is there already."""
    if not may_anywhere(actor, Permission.WORK_WALK):
        return False
    rhythm = walk_queries.rhythm_of(rules, clock.today(), settings.country)
    found = walk_queries.walk(actor, rhythm)
    letter = Letter(found.open_cards, rules.days("walk.link_valid"))
    if not letter.cards:
        return False
    day = monday(clock.today()) if purpose == WEEKLY else clock.today()
    asked = _asked(found) if settings.inbox.address else {}
    words = _words(person, letter, list(asked.values()))
    html = current_app.jinja_env.get_template("home/mail.html")  # there is no page around a mail, so no frame
    address = _address(settings, LEFT_OUT)
    values = {
        "person_id": person.id,
        "purpose": purpose,
        "day": day,
        "made_at": clock.now(),
        "version": 1,
        "message_id": f"<{uuid.uuid4()}@{_domain(settings)}>",
        "subject": words["subject"],
        "body": _text(words, address),
        "body_html": html.render(words=words, lang=person.language, url=address),
    }
    mail_id = db.session.scalar(insert(Mail).values(values).on_conflict_do_nothing().returning(Mail.id))
    if mail_id is None:
        return False
    mail = db.session.get_one(Mail, mail_id)
    mail.secret = make_link(person, Purpose.WALK, days=letter.days)
    if asked:
        mail.reply_token = make_reply_address(person, asked, days=letter.days)
    defer("alerts.mail", mail_id=mail_id)
    return True


def _asked(found: walk_queries.Walk) -> dict[int, str]:
    """Projects of which a sentence is asked, with their codes: they may be told in an answer to the mail."""
    open_cards = [card for card in found.cards if card.kind is CardKind.SENTENCE and not card.is_done]
    return {card.project_id: found.projects[card.project_id].code for card in open_cards}


def _words(person: Person, letter: Letter, codes: Sequence[str]) -> dict[str, str]:
    """Everything the mail says, in the person's language and in its order."""
    said = {
        "subject": nmsg("pmo: %(num)s card of your weekly walk", "pmo: %(num)s cards of your weekly walk", letter.cards),
        "hello": msg("Good morning %(name)s,", name=person.name),
        "intro": nmsg(
            "%(num)s thing in your projects waits for a word from you: still on date, a new date, or reached.",
            "%(num)s things in your projects wait for a word from you: still on date, a new date, or reached.",
            letter.cards,
        ),
        "open": msg("Open my walk"),
        "valid": nmsg(
            "The link works for %(num)s day, without signing in, and opens nothing but your walk. Do not pass it on.",
            "The link works for %(num)s days, without signing in, and opens nothing but your walk. Do not pass it on.",
            letter.days,
        ),
        **by_mail(codes),
        "foot": msg("One mail a week at most. You get it because you manage projects."),
    }
    return {key: render(message, person.language) for key, message in said.items()}


def _text(words: Mapping[str, str], address: str) -> str:
    said = {**words, "open": f"{words['open']}: {address}"}
    return "\n\n".join(text for key, text in said.items() if key != "subject") + "\n"


def _address(settings: Settings, token: str) -> str:
    return f"{settings.base_url}/walk/link/{token}"


def _domain(settings: Settings) -> str:
    return parseaddr(settings.smtp.sender)[1].rpartition("@")[2] or "localhost"
