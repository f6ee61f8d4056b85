"""Settings kept in a file, for what the environment does not say: NAME=value, as systemd and a shell read it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

MACHINE = Path("/etc/pmo.env")
NAME = "pmo.env"
NAMED_BY = "PMO_SETTINGS_FILE"
FOLDER = "PMO_DATA_DIR"
HEAD = "# Settings of pmo, one NAME=value per line; a variable of the environment wins over its line here.\n"
LINE = re.compile(
    r"""(?:export\s+)?(?P<name>[A-Z][A-Z0-9_]*)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"']*))"""
)
NEEDS_QUOTES = re.compile(r"[^\w@%+=:,./-]", re.ASCII)


class Unreadable(Exception):
    """A settings file that cannot be used; the sentence names the file, and the line."""


def completed(env: Mapping[str, str]) -> dict[str, str]:
    """The environment, and below it what the files say: that of the data folder before that of the machine."""
    if NAMED_BY in env:  # set and empty: no file at all
        return (read(Path(env[NAMED_BY])) if env[NAMED_BY] else {}) | dict(env)
    machine = read_if_there(MACHINE)
    own = read_if_there(folder(machine | dict(env)) / NAME)
    own.pop(FOLDER, None)
    return machine | own | dict(env)


def place(env: Mapping[str, str]) -> Path | None:
    """Where settings are kept: the file that is named, else the one in the data folder; None when no file is wanted."""
    if NAMED_BY in env:
        return Path(env[NAMED_BY]) if env[NAMED_BY] else None
    return folder(read_if_there(MACHINE) | dict(env)) / NAME


def folder(env: Mapping[str, str]) -> Path:
    return Path(env.get(FOLDER, "") or "var").resolve()


def read_if_there(path: Path) -> dict[str, str]:
    return read(path) if os.path.lexists(path) else {}


def read(path: Path) -> dict[str, str]:
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as problem:
        raise Unreadable(f"The settings in {path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise Unreadable(f"The settings in {path} cannot be read: this is no text in UTF-8.") from problem


def parse(text_: str, where: str) -> dict[str, str]:
    found = {}
    for number, line in enumerate(map(str.strip, text_.splitlines()), 1):
        if not line or line.startswith(("#", ";")):
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise Unreadable(f"{where}, line {number}: this is not NAME=value (a value with spaces stands in double quotes).")
        found[match["name"]] = _value(match)
    return found


def write(path: Path, values: Mapping[str, str]) -> None:
    """For its owner only, and whole or not at all. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text(values))
    if path.exists():  # a machine's file may be readable by the group of the service
        _keep_access(path, unfinished)
    unfinished.replace(path)


def text(values: Mapping[str, str]) -> str:
    return HEAD + "".join(f"{name}={quoted(value)}\n" for name, value in sorted(values.items()))


def quoted(value: str) -> str:
    if not NEEDS_QUOTES.search(value):
        return value
    return '"' + re.sub(r'(["\\$`])', r"\\\1", value) + '"'


def _value(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return re.sub(r"\\(.)", r"\1", match["double"])
    return match["single"] if match["single"] is not None else match["bare"]


def _keep_access(path: Path, unfinished: Path) -> None:
    there = path.stat()
    os.chmod(unfinished, there.st_mode & 0o640)
    if os.geteuid() == 0:
        os.chown(unfinished, there.st_uid, there.st_gid)
