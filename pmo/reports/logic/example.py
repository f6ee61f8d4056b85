"""An invented report of a committee: what a Word template is filled with on trial, so that every name has something to say."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from pmo.committees.logic.decisions import ActionState, Outcome
from pmo.kernel.languages import msg
from pmo.portfolio.logic import Colour, Dimension
from pmo.reports.logic.compare import Trail, compare
from pmo.reports.logic.content import (
    ActionLine,
    Amounts,
    AskedLine,
    Carried,
    Earlier,
    EarnedLine,
    Figures,
    IndicatorLine,
    Limits,
    Mark,
    MeetingLine,
    MilestoneLine,
    MoneyLine,
    OptionLine,
    ProgrammeBlock,
    ProjectLine,
    Promise,
    RaidLine,
    Report,
    Said,
    Scope,
    SlipLine,
    TakenLine,
    TrackLine,
    Words,
)
from pmo.reports.logic.example_pack import AGENDA, GATES, REQUESTS
from pmo.reports.logic.stamp import Stamp

R, A, G = Colour.RED, Colour.AMBER, Colour.GREEN
TODAY = date(2026, 3, 12)
AT = datetime(2026, 3, 12, 8, 40, tzinfo=UTC)
LAST_MET, MEETING = date(2026, 2, 24), date(2026, 3, 24)
PUBLISHED = (date(2025, 12, 16), date(2026, 1, 27), LAST_MET, TODAY)
STAMP = Stamp(author="Els Wauters", content_sha256="3f9c" * 16, code="MC", number="2026-03", chain_head="a1b2" * 16)
DIMENSIONS = (Dimension.SCHEDULE, Dimension.COST, Dimension.SCOPE, Dimension.RESOURCES, Dimension.RISK, Dimension.QUALITY)


@dataclass(frozen=True, slots=True)
class Told:
    """What the table below says of a project; amounts in thousands, slips in days, `told` since the committee was told."""

    code: str
    name: str
    manager: str
    colour: Colour
    before: Colour
    milestone: str
    baseline: date
    slip: int
    told: int
    end: date
    end_slip: int
    percent: int
    money: tuple[int, int, int, int]  # budget, spent, committed, forecast
    back: str = ""


PROJECTS: dict[str, tuple[Told, ...]] = {
    "Patient access": (
        Told("PAC-01", "Compassionate use, Belgium", "N. Verbeke", A, A, "Ethics committee opinion", date(2026, 2, 27), 14, 4,
         date(2026, 6, 5), 14, 40, (410, 156, 210, 434), "Opinion on 13 March; labels accepted."),
        Told("PAC-02", "Medical need order desk", "A. Renard", G, A, "User acceptance test", date(2026, 4, 2), 0, 0,
         date(2026, 7, 17), 0, 30, (230, 120, 90, 230), ""),
    ),
    "Evidence generation": (
        Told("EVG-03", "LUMEN registry", "S. Korhonen", R, A, "First patient in, Tampere", date(2026, 3, 31), 52, 18,
         date(2026, 9, 29), 52, 14, (780, 343, 465, 880), "Open a site in Oulu; contract by 10 April."),
        Told("EVG-07", "AURORA real-world cohort", "S. Korhonen", G, G, "Database lock", date(2026, 6, 15), -3, 0,
         date(2026, 9, 14), -3, 45, (450, 158, 120, 450), ""),
    ),
    "ICT": (
        Told("ICT-11", "Customer platform migration", "W. De Smet", R, A, "Cut-over rehearsal 2", date(2026, 3, 20), 35, 7,
         date(2026, 5, 29), 35, 40, (520, 369, 140, 577), "Rehearsal 2 on 24 April."),
        Told("ICT-15", "Reporting automation", "E. Wauters", G, G, "Committee pack from live data", date(2026, 3, 20), 0, 0,
         date(2026, 6, 30), 0, 50, (200, 80, 60, 200), ""),
    ),
}  # fmt: skip


def example() -> Report:
    """Compared with the same projects as they were reported the month before."""
    numbers = iter(range(1, 100))
    blocks = tuple(
        ProgrammeBlock(name[:3].upper(), name, tuple(_project(next(numbers), told) for told in projects))
        for name, projects in PROJECTS.items()
    )
    made = Report(
        scope=Scope.COMMITTEE,
        code="MC",
        name="Medical Affairs and ICT",
        at=AT,
        today=TODAY,
        limits=Limits(8, 31, 1, 15, Decimal(5), Decimal(10), 20, 12, 14),
        programmes=blocks,
        committee="Management committee",
        meeting=_meeting(MEETING),
        coming=(_meeting(MEETING), _meeting(date(2026, 4, 21))),
        earlier=Earlier("2026-02", LAST_MET, datetime(2026, 2, 24, 12, tzinfo=UTC), "MC"),
        figures=Figures(78, 90, 85, 16, 5, 2, 1),
        money=(*(_money(block.name, block.projects) for block in blocks), _money("", sum((one.projects for one in blocks), ()))),
        raid=_raid(),
        tracks=tuple(_track(project) for block in blocks for project in block.projects if (project.end.to_baseline or 0) > 0),
        asked=_asked(),
        carried=_carried(),
        earned=_earned(),
        slips=(SlipLine("site_contract", 2, 52), SlipLine("quality", 1, 35), SlipLine("authority", 1, 14)),
        indicators=_indicators(),
        agenda=AGENDA,
        gates=GATES,
        requests=REQUESTS,
    )
    return replace(made, changes=compare(_earlier(made), made, Trail({})))


def _project(number: int, told: Told) -> ProjectLine:
    tone, end_tone = _tone(told.slip, 8, 31), _tone(told.end_slip, 8, 31)
    first = MilestoneLine(number * 10, "M01", told.milestone, _promise(told.baseline, told.slip, told.told), colour=tone)
    end = _promise(told.end, told.end_slip, told.told)
    last = MilestoneLine(number * 10 + 1, "M02", "Project end", end, True, colour=end_tone)
    late = msg("%(name)s: %(days)s d after baseline.", name=told.milestone, days=told.slip) if told.slip > 0 else None
    marks = {Dimension.SCHEDULE: Mark(Dimension.SCHEDULE, tone, late, late)}
    budget, spent, committed, forecast = (Decimal(amount * 1000) for amount in told.money)
    return ProjectLine(
        id=number,
        code=told.code,
        name=told.name,
        manager=told.manager,
        phase="executing",
        overall=told.colour,
        computed=told.colour,
        before=told.before,
        was_there=True,
        since=LAST_MET,
        marks=tuple(marks.get(dimension, Mark(dimension, G)) for dimension in DIMENSIONS),
        words=Words(f"{told.milestone}: prepared with the team.", f"{told.milestone}.", told.back, told.back, period_end=TODAY),
        updated_on=TODAY,
        start=date(2026, 1, 12),
        end=end,
        percent=told.percent,
        money=Amounts("EUR", budget, spent, forecast, round(100 * (forecast - budget) / budget, 1), committed),
        milestones=(first, last),
    )


def _promise(baseline: date, slip: int, told: int) -> Promise:
    forecast = baseline + timedelta(days=slip)
    return Promise(baseline, forecast - timedelta(days=told), forecast, slip, told, _tone(slip, 8, 31), _tone(told, 1, 15))


def _tone(days: int, amber: int, red: int) -> Colour:
    return R if days >= red else A if days >= amber else G


def _meeting(held_on: date) -> MeetingLine:
    return MeetingLine(held_on, held_on - timedelta(days=6), held_on - timedelta(days=4))


def _money(name: str, projects: tuple[ProjectLine, ...]) -> MoneyLine:
    budget, spent, committed, forecast = (
        sum((getattr(project.money, field) for project in projects), Decimal(0))
        for field in ("budget", "spent", "committed", "forecast")
    )
    over, count = round(100 * (forecast - budget) / budget, 1), len(projects)
    return MoneyLine(name, "EUR", count, budget, count, spent, count, forecast, count, over, committed, count)


def _track(project: ProjectLine) -> TrackLine:
    first, steps = project.milestones[0], len(PUBLISHED) - 1
    base, now = first.promise.baseline or TODAY, first.promise.forecast or TODAY
    said = tuple(Said(on, base + (now - base) * step // steps) for step, on in enumerate(PUBLISHED))
    return TrackLine(project.code, first.code, first.name, said, project.overall)


def _raid() -> tuple[RaidLine, ...]:
    text = "Legal call each Monday"
    return (
        RaidLine("EVG-03", "R-019", "risk", "Contract not signed before the summer stop", 20, R, "C. Maes", "reduce", text,
                 date(2026, 3, 10), True, 12, True, id=1),
        RaidLine("ICT-11", "R-027", "risk", "Interaction history lost in cut-over", 16, A, "W. De Smet", "reduce",
                 "Second rehearsal with full volume", date(2026, 3, 20), False, 16, True, id=2),
        RaidLine("PAC-01", "I-004", "issue", "Second round of ethics questions", 9, A, "N. Verbeke", "", "", None, False, id=3),
    )  # fmt: skip


def _asked() -> tuple[AskedLine, ...]:
    now = OptionLine("Open Oulu now", "Enrolment ends on 26 October", Decimal(38000), "EUR", "Programme", True)
    wait = OptionLine("Wait for Tampere", "Enrolment ends on 20 November", Decimal(0), "EUR", "")
    why = "The contract of Tampere holds the first patient. Oulu can enrol from 4 May."
    about, question = "EVG-03 LUMEN registry", "Open a fall-back site in Oulu?"
    return (AskedLine("D4", question, "S. Korhonen", about, why, (now, wait), "Enrolment ends later", MEETING),)


def _carried() -> Carried:
    decided = TakenLine(
        "2026-07", LAST_MET, "Dutch and French labels.", Outcome.ACCEPTED, "", "", "PAC-01", "D3", None, ("A-061",)
    )
    done = (ActionState.DONE, None, date(2026, 3, 9), "Mail of 9 March")
    return Carried(
        LAST_MET,
        (decided,),
        (
            ActionLine("A-061", "Send the Dutch consent form", "N. Verbeke", date(2026, 3, 6), "2026-07", LAST_MET, *done),
            ActionLine("A-062", "Agree one contract annex", "C. Maes", date(2026, 3, 10), "", LAST_MET, ActionState.LATE, 2),
            ActionLine("A-063", "Propose how enrolment recovers", "S. Korhonen", MEETING, "", LAST_MET, ActionState.OPEN),
        ),
    )


def _earned() -> tuple[EarnedLine, ...]:
    planned, earned, actual = Decimal(172000), Decimal(164000), Decimal(156000)
    indices = (Decimal("0.95"), Decimal("1.05"))
    return (EarnedLine("PAC-01", "EUR", TODAY, Decimal(410000), planned, earned, actual, *indices, Decimal(390000)),)


def _indicators() -> tuple[IndicatorLine, ...]:
    month = date(2026, 2, 1)
    return (
        IndicatorLine("Answers within five days", month, "month", Decimal(92), Decimal(88), "%", G, "up", Decimal(90)),
        IndicatorLine("Open site contracts", month, "month", Decimal(7), Decimal(4), "", A, "down", Decimal(5)),
    )


def _earlier(now: Report) -> Report:
    """The month before: the colours of then, and dates a week less late."""
    blocks = tuple(replace(block, projects=tuple(map(_was, block.projects))) for block in now.programmes)
    return replace(now, programmes=blocks, raid=now.raid[1:])


def _was(project: ProjectLine) -> ProjectLine:
    first, *others = project.milestones
    was = replace(first, promise=replace(first.promise, forecast=first.promise.commitment))
    return replace(project, overall=project.before, milestones=(was, *others))
