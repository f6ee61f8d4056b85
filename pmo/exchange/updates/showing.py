"""What a person looks at before a sheet is applied, as plain data that can be kept and shown in any language."""

import hashlib
import json
from datetime import date
from typing import Any

from pmo.exchange.logic.preview import freeze
from pmo.exchange.logic.update_compare import Change, Judged, Outcome, Refusal
from pmo.exchange.logic.update_rows import Note
from pmo.exchange.logic.update_sheet import Column, Reads, Value, words_of
from pmo.exchange.updates.looking import Looked, look
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, render
from pmo.kernel.permissions import Actor
from pmo.schedule.logic.moves import REASON_NAMES, MoveReason

Plain = dict[str, Any]


def compared(content: bytes, name: str, actor: Actor) -> Plain:
    """What bringing a file back would change now, or the sentence why it cannot be read."""
    try:
        return plain(look(content, name, actor))
    except Refused as refused:
        return {"sentence": freeze(refused.message)}


def plain(looked: Looked) -> Plain:
    sheet = looked.sheet
    shown: Plain = {
        "number": sheet.id,
        "title": sheet.title,
        "made_at": sheet.made_at.isoformat(),
        "sent_rows": sheet.rows,
        "applied_before": sheet.applied_at.isoformat() if sheet.applied_at else None,
        "rows": [_row(judged, looked) for judged in looked.rows],
        "notes": [_note(note) for note in looked.notes],
        "counts": {outcome.value: len(looked.of(outcome)) for outcome in Outcome},
    }
    return shown | {"fingerprint": _fingerprint(shown)}


def _fingerprint(shown: Plain) -> str:
    """Two previews with the same one would change the same things."""
    return hashlib.sha256(json.dumps([shown["number"], shown["rows"]], sort_keys=True).encode()).hexdigest()


def _row(judged: Judged, looked: Looked) -> Plain:
    subject = judged.subject
    return {
        "at": judged.row.at(""),
        "row": judged.row.row,
        "mark": str(subject.mark) if subject else "",
        "project_id": subject.project_id if subject else None,
        "name": subject.name if subject else "",
        "outcome": judged.outcome.value,
        "changes": [_change(judged, change, looked) for change in judged.changes],
        "refused": [_refusal(refusal) for refusal in judged.refusals],
        "why": _why(judged),
    }


def _change(judged: Judged, change: Change, looked: Looked) -> Plain:
    subject = judged.subject
    kind = subject.kind if subject else ""
    by = looked.there.last_change(subject.mark, change.column.key) if subject and change.is_conflict else None
    return {
        "at": change.at,
        "field": freeze(change.column.title),
        "was": value(change.column, kind, change.was),
        "here": value(change.column, kind, change.here),
        "said": value(change.column, kind, change.said),
        "conflict": change.is_conflict,
        "by": by.actor if by else "",
        "on": by.effective_at.isoformat() if by else None,
        "reason": by.reason if by else "",
    }


def value(column: Column, kind: str, given: Value) -> Plain | None:
    """A day, a word of ours or somebody's text, marked as what it is; None for nothing."""
    if given is None or given == "":
        return None
    if isinstance(given, date):
        return {"day": given.isoformat()}
    name = words_of(column.key, kind).get(given) if column.reads is Reads.CHOICE else None
    return {"word": freeze(name)} if name is not None else {"words": str(given)}


def _refusal(refusal: Refusal) -> Plain:
    field = freeze(refusal.column.title) if refusal.column else None
    return {"at": refusal.at, "field": field, "text": refusal.text, "why": freeze(refusal.why)}


def _note(note: Note) -> Plain:
    return {"at": note.at, "text": note.text[:200], "why": freeze(note.why)}


def _why(judged: Judged) -> Plain | None:
    """The reason given in the row, and its words."""
    asked = dict(judged.asked)
    reason = asked.get("reason")
    if not asked:
        return None
    return {"word": freeze(REASON_NAMES[MoveReason(str(reason))]) if reason else None, "words": str(asked.get("words") or "")}


def report(looked: Looked, name: str) -> Plain:
    """What the command prints: places, values as texts, sentences in English."""
    return {
        "file": name,
        "sheet": looked.sheet.id,
        "rows": len(looked.rows),
        "apply": len(looked.of(Outcome.APPLY)),
        "conflict": len(looked.of(Outcome.CONFLICT)),
        "unchanged": len(looked.of(Outcome.UNCHANGED)),
        "refused_rows": len(looked.of(Outcome.REFUSED)),
        "changes": [_told(judged, change) for judged in looked.rows for change in judged.changes if not judged.refusals],
        "refused": [_refused(one) for judged in looked.rows for one in judged.refusals],
        "not_read": [{"at": note.at, "text": note.text, "reason": _english(note.why)} for note in looked.notes],
    }


def _refused(one: Refusal) -> Plain:
    column = _english(one.column.title) if one.column else ""
    return {"cell": one.at, "column": column, "value": one.text, "reason": _english(one.why)}


def _told(judged: Judged, change: Change) -> Plain:
    name = judged.subject.name if judged.subject else ""
    values = {"was": _text(change.was), "here": _text(change.here), "sheet": _text(change.said)}
    return {"cell": change.at, "name": name, "field": change.column.key, "conflict": change.is_conflict} | values


def _text(given: Value) -> str:
    return given.isoformat() if isinstance(given, date) else "" if given is None else str(given)


def _english(message: Message) -> str:
    return render(message, "en")
