"""The mapping files of this house, and one named on the command line."""

from functools import cache
from pathlib import Path

from pmo.exchange.logic.mapping import Mapping, Words, parse, parse_words
from pmo.kernel.errors import Refused
from pmo.kernel.languages import msg

FOLDER = Path(__file__).parents[2] / "seeds" / "mappings"
WORDS = "words"


@cache
def words() -> Words:
    return parse_words((FOLDER / f"{WORDS}.toml").read_text(encoding="utf-8"))


@cache
def shipped() -> tuple[Mapping, ...]:
    files = sorted(file for file in FOLDER.glob("*.toml") if file.stem != WORDS)
    return tuple(parse(file.read_text(encoding="utf-8"), file.stem) for file in files)


def named(name: str) -> Mapping:
    """By the name of a shipped mapping or by the path of a file. Raises Refused."""
    for mapping in shipped():
        if mapping.name == name:
            return mapping
    file = Path(name)
    if not file.is_file():
        known = ", ".join(mapping.name for mapping in shipped())
        raise Refused(
            msg("There is no mapping “%(name)s”. Known are %(known)s, or give the path of a .toml file.", name=name, known=known)
        )
    try:
        return parse(file.read_text(encoding="utf-8"), file.stem)
    except UnicodeDecodeError as error:
        raise Refused(msg("The mapping “%(name)s” is not a text file.", name=name)) from error
