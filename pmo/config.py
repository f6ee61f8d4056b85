"""Typed settings from PMO_* environment variables, and from the file of settings for what these do not say."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from pmo import setting_values, settings_file
from pmo.setting_values import LANGUAGES, BadSettings

__all__ = ["LANGUAGES", "BadSettings", "Settings", "Smtp", "complete_environment", "from_environment", "secret_key"]


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


def from_environment(environ: dict[str, str] | None = None) -> Settings:
    """Settings of this process, or of a given environment alone. Raises BadSettings with a sentence for the administrator."""
    env = complete_environment() if environ is None else environ
    url = setting_values.database(env, "PMO_DATABASE_URL")
    settings = Settings(
        data_dir=Path(env.get("PMO_DATA_DIR", "var")).resolve(),
        database_url=url,
        database_owner_url=setting_values.database(env, "PMO_DATABASE_OWNER_URL") or url,
        secret_key=env.get("PMO_SECRET_KEY", ""),
        base_url=setting_values.base(env),
        organisation=env.get("PMO_ORGANISATION", "pmo"),
        time_zone=setting_values.zone(env),
        country=setting_values.code(env, "PMO_COUNTRY", "BE"),
        currency=setting_values.code(env, "PMO_CURRENCY", "EUR"),
        languages=setting_values.languages(env),
        test_clock=_flag(env, "PMO_TEST_CLOCK"),
        production=_flag(env, "PMO_PRODUCTION"),
        smtp=_smtp(env),
        upload_mib=_number(env, "PMO_UPLOAD_MIB", 25),
        session_idle_minutes=_number(env, "PMO_SESSION_IDLE_MINUTES", 60),
        session_hours=_number(env, "PMO_SESSION_HOURS", 12),
        worker_threads=_number(env, "PMO_WORKER_THREADS", 2),
        trusted_proxies=setting_values.networks(env, "PMO_TRUSTED_PROXIES"),
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


def complete_environment() -> dict[str, str]:
    """The environment of this process, completed by the file of settings. Raises BadSettings."""
    try:
        return settings_file.completed(os.environ)
    except settings_file.Unreadable as problem:
        raise BadSettings(str(problem)) from problem


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
