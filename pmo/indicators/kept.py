"""Indicators, who gives them and their values, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.indicators.logic.definition import COMBINE_NAMES, DIRECTION_NAMES, SOURCE_NAMES, VIA_NAMES
from pmo.indicators.logic.periods import FREQUENCY_NAMES
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.kept import of_itself

INDICATOR = Kept(
    "indicator",
    msg("Indicator"),
    {
        "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
        "programme_id": Field(msg("Programme"), refers="programme"),
        "project_id": Field(msg("Project"), refers="project"),
        "name": Field(msg("Name")),
        "question": Field(msg("What it answers")),
        "ask": Field(msg("What whoever gives a value is asked")),
        "source": Field(msg("Where the value comes from"), SOURCE_NAMES),
        "combine": Field(msg("Parts become one value"), COMBINE_NAMES),
        "unit": Field(msg("Unit")),
        "frequency": Field(msg("Every"), FREQUENCY_NAMES),
        "starts_on": Field(msg("First period")),
        "owner_id": Field(msg("Owner"), refers="person"),
        "direction": Field(msg("Which values are good"), DIRECTION_NAMES),
        "target": Field(msg("Target")),
        "warning": Field(msg("Warning limit")),
        "alert": Field(msg("Alert limit")),
        "archived_at": Field(msg("Archived")),
    },
    of_itself(Indicator),
    permission=Permission.INDICATOR_READ,
)
PART = Kept(
    "indicator_part",
    msg("Who gives a value"),
    {
        "indicator_id": Field(msg("Indicator"), refers="indicator"),
        "name": Field(msg("Part")),
        "person_id": Field(msg("Person"), refers="person"),
        "supplier": Field(msg("Outside")),
        "email": Field(msg("E-mail")),
        "language": Field(msg("Language")),
        "ended_at": Field(msg("Not asked since")),
    },
    of_itself(IndicatorPart),
    permission=Permission.INDICATOR_READ,
)
MEASUREMENT = Kept(
    "measurement",
    msg("Value of an indicator"),
    {
        "indicator_id": Field(msg("Indicator"), refers="indicator"),
        "part_id": Field(msg("Who gives a value"), refers="indicator_part"),
        "period": Field(msg("Period")),
        "asked_on": Field(msg("Asked on")),
        "due": Field(msg("Due")),
        "value": Field(msg("Value")),
        "is_estimated": Field(msg("Estimated")),
        "remark": Field(msg("Remark")),
        "via": Field(msg("How"), VIA_NAMES),
        "given_at": Field(msg("Given")),
        "given_by": Field(msg("From")),
        "correction": Field(msg("Why corrected")),
    },
    of_itself(Measurement),
    name="period",
    permission=Permission.INDICATOR_READ,
)
KEPT = (INDICATOR, PART, MEASUREMENT)
