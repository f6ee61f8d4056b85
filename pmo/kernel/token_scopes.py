"""What a token may be used for: a few scopes, each naming the permissions it lets through, never more than the owner has."""

from collections.abc import Iterable
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission as P


class TokenScope(StrEnum):
    READ = "read"  # in every token: who writes has to see what they write to
    PORTFOLIO = "write:portfolio"
    SCHEDULE = "write:schedule"
    RAID = "write:raid"
    GOVERNANCE = "write:governance"
    INDICATORS = "write:indicators"
    ALERTS = "write:alerts"
    REPORTS = "write:reports"
    ADMINISTRATION = "write:administration"


T = TokenScope
SCOPE_NAMES: dict[TokenScope, Message] = {
    T.READ: msg("Read everything the owner may see"),
    T.PORTFOLIO: msg("Portfolios, programmes, projects, status updates, amounts, documents and stakeholders"),
    T.SCHEDULE: msg("Milestones and baselines"),
    T.RAID: msg("RAID items, their escalation and their answers"),
    T.GOVERNANCE: msg("Committees, meetings, decisions, actions, change requests and gates"),
    T.INDICATORS: msg("Indicators and their values"),
    T.ALERTS: msg("Answers to alerts"),
    T.REPORTS: msg("Publishing of reports"),
    T.ADMINISTRATION: msg("People, access, rules, imports and what the house lays down"),
}

WRITING: dict[TokenScope, frozenset[P]] = {
    T.PORTFOLIO: frozenset(
        {P.PROJECT_CREATE, P.PROGRAMME_EDIT, P.PROJECT_EDIT, P.STATUS_WRITE, P.HEALTH_OVERRIDE, P.VALUE_EDIT, P.DOCUMENT_EDIT,
         P.STAKEHOLDER_EDIT, P.PORTFOLIO_ADMIN}
    ),
    T.SCHEDULE: frozenset({P.MILESTONE_EDIT, P.BASELINE_SET}),
    T.RAID: frozenset({P.RAID_EDIT, P.RAID_ANSWER}),
    T.GOVERNANCE: frozenset(
        {P.COMMITTEE_EDIT, P.DECISION_ASK, P.ACTION_DONE, P.CHANGE_EDIT, P.CHANGE_DECIDE, P.GATE_EDIT}
    ),
    T.INDICATORS: frozenset({P.INDICATOR_EDIT, P.INDICATOR_GIVE}),
    T.ALERTS: frozenset({P.ALERT_ANSWER}),
    T.REPORTS: frozenset({P.REPORT_PUBLISH}),
    T.ADMINISTRATION: frozenset(
        {P.PEOPLE_ADMIN, P.RULES_ADMIN, P.IMPORT_RUN, P.ARTEFACT_EDIT, P.PROCEDURE_EDIT, P.SUPPORT_ANSWER, P.PROPOSAL_DECIDE}
    ),
}  # fmt: skip
NEEDED: dict[P, TokenScope] = {permission: scope for scope, permissions in WRITING.items() for permission in permissions}


def scope_of(permission: P) -> TokenScope:
    """The scope a token needs for what asks this permission."""
    return NEEDED.get(permission, T.READ)


def complete(scopes: Iterable[TokenScope]) -> list[str]:
    """As a token keeps them: each once, in the order of the list, always with reading."""
    wanted = {T.READ, *scopes}
    return [scope.value for scope in TokenScope if scope in wanted]
