"""One sheet read by one mapping: typed records, each cell knowing where it stands in the file."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import date

from pmo.exchange.logic import ratings
from pmo.exchange.logic.amounts import Amount
from pmo.exchange.logic.assign import Meaning, assign
from pmo.exchange.logic.cells import BLANK, Expected, Read, Style, Value, read, style
from pmo.exchange.logic.columns import Profile, profile
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import FIELDS, KEYS, NAMES, As
from pmo.exchange.logic.grid import Cell
from pmo.exchange.logic.layout import Table
from pmo.exchange.logic.mapping import Mapping, Words
from pmo.exchange.logic.rows import Role, roles
from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import Colour

FIGURES = frozenset({As.MONEY, As.NUMBER, As.INTEGER})


@dataclass(frozen=True, slots=True)
class Column:
    position: int
    heading: str
    meaning: Meaning
    style: Style
    profile: Profile

    @property
    def field(self) -> str:
        return self.meaning.field

    def is_derived(self, table: Table) -> bool:
        """Computed from a column of the file, not one itself."""
        return self.position >= table.grid.width


@dataclass(frozen=True, slots=True)
class Record:
    """One row: what each column says, in the order of the columns."""

    position: int
    role: Role
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    table: Table
    mapping: Mapping
    columns: tuple[Column, ...]
    records: tuple[Record, ...]
    by_field: dict[str, tuple[Column, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Columns by field, looked up for every cell."""
        found: dict[str, list[Column]] = defaultdict(list)
        for column in sorted(self.columns, key=lambda column: column.meaning.rank):
            found[column.field].append(column)
        object.__setattr__(self, "by_field", {key: tuple(columns) for key, columns in found.items()})

    def having(self, *wanted: Role) -> list[Record]:
        return [record for record in self.records if record.role in wanted]

    @property
    def kept(self) -> list[Record]:
        return self.having(Role.RECORD)

    def of(self, key: str) -> tuple[Column, ...]:
        """Columns of a field, the preferred one first."""
        return self.by_field.get(key, ())

    def get(self, record: Record, key: str) -> Read:
        """The first column of the field that is not blank counts."""
        found = [record.reads[column.position] for column in self.of(key)]
        return next((one for one in found if one.text.strip()), found[0] if found else BLANK)

    def value(self, record: Record, key: str) -> Value | None:
        return self.get(record, key).value

    def refusals(self) -> Iterator[tuple[Record, Column, Read, Message]]:
        for record in self.kept:
            for column in self.columns:
                cell = record.reads[column.position]
                if cell.refused is not None:
                    yield record, column, cell, cell.refused


def read_table(table: Table, mapping: Mapping, words: Words, chosen: Dict[str, str], order: Order | None = None) -> Reading:
    """The table under a mapping. `chosen`: what a person decided, heading -> field; `order`: of columns that cannot tell."""
    cells = [[table.grid.rows[position][column] for position in table.body] for column in range(table.grid.width)]
    profiles = [profile(column) for column in cells]
    meanings = assign(table, profiles, mapping, words, chosen)
    found = roles(
        table, _column(meanings, NAMES[mapping.kind]), _column(meanings, KEYS[mapping.kind]), _figures(meanings, mapping)
    )
    kept = [position for position in table.body if found[position] is Role.RECORD]
    styles = _styles(table, meanings, mapping, words, kept, order)
    columns = tuple(Column(at, heading, meanings[at], styles[at], profiles[at]) for at, heading in enumerate(table.headings))
    reading = Reading(
        table, mapping, columns, tuple(_record(table, position, found[position], styles) for position in table.body)
    )
    return _with_row_currency(_with_derived(_with_days_in_order(reading)))


def _record(table: Table, position: int, role: Role, styles: Sequence[Style]) -> Record:
    return Record(position, role, tuple(read(cell, styles[at]) for at, cell in enumerate(table.grid.rows[position])))


def _column(meanings: Sequence[Meaning], field: str) -> int | None:
    return next((column for column, meaning in enumerate(meanings) if meaning.field == field), None)


def _figures(meanings: Sequence[Meaning], mapping: Mapping) -> list[bool]:
    return [meaning.field in mapping.fields and mapping.fields[meaning.field].reads in FIGURES for meaning in meanings]


def _styles(
    table: Table, meanings: Sequence[Meaning], mapping: Mapping, words: Words, kept: Sequence[int], order: Order | None
) -> list[Style]:
    """Each column's style; a date column that cannot tell takes the order all the telling ones agree on."""
    expected = Expected(order or mapping.date_order, mapping.decimal, mapping.currency, mapping.unit)

    def styled(with_expected: Expected) -> list[Style]:
        made = []
        for column, meaning in enumerate(meanings):
            reads = mapping.fields[meaning.field].reads if meaning.field else As.TEXT
            cells: list[Cell] = [table.grid.rows[position][column] for position in kept]
            one = style(reads, table.headings[column], cells, with_expected)
            signed = mapping.below_zero or meaning.field not in FIELDS[mapping.kind]
            made.append(replace(one, choices=words.choices.get(meaning.field) if reads is As.CHOICE else None, signed=signed))
        return made

    first = styled(expected)
    if not any(one.order is Order.AMBIGUOUS or one.decimal == "" for one in first):
        return first
    orders = {one.order for one in first if one.order in {Order.DAY_FIRST, Order.MONTH_FIRST}}
    signs = {one.decimal for column, one in enumerate(first) if one.reads in FIGURES and _has_sign(table, column, kept)}
    return styled(
        replace(
            expected,
            order=expected.order or (orders.pop() if len(orders) == 1 else None),
            decimal=expected.decimal or (signs.pop() if len(signs) == 1 else ""),
        )
    )


def _has_sign(table: Table, column: int, kept: Sequence[int]) -> bool:
    return any(
        "." in table.grid.rows[position][column].text or "," in table.grid.rows[position][column].text for position in kept
    )


def _with_days_in_order(reading: Reading) -> Reading:
    """An end before the start of its row is refused; which of the two is wrong only the sender knows, the start stands."""
    ends = [column.position for column in reading.of("end")]
    if not ends or not reading.of("start"):
        return reading
    records = []
    for record in reading.records:
        start, reads = reading.value(record, "start"), list(record.reads)
        for at in ends:
            day = reads[at].value
            if isinstance(start, date) and isinstance(day, date) and day < start:
                reads[at] = Read(reads[at].text, refused=msg("an end before the start"))
        records.append(replace(record, reads=tuple(reads)))
    return replace(reading, records=tuple(records))


def _with_derived(reading: Reading) -> Reading:
    """Colours that follow from a deviation, as columns of their own behind those of the file."""
    columns, extra = list(reading.columns), []
    for rule in reading.mapping.derived:
        sources = reading.of(rule.source)
        if sources and not reading.of(rule.field):
            meaning = replace(sources[0].meaning, field=rule.field)
            columns.append(replace(sources[0], position=len(columns), meaning=meaning, style=Style(As.RATING)))
            extra.append((sources[0].position, rule))
    records = []
    for record in reading.records:
        added = []
        for position, rule in extra:
            source = record.reads[position]
            colour: Colour | None = None
            if source.value is not None:
                colour = ratings.by_threshold(float(str(source.value)), rule.green_below, rule.amber_below)
            added.append(Read(source.text, colour, source.reason))
        records.append(replace(record, reads=(*record.reads, *added)))
    return replace(reading, columns=tuple(columns), records=tuple(records))


def _with_row_currency(reading: Reading) -> Reading:
    """A column of currencies names those of amounts that say none themselves."""
    if not reading.of("currency"):
        return reading
    return replace(reading, records=tuple(_in_currency(reading, record) for record in reading.records))


def _in_currency(reading: Reading, record: Record) -> Record:
    named = str(reading.value(record, "currency") or "").upper()
    reads = tuple(
        replace(one, value=replace(one.value, currency=named))
        if isinstance(one.value, Amount) and not one.value.currency and named
        else one
        for one in record.reads
    )
    return replace(record, reads=reads)
