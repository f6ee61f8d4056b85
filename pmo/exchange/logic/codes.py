"""Codes for programmes and projects whose list gives none, or one that is taken: the next number of the programme's own."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from enum import StrEnum

from pmo.exchange.logic.wanted import Group, Wanted
from pmo.kernel.sorting import name_key

LONGEST_CODE = 30
UNSAID = frozenset({"AND", "OF", "THE", "DE", "DU", "LA", "EN", "VAN", "FOR"})
NUMBERED = re.compile(r"(.*?)(\d{1,6})")
UNUSABLE = re.compile(r"[\s/\\?#%]")


class Made(StrEnum):
    """Why a project gets a code that is not the sender's."""

    NONE_GIVEN = "none given"
    IN_USE = "in use"
    UNUSABLE = "cannot be a code"


@dataclass(frozen=True, slots=True)
class Given:
    """The code a new project gets; `made` when it is made up."""

    code: str
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of a portfolio as it stands: its programmes by folded name, its projects with the name of their programme."""

    name: str = ""  # of the portfolio: rows that name no programme go to the one called like it
    programmes: tuple[tuple[str, str], ...] = ()
    projects: tuple[tuple[str, str], ...] = ()


def programme_codes(groups: Iterable[Group], there: Coded) -> dict[str, str]:
    """By folded name: those that are there, and those the rows name, with a code of their own; "" is for rows naming none."""
    found: dict[str, str] = {}
    for key, code in there.programmes:
        found.setdefault(key, code)
    taken = {code.upper() for _, code in there.programmes}
    for group in groups:
        named = group if group.name else Group(there.name)
        if named.key not in found:
            found[named.key] = free(named.code or short_code(named.name), taken)
        found.setdefault(group.key, found[named.key])
    return found


def project_codes(rows: Sequence[Wanted], programmes: Dict[str, str], there: Coded) -> dict[str, Given]:
    """By the place of the row. What the list gives comes first, in its order; then the rest is numbered, in its order."""
    taken = {code.upper() for _, code in there.projects}
    found: dict[str, Given] = {}
    unnamed: list[tuple[Wanted, Made]] = []
    for row in rows:
        code = (row.code or row.external_id or "").strip()
        made = _objection(code, taken)
        if made is None:
            found[row.at] = Given(code)
            taken.add(code.upper())
        else:
            unnamed.append((row, made))
    numbers, own = _Numbers(taken), defaultdict(list)
    for key, code in there.projects:
        own[key].append(code)
    stems = {key: _stem(codes) for key, codes in own.items()}
    for row, made in unnamed:
        found[row.at] = Given(numbers.next(stems.get(row.group_key) or f"{programmes[row.group_key]}-"), made)
    return found


def short_code(name: str) -> str:
    """A short word as it is ("MOD", "DFT"); of several words their initials ("Medical Affairs" is MA)."""
    words = re.findall(r"[A-Za-z0-9&]+", name_key(name).upper())
    if len(words) == 1 and len(words[0]) <= 12:
        return str(words[0])
    return "".join(word[0] for word in words if word not in UNSAID)[:8] or "PRG"


def free(code: str, taken: set[str]) -> str:
    """The code itself, or with the next number that is free; it is taken then. `taken` are codes in capitals."""
    found = re.fullmatch(r"(.*?)-?(\d*)", code)
    stem, number = (found[1], found[2]) if found and code.upper() in taken else (code, "")
    count = int(number or 1)
    while code.upper() in taken:
        count += 1
        code = f"{stem}-{count}"
    taken.add(code.upper())
    return code


def _objection(code: str, taken: set[str]) -> Made | None:
    if not code:
        return Made.NONE_GIVEN
    if len(code) > LONGEST_CODE or UNUSABLE.search(code):
        return Made.UNUSABLE
    return Made.IN_USE if code.upper() in taken else None


def _stem(codes: Sequence[str]) -> str:
    """What most codes of a programme begin with: "PAC-" of PAC-01 and PAC-02."""
    stems = Counter(found[1] for code in codes if (found := NUMBERED.fullmatch(code)) and found[1])
    return stems.most_common(1)[0][0] if stems else ""


class _Numbers:
    """The highest number in use behind each beginning, and how many digits it is written with."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.highest: dict[str, tuple[int, int]] = {}
        for code in taken:
            if found := NUMBERED.fullmatch(code):
                stem, digits = found[1].upper(), found[2]
                self.highest[stem] = max(self.highest.get(stem, (0, 0)), (int(digits), len(digits)))

    def next(self, stem: str) -> str:
        number, width = self.highest.get(stem.upper(), (0, 1))
        self.highest[stem.upper()] = (number + 1, width)
        return f"{stem}{number + 1:0{width}d}"
