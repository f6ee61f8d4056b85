"""One sentence as the status update of the period that is open; everything else declared last stands."""

from pmo.committees.queries import meetings_around
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor
from pmo.portfolio import actions as portfolio
from pmo.portfolio.actions import Declaration
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from pmo.portfolio.queries import updates_of
from pmo.status.logic.reporting import Period, period


def tell(project: Project, sentence: str, actor: Actor, *, seen_version: int) -> StatusUpdate:
    """The sentence becomes the status update of this period; everything else declared last stands. Raises Invalid, Conflict.

    `seen_version` is that of the update being corrected, 0 for a new one.
    """
    if not sentence:
        raise Invalid({"sentence": msg("Write one sentence, or skip this card.")})
    written, span = open_period(project, actor)
    said = _declared(written, span, sentence)
    if written is not None and span.corrects and seen_version:
        portfolio.correct(written, said, seen_version=seen_version)
        return written
    if span.corrects:
        raise Conflict(msg("Somebody wrote the update of this period while you were writing. Yours is still here."))
    return portfolio.declare(project, said)


def open_period(project: Project, actor: Actor) -> tuple[StatusUpdate | None, Period]:
    """The newest update, and the period that is open now: after the last cut-off that has passed."""
    today = clock.today()
    around = meetings_around(actor, today)
    cut_off = max((one.cut_off for one in (around.next, around.last) if one and one.cut_off < today), default=None)
    written = [update for update, _ in updates_of(project.id)]
    newest = written[0] if written else None
    return newest, period(today, cut_off, [(update.period_start, update.period_end) for update in written])


def _declared(last: StatusUpdate | None, span: Period, sentence: str) -> Declaration:
    if last is None:
        return Declaration(span.end, span.start, done=sentence)
    said = {dimension: getattr(last, dimension.value) for dimension in Dimension}
    colours = {dimension: Colour(colour) for dimension, colour in said.items() if colour}
    return Declaration(span.end, span.start, sentence, last.next, last.attention, last.back_to_green, colours)
