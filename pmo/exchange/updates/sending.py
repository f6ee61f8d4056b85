"""Making an update sheet: numbered, remembered, written."""

import secrets
from collections.abc import Sequence

from pmo.db import db
from pmo.exchange.logic.preview import freeze
from pmo.exchange.logic.update_sheet import Line
from pmo.exchange.models import UpdateSheet
from pmo.exchange.updates.workbook import Cover, workbook
from pmo.kernel import clock
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Actor


def send(
    lines: Sequence[Line], title: Message, maker: Actor, *, language: str, person_id: int | None = None
) -> tuple[int, bytes]:
    """Number and content of a new sheet; `title` says what it holds. The caller commits."""
    sheet = UpdateSheet(
        key=secrets.token_hex(8), title=freeze(title), language=language, made_by=maker.person_id, made_at=clock.now(),
        person_id=person_id, rows=len(lines),
    )  # fmt: skip
    db.session.add(sheet)
    db.session.flush()
    cover = Cover(sheet.id, sheet.key, language, title, maker.name, sheet.made_at)
    return sheet.id, workbook(cover, lines)
