"""The agenda, gates and change requests of the invented report."""

from datetime import date
from decimal import Decimal

from pmo.changes.logic import ChangeState
from pmo.gates.logic import Outcome, Standing
from pmo.reports.logic.agenda import Kind
from pmo.reports.logic.agenda_lines import AgendaLine, AgendaLines
from pmo.reports.logic.governed import Condition, GateLine, Gates, RequestLine, Requests

LAST_MET, MEETING, NEXT = date(2026, 2, 24), date(2026, 3, 24), date(2026, 4, 21)
AGENDA = AgendaLines(
    MEETING,
    (
        AgendaLine(Kind.OWN, "", "Welcome and minutes of February", "", "E. Wauters", 10, "", "14:00"),
        AgendaLine(Kind.RED, "EVG-03", "LUMEN registry", "", "S. Korhonen", 20, "With the figures of Oulu", "14:10"),
        AgendaLine(Kind.REQUEST, "D4", "Open a fall-back site in Oulu?", "EVG-03", "S. Korhonen", 15, "", "14:30"),
        AgendaLine(Kind.CHANGE, "CR-003", "Portal in German too", "PAC-02", "A. Renard", 10, "", "14:45"),
    ),
    "14:00",
    "14:55",
)
GATES = Gates(
    NEXT,
    LAST_MET,
    (
        GateLine(
            id=1, project="PAC-02", code="G2", name="Ready for executing", due=date(2026, 4, 10), standing=Standing.NOT_READY,
            met=3, musts=5, percent=68,
        ),
    ),
    (
        GateLine(
            id=2, project="ICT-11", code="G3", name="Ready for closing", outcome=Outcome.CONDITIONAL, decided_on=date(2026, 3, 3),
            decision="2026-09", reason="The rehearsal is late.",
            conditions=(Condition("A-070", "Second rehearsal with full volume", "W. De Smet", date(2026, 4, 24)),),
        ),
    ),
)  # fmt: skip
REQUESTS = Requests(
    LAST_MET,
    waiting=(
        RequestLine(
            id=1, project="PAC-02", code="CR-003", title="Portal in German too", state=ChangeState.WAITING, priority=4,
            asked_on=date(2026, 3, 2), milestone="M02 Project end", old_date=date(2026, 7, 17), new_date=date(2026, 8, 14),
            cost=Decimal(24000), currency="EUR",
        ),
    ),
    decided=(
        RequestLine(
            id=2, project="EVG-03", code="CR-001", title="One site more in Finland", state=ChangeState.APPROVED, priority=5,
            asked_on=date(2026, 2, 10), milestone="M01 First patient in", old_date=date(2026, 5, 22), new_date=date(2026, 5, 4),
            cost=Decimal(38000), currency="EUR", decided_on=LAST_MET, decision="2026-08", reason="Enrolment cannot wait.",
        ),
    ),
    asked=(
        RequestLine(
            id=3, project="PAC-01", code="CR-002", title="Labels in German", state=ChangeState.ASSESSING, priority=2,
            asked_on=date(2026, 3, 9),
        ),
    ),
)  # fmt: skip
