"""Files by hash: the same bytes are kept once, whoever attached them."""

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class StoredFile(Base):
    """Bytes that never change. Names, owners and rights belong to what they are attached to."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    stored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
