"""A committee report of fifteen invented projects, as plain values: what the tests of document and content start from."""

# ruff: noqa: E501 - a table reads better in lines than in columns

from dataclasses import replace
from datetime import UTC, date, datetime
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
    Figures,
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
    TakenLine,
    TrackLine,
    Why,
    Words,
)
from pmo.status.logic.override import Override

R, A, G = Colour.RED, Colour.AMBER, Colour.GREEN
D = Dimension
TODAY = date(2026, 3, 12)
AT = datetime(2026, 3, 12, 8, 40, tzinfo=UTC)
LIMITS = Limits(8, 31, 1, 15, Decimal(5), Decimal(10), 20, 12, 14)

# code, name, manager, overall, before, since, not green with reason, back to green,
# next milestone with baseline, commitment, forecast; end with the same; start, percent; budget, spent, forecast in thousands
PROJECTS = {
    "Patient access": [
        ("PAC-01", "OLR-214 compassionate use, Belgium", "N. Verbeke", A, A, "2026-01-27",
         [(D.SCHEDULE, A, msg("Ethics committee opinion is %(days)s d late.", days=14)), (D.COST, A, msg("Forecast %(over)s %% over budget.", over=Decimal("5.9")))],
         "Opinion on 13 March; labels accepted", "Ethics committee opinion", "2026-02-27", "2026-03-09", "2026-03-13",
         "2026-06-05", "2026-06-12", "2026-06-19", "2026-01-10", 40, 410, 156, 434),
        ("PAC-02", "Medical need order desk, FR/NL/EN portal", "A. Renard", G, A, "2026-03-03", [], "", "User acceptance test",
         "2026-04-02", "2026-04-07", "2026-04-02", "2026-07-17", "2026-07-17", "2026-07-17", "2026-01-20", 30, 230, 120, 230),
    ],
    "Evidence generation": [
        ("EVG-03", "LUMEN registry, investigator-initiated", "S. Korhonen", R, A, "2026-03-06",
         [(D.SCHEDULE, R, msg("First patient in, Tampere is %(days)s d late.", days=52)), (D.COST, R, msg("Forecast %(over)s %% over budget.", over=Decimal("12.8"))),
          (D.RESOURCES, A, None), (D.RISK, R, msg("Two risks score 20."))],
         "Open Oulu; contract by 10 April", "First patient in, Tampere", "2026-03-31", "2026-05-04", "2026-05-22",
         "2026-09-29", "2026-11-02", "2026-11-20", "2026-01-02", 14, 780, 343, 880),
        ("EVG-05", "Post-market workflow study, six labs", "M. Claes", A, A, "2026-01-27",
         [(D.SCHEDULE, A, msg("Interim data cut is %(days)s d late.", days=9)), (D.COST, A, msg("Forecast %(over)s %% over budget.", over=Decimal("5.9")))],
         "Data manager from 1 April", "Interim data cut", "2026-04-08", "2026-04-16", "2026-04-17",
         "2026-07-01", "2026-07-09", "2026-07-10", "2026-01-12", 35, 690, 421, 731),
        ("EVG-07", "AURORA real-world cohort, Nordics", "S. Korhonen", G, G, "2025-12-16", [], "", "Database lock",
         "2026-06-15", "2026-06-12", "2026-06-12", "2026-09-14", "2026-09-11", "2026-09-11", "2026-01-02", 45, 450, 158, None),
    ],
    "Scientific exchange": [
        ("SCX-02", "Oncology advisory board series 2026", "A. Dubois", G, G, "2026-01-15", [], "", "Board 1, Ghent",
         "2026-03-27", "2026-03-27", "2026-03-27", "2026-11-27", "2026-11-27", "2026-11-27", "2026-01-14", 18, 300, 66, 300),
        ("SCX-04", "Publication plan OLR-214", "L. Haugen", A, G, "2026-03-02",
         [(D.SCHEDULE, A, msg("Manuscript to authors is %(days)s d late.", days=21))], "Co-author named by 27 March", "Manuscript to authors",
         "2026-03-19", "2026-03-30", "2026-04-09", "2026-07-31", "2026-08-11", "2026-08-21", "2026-02-01", 12, 150, 27, 150),
        ("SCX-06", "Nordic congress presence, autumn", "A. Dubois", G, None, "2026-02-09", [], "", "Venue contract signed",
         "2026-04-30", "2026-04-30", "2026-04-30", "2026-10-30", "2026-10-30", "2026-10-30", "2026-02-09", 10, 260, None, None),
    ],
    "Medical operations": [
        ("MOP-01", "Grants & donations redesign", "C. Maes", G, A, "2026-03-05", [], "", "Review committee pilot",
         "2026-03-31", "2026-04-03", "2026-03-31", "2026-05-29", "2026-06-03", "2026-05-29", "2026-01-12", 55, 190, 80, 186),
        ("MOP-03", "Vendor onboarding in ten days", "C. Maes", A, A, "2026-02-17",
         [(D.COST, A, msg("Forecast %(over)s %% over budget.", over=Decimal("6.7"))), (D.RESOURCES, A, None)], "Templates on 20 March",
         "Contract templates approved", "2026-03-13", "2026-03-19", "2026-03-20", "2026-06-19", "2026-06-25", "2026-06-26",
         "2026-01-12", 42, 90, 59, 96),
        ("MOP-04", "Field onboarding and SOP training", "J. Peeters", G, G, "2025-12-16", [], "", "Module 3 released",
         "2026-04-17", "2026-04-15", "2026-04-14", "2026-06-26", "2026-06-26", "2026-06-26", "2026-01-20", 38, 100, 44, 102),
    ],
    "ICT unit": [
        ("ICT-11", "Dynamics 365 migration, field medical", "W. De Smet", R, A, "2026-03-03",
         [(D.SCHEDULE, R, msg("Cut-over rehearsal 2 is %(days)s d late.", days=35)), (D.COST, R, msg("Forecast %(over)s %% over budget.", over=Decimal("11"))),
          (D.SCOPE, A, None), (D.QUALITY, A, None)],
         "Rehearsal 2 on 24 April", "Cut-over rehearsal 2", "2026-03-20", "2026-04-17", "2026-04-24",
         "2026-05-29", "2026-06-26", "2026-07-03", "2026-01-05", 40, 520, 369, 577),
        ("ICT-12", "SharePoint archive and retention", "W. De Smet", G, G, "2026-01-12", [], "", "Retention schedule signed",
         "2026-04-07", "2026-04-07", "2026-04-07", "2026-07-31", "2026-07-31", "2026-07-31", "2026-01-12", 33, 180, 70, 178),
        ("ICT-14", "SAP purchase order and accrual interface", "F. Janssens", A, R, "2026-03-05",
         [(D.SCHEDULE, A, msg("Accrual file accepted by Finance is %(days)s d late.", days=10)), (D.RISK, A, None)], "Dry run on 23 March",
         "Accrual file accepted by Finance", "2026-03-16", "2026-03-27", "2026-03-26", "2026-05-19", "2026-06-01", "2026-05-29",
         "2026-01-10", 62, 310, 171, 322),
        ("ICT-15", "PMO reporting automation", "E. Wauters", G, G, "2026-01-12", [], "", "Committee pack from live data",
         "2026-03-20", "2026-03-20", "2026-03-20", "2026-06-30", "2026-06-30", "2026-06-30", "2026-01-12", 50, 200, 80, 200),
    ],
}  # fmt: skip
OTHERS = (D.SCHEDULE, D.COST, D.SCOPE, D.RESOURCES, D.RISK, D.QUALITY)
MOVED = {"EVG-03": (date(2026, 5, 4), "S. Korhonen", "2026-03-06", "site_contract"), "ICT-11": (date(2026, 4, 17), "W. De Smet", "2026-03-03", "quality"),
         "SCX-04": (date(2026, 3, 30), "L. Haugen", "2026-03-02", "staff"), "PAC-01": (date(2026, 3, 9), "N. Verbeke", "2026-03-11", "authority")}  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(text)


def promise(baseline: str, commitment: str, forecast: str) -> Promise:
    base, told, now = day(baseline), day(commitment), day(forecast)
    to_base, to_told = (now - base).days, (now - told).days
    return Promise(base, told, now, to_base, to_told, tone(to_base, 8, 31), tone(to_told, 1, 15))


def tone(days: int, amber: int, red: int) -> Colour:
    return R if days >= red else A if days >= amber else G


def money(budget: int, spent: int | None, forecast: int | None) -> Amounts:
    thousand = [Decimal(value) * 1000 if value is not None else None for value in (budget, spent, forecast)]
    over = round(100 * (Decimal(forecast) - budget) / budget, 1) if forecast is not None else None
    open_orders = (thousand[2] - thousand[1]) / 2 if thousand[1] is not None and thousand[2] is not None else None
    return Amounts("EUR", *thousand, over, open_orders)


OVERRIDDEN = {"EVG-05": (R, Override(7, A, "Data manager starts on 1 April", date(2026, 3, 10), date(2026, 3, 31), "E. Wauters"))}


def project(number: int, facts: tuple) -> ProjectLine:
    code, name, manager, overall, before, since, bad, back, title, *dates, start, percent, budget, spent, forecast = facts
    worse = {dimension: (colour, reason) for dimension, colour, reason in bad}
    marks = tuple(Mark(dimension, *worse.get(dimension, (G, None)), worse.get(dimension, (G, None))[1]) for dimension in OTHERS)
    first, last = (
        MilestoneLine(number * 10, "M01", title, promise(*dates[:3])),
        MilestoneLine(number * 10 + 1, "M02", "Project end", promise(*dates[3:])),
    )
    computed, override = OVERRIDDEN.get(code, (overall, None))
    return ProjectLine(
        id=number, code=code, name=name, manager=manager, phase="executing", overall=overall, computed=computed, override=override, before=before, was_there=before is not None,
        since=day(since), declared=G if code in ("EVG-05", "MOP-03") else overall, is_said_better=code in ("EVG-05", "MOP-03"), marks=marks,
        words=Words(next=f"{title} prepared." if bad else "", back_to_green=back, period_end=date(2026, 3, 10)), updated_on=date(2026, 3, 10),
        is_stale=code == "SCX-04", start=day(start), end=last.promise, percent=percent, money=money(budget, spent, forecast), milestones=(first, last),
    )  # fmt: skip


def risks() -> tuple[RaidLine, ...]:
    rows = [
        ("EVG-03", "R-019", "Tampere contract not signed before the summer stop", 20, 12, "C. Maes", "reduce", "Legal call each Monday; Oulu", "2026-03-13"),
        ("EVG-03", "R-022", "Enrolment below 60 % of plan at four sites", 20, 20, "S. Korhonen", "reduce", "Wider criteria in amendment 2", "2026-03-16"),
        ("ICT-11", "R-027", "Interaction history lost in cut-over", 16, 12, "W. De Smet", "reduce", "Second rehearsal, full volume", "2026-03-20"),
        ("SCX-04", "R-014", "Author leaves before submission", 15, 15, "L. Haugen", "accept", "Three weeks kept in the plan", "2026-03-02"),
        ("PAC-01", "R-030", "Second round of ethics questions", 9, None, "N. Verbeke", "", "", None),
    ]  # fmt: skip
    red = {20: R}
    return tuple(
        RaidLine(project, code, "risk", title, level, red.get(level, A), owner, response, text, day(due) if due else None,
                 bool(due and day(due) < TODAY), before, before is not None, id=number)
        for number, (project, code, title, level, before, owner, response, text, due) in enumerate(rows, start=1)
    ) + (RaidLine("EVG-03", "D-002", "dependency", "Site contacts after cut-over", None, None, "W. De Smet", "", "", date(2026, 4, 30), False, other_party="ICT-11", id=9),)  # fmt: skip


def asked() -> tuple[AskedLine, ...]:
    oulu = OptionLine(
        "Open Oulu now", "Enrolment ends on 26 Oct 2026", Decimal(38000), "EUR", "Contingency of the programme", True
    )
    wait = OptionLine("Wait for Tampere until 10 Apr", "Enrolment ends on 20 Nov 2026", Decimal(0), "EUR", "")
    fewer = OptionLine("Reduce the cohort to three sites", "A weaker result", None, "EUR", "")
    about = "EVG-03 LUMEN registry, investigator-initiated"
    why = "The Tampere contract holds the first patient. Oulu can enrol from 4 May."
    return (
        AskedLine(
            "D4",
            "Open a fall-back site in Oulu?",
            "S. Korhonen",
            about,
            why,
            (oulu, wait, fewer),
            "Enrolment ends after 18 Sep 2026",
            date(2026, 3, 24),
        ),
        AskedLine(
            "D5",
            "Move Dynamics 365 go-live to 22 May 2026?",
            "W. De Smet",
            "ICT-11 Dynamics 365 migration",
            "",
            (oulu, wait),
            "15 May stays",
            date(2026, 4, 1),
        ),
    )


def carried() -> Carried:
    met = date(2026, 2, 24)
    return Carried(
        met,
        (
            TakenLine(
                "2026-06", met, "AURORA database lock stays on 12 Jun 2026.", Outcome.ACCEPTED, "", "", "EVG-07", "D2", None, ()
            ),
            TakenLine(
                "2026-07",
                met,
                "Dutch and French labels; money in two parts.",
                Outcome.CHANGED,
                "Half now, half in March",
                "Cash",
                "PAC-01",
                "D3",
                None,
                ("A-061", "A-062"),
            ),
            TakenLine("2026-08", met, "Grants reviewers.", Outcome.DEFERRED, "", "No figures", "", "D1", date(2026, 3, 24), ()),
        ),
        (
            ActionLine(
                "A-061",
                "Send Dutch consent form",
                "N. Verbeke",
                date(2026, 3, 6),
                "2026-07",
                met,
                ActionState.DONE,
                None,
                date(2026, 3, 9),
                "Mail of 9 March",
            ),
            ActionLine("A-062", "Agree one contract annex", "C. Maes", date(2026, 3, 10), "2026-07", met, ActionState.LATE, 2),
            ActionLine("A-063", "Propose enrolment recovery", "S. Korhonen", date(2026, 3, 17), "", met, ActionState.OPEN),
            ActionLine(
                "A-058",
                "Compare two vendors",
                "C. Maes",
                date(2026, 3, 1),
                "",
                date(2026, 1, 27),
                ActionState.CANCELLED,
                None,
                date(2026, 3, 2),
                "One vendor left",
            ),
        ),
    )


def totals(blocks: tuple[ProgrammeBlock, ...]) -> tuple[MoneyLine, ...]:
    lines = [line_of(block.name, block.projects) for block in blocks]
    return (*lines, line_of("", tuple(project for block in blocks for project in block.projects)))


def line_of(name: str, projects: tuple[ProjectLine, ...]) -> MoneyLine:
    def known(field: str) -> list[Decimal]:
        return [value for project in projects if (value := getattr(project.money, field)) is not None]

    both = [(p.money.budget, p.money.forecast) for p in projects if p.money.forecast is not None]
    budget, forecast = sum(b for b, _ in both), sum(f for _, f in both)
    return MoneyLine(
        name, "EUR", len(projects), sum(known("budget")), len(known("budget")), sum(known("spent")), len(known("spent")), forecast, len(both),
        round(100 * (forecast - budget) / budget, 1), sum(known("committed")), len(known("committed")),
    )  # fmt: skip


def report(**changed) -> Report:
    numbers = iter(range(1, 100))
    blocks = tuple(
        ProgrammeBlock(name[:3].upper(), name, tuple(project(next(numbers), facts) for facts in projects))
        for name, projects in PROJECTS.items()
    )
    made = Report(
        scope=Scope.COMMITTEE, code="MC", name="Medical Affairs and ICT, Belgium and the Nordics", at=AT, today=TODAY, limits=LIMITS,
        programmes=blocks, committee="Management committee", meeting=MeetingLine(date(2026, 3, 24), date(2026, 3, 18), date(2026, 3, 20)),
        coming=(MeetingLine(date(2026, 3, 24), date(2026, 3, 18), date(2026, 3, 20)), MeetingLine(date(2026, 4, 21), date(2026, 4, 15), date(2026, 4, 17))),
        earlier=Earlier("2026-02", date(2026, 2, 24), datetime(2026, 2, 24, 22, 59, 59, 999999, tzinfo=UTC)),
        figures=Figures(78, 90, 85, 9, 2, 5, 2), money=totals(blocks), raid=risks(), tracks=tracks(blocks),
        asked=asked(), carried=carried(),
    )  # fmt: skip
    made = replace(made, changes=compare(earlier(made), made, Trail(whys(made))))
    return replace(made, **changed)


def earlier(now: Report) -> Report:
    """The report of February: other colours, the dates of then."""
    blocks = tuple(
        replace(block, projects=tuple(was(line) for line in block.projects if line.was_there)) for block in now.programmes
    )
    return replace(now, programmes=blocks, raid=now.raid[1:])


def was(line: ProjectLine) -> ProjectLine:
    first, *others = line.milestones
    if line.code in MOVED:
        first = replace(first, promise=replace(first.promise, forecast=MOVED[line.code][0]))
    return replace(line, overall=line.before, milestones=(first, *others))


def whys(now: Report) -> dict[tuple[str, int, str], Why]:
    found = {}
    for line in now.projects:
        if line.code in MOVED:
            _, who, on, reason = MOVED[line.code]
            found["milestone", line.milestones[0].id, "forecast"] = Why(who, datetime.fromisoformat(f"{on}T09:00+01:00"), reason)
    return found


def tracks(blocks: tuple[ProgrammeBlock, ...]) -> tuple[TrackLine, ...]:
    months = [date(2025, 11, 25), date(2025, 12, 16), date(2026, 1, 27), date(2026, 2, 24), TODAY]
    made = []
    for block in blocks:
        for line in block.projects:
            if line.code in MOVED:
                first = line.milestones[0]
                base, now = first.promise.baseline, first.promise.forecast
                said = tuple(Said(on, base + (now - base) * step // 4) for step, on in enumerate(months))
                made.append(TrackLine(line.code, first.code, first.name, said, line.overall))
    return tuple(made)


def many(count: int, **changed) -> Report:
    """The same with as many projects, all of different codes."""
    base = report()
    projects = base.projects
    more = tuple(
        replace(
            projects[number % len(projects)], id=number + 1, code=f"{projects[number % len(projects)].code[:4]}{number + 1:02}"
        )
        for number in range(count)
    )
    size = -(-count // 6)
    blocks = tuple(
        ProgrammeBlock(f"P{number}", f"Programme {number + 1}", more[number * size : (number + 1) * size]) for number in range(6)
    )
    return replace(base, programmes=blocks, money=totals(blocks), changes=None, earlier=None, **changed)
