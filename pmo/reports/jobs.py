"""Work of the reports room: large drafts, editions, and clearing them away."""

from contextlib import ExitStack

from flask import current_app
from procrastinate import JobContext, RetryStrategy
from sqlalchemy.exc import OperationalError

from pmo.config import Settings
from pmo.db import transaction
from pmo.jobs import app
from pmo.reports import making, receiving

ATTEMPTS = 5
LOST = OperationalError  # a deadlock, a lost connection: worth another attempt
AGAIN = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=2, retry_exceptions={LOST})


@app.task(name="reports.make", retry=AGAIN, pass_context=True)
def make(context: JobContext, making_id: int) -> None:
    """A draft or an edition somebody waits for. Whatever goes wrong for good, they are told."""
    settings: Settings = current_app.config["SETTINGS"]
    with ExitStack() as unless_done:
        unless_done.callback(making.give_up, making_id)
        try:
            making.carry_out(making_id, making.House(settings.organisation, settings.languages))
        except LOST:
            if context.job.attempts < ATTEMPTS:
                unless_done.pop_all()
            raise
        unless_done.pop_all()


@app.task(name="reports.print")
def make_prints(edition_id: int) -> None:
    """PDF files for who reads an edition by a link. Without them the Word file is there."""
    files = receiving.make_prints(edition_id)
    with transaction("PDF made"):
        receiving.keep_prints(edition_id, files)


@app.periodic(cron="50 3 * * *")
@app.task(name="reports.clear_away", queueing_lock="reports.clear_away")
def clear_away(timestamp: int) -> None:
    """Files nobody fetched are not kept."""
    with transaction("clearing away"):
        making.clear_away()
