"""Settings kept in their file: which may be, which the environment overrules, and writing them."""

import os
from collections.abc import Mapping
from pathlib import Path

from pmo import settings_file
from pmo.config import complete_environment, from_environment
from pmo.setting_values import BadSettings

SHAREABLE = (  # no passwords, no keys, no addresses of databases: these stand in every backup
    "PMO_BASE_URL", "PMO_ORGANISATION", "PMO_LANGUAGES", "PMO_CURRENCY", "PMO_COUNTRY", "PMO_TIME_ZONE",
    "PMO_SMTP_HOST", "PMO_SMTP_PORT", "PMO_SMTP_USER", "PMO_SMTP_STARTTLS", "PMO_SMTP_FROM", "PMO_SMTP_TIMEOUT",
    "PMO_UPLOAD_MIB", "PMO_SESSION_IDLE_MINUTES", "PMO_SESSION_HOURS", "PMO_WORKER_THREADS", "PMO_TRUSTED_PROXIES",
)  # fmt: skip


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
