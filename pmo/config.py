"""Typed settings from PMO_* environment variables, and from the file of settings for what these do not say."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pmo import settings_file


@dataclass(frozen=True, slots=True)
class Smtp:
    """How mail leaves. Without a host nothing is sent and the operations page says so."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    sender: str = "pmo@localhost"
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations; limits that are operational live here, rules of the trade do not."""

    data_dir: Path
    database_url: str = ""  # empty: the embedded server in the data folder
    database_owner_url: str = ""
    secret_key: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:8000"
    organisation: str = "pmo"
    time_zone: str = "Europe/Brussels"
    country: str = "BE"
    currency: str = "EUR"
    languages: tuple[str, ...] = ("en", "fr", "nl")
    test_clock: bool = False
    production: bool = False
    smtp: Smtp = Smtp()
    upload_mib: int = 25
    session_idle_minutes: int = 60
    session_hours: int = 12
    worker_threads: int = 2
    trusted_proxies: tuple[str, ...] = ()  # addresses and networks whose X-Forwarded-* headers are believed


DATABASES = ("postgresql", "postgres", "postgresql+psycopg")
LANGUAGES = ("en", "fr", "nl")
SHAREABLE = (  # no passwords, no keys, no addresses of databases: these stand in every backup
    "PMO_BASE_URL", "PMO_ORGANISATION", "PMO_LANGUAGES", "PMO_CURRENCY", "PMO_COUNTRY", "PMO_TIME_ZONE",
    "PMO_SMTP_HOST", "PMO_SMTP_PORT", "PMO_SMTP_USER", "PMO_SMTP_STARTTLS", "PMO_SMTP_FROM", "PMO_SMTP_TIMEOUT",
    "PMO_UPLOAD_MIB", "PMO_SESSION_IDLE_MINUTES", "PMO_SESSION_HOURS", "PMO_WORKER_THREADS", "PMO_TRUSTED_PROXIES",
)  # fmt: skip


class BadSettings(Exception):
    """A PMO_* variable cannot be used; the sentence names it and says what it should be."""


def from_environment(environ: dict[str, str] | None = None) -> Settings:
    """Settings of this process, or of a given environment alone. Raises BadSettings with a sentence for the administrator."""
    env = complete_environment() if environ is None else environ
    settings = Settings(
        data_dir=Path(env.get("PMO_DATA_DIR", "var")).resolve(),
        database_url=_database(env, "PMO_DATABASE_URL"),
        database_owner_url=_database(env, "PMO_DATABASE_OWNER_URL") or _database(env, "PMO_DATABASE_URL"),
        secret_key=env.get("PMO_SECRET_KEY", ""),
        base_url=_base(env),
        organisation=env.get("PMO_ORGANISATION", "pmo"),
        time_zone=_zone(env),
        country=_code(env, "PMO_COUNTRY", "BE"),
        currency=_code(env, "PMO_CURRENCY", "EUR"),
        languages=_languages(env),
        test_clock=_flag(env, "PMO_TEST_CLOCK"),
        production=_flag(env, "PMO_PRODUCTION"),
        smtp=_smtp(env),
        upload_mib=_number(env, "PMO_UPLOAD_MIB", 25),
        session_idle_minutes=_number(env, "PMO_SESSION_IDLE_MINUTES", 60),
        session_hours=_number(env, "PMO_SESSION_HOURS", 12),
        worker_threads=_number(env, "PMO_WORKER_THREADS", 2),
        trusted_proxies=_networks(env, "PMO_TRUSTED_PROXIES"),
    )
    if settings.production and settings.test_clock:
        raise BadSettings("PMO_TEST_CLOCK cannot be used in production: unset it, or unset PMO_PRODUCTION.")
    return settings


def secret_key(settings: Settings, *, or_else: str = "") -> str:
    """The given key, or one kept in the data folder for its owner only: made once, from `or_else` if that is given."""
    if settings.secret_key:
        return settings.secret_key
    kept = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(or_else or secrets.token_hex(32))
    except FileExistsError:
        pass
    return kept.read_text().strip()


def shareable(env: Mapping[str, str]) -> dict[str, str]:
    """Settings that are no secret and belong to the organisation, not to the machine."""
    return {name: env[name] for name in SHAREABLE if env.get(name)}


def keep(values: Mapping[str, str]) -> list[str]:
    """Into the file of settings; the names of those that were not there like this before. Raises BadSettings."""
    place = settings_file.place(os.environ)
    if place is None:
        raise BadSettings("PMO_SETTINGS_FILE is empty: there is no file to keep settings in.")
    from_environment(complete_environment() | dict(values))  # what cannot be used is not kept
    there = settings_file.read_if_there(place)
    new = {name: value for name, value in values.items() if there.get(name) != value}
    try:
        if new:
            settings_file.write(place, there | new)
    except OSError as problem:
        raise BadSettings(f"The settings in {place} cannot be written: {problem.strerror}.") from problem
    return sorted(new)


def kept_in() -> Path | None:
    return settings_file.place(os.environ)


def is_in_the_environment(name: str) -> bool:
    return name in os.environ


def overruled(values: Mapping[str, str]) -> list[str]:
    """Those that the environment says otherwise: it wins, so keeping them would change nothing."""
    return sorted(name for name, value in values.items() if os.environ.get(name, value) != value)


def complete_environment() -> dict[str, str]:
    """The environment of this process, completed by the file of settings. Raises BadSettings."""
    try:
        return settings_file.completed(os.environ)
    except settings_file.Unreadable as problem:
        raise BadSettings(str(problem)) from problem


def _database(env: dict[str, str], name: str) -> str:
    url = env.get(name, "").strip()
    if not url:
        return ""
    sentence = f"{name} should look like postgresql://user:password@host:5432/database."
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in DATABASES and (parts.port is None or parts.port > 0) and bool(parts.path[1:] or parts.query)
    except ValueError as problem:
        raise BadSettings(sentence) from problem
    if not is_address:
        raise BadSettings(sentence)
    return "postgresql+psycopg://" + url.partition("://")[2]


def _base(env: dict[str, str]) -> str:
    url = (env.get("PMO_BASE_URL", "").strip() or "http://127.0.0.1:8000").rstrip("/")
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise BadSettings(f"PMO_BASE_URL should look like https://pmo.example.org, not {url!r}.")
    return url


def _languages(env: dict[str, str]) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in (env.get("PMO_LANGUAGES", "") or ",".join(LANGUAGES)).split(","))
    if not set(wanted) <= set(LANGUAGES) or len(set(wanted)) < len(wanted):
        raise BadSettings(f"PMO_LANGUAGES should name some of {', '.join(LANGUAGES)}, each once, not {','.join(wanted)!r}.")
    return wanted


def _zone(env: dict[str, str]) -> str:
    name = env.get("PMO_TIME_ZONE", "").strip() or "Europe/Brussels"
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as problem:
        raise BadSettings(f"PMO_TIME_ZONE should be a time zone such as Europe/Brussels, not {name!r}.") from problem


def _code(env: dict[str, str], name: str, default: str) -> str:
    """An ISO code: as many capital letters as the default has."""
    code = env.get(name, "").strip() or default
    if not re.fullmatch(f"[A-Z]{{{len(default)}}}", code):
        raise BadSettings(f"{name} should be an ISO code such as {default}, not {code!r}.")
    return code


def _networks(env: dict[str, str], name: str) -> tuple[str, ...]:
    found = tuple(filter(None, (part.strip() for part in env.get(name, "").split(","))))
    try:
        return tuple(str(ipaddress.ip_network(part)) for part in found)
    except ValueError as problem:
        raise BadSettings(f"{name} should name addresses or networks such as 127.0.0.1,10.0.0.0/8: {problem}.") from problem


def _flag(env: dict[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise BadSettings(f"{name} should be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def _number(env: dict[str, str], name: str, default: int) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit():
        raise BadSettings(f"{name} should be a whole number, not {value!r}.")
    return int(value)


def _smtp(env: dict[str, str]) -> Smtp:
    return Smtp(
        host=env.get("PMO_SMTP_HOST", ""),
        port=_number(env, "PMO_SMTP_PORT", 25),
        user=env.get("PMO_SMTP_USER", ""),
        password=env.get("PMO_SMTP_PASSWORD", ""),
        starttls=_flag(env, "PMO_SMTP_STARTTLS"),
        sender=env.get("PMO_SMTP_FROM", "pmo@localhost"),
        timeout_seconds=float(_number(env, "PMO_SMTP_TIMEOUT", 30)),
    )
