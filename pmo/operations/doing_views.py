"""Jobs tried again or cancelled, mails sent again, held or released: one of a list, those chosen, or all that failed."""

from flask import Blueprint, Response, request, url_for

from pmo.db import transaction
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg, nmsg
from pmo.kernel.permissions import Permission
from pmo.operations import actions
from pmo.operations.logic import JobState, MailState
from pmo.watching.logs import log
from pmo.web.access import actor, require
from pmo.web.htmx import see_other

bp = Blueprint("operations_doing", __name__, url_prefix="/operations")


@bp.post("/jobs")
def jobs() -> Response:
    """`do`: retry or cancel the jobs of `id`, or retry_all that failed (of one task)."""
    require(Permission.OPERATIONS)
    do, task = request.form.get("do", ""), request.form.get("task", "")
    with transaction("jobs"):
        match do:
            case "retry_all":
                number = actions.retry_jobs(actions.failed_jobs(task))
            case "retry":
                number = actions.retry_jobs(_chosen(msg("Choose at least one job.")))
            case "cancel":
                number = actions.cancel_jobs(_chosen(msg("Choose at least one job.")))
            case _:
                raise Invalid({"do": msg("Choose one from the list.")})
    _log(f"jobs.{do}", number)
    said = (
        nmsg("%(num)s job is not done any more.", "%(num)s jobs are not done any more.", number)
        if do == "cancel"
        else nmsg("%(num)s job waits again.", "%(num)s jobs wait again.", number)
    )
    state = JobState.WAITING if do == "cancel" else JobState.FAILED
    return see_other(url_for("operations.jobs", state=state.value, task=task or None), said)


@bp.post("/mails")
def mails() -> Response:
    """`do`: retry, hold or release the mails of `id`, or retry_all that failed (of one purpose)."""
    require(Permission.OPERATIONS)
    do, purpose = request.form.get("do", ""), request.form.get("purpose", "")
    none = msg("Choose at least one mail.")
    with transaction("mails"):
        match do:
            case "retry_all":
                number = actions.retry_mails(actions.mails_in("failed", purpose))
            case "retry" | "release":
                number = actions.retry_mails(_chosen(none))
            case "hold":
                number = actions.hold_mails(_chosen(none))
            case _:
                raise Invalid({"do": msg("Choose one from the list.")})
    _log(f"mails.{do}", number)
    said = (
        nmsg("%(num)s mail is held.", "%(num)s mails are held.", number)
        if do == "hold"
        else nmsg("%(num)s mail goes out again.", "%(num)s mails go out again.", number)
    )
    state = request.form.get("state", "")
    state = state if state in set(MailState) else MailState.FAILED.value
    return see_other(url_for("operations.mails", state=state, purpose=purpose or None), said)


def _chosen(none: Message) -> list[int]:
    """The ticked ones. Raises Invalid when there are none."""
    found = [int(text) for text in request.form.getlist("id") if text.isdecimal() and len(text) < 19]
    if not found:
        raise Invalid({"id": none})
    return found


def _log(action: str, number: int) -> None:
    log().info("operation", action=action, count=number, person_id=actor().person_id)
