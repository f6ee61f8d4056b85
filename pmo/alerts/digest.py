"""One mail per person per day: which findings are new for whom, in their language, with links and nothing confidential."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pmo.alerts import queries
from pmo.alerts.logic.routing import Around, recipients
from pmo.alerts.logic.rules import RuleCode, Severity, Subject
from pmo.alerts.logic.sentences import TITLES
from pmo.alerts.models import Mail, MailedFinding
from pmo.alerts.queries import Row, Unmailed
from pmo.config import Settings
from pmo.db import db
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.languages import msg, nmsg, render
from pmo.kernel.permissions import Actor, Permission, Role, may
from pmo.people.models import Person
from pmo.people.queries import actors
from pmo.rules.queries import rule_book


@dataclass(frozen=True, slots=True)
class Item:
    """What a mail may say of a finding: number, generic title, project code, link."""

    finding_id: int
    severity: Severity
    title: str
    project_code: str
    url: str


def write_digests(settings: Settings) -> int:
    """A mail for everybody who has something new and has had none today, once their morning has come. Returns how many."""
    now = clock.now()
    wanted = _by_person()
    done = queries.mailed_today(clock.today())
    people = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(wanted), Person.is_active))}
    rights = actors(clock.today(), people.keys())
    written = 0
    for person_id, findings in sorted(wanted.items()):
        person = people.get(person_id)
        if person is None or person_id in done or not person.mail_digest or not _is_time(person, now, settings):
            continue
        readable = [row for row in findings if _may_read(rights[person_id], row)]
        written += bool(readable) and _write(person, readable, settings)
    return written


def _by_person() -> Mapping[int, Sequence[Row]]:
    wanted: dict[int, list[Row]] = defaultdict(list)
    unclaimed: list[Row] = []
    for item in queries.unmailed():
        finding = item.row.finding
        told = recipients(RuleCode(finding.rule), Severity(finding.severity), _around(item))
        if not told and finding.subject == Subject.INDICATOR:
            unclaimed.append(item.row)
        for person_id in told:
            wanted[person_id].append(item.row)
    _give_to_the_pmo(unclaimed, wanted)
    return wanted


def _around(item: Unmailed) -> Around:
    """An indicator of a programme, or of a project nobody manages, is looked after by the manager of the programme."""
    manager_id = item.manager_id
    if manager_id is None and item.row.finding.subject == Subject.INDICATOR:
        manager_id = item.programme_manager_id
    return Around(item.row.finding.owner_id, manager_id, item.programme_manager_id)


def _give_to_the_pmo(unclaimed: Sequence[Row], wanted: dict[int, list[Row]]) -> None:
    """What nobody owns or manages concerns the PMO of its place, as an update that nobody gives does."""
    people = actors(clock.today()).values() if unclaimed else ()
    for row in unclaimed:
        for person in people:
            if any(grant.role is Role.PMO and grant.covers(row.place) for grant in person.grants):
                wanted[person.person_id].append(row)


def _is_time(person: Person, now: datetime, settings: Settings) -> bool:
    zone = ZoneInfo(person.time_zone or settings.time_zone)
    return now.astimezone(zone).hour >= rule_book().days("alert.digest.hour")


def _may_read(actor: Actor, row: Row) -> bool:
    """Asked at the last moment: a right taken away since takes the line out of the mail."""
    is_owner = row.finding.owner_id == actor.person_id
    if row.finding.subject == Subject.INDICATOR:
        return may(actor, Permission.INDICATOR_READ, row.place) and (is_owner or may(actor, Permission.ALERT_READ, row.place))
    return may(actor, Permission.ALERT_READ, row.place) or (is_owner and may(actor, Permission.PROJECT_READ, row.place))


def _write(person: Person, findings: Sequence[Row], settings: Settings) -> int:
    """The mail as a row, and its job; 0 when another server was faster."""
    items = [_item(row, person.language, settings) for row in findings]
    subject = render(nmsg("pmo: %(num)s new alert", "pmo: %(num)s new alerts", len(items)), person.language)
    words = _words(person, subject, items)
    html = current_app.jinja_env.get_template("alerts/mail.html")  # there is no page around a mail, so no frame
    values = {
        "person_id": person.id,
        "purpose": "digest",
        "day": clock.today(),
        "made_at": clock.now(),
        "version": 1,
        "message_id": f"<{uuid.uuid4()}@{_domain(settings)}>",
        "subject": subject,
        "body": _text(words, items, settings),
        "body_html": html.render(words=words, items=items, lang=person.language, url=f"{settings.base_url}/alerts"),
    }
    mail_id = db.session.scalar(insert(Mail).values(values).on_conflict_do_nothing().returning(Mail.id))
    if mail_id is None:
        return 0
    db.session.add_all(MailedFinding(mail_id=mail_id, finding_id=row.finding.id) for row in findings)
    defer("alerts.mail", mail_id=mail_id)
    return 1


def _words(person: Person, subject: str, items: Sequence[Item]) -> dict[str, str]:
    """Everything a mail says beside its findings, in the person's language."""
    reds = sum(item.severity is Severity.RED for item in items)
    intro = nmsg(
        "%(num)s thing is new for you, %(reds)s red.", "%(num)s things are new for you, %(reds)s red.", len(items), reds=reds
    )
    said = {
        "hello": msg("Good morning %(name)s,", name=person.name),
        "intro": intro,
        "all": msg("All your alerts"),
        "foot": msg("One mail a day at most. You get it because you own or manage what it names."),
        "red": msg("red"),
        "amber": msg("amber"),
    }
    return {"heading": subject.removeprefix("pmo: "), **{key: render(message, person.language) for key, message in said.items()}}


def _item(row: Row, lang: str, settings: Settings) -> Item:
    finding = row.finding
    title = render(TITLES[RuleCode(finding.rule)], lang)
    return Item(finding.id, Severity(finding.severity), title, row.code, f"{settings.base_url}/alerts/{finding.id}")


def _text(words: Mapping[str, str], items: Sequence[Item], settings: Settings) -> str:
    lines = [f"[{words[item.severity.value]}] {item.project_code}: {item.title}\n  {item.url}" for item in items]
    return (
        "\n\n".join([words["hello"], words["intro"], *lines, f"{words['all']}: {settings.base_url}/alerts", words["foot"]]) + "\n"
    )


def _domain(settings: Settings) -> str:
    return parseaddr(settings.smtp.sender)[1].rpartition("@")[2] or "localhost"
