"""The cells of one column as typed values: the column decides order, sign, currency and unit; each cell only says its figure."""

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo.exchange.logic import amounts, dates, ratings
from pmo.exchange.logic.amounts import Amount, Unit
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import As
from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.no_value import Reason, no_value
from pmo.exchange.logic.words import folded, squeeze
from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import Colour

Value = str | date | Amount | Colour | Decimal | int | bool
LARGEST = Decimal(10) ** 15
YES = frozenset({"yes", "y", "true", "x", "1", "oui", "o", "vrai", "ja", "j", "waar"})
NO = frozenset({"no", "n", "false", "0", "non", "faux", "nee", "onwaar"})


@dataclass(frozen=True, slots=True)
class Read:
    """One cell: a value, or the reason why there is none, or why it was refused. `text` is what the file shows."""

    text: str = ""
    value: Value | None = None
    reason: Reason | None = None
    refused: Message | None = None


BLANK = Read(reason=Reason.BLANK)


@dataclass(frozen=True, slots=True)
class Style:
    """How a column writes its values."""

    reads: As = As.TEXT
    order: Order = Order.NONE
    decimal: str = "."
    currency: str = ""
    unit: Unit = Unit.ONE
    choices: Dict[str, str] | None = None
    signed: bool = False  # amounts below zero make sense: a variance, or what a sender's mapping allows


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of the whole file before looking at a column."""

    order: Order | None = None
    decimal: str = ""
    currency: str = ""
    unit: Unit | None = None


def style(reads: As, heading: str, cells: Sequence[Cell], expected: Expected) -> Style:
    """Decided over all cells of the column that hold something."""
    if reads in {As.TEXT, As.LABEL, As.RATING, As.CHOICE, As.YES_NO}:
        return Style(reads)
    texts = [cell.text for cell in cells if cell.moment is None and cell.number is None and no_value(cell.text) is None]
    match reads:
        case As.DATE:
            found = dates.evidence(texts)
            typed = any(cell.moment is not None for cell in cells)
            decided = dates.order(found, expected.order)
            return Style(reads, order=Order.TYPED if typed and decided in {Order.NONE, Order.WORDS} else decided)
        case As.MONEY:
            return _money_style(heading, cells, texts, expected)
        case As.NUMBER | As.INTEGER:
            return Style(reads, decimal=amounts.decimal_sign(amounts.decimal_signs(texts), expected.decimal))
    return Style(reads)


def read(cell: Cell, column: Style) -> Read:
    """One cell of a column. Text is taken as it is; anything else is a value, a reason or a refusal."""
    if not cell.text:
        return BLANK
    if column.reads in {As.TEXT, As.LABEL}:
        kept = cell.text.strip() if column.reads is As.TEXT else squeeze(cell.text)
        return Read(cell.text, kept or None, None if kept else Reason.BLANK)
    text = squeeze(cell.text)
    if cell.moment is None and cell.number is None:
        reason = no_value(text)
        if reason is not None:
            return Read(cell.text, reason=reason)
    if text.startswith("=") and column.reads is not As.CHOICE:
        return Read(cell.text, refused=msg("a formula without a stored value: open the file in Excel and save it"))
    return READERS[column.reads](cell, column)


def _date(cell: Cell, column: Style) -> Read:
    if cell.moment is not None:
        day = dates.typed(cell.moment)
    elif cell.number is not None and not dates.PACKED.match(cell.text):
        return Read(cell.text, refused=msg("a number, not a date: give the cell a date format"))
    else:
        day = dates.read(squeeze(cell.text), column.order)
    return Read(cell.text, day.value, refused=day.refused)


def _figure(cell: Cell, column: Style) -> Read:
    if cell.moment is not None:
        return Read(cell.text, refused=msg("a date, not a number"))
    if cell.number is not None:
        found = amounts.Figure(cell.number, amounts.from_format(cell.format), percent="%" in cell.format)
    else:
        found = amounts.read(cell.text, column.decimal)
    if found.refused is not None:
        return Read(cell.text, refused=found.refused)
    if column.reads is As.MONEY:
        return _money(cell, found, column)
    value = found.value * 100 if found.percent and cell.number is not None else found.value
    if column.reads is As.NUMBER:
        return Read(cell.text, value)
    whole = value == value.to_integral_value() and abs(value) < LARGEST
    return Read(cell.text, int(value) if whole else None, refused=None if whole else msg("not a whole number"))


def _money(cell: Cell, found: amounts.Figure, column: Style) -> Read:
    if found.percent:
        return Read(cell.text, refused=msg("a percentage, not an amount"))
    if found.currency and column.currency and found.currency != column.currency:
        return Read(cell.text, refused=msg("%(mine)s in a column of %(theirs)s", mine=found.currency, theirs=column.currency))
    factor = (found.unit or column.unit).factor / column.unit.factor
    amount = Amount(found.value * factor, column.currency or found.currency, column.unit)
    if abs(amount.figure) * column.unit.factor >= LARGEST or abs(amount.exact) >= LARGEST:  # 1E100 has no cents to round to
        return Read(cell.text, refused=msg("too large to be an amount"))
    if amount.figure < 0 and not column.signed:
        return Read(cell.text, refused=msg("an amount below zero"))
    return Read(cell.text, amount)


def _rating(cell: Cell, _column: Style) -> Read:
    colour = ratings.colour(squeeze(cell.text))
    return Read(cell.text, colour, refused=None if colour else msg("not a colour"))


def _choice(cell: Cell, column: Style) -> Read:
    below_zero = cell.text.lstrip().startswith(("-", "\N{MINUS SIGN}"))  # folding takes the sign away, and no word has one
    code = None if below_zero else (column.choices or {}).get(folded(cell.text))
    return Read(cell.text, code, refused=None if code else msg("not one of the words of this list"))


def _yes_no(cell: Cell, _column: Style) -> Read:
    word = folded(cell.text)
    if word in YES | NO:
        return Read(cell.text, word in YES)
    return Read(cell.text, refused=msg("neither yes nor no"))


def _money_style(heading: str, cells: Sequence[Cell], texts: Sequence[str], expected: Expected) -> Style:
    """The heading says it; else the cells, if they agree; else what is known of the sender."""
    currency, unit = amounts.from_heading(heading)
    figures = [amounts.read(text, ".") for text in texts]
    named = Counter(figure.currency for figure in figures if figure.currency)
    named.update(code for cell in cells if cell.number is not None and (code := amounts.from_format(cell.format)))
    units = Counter(figure.unit for figure in figures if figure.unit is not None)
    currency = currency or (named.most_common(1)[0][0] if named else "") or expected.currency
    prior = "." if currency in amounts.POINT_CURRENCIES else ""
    decimal = amounts.decimal_sign(amounts.decimal_signs(texts), expected.decimal or prior)
    unit = unit or (units.most_common(1)[0][0] if units else None) or expected.unit or Unit.ONE
    return Style(As.MONEY, decimal=decimal, currency=currency, unit=unit)


READERS: dict[As, Callable[[Cell, Style], Read]] = {
    As.DATE: _date,
    As.MONEY: _figure,
    As.NUMBER: _figure,
    As.INTEGER: _figure,
    As.RATING: _rating,
    As.YES_NO: _yes_no,
    As.CHOICE: _choice,
}
