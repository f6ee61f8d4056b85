"""What a row of each table of a house's own Word template gives."""

from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Kind(StrEnum):
    TEXT = "text"
    STATUS = "status"  # words in their colour: {{r project.status }}
    FILL = "fill"  # of a cell: {% cellbg project.fill %}
    YES = "yes"  # for an if
    LIST = "list"
    CHART = "chart"


@dataclass(frozen=True, slots=True)
class Name:
    """`row` is what one row of a list is called in the examples; a template may call it as it likes."""

    name: str
    gives: Message
    kind: Kind = Kind.TEXT
    columns: tuple["Name", ...] = ()
    row: str = ""

    def column(self, name: str) -> "Name | None":
        return next((column for column in self.columns if column.name == name), None)


def _yes(name: str, gives: Message) -> Name:
    return Name(name, gives, Kind.YES)


COLOUR: tuple[Name, ...] = (
    Name("status", msg("Its colour as a coloured letter and word"), Kind.STATUS),
    Name("colour", msg("Its colour as a word")),
    Name("mark", msg("Its colour as a letter")),
    Name("fill", msg("Its colour for the background of the cell"), Kind.FILL),
)
DATES: tuple[Name, ...] = (
    Name("baseline", msg("The day of the approved plan")),
    Name("commitment", msg("The day the committee was told")),
    Name("forecast", msg("The day believed now")),
    Name("to_baseline", msg("Slip to baseline, in calendar days")),
    Name("to_commitment", msg("Slip to what the committee was told, in calendar days")),
)
POINT = (Name("finding", msg("The finding")), Name("words", msg("What belongs to it")))
MILESTONE = (
    Name("project", msg("The code of its project")),
    Name("code", msg("Code")),
    Name("name", msg("Name")),
    *DATES,
    *COLOUR,
    _yes("is_reached", msg("Whether it is reached")),
    _yes("is_gate", msg("Whether it is a gate")),
)
DIMENSION = (Name("name", msg("The dimension: scope, schedule, cost …")), *COLOUR, Name("reason", msg("Why it has this colour")))
PROJECT = (
    Name("code", msg("Code")),
    Name("name", msg("Name")),
    Name("programme", msg("Its programme")),
    Name("manager", msg("Its project manager")),
    Name("phase", msg("Its phase")),
    *COLOUR,
    Name("before", msg("The colour of the report before")),
    Name("since", msg("Since when it has this colour")),
    Name("reasons", msg("Why it is not green; what was overridden")),
    Name("next_milestone", msg("The next milestone")),
    Name("next_day", msg("When the next milestone is expected")),
    Name("start", msg("The day it starts")),
    *DATES,
    Name("percent", msg("How much of it is done")),
    Name("budget", msg("Budget")),
    Name("spent", msg("Spent")),
    Name("committed", msg("Committed")),
    Name("cost_forecast", msg("Forecast cost at the end")),
    Name("over", msg("Forecast cost against the budget, in percent")),
    Name("done", msg("What was done, in the words of its manager")),
    Name("next", msg("What is next, in the words of its manager")),
    Name("attention", msg("What needs attention, in the words of its manager")),
    Name("back_to_green", msg("How it comes back to green")),
    _yes("is_green", msg("Whether it is green")),
    Name("dimensions", msg("Its status by dimension"), Kind.LIST, DIMENSION, "dimension"),
    Name("milestones", msg("Its own milestones"), Kind.LIST, MILESTONE, "milestone"),
)
CHANGE = (
    Name("kind", msg("What kind of change it is")),
    Name("project", msg("The code of its project")),
    Name("what", msg("What changed, in a sentence")),
    Name("days", msg("By how many calendar days a date moved")),
    Name("by_whom", msg("Who changed it, when and why")),
)
RISK = (
    Name("project", msg("The code of its project")),
    Name("code", msg("Code")),
    Name("type", msg("Risk, issue, assumption or dependency")),
    Name("title", msg("Title")),
    Name("level", msg("Its level, from 1 to 25")),
    Name("fill", msg("The colour of its level for the background of the cell"), Kind.FILL),
    Name("owner", msg("Owner")),
    Name("response", msg("What is done about it")),
    Name("due", msg("Due")),
    _yes("is_overdue", msg("Whether its response is late")),
)
MONEY = (
    Name("programme", msg("The programme; of the sum the word for all")),
    Name("budget", msg("Budget")),
    Name("spent", msg("Spent")),
    Name("spent_known", msg("Of how many projects it is known")),
    Name("committed", msg("Committed")),
    Name("committed_known", msg("Of how many projects it is known")),
    Name("forecast", msg("Forecast cost at the end")),
    Name("over", msg("Forecast cost against the budget, in percent")),
    _yes("is_total", msg("Whether it is the sum")),
)
SLIP = (
    Name("reason", msg("Reason")),
    Name("moves", msg("How many dates moved")),
    Name("days", msg("By how many calendar days together")),
    Name("share", msg("Its share of all days")),
    Name("together", msg("Its share with those above it")),
)
OPTION = (
    Name("name", msg("Name")),
    Name("consequence", msg("What follows from it")),
    Name("cost", msg("What it costs")),
    Name("payer", msg("Who pays")),
    _yes("is_recommended", msg("Whether it is recommended")),
)
QUESTION = (
    Name("code", msg("Code")),
    Name("question", msg("The question")),
    Name("asker", msg("Who asks")),
    Name("about", msg("The project it is about")),
    Name("why", msg("Why it is asked")),
    Name("if_not", msg("What happens without a decision")),
    Name("needed_by", msg("By when it is needed")),
    Name("options", msg("What can be chosen"), Kind.LIST, OPTION, "option"),
)
TAKEN = (
    Name("code", msg("Code")),
    Name("day", msg("The day it was decided")),
    Name("text", msg("The decision")),
    Name("outcome", msg("Its outcome")),
    Name("about", msg("The project it is about")),
)
ACTION = (
    Name("code", msg("Code")),
    Name("what", msg("What is to be done")),
    Name("owner", msg("Owner")),
    Name("due", msg("Due")),
    Name("state", msg("Where it stands")),
    _yes("is_late", msg("Whether it is late")),
)
INDICATOR = (
    Name("name", msg("Name")),
    Name("period", msg("The last closed period")),
    Name("value", msg("The value of that period")),
    Name("before", msg("The value of the period before")),
    Name("target", msg("Target")),
    *COLOUR,
)
EARNED = (
    Name("project", msg("The code of its project")),
    Name("day", msg("The status day")),
    Name("planned", msg("Planned value")),
    Name("earned", msg("Earned value")),
    Name("actual", msg("Actual cost")),
    Name("schedule_index", msg("Schedule performance index")),
    Name("cost_index", msg("Cost performance index")),
    Name("at_completion", msg("Estimate at completion")),
)
MEETING = (
    Name("day", msg("The day of the meeting")),
    Name("cut_off", msg("The day its data are of")),
    Name("pack_day", msg("The day its pack is sent")),
)
AGENDA = (
    Name("number", msg("Its place on the agenda")),
    Name("kind", msg("What kind of line it is")),
    Name("code", msg("Code")),
    Name("title", msg("Title")),
    Name("about", msg("The project it is about")),
    Name("presenter", msg("Who presents it")),
    Name("note", msg("What was noted beside it")),
    Name("starts", msg("When it begins")),
    Name("minutes", msg("How many minutes it takes")),
)
GATE_DUE = (
    Name("project", msg("The code of its project")),
    Name("code", msg("Code")),
    Name("name", msg("Name")),
    Name("due", msg("Due")),
    Name("ready", msg("How ready its project is for it")),
    Name("met", msg("How many of its criteria are met")),
)
GATE_DECIDED = (
    Name("project", msg("The code of its project")),
    Name("code", msg("Code")),
    Name("name", msg("Name")),
    Name("outcome", msg("Its outcome")),
    Name("day", msg("The day it was decided")),
    Name("decision", msg("The number of the decision in the minutes")),
    Name("reason", msg("Reason")),
    Name("conditions", msg("The conditions, with who and until when")),
)
REQUEST = (
    Name("project", msg("The code of its project")),
    Name("code", msg("Code")),
    Name("title", msg("Title")),
    Name("state", msg("Where it stands")),
    Name("priority", msg("How urgent it is")),
    Name("milestone", msg("The milestone whose day it changes")),
    Name("new_day", msg("The day that milestone would have")),
    Name("days", msg("By how many calendar days that moves it")),
    Name("cost", msg("What it costs")),
    Name("day", msg("The day it was decided")),
    Name("reason", msg("Reason")),
)
