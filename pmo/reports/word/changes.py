"""What changed since the previous report, with who, when and why; milestones against what the committee was told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pmo.kernel.languages import Message, msg, nmsg
from pmo.reports.figures import Told, against_commitment
from pmo.reports.logic import sentences
from pmo.reports.logic.change_lines import BY_RULES, Kind, because, by_whom, lines, sentence
from pmo.reports.logic.content import Changes, ColourChange, DateChange, Earlier, MilestoneLine, ProjectLine, Report
from pmo.reports.word.paper import WIDTH, Paper
from pmo.reports.word.status import LONGEST_NAME, LONGEST_WORDS, named
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Cell, Column, Row, Slip, Status, table
from pmo.reports.word.xml import GAP, Align, clean

MOST_DATES = 2  # moved dates named per project
MOST_DRAWN = 8
MOST_ROWS = 16
FEW = 8  # rows that stay on one page


def changes(paper: Paper, report: Report, title: str) -> None:
    paper.heading(title, new_page=paper.is_mostly_full and not paper.is_tight)
    if report.changes is None or report.earlier is None:
        kicker(paper, [msg("There is no earlier report to compare with.")])
    else:
        same = len([project for project in report.projects if project.was_there]) - len(report.changes.colours)
        kicker(paper, [sentences.turned(report.changes, same), msg("A change undone in between is not listed.")])
        _table(paper, report, report.changes, report.earlier)


def title_of(report: Report) -> Message:
    if report.earlier is None:
        return msg("Milestones")
    return msg("What changed since %(day)s", day=report.earlier.on)


def _table(paper: Paper, report: Report, found: Changes, earlier: Earlier) -> None:
    rows = list(_rows(paper, report, found))
    if not rows:
        return
    columns = [
        Column(paper.say(msg("Project")), 4.6),
        Column(paper.day(earlier.on), 1.45, Align.CENTRE),
        Column(paper.day(report.today), 1.45, Align.CENTRE),
        Column(paper.say(msg("What happened")), 5.7),
        Column(paper.say(msg("Who, when, reason")), 4.0),
    ]
    table(paper, columns, rows, paper.say(msg("What changed")))


def _rows(paper: Paper, report: Report, found: Changes) -> Iterator[Row]:
    """One row per project that changed: worse ones first, then better ones, then those of which only dates moved, the rest."""
    projects = {project.code: project for project in report.projects}
    turned = {change.project.code: change for change in (*found.worse, *found.better, *found.colours)}
    moved = [change.milestone.project for change in found.dates]
    changed = list(dict.fromkeys((*turned, *moved)))
    most = max(MOST_ROWS, len(turned))
    for code in changed[:most]:
        project = projects[code]
        dates = [change for change in found.dates if change.milestone.project == code]
        before, after = (turned[code].before, turned[code].after) if code in turned else (project.overall, project.overall)
        who = _who(paper, turned.get(code), dates)
        yield [named(code, project.name), Status(before), Status(after), _happened(paper, project, dates), who]
    if len(changed) > most:
        more = nmsg("Dates moved in %(num)s more project", "Dates moved in %(num)s more projects", len(changed) - most)
        yield [paper.say(more), "", "", clean(", ".join(changed[most:]), LONGEST_WORDS), ""]
    yield from _others(paper, report, found)


def _others(paper: Paper, report: Report, found: Changes) -> Iterator[Row]:
    """Projects that came and went, baselines, RAID items, money and scope: a row each."""
    names = {one.code: one.name for one in found.gone_projects} | {one.code: one.name for one in report.projects}
    told = lines(replace(found, colours=(), dates=()))
    came_and_went = [line for line in told if line.kind is Kind.PROJECTS]
    others = [line for line in told if line.kind is not Kind.PROJECTS]
    for line in (*came_and_went, *others[:MOST_ROWS]):
        happened, who = clean(paper.say(sentence(line)), LONGEST_WORDS), by_whom(line)
        said = clean(paper.say(who), LONGEST_WORDS) if who else ""
        yield [named(line.project, names[line.project]), "", "", happened, said]
    if len(others) > MOST_ROWS:
        more = nmsg("%(num)s more change", "%(num)s more changes", len(others) - MOST_ROWS)
        codes = dict.fromkeys(line.project for line in others[MOST_ROWS:])
        yield [paper.say(more), "", "", clean(", ".join(codes), LONGEST_WORDS), ""]


def _happened(paper: Paper, project: ProjectLine, dates: Sequence[DateChange]) -> str:
    said = [paper.say(happened(change, report_names=False)) for change in dates[:MOST_DATES]]
    if len(dates) > MOST_DATES:
        said.append(paper.say(nmsg("%(num)s more date.", "%(num)s more dates.", len(dates) - MOST_DATES)))
    if not said:
        said = [paper.say(sentences.overridden(project) or sentences.reasons(project) or _without_facts(project))]
    return clean(" ".join(said), LONGEST_WORDS)


def _without_facts(project: ProjectLine) -> Message:
    return msg("Declared in the status update.") if project.not_green else msg("All known dimensions are green.")


def happened(change: DateChange, *, report_names: bool) -> Message:
    """Of one moved date; with the project in front where the row does not say it."""
    name = f"{change.milestone.project} {change.milestone.name}" if report_names else change.milestone.name
    if change.is_reached:
        return msg("%(milestone)s reached on %(day)s.", milestone=name, day=change.after)
    if change.before is None:
        return msg("%(milestone)s now has a date: %(day)s.", milestone=name, day=change.after)
    if change.after is None:
        return msg("%(milestone)s no longer has a date; it was %(day)s.", milestone=name, day=change.before)
    return msg("%(milestone)s was %(before)s, now %(after)s.", milestone=name, before=change.before, after=change.after)


def _who(paper: Paper, turned: ColourChange | None, dates: Sequence[DateChange]) -> str:
    """Of the dates named beside it, each once; where none moved, of the colour."""
    said = dict.fromkeys(paper.say(because(change.why)) for change in dates[:MOST_DATES] if change.why)
    if not said and turned is not None and turned.since is not None:
        said = {paper.say(_by(turned)): None}
    return clean("; ".join(said), LONGEST_WORDS)


def _by(turned: ColourChange) -> Message:
    """Why the rules computed it stands beside it; what somebody declared or overrode, they explain here."""
    said = msg("%(name)s, %(day)s", name=turned.who or BY_RULES, day=turned.since)
    return msg("%(who)s: %(reason)s", who=said, reason=turned.words) if turned.words else said


def promises(paper: Paper, report: Report) -> None:
    """The chart of what moved against what the committee was told, and the next milestone of every project."""
    late = [(project, line) for project in report.projects for line in project.milestones if _is_off(line)]
    late.sort(key=lambda pair: -(pair[1].promise.to_commitment or 0))
    if late:
        paper.heading(paper.say(msg("Milestones against what the committee was told")), 2)
        drawn = [Told(clean(f"{project.code}{GAP}{line.name}"), line.promise, line.colour) for project, line in late[:MOST_DRAWN]]
        paper.picture(
            against_commitment(drawn, report.today, paper.lang), paper.say(msg("Milestones against what the committee was told"))
        )
        paper.note(
            paper.say(
                msg(
                    "Open diamond: baseline. Violet bar: what the committee was told (commitment). Full diamond: forecast now."
                    " Right: slip to commitment in calendar days. The %(n)s largest of %(m)s.",
                    n=len(drawn),
                    m=len(late),
                )
            )
        )
    paper.heading(paper.say(msg("Next milestone of each project")), 2)
    milestones(paper, [(project.code, line) for project in report.projects if (line := project.next_milestone)], report)


def _is_off(line: MilestoneLine) -> bool:
    return not line.is_reached and bool(line.promise.to_commitment)


def milestones(paper: Paper, lines: Sequence[tuple[str, MilestoneLine]], report: Report) -> None:
    """By forecast, with the three dates and both slips; the project's code where there are several."""
    with_code = len({code for code, _ in lines}) > 1
    with_state = any(line.is_reached for _, line in lines)
    first = [Column(paper.say(msg("Project")), 2.0)] if with_code else []
    state = [Column(paper.say(msg("Reached")), 1.6, Align.CENTRE)] if with_state else []
    columns = [*first, *state, *_columns(paper, WIDTH - 2.0 * with_code - 1.6 * with_state)]
    ordered = sorted(lines, key=lambda pair: (pair[1].promise.forecast is None, pair[1].promise.forecast, pair[0]))
    rows = [[*[code] * with_code, *[_state(line)] * with_state, *cells(paper, line, report)] for code, line in ordered]
    few = len(rows) <= FEW
    table(paper, columns, rows, paper.say(msg("Milestones")), together=few)


def _columns(paper: Paper, room: float) -> list[Column]:
    dates = [Column(paper.say(title), 2.1, Align.RIGHT) for title in (msg("Baseline"), msg("Commitment"), msg("Forecast"))]
    slips = [Column(paper.say(title), 1.8, Align.RIGHT) for title in (msg("to baseline"), msg("to commit."))]
    return [Column(paper.say(msg("Milestone")), room - 9.9), *dates, *slips]


def _state(line: MilestoneLine) -> str:
    return "✓" if line.is_reached else ""


def cells(paper: Paper, line: MilestoneLine, report: Report) -> list[Cell]:
    promise = line.promise
    dates = [
        paper.day(day, year=day.year != report.today.year) if day else "–"
        for day in (promise.baseline, promise.commitment, promise.forecast)
    ]
    slips = Slip(promise.to_baseline, promise.baseline_tone), Slip(promise.to_commitment, promise.commitment_tone)
    return [clean(line.name, LONGEST_NAME), *dates, *slips]
