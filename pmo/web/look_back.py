"""`?as_of=` on every page: turns the session of the request towards a day, an instant or the last committee."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask, g, request

from pmo.db import Moment, look_back, looking_back
from pmo.kernel import clock
from pmo.kernel.errors import Forbidden, Invalid
from pmo.kernel.languages import Message, msg

LAST_COMMITTEE = "last-committee"
EARLIEST = 1970  # no house keeps projects from before; sums of days stay possible
WRITING_OFF = msg("This is the state of an earlier day. Go back to today to change something.")

LastCommittee = Callable[[], datetime | None]


def moment_of(text: str, last_committee: LastCommittee) -> datetime:
    """A day means its end in the organisation's time zone. Raises Invalid for anything that is no moment."""
    if text == LAST_COMMITTEE:
        found = last_committee()
        if found is None:
            raise Invalid({"as_of": msg("No committee has met yet, so there is no state to show.")})
        return found
    try:
        moment = clock.end_of_day(date.fromisoformat(text)) if len(text) <= len("2026-01-01") else _instant(text)
    except (ValueError, OverflowError) as error:
        raise Invalid({"as_of": NO_MOMENT}) from error
    if moment.year < EARLIEST:
        raise Invalid({"as_of": NO_MOMENT})
    if clock.local(moment).date() > clock.today():
        raise Invalid({"as_of": msg("This day lies ahead: choose one up to today.")})
    return min(moment, clock.now())


def only_now() -> None:
    """Before a form and what it does: raises Forbidden while the page shows an earlier day."""
    if looking_back() is not None:
        raise Forbidden(WRITING_OFF)


NO_MOMENT: Message = msg("Enter a day such as 2026-03-31, an instant such as 2026-03-31T18:00+02:00, or last-committee.")


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())


def install(app: Flask, last_committee: LastCommittee) -> None:
    """Every request with `as_of` reads that moment and may not write; links of the page keep it."""

    @app.before_request
    def turn() -> None:
        g.as_of = None
        text = request.args.get("as_of", "").strip()
        if not text or request.endpoint in (None, "static"):
            return
        if request.method not in ("GET", "HEAD"):
            raise Forbidden(WRITING_OFF)
        g.as_of, g.as_of_text = moment_of(text, last_committee), text
        look_back(Moment(g.as_of))
        g.pretending = clock.pretend(g.as_of)
        g.pretending.__enter__()

    @app.teardown_request
    def turn_forward(_error: BaseException | None) -> None:
        if pretending := g.pop("pretending", None):
            pretending.__exit__(None, None, None)

    @app.url_defaults
    def keep(endpoint: str, values: dict[str, Any]) -> None:
        if g.get("as_of") is not None and endpoint not in ("static", "people.end", "people.display"):
            values.setdefault("as_of", g.as_of_text)
