"""Work of the exchange room: large files are read in the background, old uploads are cleared away."""

from datetime import timedelta

from sqlalchemy import delete

from pmo.db import db, transaction
from pmo.exchange import runs
from pmo.exchange.models import ImportRun
from pmo.jobs import app
from pmo.kernel import clock

KEPT_DAYS = 30  # operational: how long an upload nobody applied stays


@app.task(name="exchange.read")
def read(run_id: int) -> None:
    """The preview of an uploaded file."""
    run = db.session.get(ImportRun, run_id)
    if run is None or run.state != runs.READING:
        return
    shown = runs.look(run)
    with transaction("import read"):
        runs.keep(run, shown)


@app.periodic(cron="20 3 * * *")
@app.task(name="exchange.tidy", queueing_lock="exchange.tidy")
def tidy(timestamp: int) -> None:
    """Uploads that were forgotten."""
    forgotten = ImportRun.made_at < clock.machine_now() - timedelta(days=KEPT_DAYS)
    with transaction("old uploads cleared away"):
        db.session.execute(delete(ImportRun).where(forgotten, ImportRun.state.in_((*runs.OPEN, runs.DISCARDED))))
