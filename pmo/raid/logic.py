"""The vocabularies of the register (the logs of PM² v3.1; assumptions and dependencies by market convention) and its bands."""

from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class RaidType(StrEnum):
    RISK = "risk"
    ASSUMPTION = "assumption"
    ISSUE = "issue"
    DEPENDENCY = "dependency"

    @property
    def letter(self) -> str:
        """Begins the codes of its items: R-001, A-001, I-001, D-001."""
        return self.value[0].upper()

    @property
    def is_scored(self) -> bool:
        """Risks by likelihood and impact, issues by urgency and impact; the others are not."""
        return self in (RaidType.RISK, RaidType.ISSUE)


class RaidStatus(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"
    ASSESSING = "assessing"
    WAITING = "waiting"
    APPROVED = "approved"
    POSTPONED = "postponed"
    REQUESTED = "requested"
    AGREED = "agreed"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    REJECTED = "rejected"
    RESOLVED = "resolved"
    VALIDATED = "validated"
    INVALIDATED = "invalidated"
    DELIVERED = "delivered"
    CLOSED = "closed"

    @property
    def is_end(self) -> bool:
        """Nothing more is expected; the item leaves the open lists."""
        return self in ENDS


class Response(StrEnum):
    """What is done about a risk: the threat strategies of PM², then those for opportunities."""

    NONE = ""
    AVOID = "avoid"
    REDUCE = "reduce"
    TRANSFER = "transfer"
    ACCEPT = "accept"
    EXPLOIT = "exploit"
    ENHANCE = "enhance"
    SHARE = "share"


class Review(StrEnum):
    """What a look at an open risk found."""

    NONE = ""
    UP = "up"
    DOWN = "down"
    SAME = "same"
    CLOSED = "closed"


class Category(StrEnum):
    """PM² risk categories; imported registers may use words of their own."""

    NONE = ""
    BUSINESS = "business"
    IT = "it"
    PEOPLE = "people"
    EXTERNAL = "external"
    LEGAL = "legal"


class Proximity(StrEnum):
    """When a risk could strike; in this order."""

    NONE = ""
    IMMINENT = "imminent"
    MONTH = "month"
    QUARTER = "quarter"
    LATER = "later"


class Confidence(StrEnum):
    """How sure one is of an assumption."""

    NONE = ""
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Level(StrEnum):
    """Who deals with an item: its project, or those it was escalated to; each looks after the one before."""

    PROJECT = ""
    PROGRAMME = "programme"
    PORTFOLIO = "portfolio"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


S = RaidStatus
ENDS = frozenset({S.REJECTED, S.RESOLVED, S.VALIDATED, S.INVALIDATED, S.DELIVERED, S.CLOSED})
STATUSES: dict[RaidType, tuple[RaidStatus, ...]] = {
    RaidType.RISK: (S.OPEN, S.PROPOSED, S.ASSESSING, S.WAITING, S.APPROVED, S.REJECTED, S.CLOSED),
    RaidType.ASSUMPTION: (S.OPEN, S.VALIDATED, S.INVALIDATED, S.CLOSED),
    RaidType.ISSUE: (S.OPEN, S.POSTPONED, S.RESOLVED, S.CLOSED),
    RaidType.DEPENDENCY: (S.OPEN, S.REQUESTED, S.AGREED, S.AT_RISK, S.BROKEN, S.DELIVERED, S.CLOSED),
}
TYPE_NAMES: dict[RaidType, Message] = {
    RaidType.RISK: msg("Risk"),
    RaidType.ASSUMPTION: msg("Assumption"),
    RaidType.ISSUE: msg("Issue"),
    RaidType.DEPENDENCY: msg("Dependency"),
}
TYPE_PLURALS: dict[RaidType, Message] = {
    RaidType.RISK: msg("Risks"),
    RaidType.ASSUMPTION: msg("Assumptions"),
    RaidType.ISSUE: msg("Issues"),
    RaidType.DEPENDENCY: msg("Dependencies"),
}
STATUS_NAMES: dict[RaidStatus, Message] = {
    S.OPEN: msg("Open"),
    S.PROPOSED: msg("Proposed"),
    S.ASSESSING: msg("Being assessed"),
    S.WAITING: msg("Waiting for approval"),
    S.APPROVED: msg("Response approved"),
    S.POSTPONED: msg("Postponed"),
    S.REQUESTED: msg("Requested"),
    S.AGREED: msg("Agreed"),
    S.AT_RISK: msg("At risk"),
    S.BROKEN: msg("Broken"),
    S.REJECTED: msg("Rejected"),
    S.RESOLVED: msg("Resolved"),
    S.VALIDATED: msg("Proved right"),
    S.INVALIDATED: msg("Proved wrong"),
    S.DELIVERED: msg("Delivered"),
    S.CLOSED: msg("Closed"),
}
RESPONSE_NAMES: dict[Response, Message] = {
    Response.NONE: msg("None yet"),
    Response.AVOID: msg("Avoid"),
    Response.REDUCE: msg("Reduce"),
    Response.TRANSFER: msg("Transfer"),
    Response.ACCEPT: msg("Accept"),
    Response.EXPLOIT: msg("Exploit"),
    Response.ENHANCE: msg("Enhance"),
    Response.SHARE: msg("Share"),
}
REVIEW_NAMES: dict[Review, Message] = {
    Review.NONE: msg("Not reviewed yet"),
    Review.UP: msg("More likely"),
    Review.DOWN: msg("Less likely"),
    Review.SAME: msg("Same as before"),
    Review.CLOSED: msg("Closed"),
}
CATEGORY_NAMES: dict[Category, Message] = {
    Category.NONE: msg("None"),
    Category.BUSINESS: msg("Business"),
    Category.IT: msg("IT"),
    Category.PEOPLE: msg("People and organisation"),
    Category.EXTERNAL: msg("External"),
    Category.LEGAL: msg("Legal"),
}
PROXIMITY_NAMES: dict[Proximity, Message] = {
    Proximity.NONE: msg("Not said"),
    Proximity.IMMINENT: msg("Imminent"),
    Proximity.MONTH: msg("Within a month"),
    Proximity.QUARTER: msg("Within a quarter"),
    Proximity.LATER: msg("Later"),
}
CONFIDENCE_NAMES: dict[Confidence, Message] = {
    Confidence.NONE: msg("Not said"),
    Confidence.LOW: msg("Low"),
    Confidence.MEDIUM: msg("Medium"),
    Confidence.HIGH: msg("High"),
}
LEVEL_NAMES: dict[Level, Message] = {
    Level.PROJECT: msg("Project"),
    Level.PROGRAMME: msg("Programme"),
    Level.PORTFOLIO: msg("Portfolio"),
}
FOLLOWS: dict[RaidType, tuple[RaidType, ...]] = {
    RaidType.RISK: (RaidType.ISSUE,),
    RaidType.ASSUMPTION: (RaidType.ISSUE, RaidType.RISK),
}  # what may come of an item: a risk occurs, an assumption does not hold
OWN: dict[RaidType, frozenset[str]] = {
    RaidType.RISK: frozenset({"trigger", "proximity", "identified_by"}),
    RaidType.ASSUMPTION: frozenset({"confidence", "if_false", "validator_id", "identified_by"}),
    RaidType.ISSUE: frozenset({"identified_by"}),
    RaidType.DEPENDENCY: frozenset(),
}  # of the columns that only some types have, those of each
SCALE: dict[int, Message] = {
    1: msg("1, very low"),
    2: msg("2, low"),
    3: msg("3, medium"),
    4: msg("4, high"),
    5: msg("5, very high"),
}


class Band(StrEnum):
    """Where a level of the 5 x 5 matrix stands; shown by its word and number, never by colour alone."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def shade(self) -> int:
        """Of the five shades of the matrix (classes h1 to h5)."""
        return {Band.GREEN: 1, Band.YELLOW: 3, Band.RED: 5}[self]


BAND_NAMES: dict[Band, Message] = {Band.GREEN: msg("low"), Band.YELLOW: msg("medium"), Band.RED: msg("high")}


@dataclass(frozen=True, slots=True)
class Bands:
    """Limits of the matrix from the rules: green up to, red from, shown to the committee from."""

    green_to: int
    red_from: int
    committee_from: int

    def of(self, level: int) -> Band:
        if level <= self.green_to:
            return Band.GREEN
        return Band.RED if level >= self.red_from else Band.YELLOW


def first_status(kind: RaidType) -> RaidStatus:
    return STATUSES[kind][0]


def open_statuses(kind: RaidType) -> tuple[RaidStatus, ...]:
    return tuple(status for status in STATUSES[kind] if not status.is_end)


def end_statuses(kind: RaidType) -> tuple[RaidStatus, ...]:
    return tuple(status for status in STATUSES[kind] if status.is_end)
