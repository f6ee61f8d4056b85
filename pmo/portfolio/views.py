"""Portfolios, programmes and projects made and changed by hand. Their own pages belong to the status room."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.db import db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import owners
from pmo.portfolio import actions, queries
from pmo.portfolio.forms import CURRENCIES, GroupForm, ProjectForm
from pmo.portfolio.logic import KIND_NAMES, METHOD_NAMES, PHASE_NAMES
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other
from pmo.web.look_back import only_now

bp = Blueprint("portfolio", __name__)
GROUP, PROJECT = "portfolio/group.html", "portfolio/project.html"
Errors = Mapping[str, Message]


@bp.get("/portfolios/new")
def new_portfolio() -> Response:
    require(Permission.PORTFOLIO_ADMIN)
    only_now()
    return _group(None, new=msg("New portfolio"))


@bp.post("/portfolios/new")
def add_portfolio() -> Response:
    require(Permission.PORTFOLIO_ADMIN)
    try:
        typed = parse(GroupForm, request.form)
        with transaction():
            made = actions.add_portfolio(code=typed.code, name=typed.name, description=typed.description)
    except Invalid as refusal:
        return _group(None, new=msg("New portfolio"), errors=refusal.errors, status=422)
    return see_other(url_for(".new_programme", portfolio_id=made.id))


@bp.get("/portfolios/<int:portfolio_id>/edit")
def edit_portfolio(portfolio_id: int) -> Response:
    found = queries.portfolio(portfolio_id)
    require(Permission.PORTFOLIO_ADMIN, found.place)
    only_now()
    return _group(found)


@bp.post("/portfolios/<int:portfolio_id>/edit")
def save_portfolio(portfolio_id: int) -> Response:
    found = queries.portfolio(portfolio_id)
    require(Permission.PORTFOLIO_ADMIN, found.place)
    try:
        typed = parse(GroupForm, request.form)
        with transaction():
            said = {"code": typed.code, "name": typed.name, "description": typed.description}
            actions.change_portfolio(found, **said, seen_version=typed.version)
    except Invalid as refusal:
        return _group(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _group(found, errors={"": refusal.message}, status=409)
    return see_other(url_for("root"))


@bp.post("/portfolios/<int:portfolio_id>/archive")
def archive_portfolio(portfolio_id: int) -> Response:
    found = queries.portfolio(portfolio_id)
    require(Permission.PORTFOLIO_ADMIN, found.place)
    return _archive(found)


@bp.get("/portfolios/<int:portfolio_id>/programmes/new")
def new_programme(portfolio_id: int) -> Response:
    found = queries.portfolio(portfolio_id)
    require(Permission.PROJECT_CREATE, found.place)
    only_now()
    return _group(None, new=msg("New programme"), within=found)


@bp.post("/portfolios/<int:portfolio_id>/programmes/new")
def add_programme(portfolio_id: int) -> Response:
    found = queries.portfolio(portfolio_id)
    require(Permission.PROJECT_CREATE, found.place)
    try:
        typed = parse(GroupForm, request.form)
        said = {"code": typed.code, "name": typed.name, "description": typed.description}
        with transaction():
            made = actions.add_programme(found, **said, manager_id=typed.manager_id)
    except Invalid as refusal:
        return _group(None, new=msg("New programme"), within=found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _group(None, new=msg("New programme"), within=found, errors={"": refusal.message}, status=409)
    return see_other(url_for(".new_project", programme_id=made.id))


@bp.get("/programmes/<int:programme_id>/edit")
def edit_programme(programme_id: int) -> Response:
    found = queries.programme(programme_id)
    require(Permission.PROGRAMME_EDIT, found.place)
    only_now()
    return _group(found)


@bp.post("/programmes/<int:programme_id>/edit")
def save_programme(programme_id: int) -> Response:
    found = queries.programme(programme_id)
    require(Permission.PROGRAMME_EDIT, found.place)
    try:
        typed = parse(GroupForm, request.form)
        said = {"code": typed.code, "name": typed.name, "description": typed.description}
        with transaction():
            actions.change_programme(found, **said, manager_id=typed.manager_id, seen_version=typed.version)
    except Invalid as refusal:
        return _group(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _group(found, errors={"": refusal.message}, status=409)
    return see_other(url_for("programmes.programme", programme_id=programme_id))


@bp.post("/programmes/<int:programme_id>/archive")
def archive_programme(programme_id: int) -> Response:
    found = queries.programme(programme_id)
    require(Permission.PORTFOLIO_ADMIN, found.place)
    return _archive(found)


@bp.get("/projects/new")
def new_project() -> Response:
    require_anywhere(Permission.PROJECT_CREATE)
    only_now()
    return _project(None)


@bp.post("/projects/new")
def add_project() -> Response:
    require_anywhere(Permission.PROJECT_CREATE)
    try:
        typed = parse(ProjectForm, request.form)
        programme = queries.programme(typed.programme_id)
        require(Permission.PROJECT_CREATE, programme.place)
        with transaction():
            made = actions.add_project(programme, typed.facts)
    except Invalid as refusal:
        return _project(None, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _project(None, errors={"": refusal.message}, status=409)
    return see_other(url_for("projects.project", project_id=made.id))


@bp.get("/projects/<int:project_id>/edit")
def edit_project(project_id: int) -> Response:
    found = queries.project(project_id)
    require(Permission.PROJECT_EDIT, found.place)
    only_now()
    return _project(found)


@bp.post("/projects/<int:project_id>/edit")
def save_project(project_id: int) -> Response:
    found = queries.project(project_id)
    require(Permission.PROJECT_EDIT, found.place)
    try:
        typed = parse(ProjectForm, request.form)
        with transaction():
            actions.change_project(found, typed.facts, programme=_target(found, typed.programme_id), seen_version=typed.version)
    except Invalid as refusal:
        return _project(found, errors=refusal.errors, status=422)
    except Conflict as refusal:
        return _project(found, errors={"": refusal.message}, status=409)
    return see_other(url_for("projects.project", project_id=project_id))


def _target(found: Project, programme_id: int) -> Programme | None:
    """The programme it moves to; only where one may add projects."""
    if programme_id == found.programme_id:
        return None
    programme = queries.programme(programme_id)
    require(Permission.PROJECT_CREATE, programme.place)
    return programme


def _archive(found: Portfolio | Programme) -> Response:
    """Out of the lists, or back into them."""
    with transaction():
        if found.archived_at is None:
            actions.archive(found)
        else:
            actions.unarchive(found)
    return see_other(url_for("root"))


def _group(
    found: Portfolio | Programme | None,
    *,
    new: Message | None = None,
    within: Portfolio | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    db.session.rollback()
    shown: dict[str, Any] = {"group": found, "title": new or found and found.name, "within": within, "errors": errors or {}}
    shown["has_manager"] = within is not None or isinstance(found, Programme)
    shown["may_archive"] = found is not None and can(Permission.PORTFOLIO_ADMIN, found.place)
    shown["archive_url"] = _archive_url(found) if found else ""
    return page(GROUP, "group_form", status=status, typed=request.form if errors else {}, owners=owners(), **shown)


def _archive_url(found: Portfolio | Programme) -> str:
    if isinstance(found, Programme):
        return url_for(".archive_programme", programme_id=found.id)
    return url_for(".archive_portfolio", portfolio_id=found.id)


def _project(found: Project | None, *, errors: Errors | None = None, status: int = 200) -> Response:
    db.session.rollback()
    programmes = queries.programmes_to_change(actor(), found.portfolio_id if found else None)
    if found is not None and found.programme_id not in {programme.id for programme in programmes}:
        programmes = [found.programme, *programmes]
    typed: Any = request.form if errors else {}
    if found is None and not errors:
        typed = {"programme_id": request.args.get("programme_id", ""), "currency": "EUR", "phase": "initiating"}
    return page(
        PROJECT,
        "project_form",
        status=status,
        portfolios=[one for one in queries.portfolios(actor()) if can(Permission.PROJECT_CREATE, one.place)],
        project=found,
        programmes=[(programme.id, f"{programme.code} {programme.name}") for programme in programmes],
        owners=owners(),
        typed=typed,
        errors=errors or {},
        kinds=KIND_NAMES,
        methods=METHOD_NAMES,
        phases=PHASE_NAMES,
        currencies=CURRENCIES,
    )
