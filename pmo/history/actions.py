"""What is done to history: sealing it, and blanking a person's data in it."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, text

from pmo.db import db


def seal(at_most: int = 1000) -> int:
    """Seal transactions that wait, oldest first. How many were sealed; fewer than asked for when none is left."""
    return db.session.scalar(text("select history.seal(:at_most)"), {"at_most": at_most}) or 0


def erase(owner: Connection, table: str, row_id: int, blank: Mapping[str, str | None], reason: str) -> int:
    """Give columns of one row new values, now and in every version; the number of the certificate. Only the owner may."""
    query = text("select history.erase(:table, :row_id, cast(:blank as jsonb), :reason)")
    found: int = owner.scalar(query, {"table": table, "row_id": row_id, "blank": json.dumps(blank), "reason": reason})
    return found
