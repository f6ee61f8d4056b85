"""My work: what is overdue, due soon and asked of the person, each with one link to do it."""

from flask import Blueprint, Response, current_app

from pmo.alerts.logic.rules import RuleCode
from pmo.alerts.logic.sentences import sentence
from pmo.committees.chasing_queries import mine
from pmo.config import Settings
from pmo.db import looking_back
from pmo.home.work_queries import work
from pmo.kernel import clock
from pmo.kernel.permissions import Permission
from pmo.people.links import Purpose, valid_links
from pmo.reports.approval_queries import waiting_for
from pmo.rules.queries import rule_book
from pmo.web.access import actor, require_anywhere
from pmo.web.htmx import page

bp = Blueprint("home", __name__)
MY_WORK = "home/my_work.html"
SHOWN = 20  # lines of a list; its number stands beside it


@bp.get("/my-work")
def my_work() -> Response:
    require_anywhere(Permission.WORK_OWN)
    settings: Settings = current_app.config["SETTINGS"]
    found = work(actor(), rule_book(), clock.today(), settings.country)
    said = {row.finding.id: sentence(RuleCode(row.finding.rule), row.finding.facts) for row in found.asked}
    links = valid_links(actor().person_id, Purpose.WALK)
    asked = [] if looking_back() else mine(actor().person_id, clock.today())
    approve = [] if looking_back() else waiting_for(actor(), clock.today())
    return page(MY_WORK, "my_work", work=found, said=said, links=links, most=SHOWN, mine=asked, approve=approve)
