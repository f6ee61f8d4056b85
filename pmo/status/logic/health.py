"""The colours of a project and why: computed from its facts where a rule can, declared where only people know.

Schedule, Cost and Risk are computed; Scope, Resources and Quality are what the newest status update declares, and so is a part
that is computed but of which no fact is known. Overall is the worst of them; grey (None) is never green. While the PMO overrides
it, another colour counts, and the computed one stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pmo.kernel import clock
from pmo.kernel.languages import Message, msg, plain
from pmo.portfolio.logic import DIMENSION_NAMES, Colour, Dimension, worst
from pmo.schedule.logic.slippage import Limits
from pmo.status.logic.override import Override

PARTS: tuple[Dimension, ...] = tuple(dimension for dimension in Dimension if dimension is not Dimension.OVERALL)
NO_REASON = ""


class Source(StrEnum):
    COMPUTED = "computed"
    DECLARED = "declared"
    OVERRIDDEN = "overridden"


COMPUTED = Source.COMPUTED.value  # the mark of overall as the rules see it, apart from what counts


@dataclass(frozen=True, slots=True)
class Milestone:
    """What counts of a milestone when its project is judged; `expected` is what happened, else what is believed."""

    id: int
    code: str
    name: str
    baseline: date | None = None
    commitment: date | None = None
    forecast: date | None = None
    actual: date | None = None
    cancelled_on: date | None = None
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of one project; None is not known, or not shown to this person (`is_shown` says which)."""

    currency: str = "EUR"
    budget: Decimal | None = None
    spent: Decimal | None = None
    forecast: Decimal | None = None
    over_percent: Decimal | None = None  # what it will cost against the budget; known also where the amounts are not shown
    is_shown: bool = True
    committed: Decimal | None = None  # bound by contract, not spent yet
    bound_percent: Decimal | None = None  # spent and committed beyond the budget; known also where the amounts are not shown


@dataclass(frozen=True, slots=True)
class Risk:
    """An open risk with its PM² level."""

    code: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Risks:
    """What the register says: nothing ever (not known), or the worst of what is open."""

    is_known: bool = False
    worst: Risk | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The newest status update, as far as colours go; an imported rating keeps its own scale."""

    colours: Mapping[Dimension, Colour] = field(default_factory=dict)
    stated_at: datetime | None = None
    author: str = ""
    source: str = ""  # the file it was imported from; "" when it was typed here
    update_id: int | None = None
    back_to_green: str = ""

    @property
    def overall(self) -> Colour | None:
        return self.colours.get(Dimension.OVERALL)


@dataclass(frozen=True, slots=True)
class CostLimits:
    """More than so many percent over the budget."""

    amber: Decimal
    red: Decimal
    bound_amber: Decimal = Decimal(0)  # spent and committed together
    bound_red: Decimal = Decimal(10)


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """From this level of the worst open risk on."""

    amber: int
    red: int


@dataclass(frozen=True, slots=True)
class AllLimits:
    """Every limit that holds for one project."""

    schedule: Limits
    cost: CostLimits
    risk: RiskLimits


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the colours of one project follow from."""

    milestones: tuple[Milestone, ...] = ()
    money: Money = Money()
    risks: Risks = Risks()
    declared: Declared = Declared()
    override: Override | None = None  # that counts today


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact against its limit, in a sentence; `rule` is the code of the rule the limit comes from.

    `began` is the day it became true by time alone; None where somebody changed something, which is noted when it happens.
    """

    colour: Colour | None
    sentence: Message
    rule: str = NO_REASON
    began: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Since when a dimension has its colour, and which it had before; kept by the table health_mark."""

    colour: Colour | None
    since: date
    before: Colour | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The colour of one dimension with everything a reader may ask about it."""

    dimension: Dimension
    colour: Colour | None
    reasons: tuple[Reason, ...] = ()
    source: Source = Source.COMPUTED
    since: date | None = None
    before: Colour | None = None

    @property
    def name(self) -> Message:
        return DIMENSION_NAMES[self.dimension]

    @property
    def began(self) -> date | None:
        """The first day on which a reason gave this colour by time alone."""
        return min((reason.began for reason in self.reasons if reason.began and reason.colour is self.colour), default=None)

    @property
    def sentence(self) -> Message | None:
        """The reasons as one text."""
        return together(tuple(reason.sentence for reason in self.reasons)) if self.reasons else None


@dataclass(frozen=True, slots=True)
class ProjectHealth:
    """Overall and its six parts, in the order every page and report shows them."""

    overall: Health  # what counts
    parts: tuple[Health, ...]
    declared: Declared
    computed: Health  # overall as the rules see it: the same, unless it is overridden
    override: Override | None = None

    def part(self, dimension: Dimension) -> Health:
        if dimension is Dimension.OVERALL:
            return self.overall
        return next(part for part in self.parts if part.dimension is dimension)

    @property
    def is_said_better(self) -> bool:
        """Declared better than the facts say: the watermelon, green outside and red inside."""
        said, is_so = self.declared.overall, self.computed.colour
        if said is None or is_so is None or self.computed.source is Source.DECLARED:
            return False
        return said.band.rank < is_so.band.rank

    @property
    def not_green(self) -> list[tuple[Colour | None, list[Health]]]:
        """Parts that are not green, by colour: the worst first, grey last."""
        groups: dict[Colour | None, list[Health]] = {}
        for part in self.parts:
            if part.colour is not Colour.GREEN:
                groups.setdefault(part.colour, []).append(part)
        return sorted(groups.items(), key=lambda group: -1 if group[0] is None else group[0].rank, reverse=True)

    def move(self, since: date) -> str:
        """Overall got better ("up") or worse ("down") on or after this day; "" when it did not change."""
        now, before, changed = self.overall.colour, self.overall.before, self.overall.since
        if now is None or before is None or changed is None or changed < since or now.rank == before.rank:
            return ""
        return "up" if now.rank < before.rank else "down"


def overall_of(parts: Mapping[Dimension, Health], declared: Declared) -> Health:
    """The worst known part; where nothing is known, what was declared, on its own scale."""
    colour = worst([part.colour for part in parts.values()])
    if colour is None:
        if declared.overall is None:
            return Health(Dimension.OVERALL, None, (Reason(None, msg("Nothing is known about this project yet.")),))
        return Health(Dimension.OVERALL, declared.overall, (Reason(declared.overall, _declared_by(declared)),), Source.DECLARED)
    named = [DIMENSION_NAMES[part.dimension] for part in parts.values() if part.colour is colour]
    reason = Reason(colour, msg("The worst part decides: %(names)s.", names=listed(named)))
    return Health(Dimension.OVERALL, colour, (reason,))


def counting(computed: Health, override: Override | None) -> Health:
    """The overall colour that counts: the one laid down while that holds, else the computed one."""
    if override is None:
        return computed
    reason = Reason(override.colour, override.sentence)
    return Health(Dimension.OVERALL, override.colour, (reason,), Source.OVERRIDDEN)


def said(dimension: Dimension, declared: Declared) -> Health:
    """What the newest update declares about a part; grey when it says nothing."""
    colour = declared.colours.get(dimension)
    if declared.stated_at is None:
        reason = Reason(None, msg("No status update has been written yet."))
    elif colour is None:
        reason = Reason(None, msg("The last status update does not say."))
    else:
        reason = Reason(colour, _declared_by(declared))
    return Health(dimension, colour, (reason,), Source.DECLARED)


def _declared_by(declared: Declared) -> Message:
    if declared.source:
        return msg("As reported in %(source)s.", source=plain(declared.source))
    if declared.author:
        return msg("Declared by %(name)s on %(day)s.", name=plain(declared.author), day=_day(declared))
    return msg("Declared on %(day)s.", day=_day(declared))


def _day(declared: Declared) -> date | None:
    return clock.local(declared.stated_at).date() if declared.stated_at else None


def listed(items: "list[Message]") -> Message:
    """Several messages with commas between them."""
    first, *more = items
    for item in more:
        first = msg("%(first)s, %(next)s", first=first, next=item)
    return first


def together(sentences: tuple[Message, ...]) -> Message:
    """Several sentences, one after the other."""
    first, *more = sentences
    for sentence in more:
        first = msg("%(first)s %(next)s", first=first, next=sentence)
    return first
