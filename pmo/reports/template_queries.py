"""Reads of a house's own Word templates, restricted to what the actor may report on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, undefer

from pmo.committees.models import Committee
from pmo.db import db
from pmo.documents.models import StoredFile
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.people.visibility import within
from pmo.portfolio.models import Portfolio
from pmo.reports.models import CommitteeTemplate, Edition, ReportTemplate, ReportTemplateVersion

NEWEST = and_(ReportTemplateVersion.template_id == ReportTemplate.id, ReportTemplateVersion.number == ReportTemplate.versions)


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A line of the list: with its portfolio, its newest version and the committees it is the template of."""

    template: ReportTemplate
    portfolio: str
    newest: ReportTemplateVersion
    committees: str


def templates(actor: Actor) -> list[TemplateRow]:
    """By name, archived ones last: one statement."""
    given = (
        select(func.string_agg(Committee.name, ", "))
        .join(CommitteeTemplate, CommitteeTemplate.committee_id == Committee.id)
        .where(CommitteeTemplate.template_id == ReportTemplate.id)
        .scalar_subquery()
    )
    query = (
        select(ReportTemplate, Portfolio.name, ReportTemplateVersion, given)
        .join(Portfolio, Portfolio.id == ReportTemplate.portfolio_id)
        .join(ReportTemplateVersion, NEWEST)
        .where(within(actor, Permission.REPORT_READ, portfolio=ReportTemplate.portfolio_id))
        .order_by(ReportTemplate.archived_at.is_not(None), func.lower(ReportTemplate.name), ReportTemplate.id)
    )
    return [TemplateRow(one, portfolio, newest, names or "") for one, portfolio, newest, names in db.session.execute(query)]


def template(template_id: int) -> ReportTemplate:
    """Raises NotFound; the caller asks for the permission."""
    found = db.session.get(ReportTemplate, template_id)
    if found is None:
        raise NotFound
    return found


def versions(one: ReportTemplate) -> list[tuple[ReportTemplateVersion, str]]:
    """Newest first, each with who added it."""
    query = select(ReportTemplateVersion, Person.name).outerjoin(Person, Person.id == ReportTemplateVersion.added_by)
    found = db.session.execute(
        query.where(ReportTemplateVersion.template_id == one.id).order_by(ReportTemplateVersion.number.desc())
    )
    return [(version, name or "") for version, name in found]


def version(template_id: int, number: int) -> ReportTemplateVersion:
    """With its bytes. Raises NotFound."""
    at = (ReportTemplateVersion.template_id == template_id, ReportTemplateVersion.number == number)
    return _with_bytes(*at)


def version_by_id(version_id: int) -> ReportTemplateVersion:
    """With its bytes. Raises NotFound."""
    return _with_bytes(ReportTemplateVersion.id == version_id)


def _with_bytes(*where: ColumnElement[bool]) -> ReportTemplateVersion:
    stored = joinedload(ReportTemplateVersion.stored).options(undefer(StoredFile.content))
    query = select(ReportTemplateVersion).options(stored, joinedload(ReportTemplateVersion.template))
    found = db.session.scalar(query.where(*where))
    if found is None:
        raise NotFound
    return found


def offered(portfolio_id: int) -> list[ReportTemplate]:
    """Those an edition of this portfolio can be shown in."""
    query = select(ReportTemplate).where(ReportTemplate.portfolio_id == portfolio_id, ReportTemplate.archived_at.is_(None))
    return list(db.session.scalars(query.order_by(func.lower(ReportTemplate.name), ReportTemplate.id)))


def exist() -> bool:
    """Whether there is any at all: most pages need not ask further."""
    return db.session.scalar(select(ReportTemplate.id).where(ReportTemplate.archived_at.is_(None)).limit(1)) is not None


def newest_of(template_id: int, portfolio_id: int | None) -> int:
    """The newest version of a template that is offered there. Raises NotFound."""
    here = (ReportTemplate.id == template_id, ReportTemplate.portfolio_id == portfolio_id, ReportTemplate.archived_at.is_(None))
    found = db.session.scalar(select(ReportTemplateVersion.id).join(ReportTemplate, NEWEST).where(*here))
    if found is None:
        raise NotFound
    return found


def of_edition(edition: Edition) -> list[tuple[ReportTemplate, int]]:
    """The templates it can be shown in, each with the version: first the one it was published for."""
    kept = db.session.get(ReportTemplateVersion, edition.template_version_id) if edition.template_version_id else None
    first = [(kept.template, kept.number)] if kept else []
    return first + [(one, one.versions) for one in offered(edition.portfolio_id) if kept is None or one.id != kept.template_id]


def committees(one: ReportTemplate) -> list[tuple[Committee, int | None]]:
    """The committees of its portfolio, each with the template it is given now."""
    query = (
        select(Committee, CommitteeTemplate.template_id)
        .outerjoin(CommitteeTemplate, CommitteeTemplate.committee_id == Committee.id)
        .where(Committee.portfolio_id == one.portfolio_id, Committee.archived_at.is_(None))
        .order_by(Committee.name, Committee.id)
    )
    return [(committee, given) for committee, given in db.session.execute(query)]


def replaced(one: ReportTemplate, chosen: Collection[int]) -> list[tuple[str, str]]:
    """Chosen committees that are given another template now: name of the committee, name of that template."""
    names = names_of(one.portfolio_id)
    given_now = [(committee, given) for committee, given in committees(one) if committee.id in chosen and given != one.id]
    return [(committee.name, names[given]) for committee, given in given_now if given is not None and given in names]


def names_of(portfolio_id: int) -> dict[int, str]:
    """The templates of a portfolio that are not archived."""
    return {one.id: one.name for one in offered(portfolio_id)}


def given(committee_id: int | None) -> int | None:
    """The template of a committee that is not archived."""
    query = select(ReportTemplate.id).join(CommitteeTemplate, CommitteeTemplate.template_id == ReportTemplate.id)
    return db.session.scalar(query.where(CommitteeTemplate.committee_id == committee_id, ReportTemplate.archived_at.is_(None)))


def portfolios(actor: Actor) -> Sequence[Portfolio]:
    """Where this person may keep templates."""
    allowed = within(actor, Permission.REPORT_PUBLISH, portfolio=Portfolio.id)
    return db.session.scalars(
        select(Portfolio).where(allowed, Portfolio.archived_at.is_(None)).order_by(Portfolio.name_key, Portfolio.id)
    ).all()
