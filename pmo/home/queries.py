"""What surrounds every page of a person: their role, the run-up to their committee, moments to look back to, open things."""

from datetime import date, datetime

from pmo.committees.queries import meetings_around
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor
from pmo.people.logic import ROLE_NAMES, follows_committees, leading_role
from pmo.web.frame import Facts, Strip, run_up

NO_ROLE = msg("No role yet")


def frame_facts(actor: Actor) -> Facts:
    """One statement for committees; none of the portfolio."""
    role = leading_role(actor)
    title = ROLE_NAMES[role] if role else NO_ROLE
    if not follows_committees(actor):
        return Facts(title)
    real_today = clock.local(clock.now()).date()
    around = meetings_around(actor, real_today)
    strip: Strip | None = None
    if around.next is not None:
        strip = run_up(real_today, clock.now(), around.next.cut_off, around.next.pack_on, around.next.held_on)
    moments: list[tuple[Message, datetime]] = []
    if around.last is not None:
        moments.append((msg("Last committee"), clock.end_of_day(around.last.held_on)))
    if around.before_last is not None:
        moments.append((msg("Committee before"), clock.end_of_day(around.before_last.held_on)))
    moments.append((msg("End of last year"), clock.end_of_day(date(real_today.year - 1, 12, 31))))
    return Facts(title, strip, tuple(moments))
