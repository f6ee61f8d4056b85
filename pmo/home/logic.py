"""The weekly walk: which cards somebody is asked, in which order, and the sentence their answers make for the committee."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel.languages import Message, msg, plain
from pmo.raid.logic import Review
from pmo.schedule.logic.moves import REASON_NAMES, MoveReason


class CardKind(StrEnum):
    MILESTONE = "m"
    RISK = "r"
    SENTENCE = "s"
    END = "end"


class Answer(StrEnum):
    """What is said about a milestone. The last one takes back that it was reached."""

    STILL = "still"
    NEW = "new"
    REACHED = "reached"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When something is asked about (again): days of the rules, and the day up to which a milestone is due soon."""

    today: date
    due_until: date
    again_after: int
    confirm_after: int
    stale_after: int

    def asks_about(self, forecast: date | None, confirmed_on: date | None) -> bool:
        """What is overdue or has no date always; what is due soon once a week; what lies further ahead now and then."""
        if forecast is None or forecast < self.today or confirmed_on is None:
            return True
        age = (self.today - confirmed_on).days
        return age >= (self.again_after if forecast <= self.due_until else self.confirm_after)

    def asks_about_risk(self, reviewed_on: date | None) -> bool:
        return reviewed_on is None or (self.today - reviewed_on).days >= self.again_after

    def goes_stale(self, heard_on: date | None) -> bool:
        """Without a word now, the project would be without recent update before the next walk."""
        return heard_on is None or (self.today - heard_on).days > self.stale_after - self.again_after


@dataclass(frozen=True, slots=True)
class Card:
    kind: CardKind
    id: int
    project_id: int
    title: str
    is_done: bool = False

    @property
    def key(self) -> str:
        """How an address names it: m12, r3, s7, end."""
        return self.kind.value if self.kind is CardKind.END else f"{self.kind.value}{self.id}"


END = Card(CardKind.END, 0, 0, "")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The cards of one project, and whether its manager owes the committee a sentence."""

    project_id: int
    name: str
    cards: tuple[Card, ...]
    writes: bool  # may write its status update
    is_changed: bool  # something moved since the last update
    is_told: bool  # the sentence was written today
    goes_stale: bool


def deck(stretches: Iterable[Stretch]) -> tuple[Card, ...]:
    """Every card in the order of the walk; the last one shows what the committee will read. Empty when nothing is asked."""
    cards: list[Card] = []
    for stretch in stretches:
        cards += stretch.cards
        if stretch.writes and (stretch.is_changed or stretch.is_told or (stretch.goes_stale and not stretch.cards)):
            is_done = stretch.is_told and not stretch.is_changed
            cards.append(Card(CardKind.SENTENCE, stretch.project_id, stretch.project_id, stretch.name, is_done))
    return (*cards, END) if cards else ()


def find(cards: Sequence[Card], key: str) -> Card | None:
    return next((card for card in cards if card.key == key), None)


def next_open(cards: Sequence[Card], after: str = "") -> Card:
    """The first card still to be answered behind another one; the last card when there is none."""
    here = next((place for place, card in enumerate(cards) if card.key == after), -1)
    return next((card for card in cards[here + 1 :] if not card.is_done), END)


def before(cards: Sequence[Card], key: str) -> Card | None:
    """The card one goes back to, answered or not."""
    here = next((place for place, card in enumerate(cards) if card.key == key), 0)
    return cards[here - 1] if here > 0 else None


def count_open(cards: Iterable[Card]) -> int:
    return sum(not card.is_done and card.kind is not CardKind.END for card in cards)


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that moved since the committee was last told something."""

    name: str
    before: date | None
    after: date | None
    reason: MoveReason | None = None
    words: str = ""
    is_reached: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A risk somebody looked at since then."""

    code: str
    title: str
    found: Review


@dataclass(frozen=True, slots=True)
class Next:
    name: str
    on: date


Change = Moved | Reviewed


def draft(changes: Sequence[Change], coming: Next | None) -> list[Message]:
    """A sentence for each change; where nothing moved, what comes next."""
    said = [_moved(change) if isinstance(change, Moved) else _reviewed(change) for change in changes]
    if said:
        return said
    if coming is None:
        return [msg("Nothing has changed.")]
    return [msg("Nothing has changed. Next is %(name)s on %(day)s.", name=plain(coming.name), day=coming.on)]


def net(moves: Iterable[tuple[int, Moved]]) -> list[Moved]:
    """Several moves of one milestone, oldest first, as one; what ends where it began is none."""
    found: dict[tuple[int, bool], Moved] = {}
    for milestone_id, move in moves:
        key = (milestone_id, move.is_reached)
        first = found.get(key, move).before
        found[key] = Moved(move.name, first, move.after, move.reason, move.words, move.is_reached)
    return [move for move in found.values() if move.before != move.after]


def joined(written: str, said: Iterable[str]) -> str:
    """What stands there already, and what is new, each once."""
    lines = written.strip().split("\n") if written.strip() else []
    return "\n".join([*lines, *(sentence for sentence in said if sentence not in written)])


def _moved(change: Moved) -> Message:
    name = plain(change.name)
    if change.is_reached:
        return msg("%(name)s was reached on %(day)s.", name=name, day=change.after)
    if change.before is None:
        return msg("%(name)s is expected on %(day)s.", name=name, day=change.after)
    why = _why(change)
    if why is None:
        return msg("%(name)s moves from %(before)s to %(after)s.", name=name, before=change.before, after=change.after)
    return msg(
        "%(name)s moves from %(before)s to %(after)s (%(why)s).", name=name, before=change.before, after=change.after, why=why
    )


def _why(change: Moved) -> Message | None:
    """The words say more than the code, where there are both."""
    if change.words:
        return plain(change.words)
    return REASON_NAMES[change.reason] if change.reason else None


def _reviewed(change: Reviewed) -> Message:
    code, title = plain(change.code), plain(change.title)
    match change.found:
        case Review.UP:
            return msg("%(code)s %(title)s has become more likely.", code=code, title=title)
        case Review.DOWN:
            return msg("%(code)s %(title)s has become less likely.", code=code, title=title)
        case _:
            return msg("%(code)s %(title)s is closed.", code=code, title=title)


class MailState(StrEnum):
    """What is known of the mail that told somebody."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    LATER = "later"
    NOT_NEEDED = "not needed"


MAIL_STATE_NAMES: dict[str, Message] = {
    MailState.QUEUED: msg("Queued"),
    MailState.ACCEPTED: msg("Accepted"),
    MailState.FAILED: msg("Failed"),
    MailState.LATER: msg("Waits until the next working morning"),
    MailState.NOT_NEEDED: msg("Not needed any more"),
}


def mail_state(state: str, *, is_over: bool) -> MailState:
    """`state` as the mail says it, "" while there is none."""
    if not state:
        return MailState.NOT_NEEDED if is_over else MailState.LATER
    return {"sent": MailState.ACCEPTED, "failed": MailState.FAILED}.get(state, MailState.QUEUED)
