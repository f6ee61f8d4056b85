"""Rows of a Word template for the agenda, gates and change requests of a report."""

from decimal import Decimal
from typing import Any

from pmo.changes.logic import PRIORITY_NAMES, STATE_NAMES
from pmo.gates.logic import OUTCOME_NAMES, STANDING_NAMES, Standing
from pmo.kernel import formats
from pmo.kernel.languages import msg
from pmo.reports.logic.agenda import KIND_NAMES, Kind
from pmo.reports.logic.agenda_lines import AgendaLine
from pmo.reports.logic.content import Report
from pmo.reports.logic.governed import GateLine, Gates, RequestLine, Requests
from pmo.reports.template_rows import Row, Rows
from pmo.reports.word.governed import condition_of


def governed(report: Report, rows: Rows) -> dict[str, Any]:
    """By name of the table."""
    gates, wanted = report.gates or Gates(report.today), report.requests or Requests()
    lines = report.agenda.lines if report.agenda else ()
    return {
        "agenda": [_agenda(rows, number, line) for number, line in enumerate(lines, start=1)],
        "gates_due": [_due(rows, line) for line in gates.due],
        "gates_decided": [_decided(rows, line) for line in gates.decided],
        "requests_waiting": [_request(rows, line) for line in wanted.waiting],
        "requests_decided": [_request(rows, line) for line in wanted.decided],
        "requests_asked": [_request(rows, line) for line in wanted.asked],
    }


def _agenda(rows: Rows, number: int, line: AgendaLine) -> Row:
    return {
        "number": str(number),
        "kind": "" if line.kind is Kind.OWN else rows.say(KIND_NAMES[line.kind]),
        "code": rows.words(line.code),
        "title": rows.words(line.called(rows.lang)),
        "about": rows.words(line.about),
        "presenter": rows.words(line.presenter),
        "note": rows.words(line.note),
        "starts": line.starts,
        "minutes": "" if line.minutes is None else str(line.minutes),
    }


def _due(rows: Rows, line: GateLine) -> Row:
    met = rows.say(msg("%(met)s of %(all)s must-meet", met=line.met, all=line.musts))
    share = "" if line.percent is None else f", {formats.percent(Decimal(line.percent), rows.lang)}"
    return {
        "project": rows.words(line.project),
        "code": rows.words(line.code),
        "name": rows.words(line.called(rows.lang)),
        "due": rows.day(line.due) or "–",
        "ready": rows.say(STANDING_NAMES[line.standing or Standing.UNKNOWN]),
        "met": f"{met}{share}",
    }


def _decided(rows: Rows, line: GateLine) -> Row:
    return {
        "project": rows.words(line.project),
        "code": rows.words(line.code),
        "name": rows.words(line.called(rows.lang)),
        "outcome": rows.say(OUTCOME_NAMES[line.outcome]) if line.outcome else "",
        "day": rows.day(line.decided_on),
        "decision": rows.words(line.decision),
        "reason": rows.words(line.reason),
        "conditions": "\n".join(condition_of(rows.lang, one) for one in line.conditions),
    }


def _request(rows: Rows, line: RequestLine) -> Row:
    return {
        "project": rows.words(line.project),
        "code": rows.words(line.code),
        "title": rows.words(line.title),
        "state": rows.say(STATE_NAMES[line.state]),
        "priority": rows.say(PRIORITY_NAMES[line.priority]),
        "milestone": rows.words(line.milestone),
        "new_day": rows.day(line.new_date) or "–",
        "days": formats.delta(line.days, rows.lang) or "–",
        "cost": rows.money(line.cost, line.currency),
        "day": rows.day(line.decided_on) or "–",
        "reason": rows.words(line.reason),
    }
