"""Typed settings from PMO_* environment variables; the data folder keeps what was not given."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path


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
    log: str = "json"  # json: a line for machines; text: the same for people
    log_level: str = "INFO"
    metrics_token: str = field(default="", repr=False)  # what a watcher shows to read /metrics; empty: only administrators may
    slow_ms: int = 500  # a statement that takes longer is noted
    database_read_url: str = ""  # a standby that look-backs may be read from
    standby_lag_seconds: int = 10
    stop_seconds: int = 30  # how long a stopping web server waits for what it has begun


class BadSettings(Exception):
    """A PMO_* variable cannot be used; the sentence names it and says what it should be."""


def from_environment(environ: dict[str, str] | None = None) -> Settings:
    """Settings of this process. Raises BadSettings with a sentence for the administrator."""
    env = dict(os.environ) if environ is None else environ
    settings = Settings(
        data_dir=Path(env.get("PMO_DATA_DIR", "var")).resolve(),
        database_url=_driver(env.get("PMO_DATABASE_URL", "")),
        database_owner_url=_driver(env.get("PMO_DATABASE_OWNER_URL", "") or env.get("PMO_DATABASE_URL", "")),
        secret_key=env.get("PMO_SECRET_KEY", ""),
        base_url=env.get("PMO_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        organisation=env.get("PMO_ORGANISATION", "pmo"),
        time_zone=env.get("PMO_TIME_ZONE", "Europe/Brussels"),
        country=env.get("PMO_COUNTRY", "BE"),
        currency=env.get("PMO_CURRENCY", "EUR"),
        languages=tuple(env.get("PMO_LANGUAGES", "en,fr,nl").split(",")),
        test_clock=_flag(env, "PMO_TEST_CLOCK"),
        production=_flag(env, "PMO_PRODUCTION"),
        smtp=_smtp(env),
        upload_mib=_number(env, "PMO_UPLOAD_MIB", 25),
        session_idle_minutes=_number(env, "PMO_SESSION_IDLE_MINUTES", 60),
        session_hours=_number(env, "PMO_SESSION_HOURS", 12),
        worker_threads=_number(env, "PMO_WORKER_THREADS", 2),
        log=_one_of(env, "PMO_LOG", ("json", "text")),
        log_level=_one_of(env, "PMO_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
        metrics_token=env.get("PMO_METRICS_TOKEN", ""),
        slow_ms=_number(env, "PMO_SLOW_MS", 500),
        database_read_url=_driver(env.get("PMO_DATABASE_READ_URL", "")),
        standby_lag_seconds=_number(env, "PMO_STANDBY_LAG_SECONDS", 10),
        stop_seconds=_number(env, "PMO_STOP_SECONDS", 30),
    )
    if settings.production and settings.test_clock:
        raise BadSettings("PMO_TEST_CLOCK cannot be used in production: unset it, or unset PMO_PRODUCTION.")
    return settings


def secret_key(settings: Settings) -> str:
    """The given key, or one made once and kept in the data folder, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    kept = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return kept.read_text().strip()


def _driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + _several_hosts(url.removeprefix(plain))
    return url


def _several_hosts(rest: str) -> str:
    """libpq's `user@one:5432,two:5433/name?...` the way SQLAlchemy writes it: `user@/name?...&host=one:5432&host=two:5433`."""
    place, slash, after = rest.partition("/")
    user, at, hosts = place.rpartition("@")
    if "," not in hosts:
        return rest
    name, _, query = after.partition("?")
    each = [f"host={host}" for host in hosts.split(",")]
    return f"{user}{at}{slash or '/'}{name}?{'&'.join([query, *each] if query else each)}"


def _flag(env: dict[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise BadSettings(f"{name} should be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def _one_of(env: dict[str, str], name: str, words: tuple[str, ...]) -> str:
    """One of these words, the first when nothing is said; capitals do not matter."""
    value = env.get(name, "").strip() or words[0]
    found = next((word for word in words if word.lower() == value.lower()), None)
    if found is None:
        raise BadSettings(f"{name} should be one of {', '.join(words)}, not {value!r}.")
    return found


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
