"""Whom a finding concerns, and when they are written to. Who may see what is asked again before a mail is made."""

from dataclasses import dataclass

from pmo.alerts.logic.rules import RuleCode, Severity


@dataclass(frozen=True, slots=True)
class Around:
    """The people around one finding."""

    owner_id: int | None = None
    manager_id: int | None = None
    programme_manager_id: int | None = None


TO_THE_PROGRAMME = frozenset({RuleCode.WORSENED, RuleCode.LATER_THAN_TOLD})


def recipients(rule: RuleCode, severity: Severity, around: Around) -> frozenset[int]:
    """The owner and the project manager; what turned red or concerns a promise also reaches the programme manager."""
    told = {around.owner_id, around.manager_id}
    if severity is Severity.RED or rule in TO_THE_PROGRAMME:
        told.add(around.programme_manager_id)
    return frozenset(person for person in told if person is not None)


def gets_worse(before: Severity, weight_before: int, now: Severity, weight: int) -> bool:
    """A finding somebody has seen speaks again only when it is worse than what they saw."""
    return (now.rank, weight) > (before.rank, weight_before)
