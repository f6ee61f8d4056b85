"""For load balancers and watchers: is the process alive, and can the installation work?"""

from functools import cache

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pmo.db import db, newest_revision
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
    """Database, migrations and worker, each with what was found; 503 if one of them is not right."""
    open_to_everybody()
    try:
        found = db.session.execute(FACTS).one()
    except SQLAlchemyError as problem:
        return jsonify(ready=False, database=f"cannot be used ({type(problem).__name__})"), 503
    fits = found.revision == _newest()
    works = found.silent is not None and found.silent < WORKER_SILENT_SECONDS
    facts = {
        "database": "answers",
        "migrations": found.revision if fits else f"{found.revision}, this program needs {_newest()}",
        "worker_silent_seconds": None if found.silent is None else round(float(found.silent), 1),
        "oldest_job_waits_seconds": None if found.waiting is None else round(float(found.waiting), 1),
    }
    return jsonify(ready=fits and works, **facts), 200 if fits and works else 503


@cache
def _newest() -> str | None:
    return newest_revision()
