"""Reads of who was sent an edition: when, whether the mail arrived, who has opened it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from pmo.alerts.models import Mail
from pmo.committees.audiences import Audience
from pmo.committees.distribution_models import DistributionEntry
from pmo.committees.distribution_queries import Listing, Receiver, listing
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message, msg
from pmo.people.models import Person
from pmo.reports.models import Edition, Opening, Sending

FAILED = "failed"
MAIL_STATES: dict[str, Message] = {
    "waiting": msg("Waits to be sent"),
    "transmitting": msg("Being sent"),
    "sent": msg("Sent"),
    FAILED: msg("Not delivered"),
    "held": msg("Held back"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """How often a link was opened, first and last."""

    times: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One mail of an edition: who sent it, what became of it, whether its link was opened, whether its receiver left the list."""

    sending: Sending
    sender: str
    state: str  # of the mail
    sent_at: datetime | None
    is_off_list: bool
    opened: Opened

    @property
    def has_arrived(self) -> bool:
        """Or will: sent to this receiver again only when asked."""
        return self.state != FAILED

    @property
    def is_open(self) -> bool:
        """Whether the link of who has no account still opens the edition."""
        one = self.sending
        is_ended = one.withdrawn_at is not None or self.is_off_list or one.expires_at <= clock.machine_now()
        return one.person_id is None and not is_ended


@dataclass(frozen=True, slots=True)
class Line:
    """A receiver of the list, with the newest mail they were sent of this edition."""

    receiver: Receiver
    language: str  # of the edition they get
    last: Row | None

    @property
    def is_due(self) -> bool:
        return self.receiver.gets_it and not (self.last is not None and self.last.has_arrived)


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending would do; `seen` is the newest mail it knows of."""

    lines: tuple[Line, ...]
    seen: int

    @property
    def due(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_due)

    @property
    def had(self) -> tuple[Line, ...]:
        """Who has it already, and would get it again when asked."""
        return tuple(line for line in self.lines if line.receiver.gets_it and not line.is_due)


def sendings(edition_id: int) -> list[Row]:
    """Every mail of an edition, newest first: two statements."""
    query = (
        select(Sending, Person.name, Mail.state, Mail.sent_at, DistributionEntry.ended_at)
        .join(Mail, Mail.id == Sending.mail_id)
        .join(Person, Person.id == Sending.sent_by)
        .outerjoin(DistributionEntry, DistributionEntry.id == Sending.entry_id)
        .where(Sending.edition_id == edition_id)
        .order_by(Sending.id.desc())
    )
    found = db.session.execute(query).all()
    opened = _openings([row[0].id for row in found]) if found else {}
    return [Row(row[0], row[1], row[2], row[3], row[4] is not None, opened.get(row[0].id, Opened())) for row in found]


def preview(edition: Edition, to: Audience, today: date) -> Preview:
    """Who would get this edition, and in which language."""
    return _preview(edition, listing(to, today), sendings(edition.id))


def sending(sending_id: int) -> Sending:
    """Raises NotFound; the caller asks for the permission."""
    found = db.session.scalar(select(Sending).where(Sending.id == sending_id))
    if found is None:
        raise NotFound
    return found


def by_digest(digest: bytes) -> Sending | None:
    return db.session.scalar(select(Sending).where(Sending.link_digest == digest))


def language_of(edition: Edition, wanted: str) -> str:
    """The receiver's own, where the edition has it."""
    return wanted if wanted in edition.file_sha256 else edition.language


def _preview(edition: Edition, listed: Listing, sent: list[Row]) -> Preview:
    newest: dict[tuple[int | None, str], Row] = {}
    for row in sent:  # a mail that arrived counts, whatever failed after it
        key = (row.sending.person_id, row.sending.email)
        if key not in newest or (row.has_arrived and not newest[key].has_arrived):
            newest[key] = row
    lines = [
        Line(one, language_of(edition, one.language), newest.get((one.person_id, "" if one.person_id else one.email)))
        for one in listed.receivers
    ]
    return Preview(tuple(lines), sent[0].sending.id if sent else 0)


def _openings(ids: Collection[int]) -> dict[int, Opened]:
    query = select(Opening.sending_id, func.count(), func.min(Opening.opened_at), func.max(Opening.opened_at))
    shown = query.where(Opening.sending_id.in_(ids), Opening.opened_at <= clock.now()).group_by(Opening.sending_id)
    return {row[0]: Opened(row[1], row[2], row[3]) for row in db.session.execute(shown)}
