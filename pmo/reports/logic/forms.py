"""Forms of the content: the one made now, and what sets each earlier one apart that can still be computed again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORM = 4  # raise it when the meaning of a field changes


@dataclass(frozen=True, slots=True)
class Apart:
    """Paths of fields in the plain content, without the numbers of lists."""

    lacks: frozenset[str] = frozenset()  # came later: may be missing in this form, and only these
    meant_otherwise: frozenset[str] = frozenset()  # there, but by another meaning: cannot be held against what is computed now


EARLIER: Mapping[int, Apart] = {
    3: Apart(
        lacks=frozenset(
            {
                "agenda",
                "gates",
                "requests",
                "earlier.code",
                "money.committed",
                "money.committed_known",
                "programmes.projects.money.committed",
                "raid.trigger",
                "raid.proximity",
                "raid.confidence",
            }
        ),
        meant_otherwise=frozenset({"indicators.colour"}),  # off the target was green, and without limits there was no colour
    )
}
READABLE = frozenset({FORM, *EARLIER})


def form_of(stored: Any) -> int:
    """0 where it does not say."""
    form = stored.get("form") if isinstance(stored, dict) else None
    return form if isinstance(form, int) else 0


def apart(stored: Any) -> Apart:
    """Nothing for the form made now."""
    return EARLIER.get(form_of(stored), Apart())
