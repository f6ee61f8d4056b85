"""What is done with files: they are kept."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pmo.db import db
from pmo.documents.logic import Accepted
from pmo.documents.models import StoredFile
from pmo.kernel import clock


def store(accepted: Accepted, content: bytes) -> StoredFile:
    """The bytes, once: two people who attach the same file at the same moment share one row."""
    digest = sha256(content).hexdigest()
    facts = {"media_type": accepted.media_type, "size": len(content), "content": content, "stored_at": clock.now()}
    db.session.execute(insert(StoredFile).values(sha256=digest, **facts).on_conflict_do_nothing())
    return db.session.scalars(select(StoredFile).where(StoredFile.sha256 == digest)).one()
