"""Earned value as a report says it: read by the same functions as the pages, for those who may see money."""

from collections.abc import Collection
from datetime import date

from pmo.finance.logic.figures import Name
from pmo.finance.logic.standing import Value
from pmo.finance.queries import values
from pmo.kernel.permissions import Actor
from pmo.reports.logic.content import EarnedLine

SAID = (Name.BAC, Name.PV, Name.EV, Name.AC, Name.SPI, Name.CPI, Name.EAC, Name.VAC)  # in the order of EarnedLine


def earned(project_ids: Collection[int], actor: Actor, today: date) -> tuple[EarnedLine, ...]:
    """Projects without any money say nothing."""
    return tuple(_line(value) for value in values(actor, project_ids, today).values() if not value.is_empty)


def _line(value: Value) -> EarnedLine:
    newest = value.newest
    return EarnedLine(value.base.code, value.base.currency, newest.on, *(newest[name].value for name in SAID))
