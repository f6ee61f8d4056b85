"""Typed settings from PMO_* environment variables; the data folder keeps what was not given."""

import os
import re
import secrets
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from pmo.kernel.inbox import Imap, Inbox, Tls
from pmo.kernel.sign_on import BadMapping, FactorFor, GroupRole, LocalSignIn, group_roles


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
    feed_seconds: int = 20  # a question to a table may take
    inbox: Inbox = Inbox()


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
        sign_on=_sign_on(env),
        local_sign_in=_local_sign_in(env),
        second_factor=_second_factor(env),
        calendar_days_back=_number(env, "PMO_CALENDAR_DAYS_BACK", 365),
        feed_page_rows=_number(env, "PMO_FEED_PAGE_ROWS", 1000),
        feed_file_rows=_number(env, "PMO_FEED_FILE_ROWS", 200_000),
        webhook_private=_flag(env, "PMO_WEBHOOK_PRIVATE"),
        webhook_seconds=_number(env, "PMO_WEBHOOK_SECONDS", 10),
        webhook_attempts=_number(env, "PMO_WEBHOOK_ATTEMPTS", 10),
        feed_seconds=_number(env, "PMO_FEED_SECONDS", 20),
        inbox=_inbox(env),
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
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


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


INBOX_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]+")  # with its token the name stays within 64 characters


def _inbox(env: dict[str, str]) -> Inbox:
    address = env.get("PMO_INBOX_ADDRESS", "").strip()
    if address and not INBOX_ADDRESS.fullmatch(address):
        raise BadSettings(
            f"PMO_INBOX_ADDRESS should be an address such as pmo@example.org, at most 20 letters before the @, not {address!r}."
        )
    imap = _imap(env)
    if imap.host and not address:
        raise BadSettings("PMO_IMAP_HOST is set, but not PMO_INBOX_ADDRESS: set the address at which answers arrive.")
    return Inbox(
        address=address,
        imap=imap,
        max_mib=_number(env, "PMO_INBOX_MAX_MIB", 10),
        kept_days=_number(env, "PMO_INBOX_KEPT_DAYS", 14),
        answers_per_day=_number(env, "PMO_INBOX_ANSWERS_PER_DAY", 20),
    )


def _imap(env: dict[str, str]) -> Imap:
    host, tls = env.get("PMO_IMAP_HOST", "").strip(), env.get("PMO_IMAP_TLS", "").strip().lower() or Tls.IMPLICIT.value
    if tls not in set(Tls):
        raise BadSettings(f"PMO_IMAP_TLS should be implicit, starttls or off, not {tls!r}.")
    if tls == Tls.OFF and host and host not in LOCAL_HOSTS:
        raise BadSettings(
            "PMO_IMAP_TLS can be off only for a mailbox on this machine: its password would be readable on the way."
        )
    return Imap(
        host=host,
        port=_number(env, "PMO_IMAP_PORT", 993 if tls == Tls.IMPLICIT else 143),
        user=env.get("PMO_IMAP_USER", ""),
        password=env.get("PMO_IMAP_PASSWORD", ""),
        folder=env.get("PMO_IMAP_FOLDER", "").strip() or "INBOX",
        tls=Tls(tls),
        timeout_seconds=float(_number(env, "PMO_IMAP_TIMEOUT", 30)),
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


LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


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
