"""Since when a project has its colours, in the words of its history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_its_project
from pmo.portfolio.logic import COLOUR_NAMES, DIMENSION_NAMES
from pmo.status.models import HealthMark

KEPT = (
    Kept(
        "health_mark",
        msg("Colour of a project"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "dimension": Field(msg("What about"), DIMENSION_NAMES),
            "colour": Field(msg("Colour"), COLOUR_NAMES),
            "before": Field(msg("Colour before"), COLOUR_NAMES),
            "since": Field(msg("Since")),
        },
        of_its_project(HealthMark),
        hidden=frozenset({"marked_at"}),
        name="dimension",
    ),
)
