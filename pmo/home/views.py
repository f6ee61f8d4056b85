"""My work: what is overdue, due soon and asked of the person, each with one link to do it; what came of what they asked."""

from flask import Blueprint, Response, current_app

from pmo.committees.chasing_queries import mine
from pmo.config import Settings
from pmo.db import looking_back
from pmo.home import answer_lines, work_lines
from pmo.home.work_queries import answers, work
from pmo.kernel import clock
from pmo.kernel.permissions import Permission
from pmo.people.links import Purpose, valid_links
from pmo.reports.approval_queries import waiting_for
from pmo.rules.queries import rule_book
from pmo.web.access import actor, can_anywhere, require_anywhere
from pmo.web.htmx import page
from pmo.web.i18n import language

bp = Blueprint("home", __name__)
MY_WORK = "home/my_work.html"
SHOWN = 20  # lines of a list; its number stands beside it


@bp.get("/my-work")
def my_work() -> Response:
    require_anywhere(Permission.WORK_OWN)
    settings: Settings = current_app.config["SETTINGS"]
    today, is_now = clock.today(), looking_back() is None
    drafts = answer_lines.drafts(actor(), rule_book(), today) if is_now else []
    found = work(actor(), rule_book(), today, settings.country)
    shown = work_lines.sections(found, waiting_for(actor(), today) if is_now else [], today, language())
    return page(
        MY_WORK,
        "my_work",
        sections=shown,
        count=work_lines.count(shown),
        answered=[*drafts, *answer_lines.lines(answers(actor(), rule_book(), today))],
        answered_days=rule_book().days("work.answered_shown"),
        walk=found.walk,
        walks=can_anywhere(Permission.WORK_WALK) and bool(found.walk.projects),
        links=valid_links(actor().person_id, Purpose.WALK) if can_anywhere(Permission.WORK_WALK) else [],
        most=SHOWN,
        mine=mine(actor().person_id, today) if is_now else [],
    )
