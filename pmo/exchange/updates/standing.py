"""The rows a sheet speaks of: as they stand, as they were when the sheet left, and who changed them since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import contains_eager

from pmo.db import db
from pmo.exchange.logic.update_sheet import Mark, Table, Values
from pmo.exchange.updates.lines import item_values, milestone_values
from pmo.history.queries import Author, authors
from pmo.kernel.permissions import Actor
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.models import RaidItem
from pmo.schedule.models import Milestone

Row = Milestone | RaidItem
Key = tuple[Table, int]
MODELS: dict[Table, type[Milestone] | type[RaidItem]] = {Table.MILESTONES: Milestone, Table.RAID: RaidItem}
VALUES = {Table.MILESTONES: milestone_values, Table.RAID: item_values}


@dataclass(frozen=True, slots=True)
class Standing:
    """By table and id; what the actor may not see is not there."""

    rows: Mapping[Key, Row]
    versions: Mapping[Key, Sequence[Any]]  # oldest first
    codes: Mapping[int, frozenset[str]]  # every code a project has carried
    people: Mapping[int, Author] = field(default_factory=dict)  # by transaction

    def was(self, mark: Mark) -> Values | None:
        """As it left with the sheet; None when there never was such a version."""
        found = [row for row in self.versions.get((mark.table, mark.id), ()) if row.version == mark.version]
        return VALUES[mark.table](found[-1]) if found else None

    def here(self, mark: Mark) -> Values:
        return VALUES[mark.table](self.rows[mark.table, mark.id])

    def last_change(self, mark: Mark, key: str) -> Author | None:
        """Who gave a field the value it has."""
        versions = self.versions.get((mark.table, mark.id), ())
        pairs = zip([None, *versions], versions, strict=False)
        changes = [new.h_txn for old, new in pairs if old is None or getattr(old, key) != getattr(new, key)]
        return self.people.get(changes[-1]) if changes else None


def standing(marks: Collection[Mark], actor: Actor) -> Standing:
    """Six statements at most, however many rows the sheet has."""
    rows: dict[Key, Row] = {}
    versions: dict[Key, list[Any]] = {}
    for table in Table:
        ids = {mark.id for mark in marks if mark.table is table}
        if ids:
            rows |= {(table, row.id): row for row in _rows(table, ids, actor)}
            for version in _versions(table, [row_id for kind, row_id in rows if kind is table]):
                versions.setdefault((table, version.id), []).append(version)
    changed = {version.h_txn for found in versions.values() for version in found[1:]}
    return Standing(rows, versions, _codes({row.project_id for row in rows.values()}), authors(changed))


def _rows(table: Table, ids: Collection[int], actor: Actor) -> Sequence[Row]:
    model = MODELS[table]
    query: Select[Any] = select(model).join(model.project).options(contains_eager(model.project))
    seen = query.where(model.id.in_(ids), Project.id.in_(visible_projects(actor))).order_by(model.id)
    return db.session.scalars(seen.execution_options(populate_existing=True)).all()


def _versions(table: Table, ids: Sequence[int]) -> Sequence[Any]:
    query = f"select * from history.{table.value} where id = any(:ids) order by id, h_version"  # noqa: S608 our own names
    return db.session.execute(text(query), {"ids": list(ids)}).all()


def _codes(project_ids: Collection[int]) -> dict[int, frozenset[str]]:
    query = text("select id, array_agg(distinct code) as codes from history.project where id = any(:ids) group by id")
    return {row.id: frozenset(row.codes) for row in db.session.execute(query, {"ids": sorted(project_ids)})}
