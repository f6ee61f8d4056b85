"""The language of the page, and the filters that write dates, amounts and messages in it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel
from jinja2 import Undefined

from pmo.kernel import formats, languages
from pmo.kernel.languages import LANGUAGES, Message, render

babel = Babel()


def language() -> str:
    """Chosen by the person (cookie), else theirs, else what the browser asks for."""
    if "language" not in g:
        actor = g.get("actor")
        chosen = request.cookies.get("language", "")
        fallback = actor.language if actor else request.accept_languages.best_match(LANGUAGES) or "en"
        g.language = chosen if chosen in LANGUAGES else fallback
    return str(g.language)


def say(message: Message | str | None) -> str:
    """A message in the page's language; text that is already somebody's words passes through."""
    if isinstance(message, Message):
        return render(message, language())
    return message or ""


def choices(names: Mapping[StrEnum, Message]) -> list[tuple[str, str]]:
    """A vocabulary as what a pick list offers: (value, word) pairs in the vocabulary's own order."""
    return [(key.value, say(name)) for key, name in names.items()]


def install(app: Flask) -> None:
    babel.init_app(app, locale_selector=lambda: formats.LOCALES[language()].split("_")[0])
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        say=say,
        choices=choices,
        day=_day,
        day_short=_day_short,
        month=_month,
        moment=_moment,
        money=_money,
        delta=_delta,
        number=_number,
        percent=_percent,
    )
    app.jinja_env.globals["language"] = language


def _gettext(text: str) -> str:
    """Said a thousand times a page: the catalogue is asked directly, not found anew each time."""
    return languages.translations(language()).gettext(text)


def _ngettext(singular: str, plural: str, num: int) -> str:
    return languages.translations(language()).ngettext(singular, plural, num)


def _day(value: date | Undefined | None) -> str:
    """Of a form's field that was not sent: nothing."""
    return formats.day(value or None, language())


def _day_short(value: date | None) -> str:
    return formats.day(value, language(), year=False)


def _month(value: date) -> str:
    return f"{formats.month(value, language())} {value.year}"


def _moment(value: datetime | None, zone: bool = False) -> str:
    return formats.moment(value, language(), zone)


def _money(value: Decimal | None, currency: str, exact: bool = False) -> str:
    return formats.money(value, currency, language(), exact)


def _delta(value: int | None) -> str:
    return formats.delta(value, language())


def _number(value: Decimal | int | Undefined | None, places: int = 2) -> str:
    if isinstance(value, Undefined):
        return ""
    return formats.integer(value, language()) if isinstance(value, int) else formats.number(value, language(), places)


def _percent(value: Any, signed: bool = False, places: int = 0) -> str:
    return formats.percent(value, language(), signed, places)
