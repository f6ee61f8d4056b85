"""Making a draft, publishing an edition."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from pmo.committees.models import Meeting
from pmo.db import Moment, because, db, looking_back, transaction
from pmo.history import seals
from pmo.history.queries import settled
from pmo.kernel import clock
from pmo.kernel.errors import Conflict
from pmo.kernel.languages import msg
from pmo.reports import approving, queries
from pmo.reports.approving import Approved
from pmo.reports.contents import Wanted, report
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Report, Scope
from pmo.reports.logic.numbers import file_name, next_number
from pmo.reports.logic.sentences import counts
from pmo.reports.logic.stamp import Stamp
from pmo.reports.models import Edition, EditionFile
from pmo.reports.subjects import Subject
from pmo.reports.word.document import MEDIA_TYPE, Tell, document, silent
from pmo.reports.word.onepage import onepage
from pmo.schedule.actions import commit_forecasts
from pmo.schedule.models import Milestone

ATTEMPTS = 3
NOT_TODAY = msg("This is the state of an earlier day. Go back to today to publish.")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes, for which organisation, in which languages; the first is the language of the edition."""

    name: str
    languages: Sequence[str]
    person_id: int | None = None
    organisation: str = ""


class _Moved(Exception):
    """A date moved between the moment of the data and the commitment."""


def draft(
    wanted: Wanted,
    author: str,
    lang: str,
    *,
    organisation: str = "",
    moment: Moment | None = None,
    on_one_page: bool = False,
    tell: Tell = silent,
) -> File:
    """A file that says it is a draft: nothing is stored, nothing committed."""
    made = report(wanted, moment)
    stamp = Stamp(author=author, organisation=organisation, content_sha256=canonical.sha256(canonical.plain(made)))
    day = made.today.isoformat()
    if on_one_page:
        return File(file_name(made.code, f"{day}-page-draft", lang), onepage(made, stamp, lang))
    return File(file_name(made.code, f"{day}-draft", lang), document(made, stamp, lang, tell))


def publish(
    subject: Subject,
    by: Publisher,
    *,
    key: str = "",
    all_sheets: bool = False,
    template_version_id: int | None = None,
    tell: Tell = silent,
) -> Edition:
    """Freeze the state of this moment as an edition; a committee is thereby told the dates it shows.

    Sent twice with the same `key`, published once. Where approval is needed, what was approved is published, and nothing else.
    Raises Conflict while looking back, when dates keep moving, and without a needed approval.
    """
    if looking_back() is not None:
        raise Conflict(NOT_TODAY)
    for _ in range(ATTEMPTS):
        if (done := queries.by_key(key)) is not None:
            return done
        db.session.rollback()
        approved = approving.ready(subject)
        if approved is not None:
            approving.hold_to(approved, subject)
        moment = approved.moment if approved else settled()
        db.session.rollback()
        wanted = Wanted(subject.scope, subject.id, all_sheets=approved.all_sheets if approved else all_sheets)
        try:
            return _Press(subject, by, key, moment, report(wanted, moment), approved, template_version_id, tell).freeze()
        except _Moved:
            if approved is not None:
                approving.lapse(approved)
    raise Conflict(msg("Dates keep moving while this report is made. Nothing was published; try again in a minute."))


@dataclass(frozen=True, slots=True)
class _Press:
    """One edition on its way."""

    subject: Subject
    by: Publisher
    key: str
    moment: Moment
    made: Report
    approved: Approved | None = None
    template_version_id: int | None = None
    tell: Tell = silent

    def freeze(self) -> Edition:
        """Files are drawn before the short transaction that takes the number and stores everything."""
        number, digest = self._number(), canonical.sha256(canonical.plain(self.made))
        stamp = self._stamp(number, digest)
        files = self._files(stamp, self.tell)
        with transaction():
            db.session.scalar(select(func.pg_advisory_xact_lock(func.hashtextextended(self._lock(), 0))))
            if (done := queries.by_key(self.key)) is not None:
                return done
            if self._number() != number:  # somebody else took it meanwhile
                stamp = self._stamp(self._number(), digest)
                files = self._files(stamp)
            because(f"Edition {stamp.number} of {self.subject.code}")
            return self._store(stamp, files)

    def _store(self, stamp: Stamp, files: Mapping[str, bytes]) -> Edition:
        promised = self._promised()
        self._still_true(promised)
        edition = self._edition(stamp, files)
        edition.committed = commit_forecasts(promised, edition.title) if promised else 0
        db.session.add(edition)
        db.session.flush()
        if self.approved is not None:
            approving.use(self.approved, edition.id)
        for lang, content in files.items():
            name = file_name(self.made.code, stamp.number, lang)
            db.session.add(
                EditionFile(
                    edition_id=edition.id,
                    language=lang,
                    name=name,
                    media_type=MEDIA_TYPE,
                    sha256=edition.file_sha256[lang],
                    content=content,
                )
            )
        db.session.flush()
        return edition

    def _edition(self, stamp: Stamp, files: Mapping[str, bytes]) -> Edition:
        subject, place, seen = self.subject, self.subject.place, counts(project.overall for project in self.made.projects)
        return Edition(
            number=stamp.number,
            scope=subject.scope.value,
            scope_code=subject.code,
            name=self.made.name,
            portfolio_id=place.portfolio_id,
            programme_id=place.programme_id,
            project_id=place.project_id,
            committee_id=subject.committee_id,
            meeting_id=self._meeting(),
            language=self.by.languages[0],
            moment=self.moment.at,
            known_txn=self.moment.known_txn,
            published_at=clock.now(),
            author_id=self.by.person_id,
            author_name=self.by.name,
            red=seen.red,
            amber=seen.amber,
            green=seen.green,
            unknown=seen.unknown,
            content=canonical.plain(self.made),
            content_sha256=stamp.content_sha256,
            file_sha256={lang: hashlib.sha256(content).hexdigest() for lang, content in files.items()},
            chain_head=stamp.chain_head,
            request_key=self.key or None,
            template_version_id=self.template_version_id,
        )

    def _promised(self) -> dict[int, date]:
        return self.made.told if self.subject.scope is Scope.COMMITTEE else {}

    def _still_true(self, promised: Mapping[int, date]) -> None:
        """Locks the milestones. Raises _Moved when one has another date than the report shows."""
        query = (
            select(Milestone.id, Milestone.forecast).where(Milestone.id.in_(promised)).order_by(Milestone.id).with_for_update()
        )
        if any(promised[key] != forecast for key, forecast in db.session.execute(query)):
            raise _Moved

    def _meeting(self) -> int | None:
        if self.made.meeting is None:
            return None
        held = (Meeting.committee_id == self.subject.committee_id, Meeting.held_on == self.made.meeting.held_on)
        return db.session.scalar(select(Meeting.id).where(*held))

    def _number(self) -> str:
        day = self.made.meeting.held_on if self.made.meeting else self.made.today
        return next_number(day, queries.numbers_taken(self.subject.scope, self.subject.code))

    def _stamp(self, number: str, digest: str) -> Stamp:
        head = seals.head()
        return Stamp(
            author=self.by.name,
            organisation=self.by.organisation,
            content_sha256=digest,
            code=self.subject.code,
            number=number,
            chain_head=str(head) if head else "",
            approved_by=self.approved.by if self.approved else "",
            approved_at=self.approved.at if self.approved else None,
        )

    def _files(self, stamp: Stamp, tell: Tell = silent) -> dict[str, bytes]:
        """One after the other; `tell` hears of the steps of all of them."""
        many = len(self.by.languages)

        def told(done: int) -> Tell:
            return lambda step, steps: tell(done * steps + step, many * steps)

        return {lang: document(self.made, stamp, lang, told(done)) for done, lang in enumerate(self.by.languages)}

    def _lock(self) -> str:
        return f"edition:{self.subject.scope.value}:{self.subject.code}"
