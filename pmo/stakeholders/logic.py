"""Stakeholders in the words of the register: power, interest, engagement, and what follows from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.languages import Message, msg

LEVELS = (1, 2, 3, 4, 5)  # of power and of interest
LEVEL_NAMES: dict[int, Message] = {
    1: msg("1, very low"),
    2: msg("2, low"),
    3: msg("3, medium"),
    4: msg("4, high"),
    5: msg("5, very high"),
}


class Engagement(StrEnum):
    """How somebody stands towards the project, from the worst to the best."""

    UNAWARE = "unaware"
    RESISTANT = "resistant"
    NEUTRAL = "neutral"
    SUPPORTIVE = "supportive"
    LEADING = "leading"


ENGAGEMENT_NAMES: dict[Engagement, Message] = {
    Engagement.UNAWARE: msg("Unaware"),
    Engagement.RESISTANT: msg("Resistant"),
    Engagement.NEUTRAL: msg("Neutral"),
    Engagement.SUPPORTIVE: msg("Supportive"),
    Engagement.LEADING: msg("Leading"),
}
STEPS = {engagement: number for number, engagement in enumerate(Engagement)}


class Rhythm(StrEnum):
    """How often somebody hears of the project."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    AT_MILESTONES = "at_milestones"
    WHEN_NEEDED = "when_needed"


RHYTHM_NAMES: dict[Rhythm, Message] = {
    Rhythm.WEEKLY: msg("Every week"),
    Rhythm.FORTNIGHTLY: msg("Every two weeks"),
    Rhythm.MONTHLY: msg("Every month"),
    Rhythm.QUARTERLY: msg("Every quarter"),
    Rhythm.AT_MILESTONES: msg("At milestones"),
    Rhythm.WHEN_NEEDED: msg("When there is news"),
}


class Quadrant(StrEnum):
    """What power and interest ask for; in the order of attention."""

    MANAGE = "manage"
    SATISFY = "satisfy"
    INFORM = "inform"
    MONITOR = "monitor"


QUADRANT_NAMES: dict[Quadrant, Message] = {
    Quadrant.MANAGE: msg("Manage closely"),
    Quadrant.SATISFY: msg("Keep satisfied"),
    Quadrant.INFORM: msg("Keep informed"),
    Quadrant.MONITOR: msg("Monitor"),
}


def quadrant(power: int, interest: int, high_from: int) -> Quadrant:
    """Where somebody stands in the grid; `high_from` is the level from which power or interest counts as high."""
    if power >= high_from:
        return Quadrant.MANAGE if interest >= high_from else Quadrant.SATISFY
    return Quadrant.INFORM if interest >= high_from else Quadrant.MONITOR


@dataclass(frozen=True, slots=True)
class Standing:
    """One stakeholder as the filters see them."""

    words: str  # folded: name, organisation, role
    quadrant: Quadrant
    engagement: Engagement
    desired: Engagement
    is_archived: bool = False

    @property
    def is_short(self) -> bool:
        """Stands less behind the project than it needs."""
        return STEPS[self.engagement] < STEPS[self.desired]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to."""

    words: str = ""  # folded
    quadrant: Quadrant | None = None
    short_only: bool = False
    archived: bool = False

    def shows(self, one: Standing) -> bool:
        return (
            self.words in one.words
            and self.quadrant in (None, one.quadrant)
            and (one.is_short or not self.short_only)
            and one.is_archived == self.archived
        )


def count_short(rows: Iterable[Standing]) -> int:
    return sum(row.is_short for row in rows if not row.is_archived)
