"""The names people see for roles and scopes."""

from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor, Permission, Role, ScopeKind

ROLE_NAMES: dict[Role, Message] = {
    Role.PMO: msg("PMO member"),
    Role.PROGRAMME_MANAGER: msg("Programme manager"),
    Role.PROJECT_MANAGER: msg("Project manager"),
    Role.CONTRIBUTOR: msg("Contributor"),
    Role.COMMITTEE: msg("Committee member"),
    Role.MEDICAL_DIRECTOR: msg("Medical director"),
    Role.LIAISON: msg("Medical science liaison"),
    Role.ASSOCIATE: msg("Medical associate"),
    Role.INFORMATION: msg("Medical information"),
    Role.SAFETY: msg("Safety"),
    Role.FINANCE: msg("Finance"),
    Role.COMPLIANCE: msg("Compliance"),
    Role.COMMERCIAL: msg("Commercial"),
    Role.AUDITOR: msg("Auditor"),
    Role.ADMINISTRATOR: msg("Administrator"),
}
SCOPE_NAMES: dict[ScopeKind, Message] = {
    ScopeKind.ALL: msg("Everything"),
    ScopeKind.PORTFOLIO: msg("Portfolio"),
    ScopeKind.PROGRAMME: msg("Programme"),
    ScopeKind.PROJECT: msg("Project"),
}


class GrantSource(StrEnum):
    """Who says that somebody holds a role."""

    HAND = "hand"  # an administrator here
    GROUP = "group"  # a group of the identity provider, and only as long as it does


class Way(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    PROVIDER = "provider"
    LINK = "link"  # of a mail: opens one thing only


SOURCE_NAMES: dict[GrantSource, Message] = {
    GrantSource.HAND: msg("Given by hand"),
    GrantSource.GROUP: msg("Group of the provider"),
}
WAY_NAMES: dict[Way, Message] = {
    Way.PASSWORD: msg("Password"),
    Way.PROVIDER: msg("Sign-on"),
    Way.LINK: msg("Link in a mail"),
}
ORDER = list(Role)
FIELD_AND_HOUSE = frozenset({Role.LIAISON, Role.ADMINISTRATOR, Role.INFORMATION, Role.SAFETY, Role.COMMERCIAL})


def leading_role(actor: Actor) -> Role | None:
    """The role somebody is shown as: the first of theirs in the order of the house."""
    return min(actor.roles, key=ORDER.index, default=None)


def follows_committees(actor: Actor) -> bool:
    """The run-up to the committee stands on the page of everybody but field people and administrators."""
    return bool(actor.roles - FIELD_AND_HOUSE)


PERMISSION_SENTENCES: dict[Permission, Message] = {
    Permission.PROJECT_READ: msg("Read projects, milestones, colours and risks"),
    Permission.MONEY_READ: msg("Read budgets and forecasts"),
    Permission.MILESTONE_EDIT: msg("Move dates and report milestones as reached"),
    Permission.STATUS_WRITE: msg("Write status updates"),
    Permission.RAID_EDIT: msg("Keep the RAID register"),
    Permission.PROJECT_CREATE: msg("Add programmes and projects"),
    Permission.IMPORT_RUN: msg("Bring files in"),
    Permission.REPORT_PUBLISH: msg("Publish reports and tell the committee its dates"),
    Permission.HISTORY_READ: msg("See who changed what, when and why"),
    Permission.PEOPLE_ADMIN: msg("Give and take away access"),
    Permission.RULES_ADMIN: msg("Change rules"),
    Permission.OPERATIONS: msg("Watch the server: jobs, mails, errors"),
}
