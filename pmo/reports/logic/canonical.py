"""Content as canonical JSON and back: the same facts give the same bytes in every language and on every server."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pmo.kernel.languages import Amount, Message

T = TypeVar("T")
ABSENT = object()
NOTHING: frozenset[str] = frozenset()


class Unreadable(ValueError):
    """Stored content does not have the form this program knows."""


def plain(value: Any) -> Any:
    """Dataclasses as objects, dates as ISO text, amounts as text without trailing zeros, messages as id and values."""
    if isinstance(value, Message):
        return _message(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    """A StrEnum is its text; floats have no place in a report."""
    match value:
        case None | bool() | int() | str():
            return value.value if isinstance(value, Enum) else value
        case Decimal():
            return _amount(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def text(content: Any) -> str:
    """Canonical JSON of plain values (RFC 8785 in spirit: sorted keys, no spaces, no escapes; there are no floats)."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256(content: Any) -> str:
    return hashlib.sha256(text(content).encode("utf-8", "surrogatepass")).hexdigest()


def read(kind: type[T], stored: Any, lacks: frozenset[str] = NOTHING) -> T:
    """The value that `plain` made; only the fields at the paths of `lacks` may be missing. Raises Unreadable."""
    try:
        value = _read(kind, stored, lacks)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    if not isinstance(value, kind):
        raise Unreadable(f"not a {kind.__name__}")
    return value


def without_wording(content: Any) -> Any:
    """The same content with the texts of its messages blank: what remains when only sentences were reworded."""
    if isinstance(content, dict):
        blank = {"text": ""} if "values" in content and isinstance(content.get("text"), str) else {}
        return {key: without_wording(value) for key, value in content.items()} | blank
    return [without_wording(item) for item in content] if isinstance(content, list) else content


def differences(stored: Any, computed: Any, path: str = "") -> list[str]:
    """Where two plain contents differ, as paths such as programmes.0.projects.3.end.forecast."""
    if isinstance(stored, dict) and isinstance(computed, dict):
        keys = sorted(stored.keys() | computed.keys())
        return [at for key in keys for at in differences(stored.get(key, ABSENT), computed.get(key, ABSENT), f"{path}.{key}")]
    if isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        pairs = enumerate(zip(stored, computed, strict=True))
        return [at for number, (one, other) in pairs for at in differences(one, other, f"{path}.{number}")]
    return [] if stored == computed else [path.removeprefix(".")]


def as_far_as(stored: Any, computed: Any, lacks: frozenset[str]) -> Any:
    """What is computed, without the fields at the paths of `lacks` where they are not stored either."""
    if isinstance(stored, dict) and isinstance(computed, dict):
        there = {key: value for key, value in computed.items() if key in stored or key not in lacks}
        return {key: as_far_as(stored.get(key), value, _within(lacks, key)) for key, value in there.items()}
    if isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        return [as_far_as(one, other, lacks) for one, other in zip(stored, computed, strict=True)]
    return computed


def blanked(content: Any, paths: frozenset[str]) -> Any:
    """The same content with nothing in the fields at these paths; a field that is missing stays so."""
    if not paths:
        return content
    if isinstance(content, dict):
        return {key: None if key in paths else blanked(value, _within(paths, key)) for key, value in content.items()}
    return [blanked(item, paths) for item in content] if isinstance(content, list) else content


@cache
def _within(paths: frozenset[str], name: str) -> frozenset[str]:
    """The paths that lead through this field, from there on."""
    return frozenset(path.removeprefix(f"{name}.") for path in paths if path.startswith(f"{name}."))


def _amount(value: Decimal) -> str:
    return format(value.normalize() if value else Decimal(0), "f")


def _message(message: Message) -> dict[str, Any]:
    return {"text": message.text, "plural": message.plural, "values": [[name, _tagged(value)] for name, value in message.values]}


def _tagged(value: Any) -> Any:
    """A value of a message says what it is where JSON would not."""
    match value:
        case Amount():
            return {"amount": _amount(value.value), "currency": value.currency}
        case Decimal():
            return {"decimal": _amount(value)}
        case datetime():
            return {"moment": plain(value)}
        case date():
            return {"date": plain(value)}
    return plain(value)


def _untagged(stored: Any) -> Any:
    match stored:
        case {"text": _}:
            return _read_message(stored)
        case {"amount": amount, "currency": currency}:
            return Amount(Decimal(amount), currency)
        case {"decimal": amount}:
            return Decimal(amount)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"date": day}:
            return date.fromisoformat(day)
    return stored


def _read_message(stored: dict[str, Any]) -> Message:
    values = tuple((name, _untagged(value)) for name, value in stored["values"])
    return Message(stored["text"], values, stored["plural"])


def _read(kind: Any, stored: Any, lacks: frozenset[str]) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        [real] = [part for part in get_args(kind) if part is not NoneType]
        return None if stored is None else _read(real, stored, lacks)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], item, lacks) for item in stored)
    if kind is Message:
        return _read_message(stored)
    if is_dataclass(kind):
        parts = _parts(kind)  # type: ignore[arg-type]
        there = {name: part for name, part in parts.items() if name in stored or name not in lacks}
        return kind(**{name: _read(part, stored[name], _within(lacks, name)) for name, part in there.items()})  # type: ignore[operator]
    return _read_scalar(kind, stored)


def _read_scalar(kind: Any, stored: Any) -> Any:
    if kind in (datetime, date):
        return kind.fromisoformat(stored)
    if kind is Decimal or issubclass(kind, Enum):
        return kind(stored)
    if not isinstance(stored, kind):
        raise TypeError(f"{stored!r} is no {kind.__name__}")
    return stored


@cache
def _parts(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
