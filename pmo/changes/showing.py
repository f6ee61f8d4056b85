"""The page of one change request: what it asks, what it means, what may be done next. Shared by the views that end on it."""

from typing import Any

from flask import Response, current_app, request

from pmo.changes import queries
from pmo.changes.logic import (
    AGAIN,
    CATEGORY_NAMES,
    CHANGEABLE,
    PRIORITY_NAMES,
    STATE_NAMES,
    TONES,
    ChangeState,
    DateImpact,
    verdicts,
)
from pmo.changes.models import ChangeRequest
from pmo.committees.queries import meetings_about
from pmo.config import Settings
from pmo.db import looking_back
from pmo.kernel import clock
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Permission
from pmo.portfolio.logic import State
from pmo.schedule.calendars import calendar_around
from pmo.web.access import can
from pmo.web.htmx import page

ONE = "changes/change.html"


def show(found: ChangeRequest, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    return page(
        ONE,
        "change",
        status=status,
        found=found,
        state=ChangeState(found.state),
        impact=impact_of(found),
        sees_money=can(Permission.MONEY_READ, found.place),
        moves=queries.moves_of(found),
        errors=errors or {},
        typed=request.form if errors else {},
        state_names=STATE_NAMES,
        tones=TONES,
        category_names=CATEGORY_NAMES,
        priority_names=PRIORITY_NAMES,
        **_next(found),
    )


def impact_of(found: ChangeRequest) -> dict[str, Any] | None:
    """Days between the two dates, counted both ways; None where no date is asked for."""
    if found.new_date is None:
        return None
    moved, settings = DateImpact(found.old_date, found.new_date), _settings()
    first, last = sorted((moved.before or moved.after, moved.after))
    return {
        "before": moved.before,
        "after": moved.after,
        "days": _signed(moved.days),
        "working_days": _signed(moved.working_days(calendar_around(settings.country, first, last))),
    }


def _signed(days: int | None) -> str | None:
    return None if days is None else f"{days:+d}".replace("-", "\N{MINUS SIGN}")


def _next(found: ChangeRequest) -> dict[str, Any]:
    """Which of the legal moves this person may make, now."""
    state = ChangeState(found.state)
    is_now = looking_back() is None and found.project.state == State.OPEN
    edits, decides = (is_now and can(one, found.place) for one in (Permission.CHANGE_EDIT, Permission.CHANGE_DECIDE))
    plans = is_now and can(Permission.MILESTONE_EDIT, found.place)
    may_forward = edits and state is ChangeState.ASSESSING
    return {
        "may_change": edits and state in CHANGEABLE,
        "may_assess": edits and state in (ChangeState.SUBMITTED, ChangeState.WAITING),
        "may_forward": may_forward,
        "meetings": meetings_about(found.project, since=clock.today()) if may_forward else [],
        "may_decide": decides and bool(verdicts(state)),
        "may_take_up": decides and state in AGAIN,
        "may_implement": edits and state is ChangeState.APPROVED,
        "may_plan": plans and state is ChangeState.APPROVED and found.new_date is not None and not found.is_moved,
    }


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
