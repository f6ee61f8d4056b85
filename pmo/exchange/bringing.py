"""Whole files brought in, each in its own transactions: what the command, the seeds and the browser share."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import current_app

from pmo.config import Settings
from pmo.db import acting, author, transaction
from pmo.exchange import actions, mappings, milestone_list, raid_list, status_list, value_list
from pmo.exchange.files import open_file
from pmo.exchange.lists import Found, Line, Tally, find_projects, portfolio_named, portfolios_of
from pmo.exchange.lists import Refused as RefusedRow
from pmo.exchange.logic.entries import Entry, by_day, entries
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.mapping import Mapping
from pmo.exchange.logic.plan import Plan
from pmo.exchange.logic.preview import freeze
from pmo.exchange.logic.report import plan_report, reading_report, refused_rows
from pmo.exchange.logic.sheets import Choices, Heard, understand
from pmo.kernel import clock
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg

Report = dict[str, Any]
DAY_FIELDS = {Kind.MILESTONES: "position_on", Kind.RAID: "position_on", Kind.STATUS: "period_end", Kind.VALUE: "on_day"}


@dataclass(frozen=True, slots=True)
class Where:
    """Where a list goes: a portfolio by code, and a project for rows that name none."""

    portfolio: str = ""
    project: str = ""
    answers: Dict[str, str] = field(default_factory=dict)  # row -> "file" where that counts although it changed here meanwhile


class _Undo(Exception):
    """Ends a trial so that nothing of it is kept."""


def read_list(content: bytes, name: str, kind: Kind, choices: Choices, own: Mapping | None = None) -> Heard:
    """A file as a list of this kind. Raises Refused, naming the file."""
    known = (*((own,) if own else ()), *mappings.shipped())
    try:
        return understand(open_file(content, name), kind, known, mappings.words(), choices)
    except Refused as refused:
        raise Refused(msg("%(file)s: %(why)s", file=name, why=refused.message)) from refused


def as_import(heard: Heard, where: Where) -> actions.Import:
    settings: Settings = current_app.config["SETTINGS"]
    stem = heard.source.file_name.rpartition(".")[0] or heard.source.file_name
    code = actions.portfolio_for(where.portfolio or heard.readings[0].mapping.portfolio, stem)
    return actions.Import(heard, code, settings.currency)


def bring_projects(job: actions.Import, *, dry_run: bool = False) -> Report:
    """A list of projects, in one transaction as of the day it shows; the person acting stays who they are."""
    if dry_run:
        plan: Plan = actions.prepare(job)
    else:
        moment = actions.effective_at(job.on)
        with acting(author().person_id, "import"), transaction(f"Import of {job.heard.source.file_name}", effective_at=moment):
            plan = actions.apply(job)
    known = {"portfolio": job.portfolio_code, "position_date": job.on.isoformat(), "applied": not dry_run}
    return reading_report(job.heard) | plan_report(plan) | known


def bring_entries(heard: Heard, kind: Kind, where: Where, *, dry_run: bool = False) -> Report:
    """A smaller list: one transaction per day it speaks of, the oldest first; amounts of any day are entered today."""
    found = entries(heard.readings, DAY_FIELDS[kind], heard.position.on or clock.today())
    if kind is Kind.VALUE:
        where = replace(where, portfolio=portfolio_named(found, where.portfolio))
    days = [(clock.today(), found)] if kind is Kind.VALUE else by_day(found)
    for day, _ in days:
        actions.effective_at(day)
    tally = _tried(days, heard, kind, where) if dry_run else _kept(days, heard, kind, where)
    counted = {"created": tally.created, "updated": tally.updated, "unchanged": tally.unchanged, "older": tally.older}
    report = reading_report(heard) | counted | {"position_dates": [day.isoformat() for day, _ in days], "applied": not dry_run}
    rows = refused_rows((one.at, one.what, one.why, one.cell, str(one.column or "")) for one in tally.refused)
    report["refused"] += [row | _said(one) for row, one in zip(rows, tally.refused, strict=True)]
    if kind is Kind.VALUE:
        report |= {"conflicts": tally.conflicts, "lines": [_plain(line) for line in tally.lines]}
    return report


def _said(one: RefusedRow) -> dict[str, Any]:
    """What a page says in its own language."""
    return {"said": freeze(one.why)} | ({"column_said": freeze(one.column)} if one.column else {})


def _plain(line: Line) -> dict[str, Any]:
    """As it can be kept: days and exact amounts as text."""
    return {name: str(value) if isinstance(value, date | Decimal) else value for name, value in asdict(line).items()}


def _kept(days: Sequence[tuple[date, list[Entry]]], heard: Heard, kind: Kind, where: Where) -> Tally:
    total = Tally()
    for day, found in days:
        moment = actions.effective_at(day)
        with acting(author().person_id, "import"), transaction(f"Import of {heard.source.file_name}", effective_at=moment):
            tally = _write(found, heard, kind, where, moment or clock.now())
            for portfolio_id, ids in portfolios_of(tally.changed).items():
                actions.look_again(portfolio_id, ids)
        total += tally
    return total


def _tried(days: Sequence[tuple[date, list[Entry]]], heard: Heard, kind: Kind, where: Where) -> Tally:
    """The same in one transaction that is undone."""
    total = Tally()
    try:
        with transaction("trial"):
            for day, found in days:
                total += _write(found, heard, kind, where, actions.effective_at(day) or clock.now())
            raise _Undo
    except _Undo:
        return total


def _write(found: Sequence[Entry], heard: Heard, kind: Kind, where: Where, moment: datetime) -> Tally:
    rows, refused = find_projects(found, where.project, where.portfolio)
    writers: dict[Kind, Callable[[Sequence[Found]], Tally]] = {
        Kind.MILESTONES: lambda rows: milestone_list.write(rows, moment),
        Kind.RAID: lambda rows: raid_list.write(rows, moment),
        Kind.STATUS: lambda rows: status_list.write(rows, moment, heard.source.file_name),
        Kind.VALUE: lambda rows: value_list.write(rows, where.answers),
    }
    tally = writers[kind](rows)
    tally.refused += refused
    return tally
