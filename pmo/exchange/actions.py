"""Bringing lists of projects in: planned by reading, applied in the caller's transaction."""

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pmo.db import holds_from
from pmo.exchange.logic.codes import LONGEST_CODE, Coded
from pmo.exchange.logic.matching import Candidate, match
from pmo.exchange.logic.plan import Plan, plan, with_codes
from pmo.exchange.logic.sheets import Heard
from pmo.exchange.logic.wanted import wanted_rows
from pmo.exchange.queries import Asking, only_portfolio, portfolio_by_code, standing
from pmo.exchange.writing import Batch, write
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.portfolio import actions as portfolios
from pmo.status.actions import refresh_marks

UNMAPPED = "list"  # source of positions from lists no mapping knows


@dataclass(frozen=True, slots=True)
class Import:
    """A list with everything decided that decides what it changes."""

    heard: Heard
    portfolio_code: str
    currency: str  # of amounts that name none
    answers: Dict[str, str] = field(default_factory=dict)

    @property
    def on(self) -> date:
        """The day the list shows; today when nothing tells."""
        return self.heard.position.on or clock.today()

    @property
    def source(self) -> str:
        return self.heard.readings[0].mapping.name or UNMAPPED

    @property
    def title(self) -> str:
        return self.heard.readings[0].mapping.title or self.heard.source.file_name


def effective_at(on: date) -> datetime | None:
    """The moment a list of that day holds from: the end of the day, or now for today's list. Raises Refused for the future."""
    if on > clock.today():
        raise Refused(msg("This list shows %(day)s, which is still to come. Give the day it shows.", day=on))
    return clock.end_of_day(on) if on < clock.today() else None


def prepare(job: Import) -> Plan:
    """What applying would change now. Reads only."""
    year = job.heard.position.year
    rows = [row for reading in job.heard.readings for row in wanted_rows(reading, job.on, year, job.currency)]
    names = {name_key(promise.name) for row in rows for promise in row.promises}
    moment = effective_at(job.on) or clock.now()
    there = standing(portfolio_by_code(job.portfolio_code), Asking(job.on, moment, job.source, job.title, names))
    candidates = [here.candidate for here in there.here.values()]
    links = match(rows, candidates, job.answers)
    planned = plan(rows, links, there.here, there.people, job.on, moment, there.is_older)
    found = {link.project_id for link in links}
    gone: tuple[Candidate, ...] = tuple(there.here[one].candidate for one in there.before if one not in found)
    coded = there.coded if there.portfolio_id else Coded(_portfolio_name(job))
    outcome, programmes = with_codes(planned, coded)
    return Plan(outcome, gone, there.is_older, programmes)


def portfolio_for(code: str, file_stem: str) -> str:
    """The code asked for, else that of the only portfolio there is, else one made from the file's name."""
    if code.strip():
        return code.strip()
    only = only_portfolio()
    return only.code if only else (re.sub(r"[^A-Za-z0-9]+", "-", file_stem).strip("-").upper()[:LONGEST_CODE] or "LIST")


def apply(job: Import) -> Plan:
    """Write the plan as it is now; others who bring lists into this portfolio wait. The caller commits."""
    portfolio = portfolio_by_code(job.portfolio_code)
    if portfolio is None:
        portfolio = portfolios.add_portfolio(code=job.portfolio_code, name=_portfolio_name(job))
    portfolios.hold(portfolio)
    planned = prepare(job)
    changed = write(planned, Batch(portfolio, job.on, job.source, job.title), job.currency)
    look_again(portfolio.id, changed)
    return planned


def look_again(portfolio_id: int, changed: Sequence[int]) -> None:
    """Colours and alerts of today follow from today's list one by one; history is looked at once and mails nobody."""
    if holds_from() >= clock.now():
        for project_id in changed:
            portfolios.touched(project_id)
        return
    refresh_marks(changed, holds_from())
    defer("alerts.evaluate_imported", portfolio_id=portfolio_id)


def _portfolio_name(job: Import) -> str:
    mapping = job.heard.readings[0].mapping
    return mapping.title if mapping.portfolio == job.portfolio_code and mapping.title else job.portfolio_code
