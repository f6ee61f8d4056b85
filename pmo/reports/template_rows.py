"""Rows of the tables of a Word template: the lines of a report in the words of one language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pmo.committees.logic.decisions import OUTCOME_NAMES, ActionState
from pmo.indicators.logic.definition import Direction, Limits
from pmo.indicators.logic.periods import Frequency, period_name
from pmo.indicators.showing import amount, target
from pmo.kernel import formats
from pmo.kernel.colours import glyph
from pmo.kernel.languages import Message, msg, render
from pmo.portfolio.logic import DIMENSION_NAMES, PHASE_NAMES, Colour, Phase
from pmo.raid.logic import RESPONSE_NAMES, TYPE_NAMES, RaidType, Response
from pmo.reports.logic import sentences
from pmo.reports.logic.content import (
    ActionLine,
    AskedLine,
    EarnedLine,
    IndicatorLine,
    MilestoneLine,
    ProjectLine,
    Promise,
    RaidLine,
    Report,
    TakenLine,
)
from pmo.reports.word.tables import TONES, status_words
from pmo.reports.word.xml import FORBIDDEN, INK_2, REORDERING, clean

FILLS = {Colour.RED: "F6C9C5", Colour.AMBER: "FBE3B0", Colour.GREEN: "CFE8D9"}  # light: dark words stay readable on them
NOTHING, GREEN_INK = "F3F5F6", "14683F"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    report: Report
    lang: str

    def say(self, message: Message | None) -> str:
        return self.words(render(message, self.lang)) if message else ""

    @staticmethod
    def words(text: str) -> str:
        """Somebody's own words: their lines stay, what a document cannot hold or what turns the text around does not."""
        return REORDERING.sub("", FORBIDDEN.sub("", text)).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()

    def day(self, day: date | None) -> str:
        return formats.day(day, self.lang)

    def money(self, value: Decimal | None, currency: str) -> str:
        return formats.money(value, currency, self.lang) or "–"

    def colour(self, colour: Colour | None) -> Row:
        """One colour in its four forms; what nobody reported is said in grey."""
        seen = glyph(colour.value if colour else None, self.lang)
        band = colour.band if colour else None
        word = render(seen.word, self.lang)
        ink = GREEN_INK if band is Colour.GREEN else TONES[band] if band else INK_2
        return {
            "status": {"words": f"{status_words(colour, self.lang)} {word}" if colour else word, "ink": ink},
            "colour": word,
            "mark": seen.letter,
            "fill": FILLS[band] if band else NOTHING,
        }

    def promise(self, promise: Promise) -> Row:
        return {
            "baseline": self.day(promise.baseline) or "–",
            "commitment": self.day(promise.commitment) or "–",
            "forecast": self.day(promise.forecast) or "–",
            "to_baseline": formats.delta(promise.to_baseline, self.lang) or "–",
            "to_commitment": formats.delta(promise.to_commitment, self.lang) or "–",
        }

    def project(self, programme: str, project: ProjectLine) -> Row:
        line, money = project.next_milestone, project.money
        return {
            "code": self.words(project.code),
            "name": self.words(project.name),
            "programme": self.words(programme),
            "manager": self.words(project.manager),
            "phase": self.say(PHASE_NAMES[Phase(project.phase)]) if project.phase else "",
            **self.colour(project.overall),
            "before": self.colour(project.before)["colour"] if project.was_there else "",
            "since": self.day(project.since),
            "reasons": self._reasons(project),
            "next_milestone": self.words(line.name) if line else "",
            "next_day": self.day(line.promise.forecast) if line else "",
            "start": self.day(project.start),
            **self.promise(project.end),
            "percent": formats.percent(project.percent, self.lang),
            "budget": self.money(money.budget, money.currency),
            "spent": self.money(money.spent, money.currency),
            "committed": self.money(money.committed, money.currency),
            "cost_forecast": self.money(money.forecast, money.currency),
            "over": formats.percent(money.over_percent, self.lang, signed=True, places=1) or "–",
            "done": self.words(project.words.done),
            "next": self.words(project.words.next),
            "attention": self.words(project.words.attention),
            "back_to_green": self.words(project.words.back_to_green),
            "is_green": project.is_green,
            "dimensions": [
                {"name": self.say(DIMENSION_NAMES[mark.dimension]), **self.colour(mark.colour), "reason": self.say(mark.fact)}
                for mark in project.marks
            ],
            "milestones": [self.milestone(project.code, one) for one in project.milestones],
        }

    def _reasons(self, project: ProjectLine) -> str:
        """As the report says them: what was overridden or is missing first."""
        silent = sentences.silent(project) if project.is_silent else None
        return " ".join(filter(None, map(self.say, (sentences.overridden(project), silent, sentences.reasons(project)))))

    def milestone(self, project: str, line: MilestoneLine) -> Row:
        return {
            "project": self.words(project),
            "code": self.words(line.code),
            "name": self.words(line.name),
            **self.promise(line.promise),
            **self.colour(line.colour),
            "is_reached": line.is_reached,
            "is_gate": line.is_gate,
        }

    def risk(self, line: RaidLine) -> Row:
        response = [self.say(RESPONSE_NAMES[Response(line.response)])] if line.response else []
        return {
            "project": self.words(line.project),
            "code": self.words(line.code),
            "type": self.say(TYPE_NAMES[RaidType(line.type)]),
            "title": self.words(line.title),
            "level": "–" if line.level is None else formats.integer(line.level, self.lang),
            "fill": FILLS[line.band.band] if line.band else NOTHING,
            "owner": self.words(line.owner),
            "response": ", ".join([*response, *filter(None, [self.words(line.response_text)])]),
            "due": self.day(line.due) or "–",
            "is_overdue": line.is_overdue,
        }

    def question(self, one: AskedLine) -> Row:
        return {
            "code": self.words(one.code),
            "question": self.words(one.question),
            "asker": self.words(one.asker),
            "about": self.words(one.about),
            "why": self.words(one.why),
            "if_not": self.words(one.if_not),
            "needed_by": self.day(one.needed_by) or "–",
            "options": [
                {
                    "name": self.words(option.name),
                    "consequence": self.words(option.consequence),
                    "cost": self.money(option.cost, option.currency),
                    "payer": self.words(option.payer),
                    "is_recommended": option.is_recommended,
                }
                for option in one.options
            ],
        }

    def decision(self, one: TakenLine) -> Row:
        outcome = self.say(OUTCOME_NAMES[one.outcome])
        return {
            "code": self.words(one.code),
            "day": self.day(one.decided_on),
            "text": self.words(one.text),
            "outcome": f"{outcome}, {self.day(one.deferred_to)}" if one.deferred_to else outcome,
            "about": self.words(one.about),
        }

    def action(self, one: ActionLine) -> Row:
        return {
            "code": self.words(one.code),
            "what": self.words(one.what),
            "owner": self.words(one.owner),
            "due": self.day(one.due),
            "state": self.say(_state(one)),
            "is_late": one.state is ActionState.LATE,
        }

    def indicator(self, line: IndicatorLine) -> Row:
        limits = Limits(Direction(line.direction), line.target)
        return {
            "name": self.words(line.name),
            "period": period_name(line.period, Frequency(line.every), self.lang),
            "value": amount(line.value, line.unit, self.lang) or self.say(msg("missing")),
            "before": amount(line.before, line.unit, self.lang) or "–",
            "target": self.say(target(limits, line.unit, self.lang)),
            **self.colour(line.colour),
        }

    def earned(self, line: EarnedLine) -> Row:
        amounts = {"planned": line.planned, "earned": line.earned, "actual": line.actual, "at_completion": line.at_completion}
        indices = {"schedule_index": line.schedule_index, "cost_index": line.cost_index}
        return {
            "project": clean(line.project),
            "day": self.day(line.on),
            **{name: self.money(value, line.currency) for name, value in amounts.items()},
            **{name: formats.number(value, self.lang) or "–" for name, value in indices.items()},
        }


def _state(one: ActionLine) -> Message:
    match one.state:
        case ActionState.LATE:
            return msg("%(days)s d late", days=one.days_late)
        case ActionState.DONE:
            return msg("Done %(day)s", day=one.ended_on)
        case ActionState.CANCELLED:
            return msg("Cancelled")
        case ActionState.OPEN:
            return msg("Open")
