"""One document of a project beside the list: what is held, its versions, the next one; and the files themselves."""

from flask import Blueprint, Response, g, request, url_for

from pmo.db import db, transaction
from pmo.documents.logic import ACCEPT
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid, NotFound
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Place
from pmo.methods import actions, queries
from pmo.methods.forms import DocumentForm
from pmo.methods.logic import STATE_NAMES, TONES, state_of
from pmo.methods.models import Artefact, ProjectDocument
from pmo.people.queries import names, owners
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import PHASE_NAMES, Phase, State
from pmo.portfolio.models import Project
from pmo.web.access import can, require
from pmo.web.downloads import attachment
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language
from pmo.web.look_back import only_now

bp = Blueprint("documents", __name__, url_prefix="/projects/<int:project_id>/documents")
PANEL = "methods/document.html"
CHANGED = "documents-changed"  # the checklist listens for it


@bp.get("/<int:artefact_id>")
def document(project_id: int, artefact_id: int) -> Response:
    project, asked = _readable(project_id, artefact_id)
    return _panel(project, asked)


@bp.post("/<int:artefact_id>")
def save(project_id: int, artefact_id: int) -> Response:
    project, asked = _readable(project_id, artefact_id)
    require(Permission.DOCUMENT_EDIT, _place(project, queries.document(project, asked)))
    only_now()
    try:
        typed = parse(DocumentForm, request.form)
        with transaction():
            actions.say(project, asked, typed.held(), sent=_sent(), seen_version=typed.version)
    except Invalid as refusal:
        return _panel(project, asked, refusal.errors, 422)
    except Conflict as refusal:
        return _panel(project, asked, {"": refusal.message}, 409)
    said = msg("%(name)s is saved.", name=asked.called(language()))
    if not wants_fragment():
        return see_other(url_for("project_documents.documents", project_id=project.id), said)
    response = toast(_panel(project, asked), said)
    response.headers["HX-Trigger-After-Settle"] = CHANGED
    return response


@bp.get("/files/<int:file_id>")
def download(project_id: int, file_id: int) -> Response:
    """The bytes of one version, never shown in the page."""
    project = portfolio.project(project_id)
    require(Permission.PROJECT_READ, project.place)
    found = queries.file_of(project, file_id)
    return attachment(found.name, found.stored.content, found.stored.media_type)


def _readable(project_id: int, artefact_id: int) -> tuple[Project, Artefact]:
    """An artefact that the project's method asks for, or that the project holds a document against."""
    project = portfolio.project(project_id)
    require(Permission.PROJECT_READ, project.place)
    asked = queries.artefact(artefact_id)
    is_asked = asked.method == project.method and asked.retired_at is None
    if not is_asked and queries.document(project, asked) is None:
        raise NotFound
    return project, asked


def _place(project: Project, held: ProjectDocument | None) -> Place:
    return held.place if held else project.place


def _sent() -> actions.Sent | None:
    sent = request.files.get("file")
    return actions.Sent(sent.filename, sent.read()) if sent and sent.filename else None


def _panel(project: Project, asked: Artefact, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    held = queries.document(project, asked)
    runs = project.state != State.ARCHIVED
    may_edit = runs and g.get("as_of") is None and can(Permission.DOCUMENT_EDIT, _place(project, held))
    return page(
        PANEL,
        "panel",
        status=status,
        project=project,
        artefact=asked,
        held=held,
        state=state_of(queries.answer_of(held), Phase(asked.phase), Phase(project.phase), clock.today()),
        versions=queries.versions_of(held),
        owner=names([held.owner_id]).get(held.owner_id, "") if held and held.owner_id else "",
        owners=owners() if may_edit else [],
        may_edit=may_edit,
        errors=errors or {},
        typed=request.form if errors else {},
        accept=ACCEPT,
        language=language(),
        state_names=STATE_NAMES,
        tones=TONES,
        phase_name=PHASE_NAMES[Phase(asked.phase)],
    )
