"""What the names of a Word template stand for in one report and language: words ready to be set, nothing computed anew."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pmo.kernel import formats
from pmo.kernel.colours import glyph
from pmo.kernel.languages import Message, Value, msg, render
from pmo.portfolio.logic import Colour
from pmo.reports.logic import sentences
from pmo.reports.logic.change_lines import KIND_NAMES, Shown, by_whom, lines, sentence
from pmo.reports.logic.content import Changes, MoneyLine, Report, SlipLine
from pmo.reports.logic.slips import pareto, reason_name
from pmo.reports.logic.stamp import Stamp
from pmo.reports.template_governed import governed
from pmo.reports.template_rows import Rows
from pmo.reports.word.summary import TITLES

Values = dict[str, Any]  # by name: words, yes or no, rows of the same; the border to the template


def values(report: Report, stamp: Stamp, lang: str) -> Values:
    """Every name of the list but the charts, see template_charts."""
    rows = Rows(report, lang)
    return {
        **_about(report, stamp, rows),
        **_figures(report, rows),
        **governed(report, rows),
        "points": [
            {"finding": rows.say(one.finding), "words": rows.say(one.words) if one.words else ""}
            for one in sentences.bullets(report)
        ],
        "projects": [rows.project(block.name, project) for block in report.programmes for project in block.projects],
        "milestones": [rows.milestone(project.code, line) for project in report.projects for line in project.milestones],
        "changes": list(_changes(report.changes, rows)) if report.changes else [],
        "risks": [rows.risk(line) for line in report.raid],
        "money": [_money(line, rows) for line in report.money],
        "slips": _slips(report.slips, rows),
        "questions": [rows.question(one) for one in report.asked],
        "decisions": [rows.decision(one) for one in report.carried.decisions] if report.carried else [],
        "actions": [rows.action(one) for one in (report.carried.actions if report.carried else report.actions)],
        "indicators": [rows.indicator(line) for line in report.indicators],
        "earned": [rows.earned(line) for line in report.earned],
        "meetings": [
            {"day": rows.day(one.held_on), "cut_off": rows.day(one.cut_off), "pack_day": rows.day(one.pack_on)}
            for one in report.coming
        ],
    }


def _about(report: Report, stamp: Stamp, rows: Rows) -> Values:
    return {
        "title": rows.say(TITLES[report.scope]),
        "name": rows.words(report.name),
        "code": rows.words(report.code),
        "edition": rows.say(stamp.name),
        "committee": rows.words(report.committee),
        "meeting_day": rows.day(report.meeting.held_on) if report.meeting else "",
        "agenda_start": report.agenda.starts if report.agenda else "",
        "agenda_end": report.agenda.ends if report.agenda else "",
        "organisation": rows.words(stamp.organisation),
        "author": rows.words(stamp.author),
        "data_moment": formats.moment(report.at, rows.lang),
        "compared_with": rows.say(_compared(report)),
        "headline": rows.say(sentences.headline(report)),
        "summary": " ".join(rows.say(one) for one in sentences.kicker(report)),
        "data_hash": stamp.content_sha256,
        "history_head": stamp.chain_head,
    }


def _compared(report: Report) -> Message | None:
    earlier = report.earlier
    if earlier is None:
        return None
    if not earlier.number:
        return msg("Compared with the state on %(day)s.", day=earlier.on)
    told: dict[str, Value] = {"number": earlier.title, "day": earlier.on}
    return msg("Compared with edition %(number)s of %(day)s.", **told)


def _figures(report: Report, rows: Rows) -> Values:
    seen, figures = sentences.counts(project.overall for project in report.projects), report.figures
    totals = [line for line in report.money if not line.programme]
    main = max(totals, key=lambda line: (line.projects, line.budget or 0), default=None)
    currency = main.currency if main else ""
    return {
        "project_count": formats.integer(seen.all, rows.lang),
        "red": formats.integer(seen.red, rows.lang),
        "amber": formats.integer(seen.amber, rows.lang),
        "green": formats.integer(seen.green, rows.lang),
        "unknown": formats.integer(seen.unknown, rows.lang),
        "on_time": formats.percent(figures.on_time_percent, rows.lang),
        "on_time_target": formats.percent(figures.on_time_target, rows.lang),
        "slip_to_baseline": formats.delta(figures.mean_to_baseline, rows.lang),
        "slip_to_commitment": formats.delta(figures.mean_to_commitment, rows.lang),
        "total_budget": rows.money(main.budget if main else None, currency),
        "total_spent": rows.money(main.spent if main else None, currency),
        "total_committed": rows.money(main.committed if main else None, currency),
        "total_forecast": rows.money(main.forecast if main else None, currency),
        "open_risks": formats.integer(figures.open_risks, rows.lang),
        "red_risks": formats.integer(figures.red_risks, rows.lang),
    }


def _changes(changes: Changes, rows: Rows) -> Iterator[Values]:
    for found in lines(changes):
        line = replace(found, before=_said(found.before), after=_said(found.after))
        yield {
            "kind": rows.say(KIND_NAMES[line.kind]),
            "project": rows.words(line.project),
            "what": rows.say(sentence(line)),
            "days": formats.delta(line.days, rows.lang),
            "by_whom": rows.say(by_whom(line)),
        }


def _said(shown: Shown) -> Shown:
    """A colour as its word, in the language of the sentence."""
    return glyph(shown.value, "en").word if isinstance(shown, Colour) else shown


def _money(line: MoneyLine, rows: Rows) -> Values:
    return {
        "programme": rows.words(line.programme) or rows.say(msg("All, %(currency)s", currency=line.currency)),
        "budget": rows.money(line.budget, line.currency),
        "spent": rows.money(line.spent, line.currency),
        "spent_known": rows.say(msg("%(n)s of %(m)s", n=line.spent_known, m=line.projects)),
        "committed": rows.money(line.committed, line.currency),
        "committed_known": rows.say(msg("%(n)s of %(m)s", n=line.committed_known or 0, m=line.projects)),
        "forecast": rows.money(line.forecast, line.currency),
        "over": formats.percent(line.over_percent, rows.lang, signed=True, places=1) or "–",
        "is_total": not line.programme,
    }


def _slips(found: tuple[SlipLine, ...], rows: Rows) -> list[Values]:
    return [
        {
            "reason": render(reason_name(share.line.reason), rows.lang),
            "moves": formats.integer(share.line.count, rows.lang),
            "days": formats.delta(share.line.days, rows.lang),
            "share": formats.percent(share.percent, rows.lang),
            "together": formats.percent(share.cumulative, rows.lang),
        }
        for share in pareto(found)
    ]
