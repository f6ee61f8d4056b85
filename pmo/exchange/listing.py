"""What the pages of an import show: overview, preview, refused cells, the mapping made of one's corrections."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from pmo.db import db
from pmo.exchange import mappings, runs, value_sheet
from pmo.exchange.logic.amounts import Unit
from pmo.exchange.logic.assign import How
from pmo.exchange.logic.codes import Made
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import FIELDS, As, Field, Kind
from pmo.exchange.logic.matching import Why
from pmo.exchange.logic.no_value import REASON_NAMES, Reason
from pmo.exchange.logic.preview import thaw
from pmo.exchange.logic.rows import Role
from pmo.exchange.models import ImportRun
from pmo.kernel import formats
from pmo.kernel.languages import Message, msg, render
from pmo.kernel.permissions import Actor, Permission, may
from pmo.portfolio.models import Portfolio
from pmo.web.downloads import Column, Shown, attachment, workbook
from pmo.web.i18n import language

ROWS_A_PAGE = 100
RECENT = 20
KIND_NAMES: dict[Kind, Message] = {
    Kind.PORTFOLIO: msg("Projects"),
    Kind.MILESTONES: msg("Milestones"),
    Kind.RAID: msg("Risks, assumptions, issues, dependencies"),
    Kind.STATUS: msg("Status updates"),
    Kind.VALUE: msg("Amounts for earned value"),
}
STATE_NAMES: dict[str, Message] = {
    runs.READING: msg("being read"),
    runs.READY: msg("to be checked"),
    runs.REFUSED: msg("cannot be read"),
    runs.APPLIED: msg("brought in"),
    runs.DISCARDED: msg("thrown away"),
}
OTHER_FIELDS = {
    "manager_id": msg("Manager"),
    "money_on": msg("Amounts of"),
    "closed_on": msg("Closed on"),
    "closing_reason": msg("Reason for closing"),
    "declared_overall": msg("Overall, declared"),
    "declared_schedule": msg("Schedule, declared"),
    "declared_cost": msg("Cost, declared"),
    "declared_scope": msg("Scope, declared"),
    "declared_resources": msg("Resources, declared"),
    "declared_risk": msg("Risk, declared"),
    "declared_quality": msg("Quality, declared"),
    "declared_done": msg("Done"),
    "declared_next": msg("Next"),
    "declared_attention": msg("Points for attention"),
    "declared_back_to_green": msg("Back to green"),
    "forecast": msg("forecast"),
    "baseline": msg("baseline"),
    "actual": msg("reached"),
}
READS_SAID: dict[str, Message] = {
    As.TEXT: msg("text"),
    As.LABEL: msg("text"),
    As.DATE: msg("dates"),
    As.MONEY: msg("amounts"),
    As.RATING: msg("colours"),
    As.NUMBER: msg("numbers"),
    As.INTEGER: msg("whole numbers"),
    As.YES_NO: msg("yes or no"),
    As.CHOICE: msg("words of a list"),
}
ORDERS_SAID: dict[str, Message] = {
    Order.DAY_FIRST: msg("day first"),
    Order.MONTH_FIRST: msg("month first"),
    Order.YEAR_FIRST: msg("year first"),
    Order.AMBIGUOUS: msg("day and month could be exchanged: say which comes first"),
}
UNITS_SAID: dict[str, Message] = {Unit.THOUSAND: msg("thousands"), Unit.MILLION: msg("millions"), Unit.BILLION: msg("billions")}
HOWS_SAID: dict[str, Message] = {
    How.SIMILAR: msg("by a similar heading"),
    How.CONTENTS: msg("by what is in it"),
    How.REPEATED: msg("another column with this heading is used"),
}
WHYS_SAID: dict[str, Message] = {
    Why.SAME_NAME_TWICE: msg("several projects carry this name"),
    Why.SAME_ROW_TWICE: msg("several rows carry this identifier or name"),
    Why.OTHER_IDENTIFIER: msg("a project of this name has another identifier"),
}
MADE_SAID: dict[str, Message] = {
    Made.NONE_GIVEN: msg("made up: the list gives none"),
    Made.IN_USE: msg("made up: the one in the list is in use"),
    Made.UNUSABLE: msg("made up: the one in the list cannot be a code"),
}
ROLES_SAID: dict[str, Message] = {
    Role.RECORD: msg("row"),
    Role.SUBTOTAL: msg("subtotal, left out"),
    Role.DUPLICATE: msg("repetition, left out"),
    Role.UNNAMED: msg("refused: no name"),
    Role.REPEATED: msg("headings again"),
    Role.NOTE: msg("note"),
    "heading": msg("headings"),
    "above the list": msg("above the list"),
    "another sheet": msg("not brought in"),
    "hidden sheet": msg("hidden sheet, not brought in"),
}
TABS = ("changed", "added", "gone")


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the rows as they were read."""

    number: int
    last: int
    sheets: list[dict[str, Any]]


def overview(actor: Actor) -> dict[str, Any]:
    """The upload form's choices and one's own recent files."""
    lists = [kind.value for kind in Kind]  # plans have a page of their own
    mine = select(ImportRun).where(ImportRun.person_id == actor.person_id, ImportRun.kind.in_(lists))
    mine = mine.order_by(ImportRun.id.desc()).limit(RECENT)
    there = db.session.scalars(select(Portfolio).where(Portfolio.archived_at.is_(None)).order_by(Portfolio.name_key))
    return {
        "recent": list(db.session.scalars(mine)),
        "kinds": [(kind.value, KIND_NAMES[kind]) for kind in Kind],
        "kind_names": KIND_NAMES,
        "state_names": STATE_NAMES,
        "sheets": value_sheet.portfolios(actor),
        "portfolios": [(one.code, one.name) for one in there if may(actor, Permission.IMPORT_RUN, one.place)],
    }


def shown(run: ImportRun, tab: str, part: int) -> dict[str, Any]:
    """The context of the page of one file."""
    fields = _fields(run)
    kept = run.preview
    return {
        "run": run,
        "state_names": STATE_NAMES,
        "kind_name": KIND_NAMES[Kind(run.kind)],
        "seen": kept,
        "sentence": thaw(kept["sentence"]) if "sentence" in kept else None,
        "thaw": thaw,
        "said": said,
        "labels": OTHER_FIELDS | {key: field.label for key, field in fields.items()},
        "targets": [(key, field.label) for key, field in sorted(fields.items(), key=lambda pair: str(pair[1].label))],
        "labels_of_reading": READS_SAID,
        "orders_said": ORDERS_SAID,
        "units_said": UNITS_SAID,
        "hows_said": HOWS_SAID,
        "whys_said": WHYS_SAID,
        "made_said": MADE_SAID,
        "reasons_said": REASON_NAMES,
        "refused_rows": [one for one in kept.get("refused_rows", ()) if _is_of_row(one)],
        "roles_said": ROLES_SAID,
        "orders": [(Order.DAY_FIRST.value, msg("day first")), (Order.MONTH_FIRST.value, msg("month first"))],
        "mappings": runs.mapping_names(Kind(run.kind)),
        "tab": tab if tab in TABS else next((name for name in TABS if kept.get(name)), "changed"),
        "part": _part(kept.get("sheets", []), part),
    }


def _is_of_row(one: Dict[str, Any]) -> bool:
    """Not one of the cells that have a table of their own; a list looked at in an earlier release has the sentence alone."""
    return "said" in one or str(one["cell"]).startswith("row ")


def said(kept: list[str] | None) -> str:
    """A value of the preview as the page's language writes it."""
    if kept is None:
        return "–"
    kind, text, *currency = kept
    if kind == "day":
        return formats.day(date.fromisoformat(text), language())
    if kind == "reason":
        return render(REASON_NAMES[Reason(text)], language())
    return formats.money(Decimal(text), *currency, language(), exact=True) if kind == "amount" else text


def chosen_columns(run: ImportRun, typed: MultiDict[str, str]) -> dict[str, str]:
    """What the person made of each column, where it differs from what was found; headings by their number."""
    chosen = dict(run.choices.get("columns", {}))
    fields = _fields(run)
    for number, column in enumerate(run.preview.get("columns", ())):
        said = typed.get(f"column-{number}")
        if said is not None and said != column["field"] and (not said or said in fields):
            chosen[column["heading"]] = said
    return chosen


def chosen_day(run: ImportRun, typed: date | None) -> str:
    """The day somebody gave: another one than was shown, or one given before; emptied, the file decides again."""
    if typed is None or (typed == run.position_on and not run.choices.get("position_on")):
        return ""
    return typed.isoformat()


def answers(typed: MultiDict[str, str]) -> dict[str, str]:
    """Rows that were asked about: place -> code of the project, or "new"."""
    return {key.removeprefix("answer-"): code for key, code in typed.items() if key.startswith("answer-") and code}


def refused_workbook(run: ImportRun, lang: str) -> bytes:
    columns = (
        Column(msg("Sheet")),
        Column(msg("Cell"), Shown.TEXT, 10),
        Column(msg("Column")),
        Column(msg("Value"), Shown.TEXT, 40),
        Column(msg("Why"), Shown.TEXT, 50),
    )
    rows = (
        (one["sheet"], f"{one['letters']}{one['row']}", one["column"], one["value"], thaw(one["reason"]))
        for one in run.preview.get("refused", ())
    )
    return workbook(run.file_name, columns, rows, lang)


def mapping_file(run: ImportRun) -> Response:
    """The columns as they are read now, as a mapping file an administrator can put beside the others."""
    headings: dict[str, list[str]] = {}
    for column in run.preview.get("columns", ()):
        if column["field"]:
            headings.setdefault(column["field"], []).append(column["heading"])
    lines = [f'title = "{_quoted(run.file_name)}"', f'kind = "{run.kind}"']
    if run.choices.get("order"):
        lines.append(f'date_order = "{run.choices["order"]}"')
    lines += [
        "",
        "[headings]",
        *(f"{key} = [{', '.join(_in_quotes(name) for name in names)}]" for key, names in headings.items()),
    ]
    return attachment("mapping.toml", "\n".join([*lines, ""]).encode(), "application/toml")


def _in_quotes(text: str) -> str:
    return f'"{_quoted(text)}"'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _fields(run: ImportRun) -> Dict[str, Field]:
    """Fields a column may become: those of the kind, and the further ones of the mapping in use."""
    name = run.preview.get("report", {}).get("mapping") or run.choices.get("mapping")
    found = next((mapping.fields for mapping in mappings.shipped() if mapping.name == name), None)
    return found or FIELDS[Kind(run.kind)]


def _part(sheets: list[dict[str, Any]], number: int) -> Part:
    """The rows of all sheets in order, cut into pages; a sheet may begin on one page and end on the next."""
    total = sum(len(sheet["rows"]) for sheet in sheets)
    last = max(1, -(-total // ROWS_A_PAGE))
    first = (min(number, last) - 1) * ROWS_A_PAGE
    cut, passed = [], 0
    for sheet in sheets:
        rows = sheet["rows"][max(0, first - passed) : max(0, first + ROWS_A_PAGE - passed)]
        passed += len(sheet["rows"])
        if rows:
            cut.append(sheet | {"rows": rows})
    return Part(min(number, last), last, cut)
