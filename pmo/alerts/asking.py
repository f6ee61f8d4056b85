"""Mails that ask for the value of an indicator, and remind of it; to those outside with a one-time link."""

import uuid
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pmo.alerts.delivery import LEFT_OUT
from pmo.alerts.models import Mail
from pmo.config import Settings
from pmo.db import db
from pmo.indicators import links, queries
from pmo.indicators.logic.periods import period_name
from pmo.indicators.models import IndicatorPart, Measurement
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.languages import msg, plain, render
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar

ASK, REMIND = "indicator", "indicator reminder"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be written: which measurement, whom, for the first or the second time."""

    asked: Measurement
    part: IndicatorPart
    is_reminder: bool

    @property
    def purpose(self) -> str:
        return f"{REMIND if self.is_reminder else ASK} {self.asked.id}"

    @property
    def language(self) -> str:
        return self.part.person.language if self.part.person else self.part.language


def write_all(settings: Settings) -> int:
    """Everybody asked gets one mail, and one reminder some working days after the due day. Returns how many were written."""
    today, rules = clock.today(), rule_book()
    calendar = house_calendar(settings.country, today.year - 1, today.year + 1)
    open_ones = [(one, one.part) for one in queries.unanswered() if one.part is not None and one.part.ended_at is None]
    letters = [Letter(one, part, is_reminder=False) for one, part in open_ones]
    for one, part in open_ones:
        after = rules.days("indicator.remind_after", one.indicator.programme_id)
        if one.due is not None and calendar.add(one.due, after) <= today:
            letters.append(Letter(one, part, is_reminder=True))
    written = set(db.session.scalars(select(Mail.purpose).where(Mail.purpose.in_([letter.purpose for letter in letters]))))
    due = [letter for letter in letters if letter.purpose not in written]
    return sum(_write(letter, rules.days("indicator.link_valid"), settings, today) for letter in due if _is_reachable(letter))


def _is_reachable(letter: Letter) -> bool:
    return letter.part.person is None or letter.part.person.is_active


def _write(letter: Letter, days: int, settings: Settings, today: date) -> bool:
    """The mail as a row with its link beside it, and its job."""
    outside = letter.part.person_id is None
    path = f"/give/{LEFT_OUT}" if outside else f"/indicators/measurements/{letter.asked.id}"
    values = {
        "person_id": letter.part.person_id,
        "address": letter.part.email,
        "purpose": letter.purpose,
        "day": today,
        "made_at": clock.now(),
        "version": 1,
        "message_id": f"<{uuid.uuid4()}@{parseaddr(settings.smtp.sender)[1].rpartition('@')[2] or 'localhost'}>",
        "subject": _subject(letter),
        "body": _body(letter, f"{settings.base_url}{path}", days if outside else 0),
    }
    mail_id = db.session.scalar(insert(Mail).values(values).on_conflict_do_nothing().returning(Mail.id))
    if mail_id is None:
        return False
    if outside:
        db.session.get_one(Mail, mail_id).secret = links.make_link(letter.asked, days=days)
    defer("alerts.mail", mail_id=mail_id)
    return True


def _subject(letter: Letter) -> str:
    one = letter.asked.indicator
    name = plain(f"{one.name}, {period_name(letter.asked.period, one.every, letter.language)}")
    asked = (
        msg("pmo: still missing: %(name)s", name=name)
        if letter.is_reminder
        else msg("pmo: a value is asked: %(name)s", name=name)
    )
    return render(asked, letter.language)


def _body(letter: Letter, address: str, days: int) -> str:
    said = [
        msg("Good morning %(name)s,", name=letter.part.who),
        msg("please give the value until %(day)s. If there is none, say why.", day=letter.asked.due),
        plain(address),
    ]
    if days:
        said.append(msg("The link works once, for %(days)s days, without signing in. Do not pass it on.", days=days))
    return "\n\n".join(render(sentence, letter.language) for sentence in said) + "\n"
