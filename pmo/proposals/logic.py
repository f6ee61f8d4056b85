"""Improvement proposals in the words of the house: size, state, and which step leads where."""

from collections.abc import Mapping
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Size(StrEnum):
    """Of an effort or of a benefit."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


SIZE_NAMES: dict[Size, Message] = {Size.SMALL: msg("Small"), Size.MEDIUM: msg("Medium"), Size.LARGE: msg("Large")}


class State(StrEnum):
    PROPOSED = "proposed"
    ASSESSED = "assessed"
    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"
    MEASURED = "measured"
    WITHDRAWN = "withdrawn"


STATE_NAMES: dict[State, Message] = {
    State.PROPOSED: msg("Proposed"),
    State.ASSESSED: msg("Assessed"),
    State.ACCEPTED: msg("Accepted"),
    State.LATER: msg("Later"),
    State.REFUSED: msg("Refused"),
    State.MEASURED: msg("Effect measured"),
    State.WITHDRAWN: msg("Withdrawn"),
}
TONES: dict[State, str] = {
    State.PROPOSED: "amber",
    State.ASSESSED: "act",
    State.ACCEPTED: "green",
    State.LATER: "line",
    State.REFUSED: "line",
    State.MEASURED: "green",
    State.WITHDRAWN: "line",
}
ONGOING = (State.PROPOSED, State.ASSESSED, State.ACCEPTED, State.LATER)


class Verdict(StrEnum):
    ACCEPT = "accept"
    LATER = "later"
    REFUSE = "refuse"


VERDICT_NAMES: dict[Verdict, Message] = {
    Verdict.ACCEPT: msg("Accept"),
    Verdict.LATER: msg("Later"),
    Verdict.REFUSE: msg("Refuse"),
}
DECIDED: dict[Verdict, State] = {
    Verdict.ACCEPT: State.ACCEPTED,
    Verdict.LATER: State.LATER,
    Verdict.REFUSE: State.REFUSED,
}


class Effect(StrEnum):
    """What came of an accepted proposal."""

    AS_HOPED = "as_hoped"
    PARTLY = "partly"
    NONE = "none"


EFFECT_NAMES: dict[Effect, Message] = {
    Effect.AS_HOPED: msg("As hoped"),
    Effect.PARTLY: msg("Partly"),
    Effect.NONE: msg("No effect"),
}


class Step(StrEnum):
    ASSESS = "assess"
    DECIDE = "decide"
    MEASURE = "measure"
    WITHDRAW = "withdraw"


STEPS: Mapping[Step, frozenset[State]] = {
    Step.ASSESS: frozenset({State.PROPOSED, State.ASSESSED, State.LATER}),
    Step.DECIDE: frozenset({State.ASSESSED, State.LATER}),
    Step.MEASURE: frozenset({State.ACCEPTED, State.MEASURED}),
    Step.WITHDRAW: frozenset({State.PROPOSED, State.ASSESSED, State.LATER}),
}


def may_step(state: State, step: Step) -> bool:
    """Assessed before decided, accepted before measured; what is refused or withdrawn stays so."""
    return state in STEPS[step]
