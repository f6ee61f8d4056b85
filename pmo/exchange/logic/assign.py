"""Each column gets at most one field: by heading first, by its contents where no heading tells."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pmo.exchange.logic.columns import Profile
from pmo.exchange.logic.fields import FIELDS, NAMES, As, Field, Kind
from pmo.exchange.logic.headings import best, likeness
from pmo.exchange.logic.layout import Table
from pmo.exchange.logic.mapping import Mapping, Words
from pmo.kernel.languages import LANGUAGES, render


class How(StrEnum):
    """Why a column became what it became."""

    HEADING = "heading"
    SIMILAR = "similar heading"
    CONTENTS = "contents"
    CHOSEN = "chosen"
    REPEATED = "same heading as a used column"
    UNUSED = "not used"


@dataclass(frozen=True, slots=True)
class Meaning:
    field: str  # "" when not used
    how: How
    rank: int = 0  # among the columns of one field, 0 counts first


UNUSED = Meaning("", How.UNUSED)
REPEATED = Meaning("", How.REPEATED)
MANY = 8
PLAIN = frozenset({As.MONEY, As.DATE})  # "Budget" and "Start" mean nothing else; a "Status" may be a colour or a word
GROUPS = frozenset({"programme", "organisation", "category", "currency"})
MISFIT = 0.97  # word for word, but hardly a cell can be read so: behind such a column that can, before any similar heading
FROM_THE_LIST = 1.05  # a wording of the sender's own mapping counts for more than a common one


def assign(
    table: Table,
    profiles: Sequence[Profile],
    mapping: Mapping,
    words: Words,
    chosen: Dict[str, str],
) -> tuple[Meaning, ...]:
    """A meaning per column. `chosen` (heading -> field, "" for not used) is what a person said; it always holds."""
    headings = table.headings
    given: dict[int, Meaning] = {
        column: Meaning(chosen[heading], How.CHOSEN if chosen[heading] else How.UNUSED)
        for column, heading in enumerate(headings)
        if chosen.get(heading, "") in {"", *mapping.fields} and heading in chosen
    }
    for score, column, key in _candidates(table.titles, profiles, mapping, words):
        if column in given:
            continue
        users = [one for one, meaning in given.items() if meaning.field == key]
        if users and not mapping.fields[key].many:
            if table.titles[column] and any(likeness(table.titles[one], table.titles[column]) == 1.0 for one in users):
                given[column] = REPEATED
            continue
        given[column] = Meaning(key, How.HEADING if score >= 0.9 else How.SIMILAR)
    if mapping.kind is Kind.PORTFOLIO:
        _from_contents(profiles, mapping, given)
    return _ranked(tuple(given.get(column, UNUSED) for column in range(len(headings))), table.titles, mapping)


def _candidates(
    titles: Sequence[str], profiles: Sequence[Profile], mapping: Mapping, words: Words
) -> list[tuple[float, int, str]]:
    """Every (score, column, field) worth considering, best first; contents that contradict a field rule it out."""
    found = []
    common = words.headings[mapping.kind]
    for column, title in enumerate(titles):
        scores: dict[str, float] = {}
        for wordings, factor in ((mapping.wordings, FROM_THE_LIST), (common, 1.0), (own_labels(mapping.kind), 1.0)):
            for like in best(title, wordings) if title else ():
                scores[like.field] = max(scores.get(like.field, 0.0), like.score * factor)
        fitting = {key: score for key, score in scores.items() if _fits(profiles[column], key, score, mapping, words)}
        misfits = {key: score for key, score in scores.items() if key not in fitting and score >= 1.0}
        exact = {
            key: score * MISFIT for key, score in misfits.items() if _still_means(profiles[column], mapping.fields[key].reads)
        }
        found += [(score * _plausible(key, profiles[column]), column, key) for key, score in (fitting | exact).items()]
    return sorted(found, key=lambda one: (-one[0], one[1], one[2]))


@cache
def own_labels(kind: Kind) -> Dict[str, tuple[str, ...]]:
    """What our own pages and exports call the fields, in every language."""
    return {key: tuple({render(field.label, lang) for lang in LANGUAGES}) for key, field in FIELDS[kind].items()}


def _fits(column: Profile, key: str, score: float, mapping: Mapping, words: Words) -> bool:
    """Contents rule a field out, unless the heading is word for word the sender's own: then bad cells are refused one by one."""
    if score >= 1.0 and key in mapping.wordings and column.long < 0.5:
        return True
    if key == NAMES[mapping.kind] and score < 1.0 and column.figures >= 0.9:  # noqa: PLR2004 "Risk score" names no risk
        return False
    return column.fits(mapping.fields[key].reads, words.choices.get(key))


def _still_means(column: Profile, reads: As) -> bool:
    """A heading word for word a common one: one text among amounts, or nothing but texts, are cells to refuse one by one."""
    if column.long >= 0.5:
        return False
    return reads in PLAIN or column.share(reads) > 0


def _plausible(key: str, column: Profile) -> float:
    """Names and identifiers differ from row to row, groups do not: what tells "Programme / project title" from "Programme"."""
    if column.filled < MANY:
        return 1.0
    if key in {*NAMES.values(), "external_id", "code"}:
        return 1.0 if column.distinct >= 0.5 else 0.6
    return 0.75 if key in GROUPS and column.distinct > 0.95 else 1.0


def _from_contents(profiles: Sequence[Profile], mapping: Mapping, given: dict[int, Meaning]) -> None:
    """Headings nobody knows: a lone column of colours, two columns of dates, a column of distinct short texts."""
    free = [column for column in range(len(profiles)) if column not in given]
    fields = {meaning.field for meaning in given.values()}
    colours = [column for column in free if profiles[column].filled >= 3 and profiles[column].colours >= 0.9]
    if "rating" not in fields and len(colours) == 1:
        given[colours[0]] = Meaning("rating", How.CONTENTS)
    days = [column for column in free if column not in given and profiles[column].filled >= 3 and profiles[column].days >= 0.9]
    if len(days) == 2 and not fields & {"start", "end"}:
        given |= {days[0]: Meaning("start", How.CONTENTS), days[1]: Meaning("end", How.CONTENTS)}
    elif not mapping.name:
        given |= {column: Meaning("milestone", How.CONTENTS) for column in days}
    if NAMES[mapping.kind] not in fields:
        texts = [column for column in free if column not in given and _could_be_a_name(profiles[column])]
        if len(texts) == 1:
            given[texts[0]] = Meaning(NAMES[mapping.kind], How.CONTENTS)


def _could_be_a_name(column: Profile) -> bool:
    no_figures = column.days < 0.2 and column.figures < 0.2 and column.colours < 0.2
    return column.filled >= 3 and column.distinct >= 0.95 and column.long < 0.2 and no_figures


def _ranked(meanings: tuple[Meaning, ...], titles: Sequence[str], mapping: Mapping) -> tuple[Meaning, ...]:
    """Several columns of one field (two ratings): in the order of the mapping's wordings, then of the file."""
    ranked = list(meanings)
    many: list[Field] = [field for field in mapping.fields.values() if field.many and field.reads is As.RATING]
    for field in many:
        columns = [column for column, meaning in enumerate(meanings) if meaning.field == field.key]
        order = mapping.wordings.get(field.key, ())
        columns.sort(key=lambda column: (_first_like(titles[column], order), column))
        for rank, column in enumerate(columns):
            ranked[column] = Meaning(field.key, meanings[column].how, rank)
    return tuple(ranked)


def _first_like(title: str, order: tuple[str, ...]) -> int:
    scores = [best(title, {"x": (wording,)}, 0.9) for wording in order]
    return next((position for position, found in enumerate(scores) if found), len(order))
