"""Gates between phases: how ready a project is for one, why, and which decisions that allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pmo.kernel.languages import Message, msg, nmsg

FULL_SCORE = 10  # a should-meet criterion is scored from 0 to 10


class Kind(StrEnum):
    """The two kinds of criteria of a stage gate (Cooper): a knock-out, and one that is weighed."""

    MUST = "must"
    SHOULD = "should"


class Outcome(StrEnum):
    GO = "go"
    CONDITIONAL = "conditional"
    HOLD = "hold"
    RECYCLE = "recycle"
    STOP = "stop"


class Standing(StrEnum):
    READY = "ready"
    WEAK = "weak"  # no knock-out, but a low score
    UNKNOWN = "unknown"  # not assessed to the end
    NOT_READY = "not_ready"  # a must-meet criterion is not met


KIND_NAMES: dict[Kind, Message] = {Kind.MUST: msg("Must be met"), Kind.SHOULD: msg("Should be met, scored")}
OUTCOME_NAMES: dict[Outcome, Message] = {
    Outcome.GO: msg("Go"),
    Outcome.CONDITIONAL: msg("Go with conditions"),
    Outcome.HOLD: msg("Hold"),
    Outcome.RECYCLE: msg("Recycle"),
    Outcome.STOP: msg("Stop"),
}
OUTCOME_TONES: dict[Outcome, str] = {
    Outcome.GO: "green",
    Outcome.CONDITIONAL: "amber",
    Outcome.HOLD: "amber",
    Outcome.RECYCLE: "amber",
    Outcome.STOP: "red",
}
STANDING_NAMES: dict[Standing, Message] = {
    Standing.READY: msg("Ready"),
    Standing.WEAK: msg("Score too low"),
    Standing.UNKNOWN: msg("Not assessed yet"),
    Standing.NOT_READY: msg("Not ready"),
}
STANDING_TONES: dict[Standing, str] = {
    Standing.READY: "green",
    Standing.WEAK: "amber",
    Standing.UNKNOWN: "line",
    Standing.NOT_READY: "red",
}
AGAIN = frozenset({Outcome.HOLD, Outcome.RECYCLE})  # after these the project comes back for another round


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion as it was assessed; None where nobody said anything yet."""

    kind: Kind
    is_met: bool | None = None
    score: int | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far the criteria of a gate are met. `least` is the percentage of the full score from which it is enough."""

    met: int
    musts: int
    unmet: int  # said to be not met; the rest of the musts nobody assessed
    scored: int
    shoulds: int
    percent: int | None  # weighted, of what was scored
    least: int
    missing: int = 0  # documents that the phase asks for

    @property
    def is_open_to_go(self) -> bool:
        return self.met == self.musts

    @property
    def standing(self) -> Standing:
        if self.unmet:
            return Standing.NOT_READY
        if self.met < self.musts or self.scored < self.shoulds or not (self.musts or self.shoulds):
            return Standing.UNKNOWN
        return Standing.WEAK if self.percent is not None and self.percent < self.least else Standing.READY

    @property
    def why(self) -> tuple[Message, ...]:
        """The reasons in sentences, the knock-outs first."""
        said = [msg("%(met)s of %(musts)s must-meet criteria are met.", met=self.met, musts=self.musts)]
        if self.unmet:
            said.append(nmsg("%(num)s is a knock-out: it is not met.", "%(num)s are knock-outs: they are not met.", self.unmet))
        if self.percent is not None:
            said.append(
                msg("The weighted score is %(percent)s %%; enough is %(least)s %%.", percent=self.percent, least=self.least)
            )
        if self.scored < self.shoulds:
            left = self.shoulds - self.scored
            said.append(nmsg("%(num)s criterion is not scored yet.", "%(num)s criteria are not scored yet.", left))
        if self.missing:
            said.append(
                nmsg("%(num)s document of the phase is missing.", "%(num)s documents of the phase are missing.", self.missing)
            )
        return tuple(said)


def readiness(criteria: Sequence[Criterion], least: int, missing: int = 0) -> Readiness:
    """The share of the full score is weighted, over what was scored."""
    musts = [one for one in criteria if one.kind is Kind.MUST]
    shoulds = [one for one in criteria if one.kind is Kind.SHOULD]
    scores = [(one.score, one.weight) for one in shoulds if one.score is not None]
    percent = None
    if scores:
        reached = sum(score * weight for score, weight in scores)
        percent = int(Fraction(reached * 100, sum(weight for _, weight in scores) * FULL_SCORE))
    return Readiness(
        met=sum(one.is_met is True for one in musts),
        musts=len(musts),
        unmet=sum(one.is_met is False for one in musts),
        scored=len(scores),
        shoulds=len(shoulds),
        percent=percent,
        least=least,
        missing=missing,
    )


def objections(outcome: Outcome, ready: Readiness, reason: str, conditions: int) -> dict[str, Message]:
    """What is missing before a committee may be said to have decided this, by field of the form."""
    wrong: dict[str, Message] = {}
    if outcome is Outcome.GO and not ready.is_open_to_go:
        wrong["outcome"] = msg(
            "Not every must-meet criterion is met: choose “Go with conditions” and say why, or another outcome."
        )
    if outcome is not Outcome.GO and not reason:
        wrong["reason"] = msg("Say why.")
    if outcome is Outcome.CONDITIONAL and not conditions:
        wrong["what_1"] = msg("Give at least one condition: what, who and until when.")
    return wrong
