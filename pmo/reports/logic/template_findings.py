"""What can be wrong with a Word template: the whole file, or a field of it; in words that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pmo.kernel.languages import Message, msg


class Refusal(StrEnum):
    """Of the whole file: nothing in it was looked at any further."""

    NO_WORD = "no word"
    OLD = "old"
    MACROS = "macros"
    OUTSIDE = "outside"
    EMBEDDED = "embedded"
    TOO_LARGE = "too large"
    MACHINERY = "machinery"
    DAMAGED = "damaged"
    LIMITS = "limits"
    GROWN = "grown"
    LAYOUT = "layout"
    EMPTY = "empty"


REFUSALS: dict[Refusal, Message] = {
    Refusal.NO_WORD: msg("This is no Word document. Save the template in Word as “Word document (.docx)” and choose it again."),
    Refusal.OLD: msg(
        "This is an old Word file (.doc), or it is protected by a password. Save it in Word as .docx without a password."
    ),
    Refusal.MACROS: msg("This file holds macros, so it is not taken. Save it in Word as “Word document (.docx)” without macros."),
    Refusal.OUTSIDE: msg(
        "This file fetches something from elsewhere: a linked picture, an attached template or a field that reads another file."
        " Put the picture into the file, break the link, and choose it again."
    ),
    Refusal.EMBEDDED: msg(
        "This file holds another file or a control (an Excel sheet, a package, ActiveX). Put a picture or a table in its place."
    ),
    Refusal.TOO_LARGE: msg("This file is too large, packed or unpacked. Make its pictures smaller and choose it again."),
    Refusal.MACHINERY: msg("This file holds XML declarations that can do harm, so it was not read. Save it again with Word."),
    Refusal.DAMAGED: msg("This file is damaged and cannot be opened. Open it in Word, save it again as .docx, and try again."),
    Refusal.LIMITS: msg(
        "Filling this template took too much time or memory and was given up. Take out loops that go through the same rows again."
    ),
    Refusal.GROWN: msg("Filled, this template becomes too large. Take out loops that go through the same rows again."),
    Refusal.LAYOUT: msg(
        "A loop or condition begins in one cell or paragraph and ends in another, so that the document would break."
        " Use {%%tr … %%} for whole rows and {%%p … %%} for whole paragraphs."
    ),
    Refusal.EMPTY: msg(
        "This document uses no name at all, so every report would look the same. Begin with the sample, or with {{ headline }}."
    ),
}


class Fault(StrEnum):
    """Of one field."""

    UNKNOWN = "unknown"
    CODE = "code"
    LOOP = "loop"
    NESTED = "nested"
    BROKEN = "broken"
    OPEN = "open"
    COLOURED = "coloured"
    UNCOLOURED = "uncoloured"
    NO_TEXT = "no text"
    FILL = "fill"
    ELSEWHERE = "elsewhere"


FAULTS: dict[Fault, Message] = {
    Fault.UNKNOWN: msg("This name is not in the list."),
    Fault.CODE: msg("Code does not run in a template: a field is one name of the list, and nothing else."),
    Fault.LOOP: msg("A loop goes through a list of names, and through nothing else."),
    Fault.NESTED: msg("A loop inside a loop goes through a list of its own row: {%%p for milestone in project.milestones %%}."),
    Fault.BROKEN: msg("This field is not written completely, or a loop or condition around it is not closed."),
    Fault.OPEN: msg("A field begins here and does not end in the same paragraph."),
    Fault.COLOURED: msg("A coloured word is written with an r: {{r project.status }}."),
    Fault.UNCOLOURED: msg("Only a coloured word is written with an r; write this name without it."),
    Fault.NO_TEXT: msg("This name stands for rows, or for yes or no: use it in a loop or a condition."),
    Fault.FILL: msg("The background of a cell is written {%%cellbg project.fill %%}, and the fill stands nowhere else."),
    Fault.ELSEWHERE: msg(
        "A field may stand in paragraphs of the text, headers, footers and footnotes; a chart only in the text."
    ),
}


class Part(StrEnum):
    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Where:
    """Counted from 1 as a reader counts them; `table` is 0 outside of tables, `paragraph` 0 where it is not known."""

    part: Part = Part.OTHER
    paragraph: int = 0
    table: int = 0
    row: int = 0

    @property
    def sentence(self) -> Message:
        if self.part is Part.OTHER or not (self.paragraph or self.table):
            return msg("outside of the text")
        inside = (
            msg("table %(table)s, row %(row)s", table=self.table, row=self.row)
            if self.table
            else msg("paragraph %(number)s", number=self.paragraph)
        )
        return inside if self.part is Part.BODY else msg("%(part)s, %(inside)s", part=PARTS[self.part], inside=inside)


PARTS: dict[Part, Message] = {
    Part.BODY: msg("Text"),
    Part.HEADER: msg("Header"),
    Part.FOOTER: msg("Footer"),
    Part.FOOTNOTE: msg("Footnotes"),
    Part.OTHER: msg("Elsewhere"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong; `name` is what was written, `meant` the known name that is near it."""

    fault: Fault
    name: str
    where: Where = Where()
    meant: str = ""

    @property
    def sentence(self) -> Message:
        return FAULTS[self.fault]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a file says. Good is a file that was filled on trial without a complaint."""

    refusal: Refusal | None = None
    found: tuple[Found, ...] = ()
    used: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.refusal is None and not self.found

    @property
    def sentence(self) -> Message:
        """Why it is not taken, in one sentence: the gravest thing first."""
        if self.refusal is not None:
            return REFUSALS[self.refusal]
        kinds = {one.fault for one in self.found}
        unknown = list(dict.fromkeys(one.name for one in self.found if one.fault is Fault.UNKNOWN))
        if kinds == {Fault.UNKNOWN}:
            return msg("This template uses names that are not in the list: %(names)s.", names=", ".join(unknown[:MOST_NAMED]))
        gravest = next((fault for fault in GRAVEST_FIRST if fault in kinds), Fault.UNKNOWN)
        return msg("%(sentence)s Nothing was kept.", sentence=FAULTS[gravest])


GRAVEST_FIRST = (Fault.CODE, Fault.LOOP, Fault.NESTED, *(fault for fault in Fault if fault is not Fault.UNKNOWN))
MOST_NAMED = 6
MOST_FOUND = 200

HINTS: dict[str, Message] = {
    "edition": msg("It does not name the edition: readers cannot tell which one they hold."),
    "data_moment": msg("It does not say of which moment its data are."),
    "data_hash": msg("It does not print the data hash: nobody can check later that the figures are those that were published."),
}


def hints(used: Sequence[str]) -> tuple[Message, ...]:
    return tuple(sentence for name, sentence in HINTS.items() if name not in used)


def written(verdict: Verdict) -> dict[str, Any]:
    """As JSON, across the border between two processes."""
    found = [
        [one.fault, one.name, one.meant, one.where.part, one.where.paragraph, one.where.table, one.where.row]
        for one in verdict.found[:MOST_FOUND]
    ]
    return {"refusal": verdict.refusal, "found": found, "used": list(verdict.used)}


def read(stored: dict[str, Any]) -> Verdict:
    found = tuple(
        Found(Fault(fault), name, Where(Part(part), paragraph, table, row), meant)
        for fault, name, meant, part, paragraph, table, row in stored["found"]
    )
    return Verdict(Refusal(stored["refusal"]) if stored["refusal"] else None, found, tuple(stored["used"]))
