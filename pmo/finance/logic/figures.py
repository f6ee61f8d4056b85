"""The figures of earned value: every formula with the numbers put in, and never a number where an input is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from pmo.kernel.languages import Message, msg

Numbers = Mapping["Name", Fraction]


class Name(StrEnum):
    """The value is the symbol as it stands in formulas, the same in every language."""

    BAC = "BAC"
    PV = "PV"
    EV = "EV"
    AC = "AC"
    ETC_TYPED = "ETC₀"
    SV = "SV"
    CV = "CV"
    SPI = "SPI"
    CPI = "CPI"
    DONE = "EV %"
    SPENT = "AC %"
    EAC_TYPICAL = "EAC₁"
    EAC_ATYPICAL = "EAC₂"
    EAC_BOTH = "EAC₃"
    EAC_ESTIMATE = "EAC₄"
    EAC = "EAC"
    ETC = "ETC"
    VAC = "VAC"
    TCPI = "TCPI"
    TCPI_EAC = "TCPI (EAC)"
    AT = "AT"
    PD = "PD"
    ES = "ES"
    SV_TIME = "SV(t)"
    SPI_TIME = "SPI(t)"
    IEAC_TIME = "IEAC(t)"


class Unit(StrEnum):
    MONEY = "money"
    INDEX = "index"
    PERCENT = "percent"
    MONTHS = "months"


PLACES = {Unit.MONEY: Decimal("0.01"), Unit.INDEX: Decimal("0.001"), Unit.PERCENT: Decimal("0.1"), Unit.MONTHS: Decimal("0.01")}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: exact, or why it is not known; `how` says where it comes from, with the numbers put in."""

    name: Name
    unit: Unit
    exact: Fraction | None
    formula: str = ""
    how: Message | None = None
    missing: Message | None = None

    @property
    def value(self) -> Decimal | None:
        return rounded(self.exact, self.unit)

    @property
    def title(self) -> Message:
        return TITLES[self.name]


@dataclass(frozen=True, slots=True)
class Input:
    """A number that the formulas start from, with where it comes from or why it is missing."""

    value: Fraction | None
    said: Message


@dataclass(frozen=True, slots=True)
class Formula:
    name: Name
    unit: Unit
    text: str  # "{EV} − {PV}": with the symbols it is the formula, with the numbers the working
    needs: tuple[Name, ...]
    compute: Callable[[Numbers], Fraction]
    worked: str = ""  # where the numbers of an index would be rounded: the numbers it was made of


def rounded(exact: Fraction | None, unit: Unit) -> Decimal | None:
    """As it is shown: to the cent, three decimals of an index, a tenth of a percent, a hundredth of a month."""
    if exact is None:
        return None
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES[unit], ROUND_HALF_UP)


def _over(above: Fraction, below: Fraction) -> Fraction:
    """Raises ZeroDivisionError."""
    return above / below


N, U = Name, Unit
FORMULAS: tuple[Formula, ...] = (
    Formula(N.SV, U.MONEY, "{EV} − {PV}", (N.EV, N.PV), lambda n: n[N.EV] - n[N.PV]),
    Formula(N.CV, U.MONEY, "{EV} − {AC}", (N.EV, N.AC), lambda n: n[N.EV] - n[N.AC]),
    Formula(N.SPI, U.INDEX, "{EV} / {PV}", (N.EV, N.PV), lambda n: _over(n[N.EV], n[N.PV])),
    Formula(N.CPI, U.INDEX, "{EV} / {AC}", (N.EV, N.AC), lambda n: _over(n[N.EV], n[N.AC])),
    Formula(N.DONE, U.PERCENT, "{EV} / {BAC} × 100", (N.EV, N.BAC), lambda n: _over(n[N.EV] * 100, n[N.BAC])),
    Formula(N.SPENT, U.PERCENT, "{AC} / {BAC} × 100", (N.AC, N.BAC), lambda n: _over(n[N.AC] * 100, n[N.BAC])),
    Formula(
        N.EAC_TYPICAL,
        U.MONEY,
        "{BAC} / {CPI}",
        (N.BAC, N.CPI, N.EV, N.AC),
        lambda n: _over(n[N.BAC], n[N.CPI]),
        "{BAC} / ({EV} / {AC})",
    ),
    Formula(N.EAC_ATYPICAL, U.MONEY, "{AC} + ({BAC} − {EV})", (N.AC, N.BAC, N.EV), lambda n: n[N.AC] + n[N.BAC] - n[N.EV]),
    Formula(
        N.EAC_BOTH,
        U.MONEY,
        "{AC} + ({BAC} − {EV}) / ({CPI} × {SPI})",
        (N.AC, N.BAC, N.EV, N.CPI, N.SPI, N.PV),
        lambda n: n[N.AC] + _over(n[N.BAC] - n[N.EV], n[N.CPI] * n[N.SPI]),
        "{AC} + ({BAC} − {EV}) / (({EV} / {AC}) × ({EV} / {PV}))",
    ),
    Formula(N.EAC_ESTIMATE, U.MONEY, "{AC} + {ETC₀}", (N.AC, N.ETC_TYPED), lambda n: n[N.AC] + n[N.ETC_TYPED]),
    Formula(N.ETC, U.MONEY, "{EAC} − {AC}", (N.EAC, N.AC), lambda n: n[N.EAC] - n[N.AC]),
    Formula(N.VAC, U.MONEY, "{BAC} − {EAC}", (N.BAC, N.EAC), lambda n: n[N.BAC] - n[N.EAC]),
    Formula(
        N.TCPI,
        U.INDEX,
        "({BAC} − {EV}) / ({BAC} − {AC})",
        (N.BAC, N.EV, N.AC),
        lambda n: _over(n[N.BAC] - n[N.EV], n[N.BAC] - n[N.AC]),
    ),
    Formula(
        N.TCPI_EAC,
        U.INDEX,
        "({BAC} − {EV}) / ({EAC} − {AC})",
        (N.BAC, N.EV, N.EAC, N.AC),
        lambda n: _over(n[N.BAC] - n[N.EV], n[N.EAC] - n[N.AC]),
    ),
    Formula(N.SV_TIME, U.MONTHS, "{ES} − {AT}", (N.ES, N.AT), lambda n: n[N.ES] - n[N.AT]),
    Formula(N.SPI_TIME, U.INDEX, "{ES} / {AT}", (N.ES, N.AT), lambda n: _over(n[N.ES], n[N.AT])),
    Formula(
        N.IEAC_TIME,
        U.MONTHS,
        "{PD} / {SPI(t)}",
        (N.PD, N.SPI_TIME, N.ES, N.AT),
        lambda n: _over(n[N.PD], n[N.SPI_TIME]),
        "{PD} / ({ES} / {AT})",
    ),
)
TITLES: dict[Name, Message] = {
    N.BAC: msg("Budget at completion"),
    N.PV: msg("Planned value"),
    N.EV: msg("Earned value"),
    N.AC: msg("Actual cost"),
    N.ETC_TYPED: msg("Estimate to complete, entered"),
    N.SV: msg("Schedule variance"),
    N.CV: msg("Cost variance"),
    N.SPI: msg("Schedule performance index"),
    N.CPI: msg("Cost performance index"),
    N.DONE: msg("Complete"),
    N.SPENT: msg("Spent of the budget"),
    N.EAC_TYPICAL: msg("At completion, if the cost efficiency so far continues"),
    N.EAC_ATYPICAL: msg("At completion, if the variance so far does not recur"),
    N.EAC_BOTH: msg("At completion, if cost and schedule both drive it"),
    N.EAC_ESTIMATE: msg("At completion, estimated anew"),
    N.EAC: msg("Estimate at completion"),
    N.ETC: msg("Estimate to complete"),
    N.VAC: msg("Variance at completion"),
    N.TCPI: msg("To-complete performance index, to the budget"),
    N.TCPI_EAC: msg("To-complete performance index, to the estimate"),
    N.AT: msg("Time gone by"),
    N.PD: msg("Planned duration"),
    N.ES: msg("Earned schedule"),
    N.SV_TIME: msg("Schedule variance in time"),
    N.SPI_TIME: msg("Schedule performance index in time"),
    N.IEAC_TIME: msg("Duration, if this pace continues"),
}
UNITS = {N.AT: U.MONTHS, N.PD: U.MONTHS, N.ES: U.MONTHS}
FROM_ESTIMATE = msg("EAC₄: an estimate to complete was entered")
FROM_EFFICIENCY = msg("EAC₁: no estimate to complete was entered")


def figures(inputs: Mapping[Name, Input]) -> dict[Name, Figure]:
    """Every figure by name, in the order in which they are shown: what is put in, then what follows from it."""
    found = {name: _given(name, one) for name, one in inputs.items()}
    for formula in FORMULAS:
        if formula.name is N.ETC:
            found[N.EAC] = _at_completion(found)
        found[formula.name] = _computed(formula, found)
    return {name: found[name] for name in Name if name in found}


def _given(name: Name, one: Input) -> Figure:
    unit = UNITS.get(name, U.MONEY)
    return Figure(name, unit, one.value, how=one.said) if one.value is not None else Figure(name, unit, None, missing=one.said)


def _at_completion(found: Mapping[Name, Figure]) -> Figure:
    """Estimated anew where somebody did, else by the cost efficiency so far."""
    anew = found[N.EAC_ESTIMATE]
    chosen, said = (anew, FROM_ESTIMATE) if anew.exact is not None else (found[N.EAC_TYPICAL], FROM_EFFICIENCY)
    missing = _unknown(chosen.name) if chosen.exact is None else None
    return Figure(N.EAC, U.MONEY, chosen.exact, how=said, missing=missing)


def _computed(formula: Formula, found: Mapping[Name, Figure]) -> Figure:
    known = {name: found[name] for name in formula.needs if name in found}
    numbers = {name: figure.exact for name, figure in known.items() if figure.exact is not None}
    text = formula.text.replace("{", "").replace("}", "")
    lacking = next((name for name in formula.needs if name not in numbers), None)
    if lacking is not None:
        return Figure(formula.name, formula.unit, None, text, missing=_unknown(lacking))
    how = _working(formula, known)
    try:
        return Figure(formula.name, formula.unit, formula.compute(numbers), text, how)
    except ZeroDivisionError:
        return Figure(formula.name, formula.unit, None, text, how, msg("It would be divided by 0."))


def _unknown(name: Name) -> Message:
    return msg("%(symbol)s is not known.", symbol=name.value)


def _working(formula: Formula, known: Mapping[Name, Figure]) -> Message:
    """The formula with the numbers put in; only figures and signs, so there is nothing to translate."""
    text = formula.worked or formula.text
    for number, name in enumerate(formula.needs):
        text = text.replace(f"{{{name.value}}}", f"%(n{number})s")
    return Message(text, tuple((f"n{number}", known[name].value) for number, name in enumerate(formula.needs)))
