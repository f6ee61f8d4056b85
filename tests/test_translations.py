"""The catalogues: everything that is said in English is said in French and Dutch, with the same places in it."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

import pmo

HOUSE = Path(pmo.__file__).parent
CATALOGUES = HOUSE / "translations"
PLACES = re.compile(r"%\((\w+)\)[sd]|%%")

pytestmark = pytest.mark.skipif(not CATALOGUES.exists(), reason="no catalogue has been started yet")


@cache
def said_in_english() -> frozenset[str | tuple[str, ...]]:
    mappings = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: mapping for mapping in mappings}
    keywords = DEFAULT_KEYWORDS | parse_keywords(["msg", "nmsg:1,2"])
    found = extract_from_dir(HOUSE, methods, options, keywords)
    return frozenset(message for _, _, message, _, _ in found)


@cache
def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def places(form: str) -> set[str]:
    return set(PLACES.findall(form))


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_everything_that_is_said_is_translated(language):
    known = {message.id: message for message in catalogue(language)}

    missing = [text for text in said_in_english() if text not in known or not all(forms(known[text].string))]

    assert sorted(missing, key=str) == []


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_nothing_is_guessed_and_nothing_is_left_over(language):
    messages = [message for message in catalogue(language) if message.id]

    assert [message.id for message in messages if message.fuzzy] == []
    assert [message.id for message in messages if message.id not in said_in_english()] == []


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_translation_has_the_places_of_the_original(language):
    """The count itself may be left out, as in `one project`."""
    for message in catalogue(language):
        if message.id:
            originals = [places(form) for form in forms(message.id)]
            for number, form in enumerate(forms(message.string)):
                assert not form or places(form) - {"num"} == originals[min(number, len(originals) - 1)] - {"num"}, form


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_compiled_catalogue_is_there_and_new(language):
    source = CATALOGUES / language / "LC_MESSAGES" / "messages.po"

    assert source.with_suffix(".mo").stat().st_mtime >= source.stat().st_mtime, "run make setup"
