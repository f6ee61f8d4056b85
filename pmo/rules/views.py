"""The rules of the house: read by PMO and auditors, laid down by administrators from a day on."""

from itertools import groupby

from flask import Blueprint, Response, request, url_for

from pmo.db import transaction
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Forbidden, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.rules import actions, queries
from pmo.rules.forms import NewValue
from pmo.rules.logic import EVERYWHERE, NAMES, UNIT_NAMES, Entry, Unit, amount, name, subject
from pmo.rules.models import Rule
from pmo.rules.sources import source
from pmo.web.access import can, require_anywhere
from pmo.web.downloads import Column, Shown, excel, workbook
from pmo.web.forms import parse
from pmo.web.htmx import page, see_other, toast, wants_fragment
from pmo.web.i18n import language, say

bp = Blueprint("rules", __name__, url_prefix="/rules")
LIST, RULE = "rules/list.html", "rules/rule.html"
ORDER = {code: number for number, code in enumerate(NAMES)}


@bp.get("")
def rules() -> Response:
    require_anywhere(Permission.RULES_READ)
    return page(LIST, "rule_table", subjects=_by_subject(), words=name, source=source, amount=_amount, planned=_planned())


@bp.get("/list.xlsx")
def rules_excel() -> Response:
    """Every value there was, is and will be."""
    require_anywhere(Permission.RULES_READ)
    columns = (
        Column(msg("Rule"), width=60), Column(msg("Code"), width=40), Column(msg("Value"), Shown.NUMBER), Column(msg("Unit")),
        Column(msg("From"), Shown.DATE), Column(msg("Until"), Shown.DATE), Column(msg("Country")),
        Column(msg("Source"), width=60),
    )  # fmt: skip
    rows = [
        (name(e.code), e.code, e.value, e.unit, e.valid_from, e.valid_to, e.country, source(e.source)) for e in queries.entries()
    ]
    return excel("rules", workbook(say(msg("Rules")), columns, rows, language()))


@bp.get("/<code>")
def rule(code: str) -> Response:
    require_anywhere(Permission.RULES_READ)
    return _panel(queries.values_of(code))


@bp.post("/<code>")
def set_value(code: str) -> Response:
    require_anywhere(Permission.RULES_READ)
    values = queries.values_of(code)
    if not can(Permission.RULES_ADMIN):
        raise Forbidden
    try:
        typed = parse(NewValue, request.form)
        with transaction():
            actions.set_value(
                code, value=typed.value, valid_from=typed.valid_from, reason=typed.reason, seen_version=typed.version
            )
    except Invalid as refusal:
        return _panel(values, refusal.errors, 422)
    except Conflict as refusal:
        return _panel(queries.values_of(code), {"": refusal.message}, 409)
    if not wants_fragment():
        return see_other(url_for(".rule", code=code))
    response = toast(_panel(queries.values_of(code)), msg("The new value is laid down."))
    response.headers["HX-Trigger"] = "rules-changed"
    return response


def _panel(values: list[Rule], errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    """One rule beside the list: its values in time, and the form for a new one."""
    typed = request.form if errors else {}
    shown = [(value, _amount(value), _when(value)) for value in values]
    return page(
        RULE,
        "panel",
        status=status,
        rule=values[0],
        title=name(values[0].code),
        source=source,
        values=shown,
        errors=errors or {},
        typed=typed,
        unit=UNIT_NAMES[Unit(values[0].unit)],
        first_day=clock.today(),
    )


def _by_subject() -> list[tuple[Message, list[Entry]]]:
    """The values that hold today, under the headings of the rules."""
    holding = [
        entry for entry in queries.rule_book().entries.values() if entry.programme_id is None and entry.country == EVERYWHERE
    ]
    holding.sort(key=lambda entry: (ORDER.get(entry.code, len(ORDER)), entry.code))
    return [(title, list(group)) for title, group in groupby(holding, key=lambda entry: subject(entry.code))]


def _planned() -> dict[str, Entry]:
    """The next value of each rule that will change."""
    today = clock.today()
    coming = [entry for entry in queries.entries() if entry.valid_from > today and entry.programme_id is None]
    return {entry.code: entry for entry in reversed(coming)}


def _amount(value: Rule | Entry) -> Message:
    return amount(value.value, Unit(value.unit))


def _when(value: Rule) -> str:
    """past, now or coming."""
    today = clock.today()
    if value.valid_from > today:
        return "coming"
    return "now" if value.valid_to is None or value.valid_to >= today else "past"
