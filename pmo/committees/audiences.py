"""Who stands behind a report: a committee, a programme or a project, with who approves it laid down."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select

from pmo.committees.distribution_models import Owner, ReportApprover
from pmo.committees.models import Committee
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Permission, Place
from pmo.portfolio.models import Programme, Project


class Kind(StrEnum):
    """As they stand in addresses."""

    COMMITTEE = "committees"
    PROGRAMME = "programmes"
    PROJECT = "projects"


TABLES: dict[Kind, type[Committee | Programme | Project]] = {
    Kind.COMMITTEE: Committee,
    Kind.PROGRAMME: Programme,
    Kind.PROJECT: Project,
}
COLUMNS = {Kind.COMMITTEE: "committee_id", Kind.PROGRAMME: "programme_id", Kind.PROJECT: "project_id"}


@dataclass(frozen=True, slots=True)
class Audience:
    """`rule` says who approves; None where nobody ever said so."""

    owner: Owner
    rule: Committee | ReportApprover | None

    @property
    def kind(self) -> Kind:
        return next(kind for kind, table in TABLES.items() if isinstance(self.owner, table))

    @property
    def id(self) -> int:
        return self.owner.id

    @property
    def code(self) -> str:
        return self.owner.code

    @property
    def name(self) -> str:
        return name_of(self.owner)

    @property
    def place(self) -> Place:
        return self.owner.place

    @property
    def language(self) -> str:
        return self.owner.language if isinstance(self.owner, Committee) else "en"

    @property
    def keys(self) -> dict[str, int]:
        """The column of a row of it."""
        return {COLUMNS[self.kind]: self.owner.id}

    @property
    def approver_role(self) -> str:
        return self.rule.approver_role if self.rule else ""

    @property
    def approver_id(self) -> int | None:
        return self.rule.approver_id if self.rule else None

    @property
    def needs_approval(self) -> bool:
        return bool(self.approver_role) or self.approver_id is not None

    @property
    def version(self) -> int:
        return self.rule.version if self.rule else 0

    @property
    def is_committee(self) -> bool:
        return self.kind is Kind.COMMITTEE

    @property
    def reading(self) -> Permission:
        return Permission.COMMITTEE_READ if self.is_committee else Permission.REPORT_READ

    @property
    def editing(self) -> Permission:
        return Permission.COMMITTEE_EDIT if self.is_committee else Permission.REPORT_PUBLISH


def name_of(owner: Owner) -> str:
    """A project is known by its code too."""
    return f"{owner.code} {owner.name}" if isinstance(owner, Project) else owner.name


def audience(kind: Kind, owner_id: int) -> Audience:
    """Raises NotFound; the caller asks for the permission."""
    found = db.session.get(TABLES[kind], owner_id)
    if not isinstance(found, Owner):
        raise NotFound
    return of(found)


def of(owner: Owner) -> Audience:
    [found] = all_of([owner])
    return found


def all_of(owners: Collection[Owner]) -> list[Audience]:
    """In their order: no statement for committees, one for all others together."""
    programmes = [one.id for one in owners if isinstance(one, Programme)]
    projects = [one.id for one in owners if isinstance(one, Project)]
    rules: dict[tuple[type, int | None], ReportApprover] = {}
    if programmes or projects:
        query = select(ReportApprover).where(
            or_(ReportApprover.programme_id.in_(programmes), ReportApprover.project_id.in_(projects))
        )
        for rule in db.session.scalars(query):
            rules[(Programme, rule.programme_id) if rule.programme_id else (Project, rule.project_id)] = rule
    return [Audience(one, one if isinstance(one, Committee) else rules.get((type(one), one.id))) for one in owners]


def managers(owner: Owner) -> set[int]:
    """Who gets its reports by themselves, where it is no committee: who leads it, and who leads what it belongs to."""
    if isinstance(owner, Committee):
        return set()
    ids = {owner.manager_id}
    if isinstance(owner, Project):
        ids.add(db.session.scalar(select(Programme.manager_id).where(Programme.id == owner.programme_id)))
    return {one for one in ids if one is not None}
