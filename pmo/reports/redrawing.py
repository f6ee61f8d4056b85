"""An edition drawn anew from its frozen content, in another shape than the file that was published: same figures, same hash."""

from pmo.kernel.errors import Conflict, NotFound
from pmo.kernel.languages import msg, render
from pmo.reports import approval_queries, queries
from pmo.reports import template_queries as templates
from pmo.reports.actions import File
from pmo.reports.filled import Content, fill, limits_of
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Report, Scope
from pmo.reports.logic.numbers import file_name
from pmo.reports.logic.stamp import Stamp
from pmo.reports.models import Edition, ReportTemplateVersion
from pmo.reports.slides.document import slides
from pmo.reports.template_charts import CHARTS
from pmo.reports.word.onepage import onepage
from pmo.rules.queries import rule_book

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


def in_template(edition_id: int, lang: str, organisation: str, template_id: int | None = None) -> File:
    """An edition in a house's own template: in the version it was published for, else in the newest one of what is asked for.

    Raises NotFound for a template of another portfolio, Conflict where it cannot be filled.
    """
    edition, made = _frozen(edition_id, *Scope)
    version = _version(edition, template_id)
    name, number = version.template.name, version.number
    content = Content(made, _stamp(edition, organisation), lang)
    remark = _remark(edition, name, number, lang)
    limits = limits_of(rule_book())
    filled = fill(version.stored.content, content, limits, charts=[one for one in CHARTS if one in version.used], remark=remark)
    if not filled.document:
        why = filled.verdict.sentence
        raise Conflict(msg("The template “%(name)s” cannot be filled with this edition. %(why)s", name=name, why=why))
    return File(file_name(made.code, f"{edition.number}-{version.template_id}-v{number}", lang), filled.document)


def _version(edition: Edition, template_id: int | None) -> ReportTemplateVersion:
    if edition.template_version_id is not None:
        kept = templates.version_by_id(edition.template_version_id)
        if template_id in (None, kept.template_id):
            return kept
    if template_id is None:
        raise NotFound
    template = templates.template(template_id)
    if template.portfolio_id != edition.portfolio_id or template.archived_at is not None:
        raise NotFound
    return templates.version(template.id, template.versions)


def _remark(edition: Edition, name: str, number: int, lang: str) -> str:
    said = msg("Template “%(name)s”, version %(number)s.", name=name, number=number)
    digest = msg("Data of %(moment)s. Data hash %(hash)s.", moment=edition.moment, hash=edition.content_sha256)
    return render(msg("%(sentence)s %(reason)s", sentence=said, reason=digest), lang)


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
