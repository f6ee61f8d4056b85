"""An edition drawn anew from its frozen content, in another shape than the file that was published: same figures, same hash."""

from pmo.kernel.errors import Conflict, NotFound
from pmo.kernel.languages import msg
from pmo.reports import approval_queries, queries
from pmo.reports.actions import File
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Report, Scope
from pmo.reports.logic.numbers import file_name
from pmo.reports.logic.stamp import Stamp
from pmo.reports.models import Edition
from pmo.reports.slides.document import slides
from pmo.reports.word.onepage import onepage

MANY = (Scope.COMMITTEE, Scope.PORTFOLIO, Scope.PROGRAMME)


def on_one_page(edition_id: int, lang: str, organisation: str) -> File:
    """The one-page status of a project's edition. Raises NotFound for an edition of more than one project."""
    edition, made = _frozen(edition_id, Scope.PROJECT)
    return File(file_name(made.code, f"{edition.number}-page", lang), onepage(made, _stamp(edition, organisation), lang))


def as_slides(edition_id: int, lang: str, organisation: str) -> File:
    """The slides of an edition. Raises NotFound for one of a single project, which has its page."""
    edition, made = _frozen(edition_id, *MANY)
    name = file_name(made.code, edition.number, lang).replace(".docx", ".pptx")
    return File(name, slides(made, _stamp(edition, organisation), lang))


def _frozen(edition_id: int, *scopes: Scope) -> tuple[Edition, Report]:
    """Raises NotFound for another scope, Conflict for content of another form: its own files still say everything."""
    edition = queries.with_content(edition_id)
    if edition.scope not in scopes:
        raise NotFound
    try:
        return edition, queries.read(edition)
    except canonical.Unreadable as error:
        raise Conflict(
            msg("This edition was made by another version of the report and can only be read as the files it has.")
        ) from error


def _stamp(edition: Edition, organisation: str) -> Stamp:
    approved = approval_queries.of_edition(edition.id)
    return Stamp(
        author=edition.author_name,
        organisation=organisation,
        content_sha256=edition.content_sha256,
        code=edition.scope_code,
        number=edition.number,
        chain_head=edition.chain_head,
        approved_by=approved.answerer if approved else "",
        approved_at=approved.approval.answered_at if approved else None,
    )
