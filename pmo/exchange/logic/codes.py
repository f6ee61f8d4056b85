"""Codes for programmes and projects whose list gives none, or one that is taken."""

import re

from pmo.kernel.sorting import name_key

LONGEST_CODE = 30
UNSAID = frozenset({"AND", "OF", "THE", "DE", "DU", "LA", "EN", "VAN", "FOR"})


def short_code(name: str) -> str:
    """A short word as it is ("MOD", "DFT"); of several words their initials ("Medical Affairs" is MA)."""
    words = re.findall(r"[A-Za-z0-9&]+", name_key(name).upper())
    if len(words) == 1 and len(words[0]) <= 12:
        return str(words[0])
    return "".join(word[0] for word in words if word not in UNSAID)[:8] or "PRG"


def project_code(given: str, programme_code: str) -> str:
    """What the sender calls it, if that can serve as a code; else the programme's code and a number."""
    bare = given.strip()
    usable = bare and len(bare) <= LONGEST_CODE and not re.search(r"[\s/\\?#%]", bare)
    return bare if usable else f"{programme_code}-1"


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
