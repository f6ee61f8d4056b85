"""A language that shows what is translated: every message stands in brackets, so what stands outside them was forgotten."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import flask_babel
import pytest
from babel.support import NullTranslations
from lxml import html
from sqlalchemy import create_engine, text

from pmo.kernel import languages
from pmo.web.frame import initials

OPEN, CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
SHOWN = ("aria-label", "title", "placeholder", "alt")
NOT_SAID = ("script", "style", "meta", "code", "kbd", "samp")
SAID_LATER = ("data-confirm", "data-confirm-text", "data-confirm-yes", "data-offline", "data-default")
NOT_WORDS = (
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b",
    r"\b(January|February|March|April|June|July|August|September|October|November|December)\b",
    r"\b(EUR|GBP|USD|CHF|SEK|DKK|NOK|CET|CEST|bn)\b",
    r"\bW\d{1,2}\b",
    r"\b(pmo|Excel|Word|CSV|iCalendar|Esc|Enter|Ctrl|EN|FR|NL|English|Français|Nederlands)\b",
)


class Pseudo(NullTranslations):
    """Both doors to the catalogues: Babel's own and Flask-Babel's older names."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: Any, message: Any) -> Any:
        return self.gettext(message)

    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext


def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "translations", lambda lang: Pseudo())
    monkeypatch.setattr(flask_babel, "get_translations", Pseudo)


def words_of_people(url: str) -> list[str]:
    """Every text somebody typed, longest first; words like "amber_green" are ours and must not be shown as they are."""
    engine = create_engine(url)
    found: set[str] = set()
    columns = text(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        " and data_type in ('text', 'character varying') and table_name not like 'procrastinate%'"
    )
    with engine.connect() as connection:
        for table, column in connection.execute(columns).all():
            values = text(f'select distinct "{column}" from "{table}" where "{column}" is not null')
            found |= set(connection.scalars(values).all())
        reasons = set(connection.scalars(text("select distinct reason from history.txn where reason <> ''")).all())
    engine.dispose()
    typed = reasons | {value for value in found if value.strip() and not re.fullmatch(r"[a-z_]+", value)}
    return sorted(typed | {initials(value) for value in typed}, key=len, reverse=True)


def bare_texts(page: str, known: Iterable[str]) -> list[str]:
    """What a reader would see in English whatever their language."""
    root = html.document_fromstring(page)
    return [shown for shown in texts(root) if is_bare(shown, known)]


def texts(root: html.HtmlElement) -> Iterator[str]:
    """Of the elements a reader sees; what is typed, not said (code, keys), is the same in every language."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in NOT_SAID:
            yield element.tail or ""
            continue
        yield from (element.get(name, "") for name in SHOWN + SAID_LATER if element.tag != "link")
        yield element.text or ""
        yield element.tail or ""


def is_bare(shown: str, known: Iterable[str]) -> bool:
    rest = outside_brackets(shown)
    if not re.search(r"[^\W\d_]{2,}", rest):
        return False
    for typed in known:
        rest = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", " ", rest)
    for pattern in NOT_WORDS:
        rest = re.sub(pattern, " ", rest)
    return re.search(r"[^\W\d_]{2,}", rest) is not None


def outside_brackets(shown: str) -> str:
    """Messages may hold messages, so brackets are counted."""
    depth, kept = 0, []
    for letter in shown:
        depth += (letter == OPEN) - (letter == CLOSE)
        if depth == 0 and letter != CLOSE:
            kept.append(letter)
    return "".join(kept)
