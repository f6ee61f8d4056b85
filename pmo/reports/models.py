"""Editions: what was published, frozen with its data, its files and its place in the history."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from pmo.committees.distribution_models import ONE_OWNER, DistributionEntry, OfOwner
from pmo.committees.models import Committee, Meeting
from pmo.db import Base
from pmo.documents.models import StoredFile
from pmo.kernel.permissions import Place
from pmo.reports.logic.content import Scope


class Edition(Base):
    """One published report. `moment` and `known_txn` name the state it shows: computed again from them, the hash is the same."""

    __tablename__ = "edition"
    __table_args__ = (
        Index("uq_edition_scope_code_number", "scope", "scope_code", "number", unique=True),
        Index("ix_edition_portfolio_id_published_at", "portfolio_id", "published_at"),
    )

    number: Mapped[str]  # 2026-03, 2026-03b
    scope: Mapped[str]  # reports.logic.content.Scope
    scope_code: Mapped[str]
    name: Mapped[str]  # of what it is about, as it was called
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    language: Mapped[str]  # it was published in; the files of the other languages hold the same numbers
    moment: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    known_txn: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str]
    red: Mapped[int]  # projects of each colour then
    amber: Mapped[int]
    green: Mapped[int]
    unknown: Mapped[int]
    committed: Mapped[int]  # milestones whose commitment it moved
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    content_sha256: Mapped[str]
    file_sha256: Mapped[dict[str, str]] = mapped_column(JSONB)  # by language
    chain_head: Mapped[str]  # head of the sealed history when it was published, printed in the files
    request_key: Mapped[str | None] = mapped_column(unique=True)  # of the form that asked for it: sent twice, published once
    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("report_template_version.id"))  # a house's own, if chosen
    files: Mapped[list["EditionFile"]] = relationship(back_populates="edition")

    @property
    def title(self) -> str:
        """MC 2026-03: two committees may both have an edition of March."""
        return f"{self.scope_code} {self.number}"

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.programme_id, self.project_id)


class EditionFile(Base):
    """The bytes people got, in one language. Apart from the edition, so that lists of editions stay light."""

    __tablename__ = "edition_file"
    __table_args__ = (Index("uq_edition_file_edition_id_language", "edition_id", "language", unique=True),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    edition: Mapped[Edition] = relationship(back_populates="files")


class Making(Base):
    """What takes too long for one answer: asked for here, made by a worker, fetched by who asked, then cleared away."""

    __tablename__ = "report_making"

    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    scope: Mapped[str]
    scope_id: Mapped[int]
    language: Mapped[str]
    all_sheets: Mapped[bool]
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    shape: Mapped[str] = mapped_column(server_default="word")  # word: a draft; pdf: of a file of an edition; edition
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)  # made of it; or made
    request_key: Mapped[str | None] = mapped_column(unique=True)  # of the form that publishes: sent twice, asked once
    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("report_template_version.id"))  # published for
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # why it failed, as a message
    step: Mapped[int] = mapped_column(server_default="0")  # done, of `steps`; 0 until a worker has begun
    steps: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="waiting")  # waiting, done, failed
    name: Mapped[str] = mapped_column(server_default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class ReportTemplate(Base):
    """A Word template of a house's own: what is in it belongs to its versions."""

    __tablename__ = "report_template"

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolio.id"), index=True)
    name: Mapped[str]
    versions: Mapped[int] = mapped_column(server_default="0")  # so far: the number of the newest
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id)


class ReportTemplateVersion(Base):
    """The bytes of a template, checked when they were taken in; older ones stay."""

    __tablename__ = "report_template_version"
    __table_args__ = (Index("uq_report_template_version_template_id_number", "template_id", "number", unique=True),)

    template_id: Mapped[int] = mapped_column(ForeignKey("report_template.id"))
    number: Mapped[int]
    file_name: Mapped[str]
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    used: Mapped[list[str]] = mapped_column(JSONB)  # names of the list that it uses
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    template: Mapped[ReportTemplate] = relationship()
    stored: Mapped[StoredFile] = relationship()

    @property
    def place(self) -> Place:
        return self.template.place


class CommitteeTemplate(Base):
    """The template a committee is given its reports in, beside the report itself."""

    __tablename__ = "committee_template"

    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), unique=True)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("report_template.id"), index=True)  # None: none any more
    committee: Mapped[Committee] = relationship()

    @property
    def place(self) -> Place:
        return self.committee.place


class Approval(OfOwner, Base):
    """A draft, sent to somebody who must say yes before it is published. Its hash names exactly what was seen."""

    __tablename__ = "report_approval"
    __table_args__ = (
        CheckConstraint("state <> 'sent back' or answer <> ''", name="says_why"),
        CheckConstraint("edition_id is null or state = 'approved'", name="published_as_approved"),
        CheckConstraint(ONE_OWNER, name="of_one_owner"),
        Index("uq_report_approval_waiting", "committee_id", unique=True, postgresql_where="state = 'waiting'"),
        Index("uq_report_approval_waiting_programme", "programme_id", unique=True, postgresql_where="state = 'waiting'"),
        Index("uq_report_approval_waiting_project", "project_id", unique=True, postgresql_where="state = 'waiting'"),
        Index("ix_report_approval_committee_id", "committee_id"),
        Index("ix_report_approval_programme_id", "programme_id"),
        Index("ix_report_approval_project_id", "project_id"),
    )

    meeting_on: Mapped[date | None]  # the meeting it is for
    language: Mapped[str]
    all_sheets: Mapped[bool]
    moment: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # with known_txn, the state that is approved
    known_txn: Mapped[int] = mapped_column(BigInteger)
    content_sha256: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")  # what the asker wants looked at
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(server_default="waiting")  # logic.approval.State
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer: Mapped[str] = mapped_column(server_default="")  # why it was sent back
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # withdrawn or lapsed
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), unique=True)  # published as

    @property
    def scope(self) -> Scope:
        return Scope.COMMITTEE if self.committee_id else Scope.PROGRAMME if self.programme_id else Scope.PROJECT

    @property
    def what(self) -> str:
        """As the page that makes reports is asked for it: "committee:7"."""
        return f"{self.scope}:{self.owner.id}"


class ApprovalContent(Base):
    """What was sent for approval, frozen. Apart from it, so that an answer does not copy it into the history."""

    __tablename__ = "report_approval_content"

    approval_id: Mapped[int] = mapped_column(ForeignKey("report_approval.id"), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Sending(Base):
    """An edition on its way to one receiver of the distribution list, with a link of their own known by its digest."""

    __tablename__ = "edition_sending"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # signs in; None: the link alone opens it
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("distribution_entry.id"))  # of who has no account
    name: Mapped[str]
    email: Mapped[str] = mapped_column(server_default="")  # of who has no account
    language: Mapped[str]
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
    link_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    edition: Mapped[Edition] = relationship()
    entry: Mapped[DistributionEntry | None] = relationship()

    @property
    def place(self) -> Place:
        return self.edition.place


class Opening(Base):
    """One opening of a link: the page, or a file."""

    __tablename__ = "edition_opening"

    sending_id: Mapped[int] = mapped_column(ForeignKey("edition_sending.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    what: Mapped[str]  # page, word, pdf


class Print(Base):
    """The published Word file of a language as PDF, made once for who reads it by a link."""

    __tablename__ = "edition_print"
    __table_args__ = (Index("uq_edition_print_edition_id_language", "edition_id", "language", unique=True),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Agenda(Base):
    """That somebody arranged the agenda of a meeting, and when the meeting begins. Its version is that of all its lines."""

    __tablename__ = "agenda"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    starts_at: Mapped[time | None]
    arranged_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    meeting: Mapped[Meeting] = relationship()

    @property
    def place(self) -> Place:
        return self.meeting.place


class AgendaLine(Base):
    """A line of an agenda that somebody placed, timed, left out or added. What it says of a computed one is computed."""

    __tablename__ = "agenda_line"
    __table_args__ = (
        CheckConstraint("(kind = 'own') = (subject_id is null)", name="own_or_about_something"),
        CheckConstraint("minutes >= 0", name="some_minutes"),
        CheckConstraint("(left_out_on is null) = (left_out_reason = '')", name="left_out_with_a_reason"),
        Index("uq_agenda_line_meeting_id_kind_subject_id", "meeting_id", "kind", "subject_id", unique=True),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    kind: Mapped[str]  # logic.agenda.Kind
    subject_id: Mapped[int | None]  # of the action, project, gate ...; None: an own line
    title: Mapped[str]  # of a computed line: as it was called when it was placed
    presenter: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    minutes: Mapped[int | None]
    position: Mapped[int] = mapped_column(server_default="0")
    left_out_on: Mapped[date | None]
    left_out_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_out_reason: Mapped[str] = mapped_column(server_default="")
    meeting: Mapped[Meeting] = relationship()

    @property
    def place(self) -> Place:
        return self.meeting.place
