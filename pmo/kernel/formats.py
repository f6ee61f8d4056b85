"""How dates, amounts and differences are written in English, French and Dutch. Pure: the language is always given."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from pmo.kernel import clock

LOCALES = {"en": "en_GB", "fr": "fr_BE", "nl": "nl_BE"}
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
DAY_UNIT = {"en": "d", "fr": "j", "nl": "d"}
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "US$", "CHF": "CHF", "SEK": "SEK", "DKK": "DKK", "NOK": "NOK"}
SCALES = {"en": ("k", "M", "bn"), "fr": ("k", "M", "Md"), "nl": ("k", "mln", "mld")}


@lru_cache(maxsize=8)
def locale(lang: str) -> Locale:
    return Locale.parse(LOCALES.get(lang, lang))


@lru_cache(maxsize=20_000)
def day(value: date | None, lang: str, year: bool = True) -> str:
    """12 Mar 2026, 12 mars 2026, 12 mrt. 2026; without year "12 Mar". French writes the first as 1er."""
    if value is None:
        return ""
    month = format_date(value, "MMM", locale=locale(lang))
    if lang == "en":
        month = month[:3]
    number = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    return f"{number} {month} {value.year}" if year else f"{number} {month}"


@lru_cache(maxsize=2_000)
def month(value: date, lang: str, width: str = "MMM") -> str:
    """Mar, mars, mrt.; as "MMMM" March, mars, maart; as "MMMMM" only its letter, for the narrowest axes."""
    text = format_date(value, width, locale=locale(lang))
    return text[:3] if lang == "en" and width == "MMM" else text


def moment(value: datetime | None, lang: str, zone: bool = False) -> str:
    """12 Mar 2026, 09:40 in the organisation's time zone; `zone` names it."""
    if value is None:
        return ""
    local = clock.local(value)
    text = f"{day(local.date(), lang)}, {local:%H:%M}"
    return f"{text} {local:%Z}" if zone else text


@lru_cache(maxsize=20_000)
def integer(value: int | None, lang: str) -> str:
    if value is None:
        return ""
    text = str(abs(value)) if abs(value) < 1000 else format_decimal(abs(value), locale=locale(lang))
    return f"{MINUS}{text}" if value < 0 else text


@lru_cache(maxsize=20_000)
def number(value: Decimal | None, lang: str, places: int = 2) -> str:
    """At most `places` decimals, without trailing zeros."""
    if value is None:
        return ""
    text = format_decimal(abs(value), format=f"#,##0.{'#' * places}", locale=locale(lang))
    return f"{MINUS}{text}" if value < 0 else text


@lru_cache(maxsize=20_000)
def delta(days: int | None, lang: str) -> str:
    """A difference in days with its sign and unit: +14 d, −3 d, 0 d (+14 j in French)."""
    if days is None:
        return ""
    sign = "+" if days > 0 else MINUS if days < 0 else ""
    return f"{sign}{integer(abs(days), lang)}{NBSP}{DAY_UNIT[lang]}"


def percent(value: Decimal | float | int | None, lang: str, signed: bool = False, places: int = 0) -> str:
    """78 %, or with a sign +5.7 %."""
    if value is None:
        return ""
    exact = round(Decimal(str(value)), places)
    sign = "+" if signed and exact > 0 else ""
    return f"{sign}{number(exact, lang, places)}{NBSP}%"


@lru_cache(maxsize=20_000)
def money(amount: Decimal | None, currency: str, lang: str, exact: bool = False) -> str:
    """€ 2.16 M, 2,16 M€, € 2,16 mln; `exact` writes every digit to the cent."""
    if amount is None:
        return ""
    figure, scale = _scaled(abs(amount), lang, exact)
    sign = MINUS if amount < 0 else ""
    symbol = SYMBOLS.get(currency, currency)
    if lang == "fr":
        unit = f"{scale}{symbol}" if len(symbol) == 1 else f"{scale} {symbol}".strip()
        return f"{sign}{figure}{NBSP}{unit}"
    return f"{sign}{symbol}{NBSP}{figure}" + (f"{NBSP}{scale}" if scale else "")


def _scaled(amount: Decimal, lang: str, exact: bool) -> tuple[str, str]:
    """The figure and its scale word: thousands without decimals, millions and more with two."""
    if exact or amount < 1000:
        places = 0 if amount == amount.to_integral_value() else 2
        return format_decimal(amount, format="#,##0" if places == 0 else "#,##0.00", locale=locale(lang)), ""
    thousand, million, milliard = SCALES[lang]
    if amount < 999_500:
        return format_decimal(amount / 1000, format="#,##0", locale=locale(lang)), thousand
    if amount < 999_995_000:
        return format_decimal(amount / 1_000_000, format="#,##0.00", locale=locale(lang)), million
    return format_decimal(amount / 1_000_000_000, format="#,##0.00", locale=locale(lang)), milliard
