"""What a finding says: on the page with all its facts, in a mail without any that could be confidential."""

from collections.abc import Mapping
from datetime import date

from pmo.alerts.logic.rules import RuleCode, Value
from pmo.kernel.languages import Message, msg, plain
from pmo.portfolio.logic import COLOUR_NAMES, Colour

TITLES: dict[RuleCode, Message] = {
    RuleCode.OVERDUE: msg("Milestone overdue"),
    RuleCode.DUE_SOON: msg("Milestone due soon"),
    RuleCode.LATER_THAN_TOLD: msg("Forecast later than the committee was told"),
    RuleCode.LATER_THAN_BASELINE: msg("Forecast later than the baseline allows"),
    RuleCode.WORSENED: msg("Status became worse"),
    RuleCode.STALE: msg("Status update is old"),
    RuleCode.RESPONSE_OVERDUE: msg("Response to a risk overdue"),
}
EXPLANATIONS: dict[RuleCode, Message] = {
    RuleCode.OVERDUE: msg(
        "Its forecast is past and nobody has said that it was reached. Say when it was reached, or give a new date."
    ),
    RuleCode.DUE_SOON: msg("It is due within the next working days. Nothing to do if it is on its way."),
    RuleCode.LATER_THAN_TOLD: msg("The forecast lies after the date the committee was told in its last report."),
    RuleCode.LATER_THAN_BASELINE: msg("The forecast lies further after the baseline than the tolerance of the project."),
    RuleCode.WORSENED: msg("The overall status of the project is worse than it was before."),
    RuleCode.STALE: msg("Nobody has written a status update for longer than agreed."),
    RuleCode.RESPONSE_OVERDUE: msg("The response to this risk was due and the risk is still open."),
}


def sentence(rule: RuleCode, facts: Mapping[str, Value]) -> Message:
    """What is wrong, as a headline."""
    name = plain(str(facts.get("name", "")))
    match rule:
        case RuleCode.OVERDUE:
            return msg("%(name)s: %(days)s d past its forecast", name=name, days=_int(facts, "days"))
        case RuleCode.DUE_SOON:
            return msg("%(name)s is due on %(day)s", name=name, day=_day(facts, "forecast"))
        case RuleCode.LATER_THAN_TOLD:
            told, now = _day(facts, "commitment"), _day(facts, "forecast")
            return msg(
                "%(name)s: told %(told)s, now %(now)s, +%(days)s d", name=name, told=told, now=now, days=_int(facts, "days")
            )
        case RuleCode.LATER_THAN_BASELINE:
            planned, now = _day(facts, "baseline"), _day(facts, "forecast")
            return msg(
                "%(name)s: baseline %(planned)s, now %(now)s, +%(days)s d",
                name=name,
                planned=planned,
                now=now,
                days=_int(facts, "days"),
            )
        case RuleCode.WORSENED:
            return msg("Status went from %(before)s to %(now)s", before=_colour(facts, "before"), now=_colour(facts, "now"))
        case RuleCode.STALE:
            return _stale(facts)
        case RuleCode.RESPONSE_OVERDUE:
            return msg(
                "%(code)s %(name)s: response was due on %(day)s", code=str(facts["code"]), name=name, day=_day(facts, "due")
            )


def _stale(facts: Mapping[str, Value]) -> Message:
    if facts.get("updated") is None:
        return msg("No status update yet, for %(days)s d", days=_int(facts, "days"))
    return msg("Last status update on %(day)s, %(days)s d ago", day=_day(facts, "updated"), days=_int(facts, "days"))


def _day(facts: Mapping[str, Value], name: str) -> date | None:
    text = facts.get(name)
    return date.fromisoformat(str(text)) if text else None


def _int(facts: Mapping[str, Value], name: str) -> int:
    return int(facts.get(name) or 0)


def _colour(facts: Mapping[str, Value], name: str) -> Message:
    return COLOUR_NAMES[Colour(str(facts[name]))]
