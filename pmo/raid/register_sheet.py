"""The register as a sheet: its columns, and the cells of one item."""

from collections.abc import Mapping

from pmo.kernel.languages import msg
from pmo.raid.logic import (
    CONFIDENCE_NAMES,
    LEVEL_NAMES,
    PROXIMITY_NAMES,
    RESPONSE_NAMES,
    STATUS_NAMES,
    TYPE_NAMES,
    Confidence,
    Level,
    Proximity,
    Response,
)
from pmo.raid.queries import RaidRow
from pmo.web.downloads import Column as Cell
from pmo.web.downloads import Shown, Value

CELLS = (
    Cell(msg("Project"), width=12),
    Cell(msg("Name of the project")),
    Cell(msg("Programme")),
    Cell(msg("Code"), width=10),
    Cell(msg("Type"), width=13),
    Cell(msg("Title"), width=44),
    Cell(msg("Description"), width=44),
    Cell(msg("Category"), width=14),
    Cell(msg("Likelihood"), Shown.NUMBER),
    Cell(msg("Impact"), Shown.NUMBER),
    Cell(msg("Level"), Shown.NUMBER),
    Cell(msg("Owner")),
    Cell(msg("Due"), Shown.DATE),
    Cell(msg("Response"), width=14),
    Cell(msg("Response in words"), width=44),
    Cell(msg("State"), width=16),
    Cell(msg("Raised"), Shown.DATE),
    Cell(msg("Closed"), Shown.DATE),
    Cell(msg("How it ended")),
    Cell(msg("Likelihood after the response"), Shown.NUMBER),
    Cell(msg("Impact after the response"), Shown.NUMBER),
    Cell(msg("Level after the response"), Shown.NUMBER),
    Cell(msg("Trigger"), width=44),
    Cell(msg("Proximity"), width=16),
    Cell(msg("Identified by")),
    Cell(msg("Confidence"), width=12),
    Cell(msg("Validated by")),
    Cell(msg("If it does not hold"), width=44),
    Cell(msg("Escalated to"), width=14),
    Cell(msg("Escalated on"), Shown.DATE),
    Cell(msg("Why escalated"), width=44),
    Cell(msg("Answer to the escalation"), width=44),
)


def cells(row: RaidRow, people: Mapping[int, str]) -> tuple[Value, ...]:
    """`people`: names of those who validate assumptions."""
    item = row.item
    response = RESPONSE_NAMES[Response(item.response)] if item.response else ""
    return (
        row.project.code,
        row.project.name,
        row.programme.name,
        item.code,
        TYPE_NAMES[row.type],
        item.title,
        item.description,
        item.category,
        item.probability,
        item.impact,
        item.level,
        row.owner,
        item.due,
        response,
        item.response_text,
        STATUS_NAMES[row.status],
        item.raised_on,
        item.closed_on,
        item.closing_reason,
        item.residual_probability,
        item.residual_impact,
        item.residual_level,
        item.trigger,
        PROXIMITY_NAMES[Proximity(item.proximity)] if item.proximity else "",
        item.identified_by,
        CONFIDENCE_NAMES[Confidence(item.confidence)] if item.confidence else "",
        people.get(item.validator_id or 0, ""),
        item.if_false,
        LEVEL_NAMES[Level(item.escalated_to)] if item.escalated_to else "",
        item.escalated_on if item.escalated_to else None,
        item.escalation_reason if item.escalated_to else "",
        item.escalation_answer,
    )
