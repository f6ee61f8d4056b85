"""What a setting may be: each word of the environment becomes a value that can be used, or a sentence says why not."""

import ipaddress
import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

DATABASES = ("postgresql", "postgres", "postgresql+psycopg")
LANGUAGES = ("en", "fr", "nl")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


class BadSettings(Exception):
    """A PMO_* variable cannot be used; the sentence names it and says what it should be."""


def number(env: dict[str, str], name: str, default: int, *, between: tuple[int, int] | None = None) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit():
        raise BadSettings(f"{name} should be a whole number, not {value!r}.")
    if between and not between[0] <= int(value) <= between[1]:
        raise BadSettings(f"{name} should be from {between[0]} to {between[1]}, not {value}.")
    return int(value)


def database(env: dict[str, str], name: str) -> str:
    url = env.get(name, "").strip()
    if not url:
        return ""
    sentence = f"{name} should look like postgresql://user:password@host:5432/database."
    url = f"postgresql+psycopg://{_several_hosts(url.partition('://')[2])}" if url.partition("://")[0] in DATABASES else url
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in DATABASES and (parts.port is None or parts.port > 0) and bool(parts.path[1:] or parts.query)
    except ValueError as problem:
        raise BadSettings(sentence) from problem
    if not is_address:
        raise BadSettings(sentence)
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


def base(env: dict[str, str]) -> str:
    url = (env.get("PMO_BASE_URL", "").strip() or "http://127.0.0.1:8000").rstrip("/")
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise BadSettings(f"PMO_BASE_URL should look like https://pmo.example.org, not {url!r}.")
    return url


def languages(env: dict[str, str]) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in (env.get("PMO_LANGUAGES", "") or ",".join(LANGUAGES)).split(","))
    if not set(wanted) <= set(LANGUAGES) or len(set(wanted)) < len(wanted):
        raise BadSettings(f"PMO_LANGUAGES should name some of {', '.join(LANGUAGES)}, each once, not {','.join(wanted)!r}.")
    return wanted


def zone(env: dict[str, str]) -> str:
    name = env.get("PMO_TIME_ZONE", "").strip() or "Europe/Brussels"
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as problem:
        raise BadSettings(f"PMO_TIME_ZONE should be a time zone such as Europe/Brussels, not {name!r}.") from problem


def code(env: dict[str, str], name: str, default: str) -> str:
    """An ISO code: as many capital letters as the default has."""
    code = env.get(name, "").strip() or default
    if not re.fullmatch(f"[A-Z]{{{len(default)}}}", code):
        raise BadSettings(f"{name} should be an ISO code such as {default}, not {code!r}.")
    return code


def networks(env: dict[str, str], name: str) -> tuple[str, ...]:
    found = tuple(filter(None, (part.strip() for part in env.get(name, "").split(","))))
    try:
        return tuple(str(ipaddress.ip_network(part)) for part in found)
    except ValueError as problem:
        raise BadSettings(f"{name} should name addresses or networks such as 127.0.0.1,10.0.0.0/8: {problem}.") from problem
