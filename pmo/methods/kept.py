"""Artefacts and documents, in the words of their history."""

from pmo.db import db
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Place
from pmo.methods.models import Artefact, DocumentFile, ProjectDocument
from pmo.portfolio.kept import of_its_project, of_itself
from pmo.portfolio.logic import METHOD_NAMES, PHASE_NAMES


def of_its_document(row_id: int) -> Place | None:
    found = db.session.get(DocumentFile, row_id)
    return found.document.place if found else None


KEPT = (
    Kept(
        "artefact",
        msg("Artefact"),
        {
            "method": Field(msg("Method"), METHOD_NAMES),
            "phase": Field(msg("Phase"), PHASE_NAMES),
            "code": Field(msg("Code")),
            "name": Field(msg("Name")),
            "name_fr": Field(msg("Name in French")),
            "name_nl": Field(msg("Name in Dutch")),
            "position": Field(msg("Order")),
            "retired_at": Field(msg("Retired")),
        },
        of_itself(Artefact),
    ),
    Kept(
        "project_document",
        msg("Document"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "artefact_id": Field(msg("Artefact"), refers="artefact"),
            "owner_id": Field(msg("Owner"), refers="person"),
            "link": Field(msg("Link")),
            "valid_until": Field(msg("Valid until")),
            "not_needed": Field(msg("Why it does not apply")),
            "files": Field(msg("Newest version")),
        },
        of_its_project(ProjectDocument),
        name="artefact_id",
    ),
    Kept(
        "document_file",
        msg("Version of a document"),
        {
            "document_id": Field(msg("Document"), refers="project_document"),
            "number": Field(msg("Version")),
            "name": Field(msg("File")),
            "added_at": Field(msg("Added")),
            "added_by": Field(msg("Added by"), refers="person"),
        },
        of_its_document,
        hidden=frozenset({"stored_file_id"}),
    ),
)
