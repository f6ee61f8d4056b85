"""Words of office files in a form that can be compared: case, accents, spaces, punctuation and years folded away."""

import re
import unicodedata
from functools import lru_cache

BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
YEAR = r"(?:19|20)\d\d"
YEARS = re.compile(rf"\b(?:fy\s*)?{YEAR}(?:\s*[/-]\s*(?:{YEAR}|\d\d))?\b|\bfy\s*\d\d(?:\s*[/-]\s*\d\d)?\b|\b\d\d/\d\d\b", re.I)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
SMALL = (
    "a an the of for in on at to and or by as with is du de des d la le les l et en au aux un une pour par sur"
    " van het een der den voor op aan met project projects projet projets projecten"
)
SMALL_WORDS = frozenset(SMALL.split())
SHORT = (
    "dept department nr number no number num number ref reference desc description descr description"
    " org organisation organization organisation prog programme program programme progr programme mgr manager"
    " yr year fy year financial year yearly year annual year est estimated exp expected resp responsible cat category dt date"
    " comm comment commentary comment narrative comment remarks comment identifier id colour color wlc lifetime"
)
_PAIRS = iter(SHORT.split())
SHORT_FORMS = dict(zip(_PAIRS, _PAIRS, strict=True))  # short and other forms, each followed by what it stands for


def squeeze(text: str) -> str:
    """Non-breaking and repeated white space become single spaces; control characters go."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(letter if letter.isprintable() or letter.isspace() else "" for letter in text).split())


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Lower case without accents, anything but letters, digits and %£€$ as one space: "Début-prévu" is "debut prevu"."""
    bare = text.casefold()
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^0-9a-z%£€$\u0370-\uffff]+", " ", bare).split())


@lru_cache(maxsize=20_000)
def without_years(text: str) -> str:
    """A heading as it would read any year: "2013/2014 Budget (£million)" is "Budget"."""
    return YEARS.sub(" ", BRACKETS.sub(" ", CAMEL.sub(" ", text)))


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """The words that carry the meaning of a heading, without endings."""
    words = [word for word in folded(without_years(text)).split() if not (word.isdigit() and len(word) > 2)]
    kept = [word for word in words if word not in SMALL_WORDS] or words
    return frozenset(_stem(SHORT_FORMS.get(word, word)) for word in kept)


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
