"""Sentences as values: made where the fact is known, put into a language where it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from pmo.kernel import formats

LANGUAGES = ("en", "fr", "nl")
CATALOGUES = Path(__file__).parent.parent / "translations"


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with named places, e.g. "%(days)s d late"; `plural` is used when `num` is not one."""

    text: str
    values: "tuple[tuple[str, Value], ...]" = ()
    plural: str = ""

    def __str__(self) -> str:
        return render(self, "en")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in a sentence: € 577 k, 577 k€, as the language writes it."""

    value: Decimal
    currency: str


Value = str | int | Decimal | date | datetime | None | Message | Amount


def msg(text: str, **values: Value) -> Message:
    """A sentence to be translated. The text is a literal, so that the catalogues can be extracted from the code."""
    return Message(text, tuple(values.items()))


def nmsg(singular: str, plural: str, num: int, **values: Value) -> Message:
    """A sentence that depends on a count, available in it as `%(num)s`."""
    return Message(singular, (("num", num), *values.items()), plural)


def plain(text: str) -> Message:
    """Somebody's own words (a name, a title): shown as they are in every language."""
    return Message("%(text)s", (("text", text),))


def render(message: Message, lang: str) -> str:
    """The sentence in `lang`, its values formatted the way that language writes them."""
    values = {name: _shown(value, lang) for name, value in message.values}
    if message.text == "%(text)s":
        return values["text"]
    catalogue = translations(lang)
    if message.plural:
        num = next(value for name, value in message.values if name == "num")
        text = catalogue.ngettext(message.text, message.plural, num if isinstance(num, int) else 2)
    else:
        text = catalogue.gettext(message.text)
    return text % values if values else text.replace("%%", "%")


def _shown(value: Value, lang: str) -> str:
    """One value of a sentence; a nested message speaks the same language as the sentence around it."""
    if isinstance(value, Message):
        return render(value, lang)
    for kind, show in _SHOWN:
        if isinstance(value, kind):
            return show(value, lang)
    return "" if value is None else str(value)


_SHOWN: tuple[tuple[type, Callable[..., str]], ...] = (
    (bool, lambda value, lang: str(value)),
    (Amount, lambda value, lang: formats.money(value.value, value.currency, lang)),
    (datetime, formats.moment),
    (date, formats.day),
    (Decimal, formats.number),
    (int, formats.integer),
)


@cache
def translations(lang: str) -> NullTranslations:
    """The catalogue of a language; English is the source and needs none."""
    return Translations.load(CATALOGUES, [lang]) if lang != "en" else NullTranslations()
