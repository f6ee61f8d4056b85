"""Since when a project has its colours, and which one the PMO let count instead, in the words of its history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_its_project
from pmo.portfolio.logic import COLOUR_NAMES, DIMENSION_NAMES
from pmo.status.logic.health import COMPUTED
from pmo.status.models import HealthMark, HealthOverride, StartAside

MARKED = {**{dimension.value: name for dimension, name in DIMENSION_NAMES.items()}, COMPUTED: msg("Overall, computed")}

KEPT = (
    Kept(
        "health_mark",
        msg("Colour of a project"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "dimension": Field(msg("What about"), MARKED),
            "colour": Field(msg("Colour"), COLOUR_NAMES),
            "before": Field(msg("Colour before"), COLOUR_NAMES),
            "since": Field(msg("Since")),
        },
        of_its_project(HealthMark),
        hidden=frozenset({"marked_at"}),
        name="dimension",
    ),
    Kept(
        "health_override",
        msg("Overridden colour"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "colour": Field(msg("Colour"), COLOUR_NAMES),
            "reason": Field(msg("Reason")),
            "starts_on": Field(msg("From")),
            "ends_on": Field(msg("Until")),
            "author_id": Field(msg("Overridden by"), refers="person"),
            "ended_at": Field(msg("Ended early")),
            "ended_by": Field(msg("Ended by"), refers="person"),
        },
        of_its_project(HealthOverride),
        hidden=frozenset({"made_at"}),
        name="reason",
    ),
    Kept(
        "start_aside",
        msg("Checklist of a new project"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "hidden_at": Field(msg("Put aside on")),
            "hidden_by": Field(msg("Put aside by"), refers="person"),
        },
        of_its_project(StartAside),
        name="project_id",
    ),
)
