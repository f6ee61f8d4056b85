"""The minutes of a meeting as a Word file."""

from collections.abc import Sequence

from pmo.kernel.languages import Message, msg
from pmo.reports.logic.minutes import Minutes
from pmo.reports.word.decisions import actions, decisions_taken
from pmo.reports.word.frame import Properties, running_heads, set_up
from pmo.reports.word.paper import Paper
from pmo.reports.word.summary import kicker
from pmo.reports.word.xml import Look, Piece, clean


def document(minutes: Minutes, lang: str) -> bytes:
    """Who was there, what was decided, who does what; what is still open from before."""
    paper = Paper(lang)
    title = paper.say(msg("Minutes of %(day)s", day=minutes.held_on))
    committee = clean(minutes.committee, 60)
    set_up(paper, _properties(paper, minutes, title))
    foot = paper.say(msg("Data of %(moment)s. Internal.", moment=minutes.at))
    running_heads(paper, committee, title, foot, paper.say(msg("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s")))
    paper.heading(f"{committee}. {title}")
    kicker(paper, list(_about(minutes)))
    _presence(paper, minutes)
    paper.heading(paper.say(msg("Decisions taken")), 2)
    if minutes.decisions:
        decisions_taken(paper, minutes.decisions)
    else:
        _none(paper)
    paper.heading(paper.say(msg("Actions of this meeting")), 2)
    if minutes.actions:
        actions(paper, minutes.actions)
    else:
        _none(paper)
    if minutes.earlier:
        paper.heading(paper.say(msg("Still open from earlier meetings")), 2)
        actions(paper, minutes.earlier)
    return paper.bytes()


def _about(minutes: Minutes) -> list[Message]:
    said = [msg("Place: %(place)s.", place=clean(minutes.place, 80))] if minutes.place else []
    said += [msg("Next meeting: %(day)s.", day=minutes.next_on)] if minutes.next_on else []
    return said


def _presence(paper: Paper, minutes: Minutes) -> None:
    if not minutes.members:
        return
    counted = msg("%(n)s of %(m)s present, quorum %(k)s", n=len(minutes.present), m=minutes.members, k=minutes.quorum)
    paper.heading(paper.say(counted), 2)
    _people(paper, msg("Present:"), minutes.present)
    _people(paper, msg("Not present:"), minutes.absent)


def _people(paper: Paper, lead: Message, names: Sequence[str]) -> None:
    if names:
        paper.write([Piece(f"{paper.say(lead)} ", bold=True), Piece(clean(", ".join(names)))], Look(size=10, after=3))


def _none(paper: Paper) -> None:
    paper.write(paper.say(msg("None.")), Look(size=10, after=6))


def _properties(paper: Paper, minutes: Minutes, title: str) -> Properties:
    return Properties(
        title=f"{title}, {clean(minutes.committee)}",
        subject=clean(minutes.committee),
        author=clean(f"{minutes.author}, {minutes.organisation}" if minutes.organisation else minutes.author),
        keywords=paper.say(msg("Minutes")),
        comments=paper.say(msg("Data of %(moment)s. Internal.", moment=minutes.at)),
        category=paper.say(msg("Minutes")),
        version="",
        at=minutes.at,
    )
