"""What an installation has to know, where each answer comes from, and whether it can be used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from babel import Locale
from babel.numbers import list_currencies
from pydantic import EmailStr, TypeAdapter, ValidationError

from pmo.config import BadSettings, from_environment
from pmo.console import Complaint

LOCALE = Locale("en")
ADDRESS = TypeAdapter(EmailStr)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to know: how it is asked, its option, and what it is when nobody says (None: somebody has to)."""

    option: str
    words: str
    default: str | None = None
    setting: str = ""


def a_currency(code: str) -> str:
    return "" if code in list_currencies() else f"{code!r} is not a currency of ISO 4217, such as EUR."


def a_country(code: str) -> str:
    known = len(code) == 2 and code in LOCALE.territories
    return "" if known else f"{code!r} is not a country of ISO 3166, such as BE."


def an_address(text: str) -> str:
    try:
        ADDRESS.validate_python(text)
    except ValidationError:
        return f"{text!r} is not a mail address."
    return ""


def a_name(text: str) -> str:
    return "" if text.strip() else "A name is needed."


DATABASE = Question(
    "--database-url", "Address of the database, for the server's own user (empty: an embedded one)", "", "PMO_DATABASE_URL"
)
OWNER = Question("--database-owner-url", "The same for the owner of the database", "", "PMO_DATABASE_OWNER_URL")
ORGANISATION = Question("--organisation", "Name of the organisation", None, "PMO_ORGANISATION")
LANGUAGES = Question("--languages", "Languages, the first one is the reports'", "en,fr,nl", "PMO_LANGUAGES")
CURRENCY = Question("--currency", "Currency (ISO code)", "EUR", "PMO_CURRENCY")
COUNTRY = Question("--country", "Country (ISO code), for public holidays", "BE", "PMO_COUNTRY")
TIME_ZONE = Question("--time-zone", "Time zone", "Europe/Brussels", "PMO_TIME_ZONE")
BASE_URL = Question("--base-url", "Address people will use, such as https://pmo.example.org", None, "PMO_BASE_URL")
SMTP_HOST = Question("--smtp-host", "Mail server (empty: no mail leaves)", None, "PMO_SMTP_HOST")
SMTP_PORT = Question("--smtp-port", "Its port", "25", "PMO_SMTP_PORT")
SMTP_STARTTLS = Question("--smtp-starttls", "Encrypt with STARTTLS (1 or 0)", "0", "PMO_SMTP_STARTTLS")
SMTP_USER = Question("--smtp-user", "User there (empty: none)", "", "PMO_SMTP_USER")
SMTP_FROM = Question("--smtp-from", "Mails come from", None, "PMO_SMTP_FROM")
NAME = Question("--name", "Name of the first administrator")
EMAIL = Question("--email", "Mail address of the first administrator, to sign in with")

HOUSE = (ORGANISATION, LANGUAGES, CURRENCY, COUNTRY, TIME_ZONE, BASE_URL)
MAIL = (SMTP_PORT, SMTP_STARTTLS, SMTP_USER, SMTP_FROM)
FITS: Mapping[Question, Callable[[str], str]] = {
    CURRENCY: a_currency,
    COUNTRY: a_country,
    SMTP_FROM: an_address,
    NAME: a_name,
    EMAIL: an_address,
}


def problem_with(question: Question, answer: str, env: Mapping[str, str]) -> str:
    """In one sentence why this cannot be the answer; nothing when it can."""
    if question.setting:
        try:
            from_environment({**env, question.setting: answer})
        except BadSettings as problem:
            return str(problem)
    if question is ORGANISATION:
        return a_name(answer)
    fits = FITS.get(question)
    return fits(answer) if fits else ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Where answers come from: an option, else what is known already, else whoever is asked, else the default."""

    known: Mapping[str, str]  # the environment and the file of settings
    given: Mapping[str, str]  # options, by name
    ask: Callable[[Question, str], str] | None  # with what was wrong with the answer before; None: nobody is there

    def missing(self, *questions: Question) -> list[str]:
        """Options that nobody gave and nothing can stand in for."""
        if self.ask is not None:
            return []
        return [one.option for one in questions if one.default is None and not self.there(one)]

    def there(self, question: Question) -> str:
        return self.given.get(question.option, "").strip() or self.known.get(question.setting, "").strip()

    def to(self, question: Question) -> str:
        """An answer that can be used. Raises Complaint when it cannot and nobody is there to ask."""
        answer = self.there(question)
        if not answer and self.ask is not None and question.setting not in self.known:
            return self.asked(question, self.ask)
        answer = answer or question.default or ""
        if problem := problem_with(question, answer, self.known):
            raise Complaint(problem)
        return answer

    def asked(self, question: Question, ask: Callable[[Question, str], str]) -> str:
        problem = ""
        while True:
            answer = ask(question, problem).strip() or question.default or ""
            problem = problem_with(question, answer, self.known)
            if not problem:
                return answer
