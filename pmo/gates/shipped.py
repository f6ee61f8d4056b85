"""The gates of each method and the criteria they begin with, as they are shipped."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pmo.gates.logic import Kind
from pmo.portfolio.logic import Method, Phase

SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class ShippedGate:
    method: Method
    code: str
    phase: Phase
    name: str
    name_fr: str
    name_nl: str


@dataclass(frozen=True, slots=True)
class ShippedCriterion:
    phase: Phase
    kind: Kind
    weight: int
    text: str
    text_fr: str
    text_nl: str


@lru_cache(maxsize=1)
def gates() -> tuple[ShippedGate, ...]:
    return tuple(
        ShippedGate(Method(row["method"]), row["code"], Phase(row["phase"]), row["name"], row["name_fr"], row["name_nl"])
        for row in _rows("gates.csv")
    )


def gates_left(method: Method, taken: Collection[str]) -> list[ShippedGate]:
    """Of the method, but those whose codes are taken."""
    return [one for one in gates() if one.method is method and one.code not in taken]


@lru_cache(maxsize=1)
def criteria() -> tuple[ShippedCriterion, ...]:
    return tuple(
        ShippedCriterion(Phase(row["phase"]), Kind(row["kind"]), int(row["weight"]), row["text"], row["text_fr"], row["text_nl"])
        for row in _rows("gate_criteria.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
