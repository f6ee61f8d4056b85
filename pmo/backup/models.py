"""That a backup was made: the pages and the checks tell an administrator how old the newest one is."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from pmo.db import Base


class BackupMade(Base):
    """Noted after its snapshot was taken: a restored database does not know the backup it came from."""

    __tablename__ = "backup_made"

    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))  # the moment of the snapshot
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]  # of the database in it
