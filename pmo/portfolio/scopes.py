"""Portfolios, programmes and projects as what a grant may be limited to."""

from collections.abc import Collection

from sqlalchemy import func, select

from pmo.db import db
from pmo.kernel.permissions import ScopeKind
from pmo.people.scopes import Scope
from pmo.portfolio.models import Portfolio, Programme, Project

Table = type[Portfolio] | type[Programme] | type[Project]
TABLES: dict[ScopeKind, Table] = {ScopeKind.PORTFOLIO: Portfolio, ScopeKind.PROGRAMME: Programme, ScopeKind.PROJECT: Project}


class PortfolioScopes:
    """See pmo.people.scopes.Scopes."""

    def find(self, kind: ScopeKind, code: str) -> Scope | None:
        table = TABLES[kind]
        query = select(table.id, table.code, table.name).where(func.upper(table.code) == code.strip().upper()).limit(1)
        found = db.session.execute(query).first()
        return Scope(kind, found.id, found.code, found.name) if found else None

    def named(self, kind: ScopeKind, ids: Collection[int]) -> dict[int, Scope]:
        if not ids:
            return {}
        table = TABLES[kind]
        rows = db.session.execute(select(table.id, table.code, table.name).where(table.id.in_(ids)))
        return {row.id: Scope(kind, row.id, row.code, row.name) for row in rows}

    def offered(self) -> list[Scope]:
        """Everything there is, for the list an administrator chooses from: portfolios, programmes, projects by code."""
        found: list[Scope] = []
        for kind, table in TABLES.items():
            rows = db.session.execute(select(table.id, table.code, table.name).order_by(table.code))
            found += [Scope(kind, row.id, row.code, row.name) for row in rows]
        return found
