"""A small portfolio used by the timeline's tests: the one of the visual target."""

from datetime import date

from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt_rows import Kind, Link, Row

TODAY = date(2026, 3, 12)
FIELDS = ("start", "finish", "baseline_start", "baseline", "commitment")


def days(text):
    """ "1-27 2-24": days of 2026."""
    return tuple(date(2026, *map(int, day.split("-"))) for day in text.split())


COMMITTEES = days("1-27 2-24 3-24 4-28 5-26 6-23")
HOLIDAYS = frozenset(days("1-1 4-6 5-1 5-14 5-25 7-21"))


def row(kind, ids, name, dates="", **more):
    """`ids`: key, parent, code; `dates`: start, finish, baseline start, baseline, commitment, "." for none."""
    key, parent, code = (part.strip(".") for part in ids.split())
    given = {field: None if day == "." else days(day)[0] for field, day in zip(FIELDS, dates.split(), strict=False)}
    return Row(key=key, parent=parent, code=code, kind=kind, name=name, **given, **more)


ROWS = (
    row(Kind.PROGRAMME, "A . .", "Patient access"),
    row(Kind.PROJECT, "P1 A PAC-01", "OLR-214 compassionate use", "1-12 6-19 1-12 6-5 6-12", percent=31, colour=Colour.AMBER),
    row(Kind.TASK, "A11 P1 1.1", "Protocol, consent, criteria", "1-12 2-20 1-12 2-13", percent=100, is_critical=True),
    row(Kind.MILESTONE, "A12 P1 1.2", "Ethics committee opinion", ". 3-13 . 2-27 3-9", colour=Colour.AMBER, is_critical=True),
    row(Kind.TASK, "A13 P1 1.3", "Medicines agency review", "3-16 5-8 3-2 4-24", percent=0, is_critical=True),
    row(Kind.TASK, "A14 P1 1.4", "Supply, labels, depot", "2-16 4-24 2-16 4-24", percent=40),
    row(Kind.MILESTONE, "A15 P1 1.5", "First patient order", ". 5-13 . 4-30 5-7", colour=Colour.AMBER),
    row(Kind.PROJECT, "P2 A PAC-02", "Medical need order desk", "1-19 7-17 1-19 7-17 7-17", percent=31, colour=Colour.GREEN),
    row(Kind.MILESTONE, "A21 P2 2.1", "Portal contract", ". 2-27 . 2-27", is_reached=True),
    row(Kind.MILESTONE, "A22 P2 2.2", "User acceptance test", ". 4-2 . 4-2"),
    row(Kind.PROGRAMME, "B . .", "Evidence generation"),
    row(Kind.PROJECT, "P3 B EVG-03", "LUMEN registry", "1-5 11-20 1-5 9-29 11-2", percent=14, colour=Colour.RED),
    row(Kind.TASK, "B11 P3 3.1", "Contract, Tampere", "1-26 4-10 1-26 3-6", percent=60, is_critical=True),
    row(Kind.MILESTONE, "B12 P3 3.2", "First patient in, Tampere", ". 5-22 . 3-31 5-4", colour=Colour.RED),
    row(Kind.TASK, "B13 P3 3.3", "Enrolment, four sites", "5-22 9-18 3-31 7-31", percent=0, is_critical=True),
)
LINKS = (
    Link("A11", "A12", is_critical=True),
    Link("A12", "A13", is_critical=True),
    Link("A13", "A15", is_critical=True),
    Link("A14", "A15"),
    Link("B11", "B12", is_critical=True),
    Link("B12", "B13", is_critical=True),
)
