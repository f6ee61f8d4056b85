"""Typed settings from PMO_* environment variables, and from the file of settings for what these do not say."""

import os
import secrets
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from pmo import setting_values, settings_file
from pmo.inbox_settings import inbox
from pmo.kernel.inbox import Inbox
from pmo.kernel.sign_on import BadMapping, FactorFor, GroupRole, LocalSignIn, group_roles
from pmo.setting_values import LANGUAGES, LOCAL_HOSTS, BadSettings
from pmo.setting_values import number as _number

__all__ = ["LANGUAGES", "BadSettings", "Settings", "Smtp", "complete_environment", "from_environment", "secret_key"]

MOST_ATTEMPTS = (1, 15)  # at a message of a webhook: the pause before a sixteenth would be half a year


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

    @property
    def sender_address(self) -> str:
        """In small letters, without the name before it."""
        return parseaddr(self.sender)[1].lower()


SCOPES = "openid profile email"


@dataclass(frozen=True, slots=True)
class SignOn:
    """The identity provider of the organisation (OpenID Connect). Without an issuer there is none."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    label: str = ""  # of the button; empty: the issuer's host
    scopes: str = SCOPES
    groups_claim: str = "groups"
    roles: tuple[GroupRole, ...] = ()
    trust_email: bool = False  # its addresses are the organisation's own, also where it does not say "verified"
    timeout_seconds: float = 10.0

    @property
    def name(self) -> str:
        return self.label or urlsplit(self.issuer).hostname or ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations; limits that are operational live here, rules of the trade do not."""

    data_dir: Path
    database_url: str = field(default="", repr=False)  # empty: the embedded server in the data folder; may hold a password
    database_owner_url: str = field(default="", repr=False)
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
    sign_on: SignOn = SignOn()
    local_sign_in: LocalSignIn = LocalSignIn.ALL
    second_factor: FactorFor = FactorFor.CHOICE
    calendar_days_back: int = 365  # how far back a calendar feed reaches
    feed_page_rows: int = 1000  # rows of a table in one answer
    feed_file_rows: int = 200_000  # rows of a table in one file
    webhook_private: bool = False  # webhooks may lead into the server's own network, and to http: for a trial
    webhook_seconds: int = 10  # the other side may take for an answer
    webhook_attempts: int = 10  # over a little more than a day
    webhook_days: int = 90  # the log of messages that ended reaches back
    feed_seconds: int = 20  # a question to a table may take
    inbox: Inbox = Inbox()
    token_days: int = 365  # how long a token of the API is valid when nobody says
    api_calls_per_minute: int = 600  # of one token, or of one address without one; 0: as many as they like
    log: str = "json"  # json: a line for machines; text: the same for people
    log_level: str = "INFO"
    metrics_token: str = field(default="", repr=False)  # what a watcher shows to read /metrics; empty: only administrators may
    slow_ms: int = 500  # a statement that takes longer is noted
    database_read_url: str = field(default="", repr=False)  # a standby that look-backs may be read from
    standby_lag_seconds: int = 10
    stop_seconds: int = 30  # how long a stopping web server waits for what it has begun

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
        sign_on=_sign_on(env),
        local_sign_in=_local_sign_in(env),
        second_factor=_second_factor(env),
        calendar_days_back=_number(env, "PMO_CALENDAR_DAYS_BACK", 365),
        feed_page_rows=_number(env, "PMO_FEED_PAGE_ROWS", 1000),
        feed_file_rows=_number(env, "PMO_FEED_FILE_ROWS", 200_000),
        webhook_private=_flag(env, "PMO_WEBHOOK_PRIVATE"),
        webhook_seconds=_number(env, "PMO_WEBHOOK_SECONDS", 10),
        webhook_attempts=_number(env, "PMO_WEBHOOK_ATTEMPTS", 10, between=MOST_ATTEMPTS),
        webhook_days=_number(env, "PMO_WEBHOOK_DAYS", 90),
        feed_seconds=_number(env, "PMO_FEED_SECONDS", 20),
        inbox=inbox(env),
        token_days=_number(env, "PMO_TOKEN_DAYS", 365),
        api_calls_per_minute=_number(env, "PMO_API_CALLS_PER_MINUTE", 600),
        log=_one_of(env, "PMO_LOG", ("json", "text")),
        log_level=_one_of(env, "PMO_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
        metrics_token=env.get("PMO_METRICS_TOKEN", ""),
        slow_ms=_number(env, "PMO_SLOW_MS", 500),
        database_read_url=setting_values.database(env, "PMO_DATABASE_READ_URL"),
        standby_lag_seconds=_number(env, "PMO_STANDBY_LAG_SECONDS", 10),
        stop_seconds=_number(env, "PMO_STOP_SECONDS", 30),
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


def _one_of(env: dict[str, str], name: str, words: tuple[str, ...]) -> str:
    """One of these words, the first when nothing is said; capitals do not matter."""
    value = env.get(name, "").strip() or words[0]
    found = next((word for word in words if word.lower() == value.lower()), None)
    if found is None:
        raise BadSettings(f"{name} should be one of {', '.join(words)}, not {value!r}.")
    return found


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


def _sign_on(env: dict[str, str]) -> SignOn:
    given = {name: env.get(f"PMO_OIDC_{name}", "").strip() for name in ("ISSUER", "CLIENT_ID", "ROLES", "SCOPES")}
    if not given["ISSUER"]:
        if alone := [f"PMO_OIDC_{name}" for name, value in given.items() if value]:
            raise BadSettings(f"{alone[0]} is set, but not PMO_OIDC_ISSUER: set the address of the identity provider.")
        return SignOn()
    if not _is_safe(given["ISSUER"]):
        raise BadSettings(f"PMO_OIDC_ISSUER should be an address that begins with https://, not {given['ISSUER']!r}.")
    if not given["CLIENT_ID"]:
        raise BadSettings("PMO_OIDC_CLIENT_ID is missing: set the name under which the provider knows this server.")
    scopes = given["SCOPES"] or SCOPES
    if "openid" not in scopes.split():
        raise BadSettings(f"PMO_OIDC_SCOPES should contain openid, as in 'openid profile email', not be {scopes!r}.")
    return SignOn(
        issuer=given["ISSUER"].rstrip("/"),
        client_id=given["CLIENT_ID"],
        client_secret=env.get("PMO_OIDC_CLIENT_SECRET", ""),
        label=env.get("PMO_OIDC_LABEL", "").strip(),
        scopes=scopes,
        groups_claim=env.get("PMO_OIDC_GROUPS_CLAIM", "").strip() or "groups",
        roles=_roles(given["ROLES"]),
        trust_email=_flag(env, "PMO_OIDC_TRUST_EMAIL"),
    )


def _is_safe(address: str) -> bool:
    """Encrypted, or a provider on this very machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS))


def _roles(text: str) -> tuple[GroupRole, ...]:
    try:
        return group_roles(text)
    except BadMapping as problem:
        raise BadSettings(f"PMO_OIDC_ROLES: {problem}.") from problem


def _local_sign_in(env: dict[str, str]) -> LocalSignIn:
    """With a provider only administrators keep a password, if nothing else is said."""
    has_provider = bool(env.get("PMO_OIDC_ISSUER", "").strip())
    value = env.get("PMO_LOCAL_SIGN_IN", "").strip().lower() or ("admins" if has_provider else "all")
    if value not in set(LocalSignIn):
        raise BadSettings(f"PMO_LOCAL_SIGN_IN should be all, admins or off, not {value!r}.")
    if value != LocalSignIn.ALL and not has_provider:
        raise BadSettings(f"PMO_LOCAL_SIGN_IN is {value}, but PMO_OIDC_ISSUER is not set: nobody else could sign in.")
    return LocalSignIn(value)


def _second_factor(env: dict[str, str]) -> FactorFor:
    value = env.get("PMO_SECOND_FACTOR", "").strip().lower() or FactorFor.CHOICE.value
    if value not in set(FactorFor):
        raise BadSettings(f"PMO_SECOND_FACTOR should be optional, admins or all, not {value!r}.")
    return FactorFor(value)
