"""Reads of artefacts and of the documents that answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import joinedload

from pmo.db import db
from pmo.documents.models import StoredFile
from pmo.kernel.errors import NotFound
from pmo.methods.logic import Answer, Completeness, DocumentState, completeness, state_of
from pmo.methods.models import Artefact, DocumentFile, ProjectDocument
from pmo.people.models import Person
from pmo.portfolio.logic import Method, Phase
from pmo.portfolio.models import Project

BY_PHASE = case(*((Artefact.phase == phase.value, number) for number, phase in enumerate(Phase)), else_=9)
ORDER = (BY_PHASE, Artefact.position, Artefact.id)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One artefact with what a project holds against it."""

    artefact: Artefact
    document: ProjectDocument | None
    file: DocumentFile | None
    owner: str
    state: DocumentState
    is_asked: bool  # by the project's method as it is now; else a document that stayed from before

    @property
    def phase(self) -> Phase:
        return Phase(self.artefact.phase)


def artefacts(method: Method) -> list[Artefact]:
    """Those of a method in the order of its phases; retired ones last."""
    query = select(Artefact).where(Artefact.method == method.value).order_by(Artefact.retired_at.is_not(None), *ORDER)
    return list(db.session.scalars(query))


def every_artefact() -> list[Artefact]:
    return list(db.session.scalars(select(Artefact).order_by(Artefact.method, *ORDER)))


def artefact(artefact_id: int) -> Artefact:
    """Raises NotFound."""
    found = db.session.get(Artefact, artefact_id)
    if found is None:
        raise NotFound
    return found


def documents_of(project: Project, today: date) -> list[DocumentRow]:
    """The checklist of a project, in one statement: what its method asks for, then what stayed from before."""
    held = and_(ProjectDocument.artefact_id == Artefact.id, ProjectDocument.project_id == project.id)
    newest = and_(DocumentFile.document_id == ProjectDocument.id, DocumentFile.number == ProjectDocument.files)
    is_asked = and_(Artefact.method == project.method, Artefact.retired_at.is_(None))
    query = (
        select(Artefact, ProjectDocument, DocumentFile, Person.name, is_asked)
        .outerjoin(ProjectDocument, held)
        .outerjoin(DocumentFile, newest)
        .outerjoin(Person, Person.id == ProjectDocument.owner_id)
        .where(or_(is_asked, ProjectDocument.files > 0, ProjectDocument.link != ""))
        .order_by(is_asked.desc(), *ORDER)
    )
    phase = Phase(project.phase)
    return [
        DocumentRow(one, document, file, owner or "", state_of(answer_of(document), Phase(one.phase), phase, today), asked)
        for one, document, file, owner, asked in db.session.execute(query)
    ]


def answer_of(document: ProjectDocument | None) -> Answer:
    if document is None:
        return Answer()
    return Answer(document.files > 0 or document.link != "", document.valid_until, document.not_needed != "")


def complete(rows: Sequence[DocumentRow]) -> Completeness:
    return completeness(row.state for row in rows if row.is_asked)


def document(project: Project, asked: Artefact) -> ProjectDocument | None:
    query = select(ProjectDocument).where(ProjectDocument.project_id == project.id, ProjectDocument.artefact_id == asked.id)
    return db.session.scalars(query).one_or_none()


def versions_of(held: ProjectDocument | None) -> list[tuple[DocumentFile, StoredFile, str]]:
    """Files with who added them, newest first. The bytes stay in the database."""
    if held is None:
        return []
    query = (
        select(DocumentFile, StoredFile, Person.name)
        .join(StoredFile, StoredFile.id == DocumentFile.stored_file_id)
        .outerjoin(Person, Person.id == DocumentFile.added_by)
        .where(DocumentFile.document_id == held.id)
        .order_by(DocumentFile.number.desc())
    )
    return [(file, stored, name or "") for file, stored, name in db.session.execute(query)]


def file_of(project: Project, file_id: int) -> DocumentFile:
    """A version of a document of this project. Raises NotFound."""
    query = (
        select(DocumentFile)
        .join(ProjectDocument)
        .where(DocumentFile.id == file_id, ProjectDocument.project_id == project.id)
        .options(joinedload(DocumentFile.stored))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found
