"""The names a house's own Word template may use, with what each of them gives. There are no others."""

from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.reports.logic.template_columns import (
    ACTION,
    AGENDA,
    CHANGE,
    EARNED,
    GATE_DECIDED,
    GATE_DUE,
    INDICATOR,
    MEETING,
    MILESTONE,
    MONEY,
    POINT,
    PROJECT,
    QUESTION,
    REQUEST,
    RISK,
    SLIP,
    TAKEN,
    Kind,
    Name,
)

__all__ = ["CATALOGUE", "GROUPS", "KNOWN", "Group", "Kind", "Name", "alike", "flat"]


def _field(name: str, gives: Message) -> Name:
    return Name(name, gives)


def _list(name: str, row: str, gives: Message, columns: tuple[Name, ...]) -> Name:
    return Name(name, gives, Kind.LIST, columns, row)


def _chart(name: str, gives: Message) -> Name:
    return Name(name, gives, Kind.CHART)


class Group(StrEnum):
    ABOUT = "about"
    FIGURES = "figures"
    TABLES = "tables"
    CHARTS = "charts"


ABOUT: tuple[Name, ...] = (
    _field("title", msg("What kind of report it is")),
    _field("name", msg("What it is about")),
    _field("code", msg("The code of what it is about")),
    _field("edition", msg("The number of the edition; “Draft” before it is published")),
    _field("committee", msg("The committee it is for")),
    _field("meeting_day", msg("The day of the meeting it is for")),
    _field("agenda_start", msg("When the meeting begins")),
    _field("agenda_end", msg("When the meeting ends by its agenda")),
    _field("organisation", msg("The name of your organisation")),
    _field("author", msg("Who published it")),
    _field("data_moment", msg("The moment its data are of")),
    _field("compared_with", msg("The edition or day it is compared with")),
    _field("headline", msg("The finding, in a few words")),
    _field("summary", msg("How many projects have which colour, now and then")),
    _field("data_hash", msg("The hash of its data: two files with the same hash say the same")),
    _field("history_head", msg("The head of the sealed history when it was published")),
)
FIGURES: tuple[Name, ...] = (
    _field("project_count", msg("How many projects it shows")),
    _field("red", msg("How many of them are red")),
    _field("amber", msg("How many of them are amber")),
    _field("green", msg("How many of them are green")),
    _field("unknown", msg("How many of them are not reported")),
    _field("on_time", msg("Milestones on time, in percent")),
    _field("on_time_target", msg("Their target, in percent")),
    _field("slip_to_baseline", msg("Mean slip to baseline")),
    _field("slip_to_commitment", msg("Mean slip to what the committee was told")),
    _field("total_budget", msg("The budget of all projects, in their main currency")),
    _field("total_spent", msg("What all projects have spent, in their main currency")),
    _field("total_committed", msg("What all projects have committed, in their main currency")),
    _field("total_forecast", msg("The forecast cost of all projects, in their main currency")),
    _field("open_risks", msg("How many risks are open")),
    _field("red_risks", msg("How many of the open risks are high")),
)
TABLES: tuple[Name, ...] = (
    _list("points", "point", msg("What to know first"), POINT),
    _list("projects", "project", msg("The projects, in the order of the report"), PROJECT),
    _list("milestones", "milestone", msg("The milestones of all projects"), MILESTONE),
    _list("changes", "change", msg("What changed since the report before"), CHANGE),
    _list("risks", "risk", msg("Risks, issues and other items of the RAID register that are listed"), RISK),
    _list("money", "line", msg("Budget, spent, committed and forecast per programme and of all"), MONEY),
    _list("slips", "slip", msg("Why dates slipped, the heaviest reason first"), SLIP),
    _list("questions", "question", msg("What the committee is asked to decide"), QUESTION),
    _list("decisions", "decision", msg("What the last meeting decided"), TAKEN),
    _list("actions", "action", msg("Actions of the last meeting, or open ones about the project"), ACTION),
    _list("agenda", "item", msg("The agenda of the next meeting"), AGENDA),
    _list("gates_due", "gate", msg("Gates that come"), GATE_DUE),
    _list("gates_decided", "gate", msg("Gates decided since the report before"), GATE_DECIDED),
    _list("requests_waiting", "request", msg("Change requests that wait for approval"), REQUEST),
    _list("requests_decided", "request", msg("Change requests decided since the report before"), REQUEST),
    _list("requests_asked", "request", msg("Change requests made since the report before and not ready for a decision"), REQUEST),
    _list("indicators", "indicator", msg("Indicators with their last closed period"), INDICATOR),
    _list("earned", "value", msg("Earned value, in the report of a project"), EARNED),
    _list("meetings", "meeting", msg("The next meetings"), MEETING),
)
CHARTS: tuple[Name, ...] = (
    _chart("chart_timeline", msg("Timeline")),
    _chart("chart_trend", msg("Milestone trend")),
    _chart("chart_slips", msg("Why dates slipped")),
)
GROUPS: dict[Group, tuple[Name, ...]] = {
    Group.ABOUT: ABOUT,
    Group.FIGURES: FIGURES,
    Group.TABLES: TABLES,
    Group.CHARTS: CHARTS,
}
CATALOGUE: tuple[Name, ...] = (*ABOUT, *FIGURES, *TABLES, *CHARTS)
KNOWN: dict[str, Name] = {name.name: name for name in CATALOGUE}


def flat(names: tuple[Name, ...] = CATALOGUE, within: str = "") -> Iterator[tuple[str, Name]]:
    """Every name as it is written: title, projects, project.code, project.milestones, milestone.name."""
    for name in names:
        yield f"{within}{name.name}", name
        yield from flat(name.columns, f"{name.row}.")


def alike(unknown: str) -> str:
    """The known name that was probably meant, "" when none is near."""
    known = dict.fromkeys(path for path, _ in flat())
    near = next(iter(get_close_matches(unknown.lower(), known, n=1, cutoff=0.72)), "")
    return near or next((path for path in known if path.endswith(f".{unknown.lower()}")), "")
