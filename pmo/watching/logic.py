"""What of a request, a statement or an error may be written down, so that nothing confidential is."""

import hashlib
import re
from dataclasses import dataclass
from types import TracebackType

LONGEST_ID = 64
LONGEST_SHAPE = 4000
SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{7,63}")
HOUSE = "pmo"

TEXT = re.compile(r"'(?:[^']|'')*'")
DOLLAR_TEXT = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
PLACE = re.compile(r"%\(\w+\)s(?:::\w+(?:\[\])?)?|%s")
NUMBER = re.compile(r"(?<![\w.\"])\d+(?:\.\d+)?\b")
SEVERAL = re.compile(r"\?(?:\s*,\s*\?)+")
GROUPS = re.compile(r"\(\?…?\)(?:\s*,\s*\(\?…?\))+")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error without what it was about: what kind it is and where in the program it was raised."""

    kind: str
    place: str


def sane_id(given: str) -> str:
    """The request id a proxy sent, when it is one; "" for anything that could be more than a name."""
    return given if SANE_ID.fullmatch(given) else ""


def shape(statement: str) -> str:
    """A statement without any value: texts, numbers and parameters are `?`, however many of them there are."""
    bare = TEXT.sub("?", DOLLAR_TEXT.sub("?", statement))
    bare = NUMBER.sub("?", PLACE.sub("?", bare))
    bare = SEVERAL.sub("?…", " ".join(bare.split()))
    return GROUPS.sub("(?…)", bare)[:LONGEST_SHAPE]


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def failure(error: BaseException) -> Failure:
    """Its type and the innermost line of our own code it passed through; of foreign code alone, the innermost of that."""
    kind = type(error)
    named = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return Failure(named, _place(error.__traceback__))


def _place(trace: TracebackType | None) -> str:
    found = foreign = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        module = str(trace.tb_frame.f_globals.get("__name__", "?"))
        foreign = f"{module}:{code.co_name}:{trace.tb_lineno}"
        if module == HOUSE or module.startswith(f"{HOUSE}."):
            found = foreign
        trace = trace.tb_next
    return found or foreign or "?"
