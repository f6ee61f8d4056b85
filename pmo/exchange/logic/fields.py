"""What a column can become, for each kind of list."""

from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Kind(StrEnum):
    """The kinds of list that can be brought in."""

    PORTFOLIO = "portfolio"
    MILESTONES = "milestones"
    RAID = "raid"
    STATUS = "status"
    VALUE = "value"


class As(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    LABEL = "label"  # short text on one line: names, codes
    DATE = "date"
    MONEY = "money"
    RATING = "rating"
    NUMBER = "number"
    INTEGER = "whole number"
    YES_NO = "yes or no"
    CHOICE = "pick list"


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    reads: As
    label: Message
    many: bool = False  # several columns may become this field


def _fields(reads: As, many: bool = False, **labels: Message) -> tuple[Field, ...]:
    return tuple(Field(key, reads, label, many) for key, label in labels.items())


PORTFOLIO = (
    *_fields(
        As.LABEL,
        external_id=msg("Identifier of the sender"),
        code=msg("Code"),
        name=msg("Name"),
        programme=msg("Programme"),
        programme_code=msg("Programme code"),
        organisation=msg("Organisation"),
        category=msg("Category"),
        manager=msg("Manager"),
        sponsor=msg("Sponsor"),
        currency=msg("Currency"),
        tags=msg("Tags"),
    ),
    *_fields(As.CHOICE, kind=msg("Kind"), method=msg("Method"), phase=msg("Phase"), state=msg("State")),
    *_fields(
        As.DATE, start=msg("Start"), end=msg("End, forecast"), end_baseline=msg("End, baseline"), updated_on=msg("Reported on")
    ),
    *_fields(As.DATE, True, milestone=msg("Milestone, forecast")),
    *_fields(As.RATING, True, rating=msg("Declared overall")),
    *_fields(
        As.RATING,
        rating_schedule=msg("Declared schedule"),
        rating_cost=msg("Declared cost"),
        rating_scope=msg("Declared scope"),
        rating_resources=msg("Declared resources"),
        rating_risk=msg("Declared risk"),
        rating_quality=msg("Declared quality"),
    ),
    *_fields(
        As.MONEY,
        budget=msg("Budget"),
        forecast_cost=msg("Forecast at completion"),
        spent=msg("Spent"),
        committed=msg("Committed"),
        year_budget=msg("Budget of the year"),
        year_forecast=msg("Forecast of the year"),
    ),
    *_fields(As.INTEGER, file_year=msg("Year of the list"), tolerance_days=msg("Tolerance, days")),
    *_fields(As.NUMBER, tolerance_percent=msg("Tolerance, percent")),
    *_fields(
        As.TEXT,
        description=msg("Description"),
        done=msg("Done"),
        next=msg("Next"),
        attention=msg("Points for attention"),
        back_to_green=msg("Back to green"),
        schedule_comment=msg("Comment on schedule"),
        variance_comment=msg("Comment on variance"),
        budget_comment=msg("Comment on budget"),
    ),
)
MILESTONES = (
    *_fields(As.LABEL, project=msg("Project"), code=msg("Code"), name=msg("Name"), owner=msg("Owner")),
    *_fields(As.CHOICE, reason=msg("Reason")),
    *_fields(
        As.DATE,
        baseline=msg("Baseline"),
        commitment=msg("Commitment"),
        forecast=msg("Forecast"),
        actual=msg("Actual"),
        position_on=msg("Reported on"),
    ),
    *_fields(As.NUMBER, weight=msg("Weight")),
    *_fields(As.YES_NO, gate=msg("Gate")),
    *_fields(As.TEXT, description=msg("Description"), words=msg("Explanation")),
)
RAID = (
    *_fields(
        As.LABEL,
        project=msg("Project"),
        external_id=msg("Identifier of the sender"),
        title=msg("Title"),
        category=msg("Category"),
        owner=msg("Owner"),
        other_party=msg("Other party"),
        identified_by=msg("Identified by"),
    ),
    *_fields(
        As.CHOICE,
        type=msg("Type"),
        probability=msg("Probability"),
        impact=msg("Impact"),
        response=msg("Response"),
        status=msg("Status"),
        residual_probability=msg("Probability after the response"),
        residual_impact=msg("Impact after the response"),
        proximity=msg("Proximity"),
        confidence=msg("Confidence"),
    ),
    *_fields(As.DATE, due=msg("Due"), raised_on=msg("Raised on"), closed_on=msg("Closed on"), position_on=msg("Reported on")),
    *_fields(
        As.TEXT,
        description=msg("Description"),
        response_text=msg("Response in words"),
        closing_reason=msg("Reason for closing"),
        trigger=msg("Trigger"),
        if_false=msg("If it does not hold"),
    ),
)
STATUS = (
    *_fields(As.LABEL, project=msg("Project"), author=msg("Author")),
    *_fields(As.DATE, period_start=msg("Period from"), period_end=msg("Period to")),
    *_fields(
        As.RATING,
        overall=msg("Overall"),
        schedule=msg("Schedule"),
        cost=msg("Cost"),
        scope=msg("Scope"),
        resources=msg("Resources"),
        risk=msg("Risk"),
        quality=msg("Quality"),
    ),
    *_fields(
        As.TEXT, done=msg("Done"), next=msg("Next"), attention=msg("Points for attention"), back_to_green=msg("Back to green")
    ),
)
VALUE = (
    *_fields(As.LABEL, project=msg("Project"), portfolio=msg("Portfolio"), currency=msg("Currency")),
    *_fields(As.DATE, on_day=msg("Status day")),
    *_fields(
        As.MONEY,
        planned=msg("Planned value"),
        earned=msg("Earned value"),
        actual=msg("Actual cost"),
        to_complete=msg("Estimate to complete"),
    ),
    *_fields(As.TEXT, note=msg("Note")),
    *_fields(As.INTEGER, entry_version=msg("Version here")),
)
FIELDS: dict[Kind, dict[str, Field]] = {
    kind: {field.key: field for field in fields}
    for kind, fields in (
        (Kind.PORTFOLIO, PORTFOLIO),
        (Kind.MILESTONES, MILESTONES),
        (Kind.RAID, RAID),
        (Kind.STATUS, STATUS),
        (Kind.VALUE, VALUE),
    )
}
NAMES = {
    Kind.PORTFOLIO: "name",
    Kind.MILESTONES: "name",
    Kind.RAID: "title",
    Kind.STATUS: "project",
    Kind.VALUE: "project",
}  # a row without it is no record
KEYS = {
    Kind.PORTFOLIO: "external_id",
    Kind.MILESTONES: "code",
    Kind.RAID: "external_id",
    Kind.STATUS: "period_end",
    Kind.VALUE: "on_day",
}
