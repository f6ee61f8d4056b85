"""The words in which pages show the agenda, gates and change requests of a frozen report."""

from typing import Any

from pmo.changes.logic import PRIORITY_NAMES, STATE_NAMES, TONES
from pmo.gates.logic import OUTCOME_NAMES, OUTCOME_TONES, STANDING_NAMES, STANDING_TONES
from pmo.reports.logic.agenda import KIND_NAMES

PACK_WORDS: dict[str, Any] = {
    "kind_names": KIND_NAMES,
    "standing_names": STANDING_NAMES,
    "standing_tones": STANDING_TONES,
    "gate_outcomes": OUTCOME_NAMES,
    "gate_tones": OUTCOME_TONES,
    "change_states": STATE_NAMES,
    "change_tones": TONES,
    "priority_names": PRIORITY_NAMES,
}
