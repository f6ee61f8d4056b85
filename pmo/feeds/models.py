"""Secret addresses of calendars, known only by their digest."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class CalendarFeed(Base):
    """An address at which one person's calendar program reads one calendar, with the rights the person has then."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("(kind = 'person') = (subject_id is null)", name="of_something"),
        Index(
            "uq_calendar_feed_valid",
            "person_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where="revoked_at is null",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]  # logic.FeedKind
    subject_id: Mapped[int | None]  # of the project or committee
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
