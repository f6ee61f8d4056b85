"""A calendar as an iCalendar file (RFC 5545): the same bytes for the same days, so that nothing is sent twice."""

from datetime import timedelta

from icalendar import Calendar, Event, vDuration

from pmo.feeds.logic import CalendarOf, Entry
from pmo.kernel.languages import render

MIMETYPE = "text/calendar"
AGAIN_AFTER = timedelta(hours=1)  # what programs that listen are told


def written(calendar: CalendarOf, *, lang: str, base_url: str) -> bytes:
    """The file; `base_url` leads to the pages and makes the numbers of the entries unique in the world."""
    name = render(calendar.name, lang)
    made = Calendar()
    made.add("prodid", "-//pmo//calendar//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", AGAIN_AFTER)
    made["X-PUBLISHED-TTL"] = vDuration(AGAIN_AFTER)  # which no standard gives a type, so that it has to be said
    for entry in calendar.entries:
        made.add_component(_event(entry, lang, base_url))
    return bytes(made.to_ical())


def _event(entry: Entry, lang: str, base_url: str) -> Event:
    event = Event()
    url = f"{base_url}{entry.path}"
    event.add("uid", f"{entry.uid}@{base_url.partition('://')[2]}")
    event.add("summary", render(entry.title, lang))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))  # the first day that is no longer of it
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PUBLIC")
    event.add("transp", "TRANSPARENT")  # it makes nobody busy
    event.add("url", url)
    event.add("description", url)  # for programs that do not show an address
    if entry.room:
        event.add("location", entry.room)
    return event
