"""The agenda as a committee's report shows it, as plain values in no language."""

from dataclasses import dataclass
from datetime import date

from pmo.reports.logic.agenda import Arranged, Kind


@dataclass(frozen=True, slots=True)
class AgendaLine:
    kind: Kind
    code: str
    title: str
    about: str = ""
    presenter: str = ""
    minutes: int | None = None
    note: str = ""
    starts: str = ""  # 14:05; "" where the meeting has no start
    title_fr: str = ""
    title_nl: str = ""

    def called(self, language: str) -> str:
        return {"fr": self.title_fr, "nl": self.title_nl}.get(language, "") or self.title


@dataclass(frozen=True, slots=True)
class AgendaLines:
    """Of the next meeting."""

    held_on: date
    lines: tuple[AgendaLine, ...]
    starts: str = ""
    ends: str = ""

    @property
    def minutes(self) -> int:
        return sum(line.minutes or 0 for line in self.lines)

    @property
    def is_timed(self) -> bool:
        return any(line.minutes is not None for line in self.lines)


def frozen(held_on: date, arranged: Arranged) -> AgendaLines:
    lines = tuple(
        AgendaLine(
            kind=line.kind,
            code=line.code,
            title=line.called("en"),
            about=line.about,
            presenter=line.presenter,
            minutes=line.minutes,
            note=line.note,
            starts=f"{line.starts:%H:%M}" if line.starts else "",
            title_fr=line.topic.title_fr if line.topic else "",
            title_nl=line.topic.title_nl if line.topic else "",
        )
        for line in arranged.lines
    )
    first = lines[0].starts if lines else ""
    return AgendaLines(held_on, lines, first, f"{arranged.ends:%H:%M}" if arranged.ends else "")
