"""One folded key for names, so that every server sorts and matches text alike, whatever its collation."""

import unicodedata

LONGEST_KEY = 200


def name_key(text: str) -> str:
    """Case and accents folded, white space collapsed: "Élan  Vital" and "elan vital" are the same name."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.replace("\x00", "").split())[:LONGEST_KEY]
