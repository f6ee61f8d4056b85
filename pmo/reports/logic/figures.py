"""Key figures and sums of a report, from what the pages add up."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import Colour
from pmo.raid.logic import RaidType
from pmo.reports.logic.content import Amounts, Figures, MoneyLine, ProjectLine, RaidLine
from pmo.status.logic.figures import PortfolioFigures
from pmo.status.logic.health import Money
from pmo.status.logic.rollup import MoneySum, money_by_currency


def figures(totals: PortfolioFigures | None, raid: Iterable[RaidLine]) -> Figures:
    """Of a project alone only its risks: its dates stand beside it."""
    risks = [line for line in raid if line.type == RaidType.RISK]
    red = len([line for line in risks if line.band is Colour.RED])
    if totals is None:
        return Figures(open_risks=len(risks), red_risks=red)
    slips = totals.slips
    return Figures(
        slips.on_time_percent,
        totals.window_days,
        int(totals.target_percent),
        slips.mean_to_baseline,
        slips.mean_to_commitment,
        len(risks),
        red,
    )


def money(totals: PortfolioFigures) -> tuple[MoneyLine, ...]:
    """Per programme and currency, then of all; of a single programme only the sum."""
    several = len(totals.programmes) > 1
    programmes = [(programme.name, programme.money) for programme in totals.programmes] if several else []
    return tuple(line for name, sums in (*programmes, ("", totals.money)) for line in _lines(name, sums))


def money_of(project: ProjectLine) -> tuple[MoneyLine, ...]:
    one = project.money
    return tuple(
        _lines("", money_by_currency([Money(one.currency, one.budget, one.spent, one.forecast, committed=one.committed)]))
    )


def speaks_of_committed(lines: Sequence[MoneyLine]) -> bool:
    """Editions of the forms before 4 know nothing of it: they are drawn as they were."""
    return any(line.committed_known is not None for line in lines)


def amounts_of(money: Amounts) -> tuple[tuple[Message, Decimal | None], ...]:
    """Of one project, with their names; what is committed only where it is known: it has its place in the sums."""
    committed = ((msg("committed"), money.committed),) if money.committed is not None else ()
    return ((msg("Budget"), money.budget), (msg("spent"), money.spent), *committed, (msg("forecast"), money.forecast))


def _lines(name: str, sums: Sequence[MoneySum]) -> Iterator[MoneyLine]:
    """Currencies of which at least one amount is known."""
    for total in sums:
        if total.budget.count or total.spent.count or total.forecast.count or total.committed.count:
            yield MoneyLine(
                name,
                total.currency,
                total.projects,
                total.budget.total,
                total.budget.count,
                total.spent.total,
                total.spent.count,
                total.forecast.total,
                total.forecast.count,
                total.over_percent,
                total.committed.total,
                total.committed.count,
            )
