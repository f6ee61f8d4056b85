"""Documents of projects for programs: what each is, and the files themselves."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from pmo.db import db
from pmo.documents.models import StoredFile
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.methods.models import DocumentFile, ProjectDocument
from pmo.portfolio.logic import Phase
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.web.api import Asked, Out
from pmo.web.doors import Collection
from pmo.web.downloads import attachment
from pmo.web.forms import Line
from pmo.web.i18n import language

bp = Blueprint("documents_api", __name__, url_prefix="/api/v1")


class FileOut(Out):
    number: int
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: int | None


class DocumentOut(Out):
    """What a project holds against a document that its method asks for; the newest version first."""

    id: int
    project_id: int
    code: str
    name: str
    phase: Phase
    owner_id: int | None
    link: str
    valid_until: date | None
    not_needed: str
    files: list[FileOut]
    version: int


class DocumentsAsked(Asked):
    project: Line = ""  # its code


def _rows(person: Actor) -> Select[Any]:
    query = select(ProjectDocument).options(joinedload(ProjectDocument.artefact))
    return query.where(ProjectDocument.project_id.in_(visible_projects(person)))


def _narrow(query: Select[Any], asked: DocumentsAsked) -> Select[Any]:
    if not asked.project:
        return query
    of = select(Project.id).where(func.upper(Project.code) == asked.project.upper())
    return query.where(ProjectDocument.project_id.in_(of))


def _document(document_id: int) -> ProjectDocument:
    found = db.session.get(ProjectDocument, document_id)
    if found is None:
        raise NotFound
    return found


def _show_many(found: list[ProjectDocument]) -> list[Out]:
    query = select(DocumentFile, StoredFile).join(StoredFile, StoredFile.id == DocumentFile.stored_file_id)
    query = query.where(DocumentFile.document_id.in_([one.id for one in found])).order_by(DocumentFile.number.desc())
    files: dict[int, list[FileOut]] = defaultdict(list)
    for file, stored in db.session.execute(query):
        facts = {"number": file.number, "name": file.name, "added_at": file.added_at, "added_by": file.added_by}
        files[file.document_id].append(FileOut(**facts, media_type=stored.media_type, size=stored.size, sha256=stored.sha256))
    names = ("id", "project_id", "owner_id", "link", "valid_until", "not_needed", "version")
    return [
        DocumentOut(
            **{name: getattr(one, name) for name in names},
            code=one.artefact.code,
            name=one.artefact.called(language()),
            phase=Phase(one.artefact.phase),
            files=files[one.id],
        )
        for one in found
    ]


def _file(found: ProjectDocument, number: int) -> Response:
    mine = (DocumentFile.document_id == found.id, DocumentFile.number == number)
    file = db.session.scalar(select(DocumentFile).where(*mine).options(joinedload(DocumentFile.stored)))
    if file is None:
        raise NotFound
    return attachment(file.name, file.stored.content, file.stored.media_type)


documents: Collection[ProjectDocument] = Collection(
    bp, "documents", "document", DocumentOut, Permission.PROJECT_READ, _rows, ProjectDocument.id, _document,
    show=lambda found: _show_many([found])[0], show_many=_show_many, asked=DocumentsAsked, narrow=_narrow,
)  # fmt: skip
documents.list(msg("Documents of projects"))
documents.read(msg("One document"))
documents.file("document_file", "files/<int:number>", msg("The bytes of one version"), _file)
