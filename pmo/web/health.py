"""For load balancers and watchers: is the process alive, and can the installation work?"""

from functools import cache

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pmo.db import db, knows_revision, newest_revision
from pmo.web.access import open_to_everybody

bp = Blueprint("health", __name__)

WORKER_SILENT_SECONDS = 60

FACTS = text("""
    select (select version_num from alembic_version) as revision,
           (select extract(epoch from clock_timestamp() - max(last_heartbeat)) from procrastinate_workers) as silent,
           (select extract(epoch from clock_timestamp() - min(e.at)) from procrastinate_jobs j
             join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'
             where j.status = 'todo' and j.scheduled_at is null) as waiting
""")


@bp.get("/healthz")
def alive() -> str:
    """The process answers; it asks nothing of the database."""
    open_to_everybody()
    return "alive\n"


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Database, migrations and worker, each with what was found; 503 if one is not right, or the server is stopping."""
    open_to_everybody()
    if current_app.extensions["gate"].is_stopping:
        return jsonify(ready=False, stopping=True), 503
    try:
        found = db.session.execute(FACTS).one()
    except SQLAlchemyError as problem:
        return jsonify(ready=False, database=f"cannot be used ({type(problem).__name__})"), 503
    fits = found.revision == _newest() or not knows_revision(found.revision)
    works = found.silent is not None and found.silent < WORKER_SILENT_SECONDS
    facts = {
        "database": "answers",
        "migrations": _migrations(found.revision, fits),
        "worker_silent_seconds": None if found.silent is None else round(float(found.silent), 1),
        "oldest_job_waits_seconds": None if found.waiting is None else round(float(found.waiting), 1),
    }
    return jsonify(ready=fits and works, **facts), 200 if fits and works else 503


def _migrations(applied: str, fits: bool) -> str:
    """Migrations add: a running program goes on when a newer one has brought the database further."""
    if applied == _newest():
        return applied
    if fits:
        return f"{applied}, newer than this program ({_newest()}): it goes on, and should be replaced"
    return f"{applied}, this program needs {_newest()}"


@cache
def _newest() -> str | None:
    return newest_revision()
