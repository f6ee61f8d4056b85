"""Dependencies between projects on a timeline: each project's row carries what it needs and what it gives."""

from dataclasses import replace
from typing import Any

from pmo.kernel.languages import Message, msg, plain
from pmo.raid.agreement_logic import AgreementState
from pmo.raid.agreement_queries import Tie, ties
from pmo.schedule.logic.gantt_rows import Kind, Row
from pmo.schedule.logic.gantt_rows import Tie as Drawn
from pmo.status.timeline_asked import Asked


def tied(rows: tuple[Row, ...], asked: Asked) -> tuple[Row, ...]:
    """These rows, those of projects with their open agreements: one statement."""
    shown = {int(row.key[1:]): row.key for row in rows if row.kind is Kind.PROJECT}
    drawn: dict[str, list[Drawn]] = {}
    for tie in ties(shown, asked.actor, asked.rules):
        for project_id, is_needed in ((tie.receiver_id, True), (tie.giver_id, False)):
            if project_id in shown and (need_by := tie.dates.need_by) is not None:
                is_broken = tie.state is AgreementState.BROKEN
                one = Drawn(need_by, tie.dates.promised, _words(tie, is_needed), is_broken)
                drawn.setdefault(shown[project_id], []).append(one)
    return tuple(replace(row, ties=tuple(drawn[row.key])) if row.key in drawn else row for row in rows)


def _words(tie: Tie, is_needed: bool) -> Message:
    other = tie.giver if is_needed else tie.receiver
    name = plain(other.code) if other else msg("another project")
    facts: dict[str, Any] = {"what": plain(tie.what), "other": name, "need": tie.dates.need_by}
    if tie.dates.gap is None:
        if is_needed:
            return msg("needs %(what)s from %(other)s by %(need)s, no day promised", **facts)
        return msg("gives %(what)s to %(other)s, needed by %(need)s, no day promised", **facts)
    facts |= {"promised": tie.dates.promised, "gap": f"{tie.dates.gap:+d}"}
    if is_needed:
        return msg("needs %(what)s from %(other)s by %(need)s, promised %(promised)s, gap %(gap)s d", **facts)
    return msg("gives %(what)s to %(other)s, needed by %(need)s, promised %(promised)s, gap %(gap)s d", **facts)
