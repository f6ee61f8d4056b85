"""The inbox of alerts: what is wrong, why one sees it, who was told; seen, put off, ended."""

from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.alerts import actions, queries
from pmo.alerts.forms import Later, Seen
from pmo.alerts.logic.rules import RuleCode, Severity, Subject
from pmo.alerts.logic.sentences import EXPLANATIONS, TITLES, sentence
from pmo.alerts.models import Finding
from pmo.alerts.queries import PAGE, Row, Shelf
from pmo.db import transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.people.queries import names
from pmo.web.access import actor, can, require, require_anywhere
from pmo.web.downloads import Column, Shown, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say

bp = Blueprint("alerts", __name__, url_prefix="/alerts")
LIST, ONE = "alerts/list.html", "alerts/alert.html"
SHELVES: dict[Shelf, Message] = {
    Shelf.OPEN: msg("Open"),
    Shelf.SEEN: msg("Seen, still true"),
    Shelf.LATER: msg("Reminders"),
    Shelf.ENDED: msg("Ended"),
}
SEVERITIES: dict[Severity, Message] = {Severity.RED: msg("Red"), Severity.AMBER: msg("Amber")}


@bp.get("")
def alerts() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    asked = _asked()
    rows = _rows(asked, PAGE + 1)
    counts = queries.counts(actor(), mine=asked["whose"] == "mine")
    tabs = [
        (say(name), _url(asked, shelf=shelf.value, after=""), counts[shelf], asked["shelf"] == shelf)
        for shelf, name in SHELVES.items()
    ]
    following = _url(asked, after=str(_begins(asked) + PAGE)) if len(rows) > PAGE else ""
    shown = rows[:PAGE]
    groups = [
        (RuleCode(rule), list(members))
        for rule, members in groupby(sorted(shown, key=_rule_order), key=lambda row: row.finding.rule)
    ]
    return page(LIST, "alert_list", groups=groups, tabs=tabs, asked=asked, following=following, total=len(shown), **WORDS)


@bp.get("/list.xlsx")
def list_as_excel() -> Response:
    """The list as filtered: same rows, same order."""
    require_anywhere(Permission.PROJECT_READ)
    rows = sorted(_rows(_asked()), key=_rule_order)
    what = (Column(msg("Severity")), Column(msg("Rule")), Column(msg("Project")), Column(msg("Alert"), width=60))
    columns = (*what, Column(msg("Owner")), Column(msg("Raised"), Shown.MOMENT), Column(msg("Ended"), Shown.MOMENT))
    lines = [
        (SEVERITIES[Severity(row.finding.severity)], TITLES[RuleCode(row.finding.rule)], row.code,
         sentence(RuleCode(row.finding.rule), row.finding.facts), row.owner_name, row.finding.raised_at, row.finding.cleared_at)
        for row in rows
    ]  # fmt: skip
    return excel("alerts.xlsx", workbook(say(msg("Alerts")), columns, lines, language()))


@bp.get("/<int:finding_id>")
def alert(finding_id: int) -> Response:
    row = queries.row(finding_id)
    _require(Permission.ALERT_READ, row)
    return _alert(row)


@bp.post("/<int:finding_id>/seen")
def seen(finding_id: int) -> Response:
    row = _answerable(finding_id)

    def act() -> Message:
        typed = parse(Seen, request.form)
        actions.acknowledge(row.finding, typed.note, by=actor().person_id, seen_version=typed.version)
        return msg("Seen. You are warned if it gets worse.")

    return _answer(row, act)


@bp.post("/<int:finding_id>/later")
def later(finding_id: int) -> Response:
    row = _answerable(finding_id)

    def act() -> Message:
        typed = parse(Later, request.form)
        actions.snooze(row.finding, typed.until, typed.reason, by=actor().person_id, seen_version=typed.version)
        return msg("Put off until %(day)s.", day=typed.until)

    return _answer(row, act)


@bp.post("/<int:finding_id>/again")
def again(finding_id: int) -> Response:
    """Back to the open ones."""
    row = _answerable(finding_id)

    def act() -> Message:
        actions.take_back(row.finding, seen_version=parse(Seen, request.form).version)
        return msg("Open again.")

    return _answer(row, act)


def _answer(row: Row, act: Callable[[], Message]) -> Response:
    try:
        with transaction():
            said = act()
    except Invalid as refusal:
        return _alert(row, status=422, errors=refusal.errors)
    except Conflict as refusal:
        return _alert(queries.row(row.finding.id), status=409, errors={"": refusal.message})
    if wants_fragment():
        return toast(_alert(queries.row(row.finding.id)), said)
    return see_other(url_for(".alert", finding_id=row.finding.id))


def _alert(row: Row, *, status: int = 200, errors: dict[str, Message] | None = None) -> Response:
    finding = row.finding
    people = names({person for person in (finding.acknowledged_by, finding.snoozed_by) if person})
    return page(
        ONE, "panel", status=status, row=row, finding=finding, errors=errors or {}, typed=request.form if errors else {},
        people=people, told=queries.told(finding.id), subject_url=_subject_url(finding), may_answer=_may_answer(row),
        place=row.place, opens=_opens(row), today_=clock.today(), **WORDS,
    )  # fmt: skip


def _answerable(finding_id: int) -> Row:
    row = queries.row(finding_id)
    _require(Permission.ALERT_ANSWER, row)
    return row


def _require(permission: Permission, row: Row) -> None:
    """An owner reads and answers what is theirs; what tells the value of an indicator asks for the right to read it."""
    reading = Permission.INDICATOR_READ if _is_of_indicator(row) else Permission.PROJECT_READ
    require(reading if _is_own(row) else permission, row.place)
    if _is_of_indicator(row):
        require(Permission.INDICATOR_READ, row.place)


def _is_of_indicator(row: Row) -> bool:
    return row.finding.subject == Subject.INDICATOR


def _may_answer(row: Row) -> bool:
    return _is_own(row) or can(Permission.ALERT_ANSWER, row.place)


def _is_own(row: Row) -> bool:
    return row.finding.owner_id == actor().person_id


def _rows(asked: dict[str, str], limit: int | None = None) -> list[Row]:
    """The rows asked for; `limit` of them from where the page begins, or all."""
    begins = _begins(asked) if limit else 0
    wanted = {"search": asked["q"], "severity": asked["severity"]}
    return queries.inbox(actor(), Shelf(asked["shelf"]), **wanted, mine=asked["whose"] == "mine", after=begins, limit=limit)


def _begins(asked: dict[str, str]) -> int:
    return int(asked["after"]) if asked["after"].isdecimal() and len(asked["after"]) < 7 else 0


def _asked() -> dict[str, str]:
    asked = {name: request.args.get(name, "") for name in ("shelf", "q", "severity", "whose", "after")}
    asked["shelf"] = asked["shelf"] if asked["shelf"] in set(Shelf) else Shelf.OPEN.value
    return asked


def _url(asked: dict[str, str], **changed: str) -> str:
    query: dict[str, Any] = {name: value for name, value in (asked | changed).items() if value}
    return url_for(".alerts", **query)


def _rule_order(row: Row) -> int:
    return list(RuleCode).index(RuleCode(row.finding.rule))


def _opens(row: Row) -> str:
    """What the button leads to, by its name."""
    if row.finding.subject in (Subject.PROJECT, Subject.MILESTONE):
        return row.name
    said = (row.finding.facts.get("code"), row.finding.facts.get("name"))
    return " ".join(str(word) for word in said if word) or row.name


def _subject_url(finding: Finding) -> str:
    """Where the cause can be mended."""
    pages = {
        Subject.RAID_ITEM.value: f"/raid/{finding.subject_id}",
        Subject.ACTION.value: f"/actions/{finding.subject_id}",
        Subject.AGREEMENT.value: f"/dependencies/{finding.subject_id}",
        Subject.INDICATOR.value: f"/indicators/{finding.subject_id}",
    }
    path = pages.get(finding.subject, f"/projects/{finding.project_id}")
    return f"{request.script_root}{path}"


def _age(moment: Any) -> Message:
    """How long ago, as a person says it."""
    seconds = max(0, int((clock.now() - moment).total_seconds()))
    if seconds < 3600:
        return msg("%(count)s min", count=seconds // 60)
    if seconds < 86400:
        return msg("%(count)s h", count=seconds // 3600)
    return msg("%(count)s d", count=seconds // 86400)


WORDS: dict[str, Any] = {
    "titles": TITLES,
    "explanations": EXPLANATIONS,
    "severities": SEVERITIES,
    "sentence": lambda finding: sentence(RuleCode(finding.rule), finding.facts),
    "rule_of": lambda finding: RuleCode(finding.rule),
    "age": _age,
    "dates_of": lambda finding: {
        name: date.fromisoformat(finding.facts[name])
        for name in ("baseline", "commitment", "forecast", "due", "need_by", "promised", "period")
        if finding.facts.get(name)
    },
}
