"""What a finding says: on the page with all its facts, in a mail without any that could be confidential."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from pmo.alerts.logic.rules import RuleCode, Value
from pmo.kernel.languages import Message, msg, nmsg, plain
from pmo.portfolio.logic import COLOUR_NAMES, Colour

TITLES: dict[RuleCode, Message] = {
    RuleCode.OVERDUE: msg("Milestone overdue"),
    RuleCode.DUE_SOON: msg("Milestone due soon"),
    RuleCode.LATER_THAN_TOLD: msg("Forecast later than the committee was told"),
    RuleCode.LATER_THAN_BASELINE: msg("Forecast later than the baseline allows"),
    RuleCode.WORSENED: msg("Status became worse"),
    RuleCode.STALE: msg("Status update is old"),
    RuleCode.RESPONSE_OVERDUE: msg("Response to a risk overdue"),
    RuleCode.ESCALATED: msg("Escalated, waiting for an answer"),
    RuleCode.ACTION_OVERDUE: msg("Action of a committee overdue"),
    RuleCode.NEEDED_EARLIER: msg("Needed from another project, promised too late"),
    RuleCode.PROMISED_LATER: msg("Promised to another project, later than needed"),
    RuleCode.INDICATOR_BEYOND: msg("Indicator beyond its limit"),
    RuleCode.INDICATOR_LATE: msg("Data of an indicator late"),
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
    RuleCode.ESCALATED: msg("The project cannot settle it alone and asks for an answer. Answer it on the item, or hand it back."),
    RuleCode.ACTION_OVERDUE: msg("A committee wanted this done by then. Say what shows that it is done, or ask for a new date."),
    RuleCode.NEEDED_EARLIER: msg("The other project promises it after the day it is needed. Both managers were told."),
    RuleCode.PROMISED_LATER: msg("This project promises it after the day the other one needs it. Both managers were told."),
    RuleCode.INDICATOR_BEYOND: msg("Its newest value lies beyond the limit laid down in its definition."),
    RuleCode.INDICATOR_LATE: msg("Somebody was asked for its value and has not answered by the day agreed."),
}


def sentence(rule: RuleCode, facts: Mapping[str, Value]) -> Message:
    """What is wrong, as a headline."""
    return SENTENCES[rule](facts)


def _overdue(facts: Mapping[str, Value]) -> Message:
    return msg("%(name)s: %(days)s d past its forecast", name=_name(facts), days=_int(facts, "days"))


def _due_soon(facts: Mapping[str, Value]) -> Message:
    return msg("%(name)s is due on %(day)s", name=_name(facts), day=_day(facts, "forecast"))


def _later_than_told(facts: Mapping[str, Value]) -> Message:
    told, now, days = _day(facts, "commitment"), _day(facts, "forecast"), _int(facts, "days")
    return msg("%(name)s: told %(told)s, now %(now)s, +%(days)s d", name=_name(facts), told=told, now=now, days=days)


def _later_than_baseline(facts: Mapping[str, Value]) -> Message:
    planned, now, days = _day(facts, "baseline"), _day(facts, "forecast"), _int(facts, "days")
    return msg("%(name)s: baseline %(planned)s, now %(now)s, +%(days)s d", name=_name(facts), planned=planned, now=now, days=days)


def _worsened(facts: Mapping[str, Value]) -> Message:
    return msg("Status went from %(before)s to %(now)s", before=_colour(facts, "before"), now=_colour(facts, "now"))


def _response_overdue(facts: Mapping[str, Value]) -> Message:
    code, day = str(facts["code"]), _day(facts, "due")
    return msg("%(code)s %(name)s: response was due on %(day)s", code=code, name=_name(facts), day=day)


def _escalated(facts: Mapping[str, Value]) -> Message:
    code, day = str(facts["code"]), _day(facts, "since")
    return msg("%(code)s %(name)s: escalated on %(day)s, no answer yet", code=code, name=_name(facts), day=day)


def _action_overdue(facts: Mapping[str, Value]) -> Message:
    code, day = str(facts["code"]), _day(facts, "due")
    return msg("%(code)s %(name)s: was due on %(day)s", code=code, name=_name(facts), day=day)


def _broken(facts: Mapping[str, Value]) -> Message:
    name, need, promised, days = _name(facts), _day(facts, "need_by"), _day(facts, "promised"), _int(facts, "days")
    return msg(
        "%(name)s: needed %(need)s, promised %(promised)s, +%(days)s d", name=name, need=need, promised=promised, days=days
    )


def _beyond(facts: Mapping[str, Value]) -> Message:
    value, limit = (Decimal(str(facts[name])) for name in ("value", "limit"))
    return msg(
        "%(name)s: %(value)s in the period from %(period)s, limit %(limit)s",
        name=_name(facts), value=_measured(value, facts), period=_day(facts, "period"), limit=_measured(limit, facts),
    )  # fmt: skip


def _measured(value: Decimal, facts: Mapping[str, Value]) -> Message:
    unit, shown = str(facts.get("unit") or ""), round(value, 0 if abs(value) >= 100 else 1).normalize()  # noqa: PLR2004 as on its page
    return msg("%(number)s %(unit)s", number=shown, unit=plain(unit)) if unit else msg("%(number)s", number=shown)


def _late_data(facts: Mapping[str, Value]) -> Message:
    return nmsg(
        "%(name)s: %(num)s value was due, the first on %(day)s",
        "%(name)s: %(num)s values were due, the first on %(day)s",
        _int(facts, "count"), name=_name(facts), day=_day(facts, "due"),
    )  # fmt: skip


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


def _name(facts: Mapping[str, Value]) -> Message:
    return plain(str(facts.get("name", "")))


SENTENCES: dict[RuleCode, Callable[[Mapping[str, Value]], Message]] = {
    RuleCode.OVERDUE: _overdue,
    RuleCode.DUE_SOON: _due_soon,
    RuleCode.LATER_THAN_TOLD: _later_than_told,
    RuleCode.LATER_THAN_BASELINE: _later_than_baseline,
    RuleCode.WORSENED: _worsened,
    RuleCode.STALE: _stale,
    RuleCode.RESPONSE_OVERDUE: _response_overdue,
    RuleCode.ESCALATED: _escalated,
    RuleCode.ACTION_OVERDUE: _action_overdue,
    RuleCode.NEEDED_EARLIER: _broken,
    RuleCode.PROMISED_LATER: _broken,
    RuleCode.INDICATOR_BEYOND: _beyond,
    RuleCode.INDICATOR_LATE: _late_data,
}
