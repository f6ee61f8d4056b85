"""How the server is doing: an overview, and lists of jobs, mails, slow statements and errors."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from pmo.config import Settings
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.operations import queries
from pmo.operations.logic import (
    JOB_STATES,
    MAIL_STATES,
    PURPOSES,
    TASKS,
    JobState,
    MailState,
    purpose_words,
    task_words,
    trouble_words,
)  # fmt: skip
from pmo.web import tables
from pmo.web.access import require
from pmo.web.htmx import page
from pmo.web.i18n import say

bp = Blueprint("operations", __name__, url_prefix="/operations")
OVERVIEW, JOBS, MAILS, SLOW, ERRORS = (f"operations/{name}.html" for name in ("overview", "jobs", "mails", "slow", "errors"))
SILENT_SECONDS = 60  # a worker that has not beaten for so long is gone


@bp.get("")
def overview() -> Response:
    require(Permission.OPERATIONS)
    workers = queries.workers()
    alive = sum(1 for worker in workers if worker.silent_seconds < SILENT_SECONDS)
    return page(OVERVIEW, "state", workers=workers, alive=alive, numbers=queries.numbers(), **_words("overview"))


@bp.get("/jobs")
def jobs() -> Response:
    require(Permission.OPERATIONS)
    table = tables.read(filters=("state", "task"))
    state = JobState(table.filters["state"]) if table.filters.get("state") in set(JobState) else JobState.FAILED
    task, numbers = table.filters.get("task", ""), queries.numbers()
    found = queries.jobs(state, task, table.cursor)
    tabs = [(JOB_STATES[one], table.url(state=one.value), numbers.jobs.get(one, 0), one is state) for one in JobState]
    choices = sorted(((name, say(task_words(name))) for name in queries.tasks()), key=lambda choice: choice[1])
    return page(JOBS, "job_list", table=table, rows=found, tabs=tabs, state=state, task=task, tasks=choices, **_words("jobs"))


@bp.get("/mails")
def mails() -> Response:
    require(Permission.OPERATIONS)
    table = tables.read(filters=("state", "purpose"))
    state = MailState(table.filters["state"]) if table.filters.get("state") in set(MailState) else MailState.FAILED
    purpose, numbers = table.filters.get("purpose", ""), queries.numbers()
    found = queries.mails(state, purpose, table.cursor)
    tabs = [(MAIL_STATES[one], table.url(state=one.value), numbers.mails.get(one, 0), one is state) for one in MailState]
    settings: Settings = current_app.config["SETTINGS"]
    return page(
        MAILS, "mail_list", table=table, rows=found, tabs=tabs, state=state, purpose=purpose, goes=bool(settings.smtp.host),
        purposes=[(code, say(words)) for code, words in PURPOSES.items()], **_words("mails"),
    )  # fmt: skip


@bp.get("/slow")
def slow() -> Response:
    require(Permission.OPERATIONS)
    table = tables.read(filters=("q",))
    settings: Settings = current_app.config["SETTINGS"]
    found = queries.slow(table.filters.get("q", ""), table.cursor)
    return page(SLOW, "slow_list", table=table, rows=found, limit=settings.slow_ms, **_words("slow"))


@bp.get("/errors")
def errors() -> Response:
    require(Permission.OPERATIONS)
    table = tables.read(filters=("q",))
    return page(
        ERRORS, "error_list", table=table, rows=queries.problems(table.filters.get("q", ""), table.cursor), **_words("errors")
    )


PAGES: dict[str, Message] = {
    "overview": msg("Overview"),
    "jobs": msg("Jobs"),
    "mails": msg("Mails"),
    "slow": msg("Slow statements"),
    "errors": msg("Errors"),
}


def _words(here: str) -> dict[str, Any]:
    """What every page of the room draws with."""
    return {
        "pages": [(title, url_for(f".{name}"), "", name == here) for name, title in PAGES.items()],
        "title": PAGES[here],
        "task_words": task_words,
        "purpose_words": purpose_words,
        "trouble_words": trouble_words,
        "occasion_words": lambda name: TASKS.get(name, name),
        "silent_seconds": SILENT_SECONDS,
        "as_of": request.args.get("as_of", ""),
    }
