"""What several projects are worth together, by currency; and the colours of the indices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pmo.finance.logic.figures import Figure, Input, Name, figures
from pmo.finance.logic.standing import Value
from pmo.kernel.languages import nmsg
from pmo.portfolio.logic import Colour
from pmo.rules.logic import RuleBook

SUMMED = (Name.BAC, Name.PV, Name.EV, Name.AC)
INDICES = (Name.SPI, Name.CPI)
TO_COMPLETE = (Name.TCPI, Name.TCPI_EAC)


@dataclass(frozen=True, slots=True)
class Total:
    """Of the projects of one currency of which all four amounts are known; the others are counted, not guessed."""

    currency: str
    known: tuple[str, ...]
    projects: int
    figures: Mapping[Name, Figure]

    def __getitem__(self, name: Name) -> Figure:
        return self.figures[name]


@dataclass(frozen=True, slots=True)
class Limits:
    green_from: Decimal
    red_below: Decimal
    unrealistic: Decimal

    def colour(self, figure: Figure) -> Colour | None:
        """Of an index; of what is not known, and of amounts, none."""
        if figure.exact is None:
            return None
        if figure.name in TO_COMPLETE:
            return Colour.RED if figure.exact > Fraction(self.unrealistic) else Colour.GREEN
        if figure.name not in INDICES:
            return None
        if figure.exact >= Fraction(self.green_from):
            return Colour.GREEN
        return Colour.RED if figure.exact < Fraction(self.red_below) else Colour.AMBER


def limits(rules: RuleBook, programme_id: int | None = None) -> Limits:
    """The rules are percents, the indices are not."""
    codes = ("value.index.green_from", "value.index.red_below", "value.tcpi.unrealistic")
    return Limits(*(rules.value(code, programme_id) / 100 for code in codes))


def totals(values: Iterable[Value]) -> tuple[Total, ...]:
    """By currency, in alphabetical order; projects without any money are in none."""
    by_currency: dict[str, list[Value]] = {}
    for value in values:
        if not value.is_empty:
            by_currency.setdefault(value.base.currency, []).append(value)
    return tuple(_total(currency, by_currency[currency]) for currency in sorted(by_currency))


def _total(currency: str, values: list[Value]) -> Total:
    known = [value for value in values if all(value.newest[name].exact is not None for name in SUMMED)]
    said = nmsg("Sum of %(num)s project", "Sum of %(num)s projects", len(known))
    sums = {name: sum((value.newest[name].exact or Fraction(0) for value in known), Fraction(0)) for name in SUMMED}
    given = {name: Input(amount if known else None, said) for name, amount in sums.items()}
    return Total(currency, tuple(value.base.code for value in known), len(values), figures(given))
