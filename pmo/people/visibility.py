"""The permission table in SQL: what a query must add so that rows outside an actor's grants never leave the database."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from pmo.kernel.permissions import POLICY, Actor, Permission, ScopeKind


def within(
    actor: Actor, permission: Permission, *, portfolio: Any, programme: Any = None, project: Any = None
) -> ColumnElement[bool]:
    """True for rows whose place (their columns are given) is covered by a grant that gives `permission`.

    The twin of kernel.permissions.may without ownership; tests hold the two equal.
    """
    columns = {ScopeKind.PORTFOLIO: portfolio, ScopeKind.PROGRAMME: programme, ScopeKind.PROJECT: project}
    covering: list[ColumnElement[bool]] = []
    for kind, column in columns.items():
        ids = sorted(
            {g.scope_id for g in actor.grants if g.role in POLICY[permission] and g.scope is kind and g.scope_id is not None}
        )
        if ids and column is not None:
            covering.append(column.in_(ids))
    if any(g.role in POLICY[permission] and g.scope is ScopeKind.ALL for g in actor.grants):
        return true()
    return or_(*covering) if covering else false()
