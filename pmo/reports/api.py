"""Editions of reports for programs: listed, fetched, and asked for."""

import secrets
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, Response
from sqlalchemy import Select, func, select

from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.reports import approving, making, offers, pdf, queries
from pmo.reports.contents import Wanted
from pmo.reports.forms import Language
from pmo.reports.logic.content import Scope
from pmo.reports.making import Publishing
from pmo.reports.models import Edition, Making
from pmo.reports.word.document import MEDIA_TYPE
from pmo.web.access import actor, require
from pmo.web.api import Asked, Body, Id, Out
from pmo.web.doors import Collection
from pmo.web.downloads import attachment
from pmo.web.forms import Line
from pmo.web.i18n import say

bp = Blueprint("reports_api", __name__, url_prefix="/api/v1")
READ = Permission.REPORT_READ


class EditionOut(Out):
    """One published report; its files by language, each with the SHA-256 of its bytes."""

    id: int
    number: str
    scope: Scope
    scope_code: str
    name: str
    portfolio_id: int
    programme_id: int | None
    project_id: int | None
    committee_id: int | None
    meeting_id: int | None
    language: str
    moment: datetime
    published_at: datetime
    author_name: str
    red: int
    amber: int
    green: int
    unknown: int
    committed: int
    content_sha256: str
    file_sha256: dict[str, str]
    version: int


class ReportOrderOut(Out):
    """What a worker makes: a draft to fetch as a file, or an edition that is published."""

    id: int
    asked_at: datetime
    scope: str
    scope_id: int
    language: str
    all_sheets: bool
    shape: Literal["word", "pdf", "edition"]
    state: Literal["waiting", "done", "failed"]
    step: int
    steps: int
    edition_id: int | None
    refusal: str
    version: int


class EditionsAsked(Asked):
    code: Line = ""  # of the portfolio, programme, project or committee it is about


class ReportOrderBody(Body):
    """`publish` freezes an edition and, for a committee, moves commitments; without it a draft is made for you alone."""

    scope: Scope
    scope_id: Id
    language: Language = "en"
    all_sheets: bool = False
    publish: bool = False


def _editions(person: Actor) -> Select[Any]:
    return select(Edition).where(queries.visible(person))


def _narrow(query: Select[Any], asked: EditionsAsked) -> Select[Any]:
    return query.where(func.upper(Edition.scope_code) == asked.code.upper()) if asked.code else query


def _edition_file(found: Edition, lang: str) -> Response:
    file = queries.file_of(found.id, lang)
    return attachment(file.name, file.content, file.media_type)


def _orders(person: Actor) -> Select[Any]:
    return select(Making).where(Making.asked_by == person.person_id)


def _show(found: Making) -> Out:
    facts = {name: getattr(found, name) for name in ReportOrderOut.model_fields if name != "refusal"}
    refusal = making.refusal_of(found)
    return ReportOrderOut.model_validate({**facts, "refusal": say(refusal) if refusal else ""})


def _order(typed: ReportOrderBody) -> Making:
    """Only about what the actor may report on; published only by who may."""
    subject = offers.subject_of(f"{typed.scope.value}:{typed.scope_id}", actor())
    if not typed.publish:
        wanted = Wanted(subject.scope, subject.id, actor(), typed.all_sheets)
        return making.ask(wanted, actor().person_id, typed.language)
    require(Permission.REPORT_PUBLISH, subject.place)
    approving.ready(subject)
    key = f"{actor().person_id}:{secrets.token_urlsafe(16)}"  # sent twice: the Idempotency-Key knows
    return making.ask_edition(
        subject, Publishing(key=key, language=typed.language, all_sheets=typed.all_sheets), actor().person_id
    )


def _order_file(found: Making) -> Response:
    if found.content is None:
        raise NotFound
    return attachment(found.name, found.content, pdf.MEDIA_TYPE if found.shape == making.PDF else MEDIA_TYPE)


editions: Collection[Edition] = Collection(
    bp, "reports", "report", EditionOut, READ, _editions, Edition.id, queries.edition, asked=EditionsAsked, narrow=_narrow
)
editions.list(msg("Published editions"))
editions.read(msg("One edition"))
editions.file("report_file", "files/<any(en, fr, nl):lang>", msg("The bytes that were published"), _edition_file)

orders: Collection[Making] = Collection(
    bp, "report-orders", "report_order", ReportOrderOut, READ, _orders, Making.id, queries.making,
    show=_show, anywhere=True, unseen=lambda found, person: found.asked_by != person.person_id,
)  # fmt: skip
orders.list(msg("Reports you asked for"))
orders.read(msg("How far a report is"))
orders.add(
    msg("Have a report made; publishing needs permission and scope for it"), ReportOrderBody, READ, _order, anywhere=True,
    scope=Permission.REPORT_PUBLISH,
)  # fmt: skip
orders.file("report_order_file", "file", msg("The file, once it is done"), _order_file)
