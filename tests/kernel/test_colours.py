"""The glyph of a status in three languages."""

import pytest

from pmo.kernel.colours import glyph


@pytest.mark.parametrize(
    ("status", "english", "french", "dutch"),
    [
        ("green", ("g", "G"), ("g", "V"), ("g", "G")),
        ("amber_green", ("ag", "A/G"), ("ag", "O/V"), ("ag", "O/G")),
        ("amber", ("a", "A"), ("a", "O"), ("a", "O")),
        ("amber_red", ("ar", "A/R"), ("ar", "O/R"), ("ar", "O/R")),
        ("red", ("r", "R"), ("r", "R"), ("r", "R")),
        ("done", ("c", "✓"), ("c", "✓"), ("c", "✓")),
        (None, ("n", "–"), ("n", "–"), ("n", "–")),
        ("unknown", ("n", "–"), ("n", "–"), ("n", "–")),
    ],
)
def test_the_shape_stays_and_the_letter_follows_the_language(status, english, french, dutch):
    shown = [glyph(status, lang) for lang in ("en", "fr", "nl")]

    assert [(one.code, one.letter) for one in shown] == [english, french, dutch]


def test_a_colour_nobody_knows_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        glyph("purple", "en")
