"""How people prove who they are, as an installation sets it: groups of a provider as roles, passwords, second factors."""

from dataclasses import dataclass
from enum import StrEnum

from pmo.kernel.permissions import Role, ScopeKind


class LocalSignIn(StrEnum):
    """Who may sign in with a password kept here."""

    ALL = "all"
    ADMINISTRATORS = "admins"
    OFF = "off"  # nobody, as soon as an administrator has signed on with the provider


class FactorFor(StrEnum):
    """Whose password needs a code besides."""

    CHOICE = "optional"  # whoever sets it up
    ADMINISTRATORS = "admins"
    ALL = "all"


class BadMapping(ValueError):
    """A group cannot be mapped like this; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class GroupRole:
    """Who is in this group at the provider holds this role here, within a scope."""

    group: str
    role: Role
    scope: ScopeKind = ScopeKind.ALL
    code: str = ""  # of the portfolio, programme or project


def group_roles(text: str) -> tuple[GroupRole, ...]:
    """`pmo-office=PMO; pmo-readers=AUD; onco-pms=PJM@programme:ONCO,CTR@project:PAC-01`. Raises BadMapping."""
    return tuple(
        _group_role(group, held)
        for group, roles in (_halves(part) for part in text.split(";") if part.strip())
        for held in roles.split(",")
    )


def _halves(part: str) -> tuple[str, str]:
    """The name of a group may contain the sign itself, as in CN=pmo,OU=groups; a role does not."""
    group, equals, roles = part.strip().rpartition("=")
    if not equals or not plain_group(group) or not roles.strip():
        raise BadMapping(f"{part.strip()!r} is not a group and its role, such as pmo-office=PMO or onco-pms=PJM@programme:ONCO")
    return plain_group(group), roles


def _group_role(group: str, held: str) -> GroupRole:
    code, at, scope = held.strip().partition("@")
    if code.strip().upper() not in set(Role):
        raise BadMapping(f"{code.strip()!r} (of the group {group}) is not a role; roles are {', '.join(Role)}")
    role = Role(code.strip().upper())
    if not at:
        return GroupRole(group, role)
    kind, colon, name = scope.strip().partition(":")
    kinds = [one.value for one in ScopeKind if one is not ScopeKind.ALL]
    if kind not in kinds or not colon or not name.strip():
        raise BadMapping(
            f"{scope.strip()!r} (of the group {group}) is not a scope such as programme:ONCO; kinds are {', '.join(kinds)}"
        )
    return GroupRole(group, role, ScopeKind(kind), name.strip())


def plain_group(name: str) -> str:
    """Keycloak names a group by its path: /pmo-office is pmo-office."""
    return name.strip().removeprefix("/")


def roles_of(groups: frozenset[str], mapping: tuple[GroupRole, ...]) -> tuple[GroupRole, ...]:
    """What these groups give, each role and scope once."""
    held = {plain_group(group) for group in groups}
    once = {(given.role, given.scope, given.code.upper()): given for given in mapping if given.group in held}
    return tuple(once.values())
