"""The vocabularies of a portfolio and what follows from them."""

from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Kind(StrEnum):
    MEDICAL = "medical"
    ICT = "ict"
    OTHER = "other"


class Method(StrEnum):
    WATERFALL = "waterfall"
    AGILE = "agile"
    HYBRID = "hybrid"
    PM2 = "pm2"
    STUDY = "study"
    EVENT = "event"


class Phase(StrEnum):
    """The PM² phases (PM² Methodology v3.1), used for every method."""

    INITIATING = "initiating"
    PLANNING = "planning"
    EXECUTING = "executing"
    CLOSING = "closing"


class State(StrEnum):
    """Where a project stands in its life; only an open project is alerted about."""

    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Colour(StrEnum):
    """A status colour. The two between (amber/green, amber/red) exist on five-point scales only."""

    GREEN = "green"
    AMBER_GREEN = "amber_green"
    AMBER = "amber"
    AMBER_RED = "amber_red"
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for green to 4 for red, for comparing and taking the worst."""
        return RANKS[self]

    @property
    def band(self) -> "Colour":
        """The colour of a three-point scale it is shown in."""
        return Colour.AMBER if self in (Colour.AMBER_GREEN, Colour.AMBER_RED) else self


RANKS: dict[Colour, int] = {colour: rank for rank, colour in enumerate(Colour)}  # asked for a thousand times a page


class Dimension(StrEnum):
    """The one list of status dimensions, in the order every page and report shows them."""

    OVERALL = "overall"
    SCHEDULE = "schedule"
    COST = "cost"
    SCOPE = "scope"
    RESOURCES = "resources"
    RISK = "risk"
    QUALITY = "quality"


KIND_NAMES: dict[Kind, Message] = {Kind.MEDICAL: msg("Medical"), Kind.ICT: msg("ICT"), Kind.OTHER: msg("Other")}
METHOD_NAMES: dict[Method, Message] = {
    Method.WATERFALL: msg("Waterfall"),
    Method.AGILE: msg("Agile"),
    Method.HYBRID: msg("Hybrid"),
    Method.PM2: msg("PM²"),
    Method.STUDY: msg("Study"),
    Method.EVENT: msg("Event"),
}
PHASE_NAMES: dict[Phase, Message] = {
    Phase.INITIATING: msg("Initiating"),
    Phase.PLANNING: msg("Planning"),
    Phase.EXECUTING: msg("Executing"),
    Phase.CLOSING: msg("Closing"),
}
STATE_NAMES: dict[State, Message] = {State.OPEN: msg("Open"), State.CLOSED: msg("Closed"), State.ARCHIVED: msg("Archived")}
COLOUR_NAMES: dict[Colour, Message] = {
    Colour.GREEN: msg("Green"),
    Colour.AMBER_GREEN: msg("Amber/Green"),
    Colour.AMBER: msg("Amber"),
    Colour.AMBER_RED: msg("Amber/Red"),
    Colour.RED: msg("Red"),
}
DIMENSION_NAMES: dict[Dimension, Message] = {
    Dimension.OVERALL: msg("Overall"),
    Dimension.SCHEDULE: msg("Schedule"),
    Dimension.COST: msg("Cost"),
    Dimension.SCOPE: msg("Scope"),
    Dimension.RESOURCES: msg("Resources"),
    Dimension.RISK: msg("Risk"),
    Dimension.QUALITY: msg("Quality"),
}


def worst(colours: "list[Colour | None]") -> Colour | None:
    """The worst of the known colours; None (grey) when nothing is known."""
    return max((colour for colour in colours if colour is not None), key=lambda colour: colour.rank, default=None)
