"""Reads what the PMO laid down about overall colours: what counts on a day follows from its dates alone, nothing has to run."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from pmo.db import db
from pmo.people.models import Person
from pmo.portfolio.logic import Colour
from pmo.status.logic.override import Override
from pmo.status.models import HealthOverride

Author, Ender = aliased(Person, name="overrider"), aliased(Person, name="ender")


def running(today: date) -> Select[Any]:
    """A row per project whose computed colour does not count on this day; of several the last one laid down."""
    o = HealthOverride
    shown: list[Any] = [o.project_id, o.id, o.colour, o.reason, o.starts_on, o.ends_on, Author.name.label("author")]
    query = select(*shown).outerjoin(Author, Author.id == o.author_id)
    holds = (o.ended_at.is_(None), o.starts_on <= today, o.ends_on >= today)
    return query.where(*holds).ext(distinct_on(o.project_id)).order_by(o.project_id, o.id.desc())


def columns(override: Any) -> list[Any]:
    """Those of `running`, beside the columns of its project; `override_of` reads them again."""
    names = ("id", "colour", "reason", "starts_on", "ends_on", "author")
    return [override.c[name].label(f"override_{name}") for name in names]


def override_of(row: Any) -> Override | None:
    if row.override_id is None:
        return None
    dates = (row.override_starts_on, row.override_ends_on)
    return Override(row.override_id, Colour(row.override_colour), row.override_reason, *dates, row.override_author or "")


def laid_down(project_id: int, limit: int) -> list[tuple[HealthOverride, str, str]]:
    """Every override of a project with who laid it down and who ended it, the newest first: one statement."""
    o = HealthOverride
    query = (
        select(o, Author.name, Ender.name).outerjoin(Author, Author.id == o.author_id).outerjoin(Ender, Ender.id == o.ended_by)
    )
    rows = db.session.execute(query.where(o.project_id == project_id).order_by(o.made_at.desc(), o.id.desc()).limit(limit))
    return [(row, author or "", ender or "") for row, author, ender in rows]
