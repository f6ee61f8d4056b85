"""The generated sentences of a report: headline, counts, what a reader should know first. Facts come from the content."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pmo.kernel.colours import glyph
from pmo.kernel.languages import Message, Value, msg, nmsg, plain
from pmo.portfolio.logic import COLOUR_NAMES, DIMENSION_NAMES, Colour
from pmo.reports.logic.content import AskedLine, Changes, ColourChange, MilestoneLine, Named, ProjectLine, Report, Scope

MOST_RED = 3  # red projects named on the first page
MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bold finding and, after it, somebody's words or a second sentence."""

    finding: Message
    words: Message | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Projects per colour band; grey is what nobody reported."""

    red: int = 0
    amber: int = 0
    green: int = 0
    unknown: int = 0

    @property
    def all(self) -> int:
        return self.red + self.amber + self.green + self.unknown


def counts(colours: Iterable[Colour | None]) -> Counts:
    bands = [colour.band if colour else None for colour in colours]
    return Counts(*(bands.count(band) for band in (Colour.RED, Colour.AMBER, Colour.GREEN, None)))


def headline(report: Report) -> Message:
    """The finding of the report, as a title."""
    if report.scope is Scope.PROJECT:
        return _project_headline(report.projects[0])
    seen = counts(project.overall for project in report.projects)
    if seen.all == 0:
        return msg("There is no project yet")
    if seen.red:
        return nmsg("One of %(all)s projects is red", "Red: %(num)s of %(all)s projects", seen.red, all=seen.all)
    if seen.amber:
        return nmsg("No project is red, %(num)s is amber", "No project is red, %(num)s are amber", seen.amber)
    if seen.green == seen.all:
        return nmsg("The project is green", "All %(num)s projects are green", seen.all)
    return msg("%(green)s of %(all)s projects are green, the others are not reported", green=seen.green, all=seen.all)


def _project_headline(project: ProjectLine) -> Message:
    if project.overall is None and project.is_silent:
        return silent(project)
    if project.overall is None:
        return msg("Status is not reported yet")
    colour, dimensions = COLOUR_NAMES[project.overall], _listed(DIMENSION_NAMES[mark.dimension] for mark in project.not_green)
    if dimensions is None and project.since is None:
        return colour
    if dimensions is None:
        return msg("%(colour)s since %(day)s", colour=colour, day=project.since)
    if project.since is None:
        return msg("%(colour)s: %(names)s", colour=colour, names=dimensions)
    return msg("%(colour)s since %(day)s: %(names)s", colour=colour, day=project.since, names=dimensions)


def _listed(names: Iterable[Message]) -> Message | None:
    """Schedule, Cost, Risk: each in the language of the sentence."""
    listed: Message | None = None
    for name in names:
        listed = name if listed is None else msg("%(names)s, %(name)s", names=listed, name=name)
    return listed


def kicker(report: Report) -> Iterator[Message]:
    """Counts now and then, and how many declare better than the rules compute."""
    now = counts(project.overall for project in report.projects)
    if now.unknown:
        yield msg(
            "%(red)s red, %(amber)s amber, %(green)s green, %(unknown)s not reported.",
            red=now.red,
            amber=now.amber,
            green=now.green,
            unknown=now.unknown,
        )
    else:
        yield msg("%(red)s red, %(amber)s amber, %(green)s green.", red=now.red, amber=now.amber, green=now.green)
    if report.earlier:
        then = counts(project.before for project in report.projects if project.was_there)
        said: dict[str, Value] = {"red": then.red, "amber": then.amber, "green": then.green}
        yield msg("On %(day)s: %(red)s, %(amber)s, %(green)s.", day=report.earlier.on, **said)
    better = sum(project.is_said_better for project in report.projects)
    if better:
        yield nmsg(
            "%(num)s project declares a better colour than the rules compute.",
            "%(num)s projects declare a better colour than the rules compute.",
            better,
        )
    overridden = sum(project.override is not None for project in report.projects)
    if overridden:
        yield nmsg(
            "%(num)s project counts with a colour that the PMO overrode.",
            "%(num)s projects count with a colour that the PMO overrode.",
            overridden,
        )


def bullets(report: Report) -> Iterator[Bullet]:
    """What to know first: what is asked, what is late, the red projects, what turned, which dates moved, who is silent."""
    if report.asked:
        count = len(report.asked)
        yield Bullet(nmsg("%(num)s decision is asked:", "%(num)s decisions are asked:", count), _questions(report.asked))
    if report.carried and report.carried.late:
        late = [f"{one.code} {one.owner}" for one in report.carried.late]
        yield Bullet(nmsg("%(num)s action is late:", "%(num)s actions are late:", len(late)), _shortened(late))
    red = [project for project in report.sheets if project.overall and project.overall.band is Colour.RED]
    for project in red[:MOST_RED]:
        yield Bullet(_of_project(project), _because(project))
    if len(red) > MOST_RED:
        yield Bullet(msg("Also red:"), _names(red[MOST_RED:]))
    if report.changes:
        yield from _turned(report.changes)
    unheard = [project for project in report.projects if project.is_silent]
    if unheard:
        yield Bullet(msg("Asked, and not updated by the data cut-off; shown in grey:"), _names(unheard))
    stale = [project for project in report.projects if project.is_stale and not project.is_silent]
    if stale:
        days = report.limits.stale_days
        yield Bullet(msg("No status update for %(days)s d or more:", days=days), _names(stale))


def _questions(asked: Iterable[AskedLine]) -> Message:
    return _shortened([f"{one.code} {one.question}" for one in asked])


def _of_project(project: ProjectLine) -> Message:
    line = project.next_milestone
    if line is None:
        return msg("%(code)s %(name)s is red.", code=project.code, name=project.name)
    return msg("%(name)s: %(milestone)s", name=project.name, milestone=of_milestone(line))


def of_milestone(line: MilestoneLine) -> Message:
    """One milestone in one sentence: where it is, against both promises."""
    promise = line.promise
    slip, told = days(promise.to_baseline), days(promise.to_commitment)
    at: dict[str, Value] = {"milestone": line.name, "day": promise.forecast}
    if promise.to_baseline is None and promise.to_commitment is None:
        return msg("%(milestone)s %(day)s.", **at)
    if promise.to_commitment is None:
        return msg("%(milestone)s %(day)s, %(slip)s to baseline.", **at, slip=slip)
    if promise.to_baseline is None:
        return msg("%(milestone)s %(day)s, %(told)s to what the committee was told.", **at, told=told)
    at |= {"slip": slip, "told": told}
    return msg("%(milestone)s %(day)s, %(slip)s to baseline, %(told)s to what the committee was told.", **at)


def days(slip: int | None) -> Message:
    """A slip with its sign, in calendar days."""
    if slip is None:
        return msg("not known")
    if slip > 0:
        return msg("+%(days)s d", days=slip)
    return msg("\N{MINUS SIGN}%(days)s d", days=-slip) if slip else msg("0 d")


def _because(project: ProjectLine) -> Message | None:
    if project.words.back_to_green:
        return msg("Back to green: %(words)s", words=project.words.back_to_green)
    return reasons(project)


def reasons(project: ProjectLine) -> Message | None:
    """The facts behind everything that is not green, one after the other."""
    said: Message | None = None
    for mark in project.not_green:
        if mark.fact is not None:
            said = mark.fact if said is None else msg("%(sentence)s %(reason)s", sentence=said, reason=mark.fact)
    return said


def silent(project: ProjectLine) -> Message:
    """What stands in the place of a colour nobody stood by before the data cut-off."""
    if project.updated_on is None:
        return msg("No update so far.")
    return msg("No update since %(day)s.", day=project.updated_on)


def overridden(project: ProjectLine) -> Message | None:
    """The computed colour beside the one that counts, with who, until when and why."""
    if project.override is None:
        return None
    word = glyph(project.computed, "en").word
    return msg("Computed: %(word)s. %(override)s", word=word, override=project.override.sentence)


def _turned(changes: Changes) -> Iterator[Bullet]:
    if changes.worse:
        yield Bullet(msg("Worse:"), _changed(changes.worse))
    if changes.better:
        yield Bullet(msg("Better:"), _changed(changes.better))
    if changes.later or changes.earlier:
        yield Bullet(moved(changes), _largest(changes))


def _largest(changes: Changes) -> Message | None:
    """The date that moved furthest, when it moved later."""
    if not changes.later:
        return None
    change = changes.later[0]
    name = f"{change.milestone.project} {change.milestone.name}"
    return msg("Largest: %(milestone)s, %(slip)s, now %(day)s.", milestone=name, slip=days(change.days), day=change.after)


def moved(changes: Changes) -> Message:
    """How many dates moved which way."""
    later, earlier = len(changes.later), len(changes.earlier)
    if not earlier:
        return nmsg("%(num)s date moved later.", "%(num)s dates moved later.", later)
    if not later:
        return nmsg("%(num)s date moved earlier.", "%(num)s dates moved earlier.", earlier)
    return nmsg(
        "%(num)s date moved later, %(earlier)s earlier.",
        "%(num)s dates moved later, %(earlier)s earlier.",
        later,
        earlier=earlier,
    )


def turned(changes: Changes, unchanged: int) -> Message:
    """How many colours changed which way."""
    return msg(
        "%(worse)s worse, %(better)s better, %(same)s unchanged.",
        worse=len(changes.worse),
        better=len(changes.better),
        same=unchanged,
    )


def _names(projects: Iterable[ProjectLine]) -> Message:
    return _shortened([f"{project.code} {project.name}" for project in projects])


def _changed(changes: Iterable[ColourChange]) -> Message:
    return _shortened([f"{change.project.code} {change.project.name}" for change in changes])


def named(things: Iterable[Named]) -> Message:
    """Codes and names, with the project where they have one."""
    return _shortened([" ".join(part for part in (thing.project, thing.code, thing.name) if part) for thing in things])


def _shortened(names: list[str]) -> Message:
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return plain(shown)
    return msg("%(names)s and %(num)s more", names=shown, num=len(names) - MOST_NAMES)
