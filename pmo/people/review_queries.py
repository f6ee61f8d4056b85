"""Who may do what, since when and by whom, for a review of access: a known number of statements, whatever the length."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, exists, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import ScopeKind
from pmo.kernel.sorting import name_key
from pmo.people import queries
from pmo.people.models import ApiToken, Credential, Person, RoleGrant
from pmo.people.proof_models import AccessReview, LastSignIn, SecondFactor, SignOnIdentity
from pmo.web.tables import Cursor, Key, Page, cut, ordered, paged

ROWS = 50

# The oldest version of a grant, and the transaction that made it. Of now, also while a page looks back.
GIVEN = text(
    "select distinct on (h.id) h.id, t.recorded_at, t.actor, coalesce(t.origin, '') origin"
    " from history.role_grant h join history.txn t on t.id = h.h_txn where h.id = any(:ids) order by h.id, h.h_version"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people a list shows."""

    words: str = ""
    role: str = ""
    scope: tuple[ScopeKind, int | None] | None = None
    is_active: bool | None = True
    quiet_days: int = 0  # without a sign-in for so many days
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """One role of a person."""

    grant: RoleGrant
    since: datetime | None
    by: str  # empty: nobody in particular, a command or the provider
    origin: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One person with everything a reviewer looks at."""

    person: Person
    roles: tuple[Given, ...]
    signed_in_at: datetime | None
    is_local: bool
    is_signed_on: bool  # known to the identity provider
    has_factor: bool
    tokens: int
    reviewed_at: datetime | None
    reviewed_by: str
    due: date | None  # None: never reviewed, so due now

    def is_due(self, today: date) -> bool:
        return self.due is None or self.due <= today


def page_of(asked: Asked, cursor: Cursor | None, every_days: int) -> Page[Reviewed]:
    keys = (Key(Person.name_key), Key(Person.id))
    found = db.session.execute(paged(_people(asked, every_days), keys, cursor, ROWS)).all()
    cutting = cut(found, cursor, ROWS, lambda row: (row[0].name_key, row[0].id))
    return Page(_with_roles(cutting.rows, every_days), cutting.next, cutting.previous)


def all_of(asked: Asked, every_days: int) -> tuple[Reviewed, ...]:
    keys = (Key(Person.name_key), Key(Person.id))
    return _with_roles(db.session.execute(ordered(_people(asked, every_days), keys)).all(), every_days)


def count(asked: Asked, every_days: int) -> int:
    return db.session.scalar(select(func.count()).select_from(_people(asked, every_days).subquery())) or 0


def _people(asked: Asked, every_days: int) -> Select[Any]:
    latest = select(AccessReview).ext(distinct_on(AccessReview.person_id))
    newest = latest.order_by(AccessReview.person_id, AccessReview.reviewed_at.desc(), AccessReview.id.desc()).subquery()
    open_tokens = (
        select(func.count())
        .where(ApiToken.person_id == Person.id, ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.machine_now()))
    )
    query = (
        select(
            Person,
            LastSignIn.signed_in_at,
            exists().where(Credential.person_id == Person.id),
            exists().where(SignOnIdentity.person_id == Person.id),
            exists().where(SecondFactor.person_id == Person.id, SecondFactor.confirmed_at.is_not(None)),
            open_tokens.scalar_subquery(),
            newest.c.reviewed_at,
            newest.c.reviewed_by,
        )
        .outerjoin(LastSignIn, LastSignIn.person_id == Person.id)
        .outerjoin(newest, newest.c.person_id == Person.id)
    )
    if asked.is_due:
        before = clock.end_of_day(clock.today() - timedelta(days=every_days))
        query = query.where(or_(newest.c.reviewed_at.is_(None), newest.c.reviewed_at <= before))
    return query.where(*_wanted(asked))


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.words:
        sought = literal(f"%{name_key(asked.words)}%", Text)
        wanted.append(or_(Person.name_key.like(sought), Person.email.like(sought)))
    if asked.role or asked.scope:
        held = [RoleGrant.person_id == Person.id]
        if asked.role:
            held.append(RoleGrant.role == asked.role)
        if asked.scope:
            held += [RoleGrant.scope == asked.scope[0].value, RoleGrant.scope_id.is_not_distinct_from(asked.scope[1])]
        wanted.append(exists().where(and_(*held)))
    if asked.is_active is not None:
        wanted.append(Person.is_active.is_(asked.is_active))
    if asked.quiet_days:
        since = clock.machine_now() - timedelta(days=asked.quiet_days)
        wanted.append(or_(LastSignIn.signed_in_at.is_(None), LastSignIn.signed_in_at < since))
    return wanted


def _with_roles(rows: Sequence[Any], every_days: int) -> tuple[Reviewed, ...]:
    """Three statements more: roles, how they were given, names."""
    grants = queries.grants_of([row[0].id for row in rows])
    given = _given([one.id for held in grants.values() for one in held])
    names = queries.names({actor for _, actor, _ in given.values() if actor} | {row[7] for row in rows if row[7]})
    return tuple(
        Reviewed(
            person=row[0],
            roles=tuple(_role(one, given, names) for one in grants.get(row[0].id, ())),
            signed_in_at=row[1],
            is_local=row[2],
            is_signed_on=row[3],
            has_factor=row[4],
            tokens=row[5],
            reviewed_at=row[6],
            reviewed_by=names.get(row[7], ""),
            due=clock.local(row[6]).date() + timedelta(days=every_days) if row[6] else None,
        )
        for row in rows
    )


def _given(ids: Collection[int]) -> dict[int, tuple[datetime, int | None, str]]:
    found = db.session.execute(GIVEN, {"ids": sorted(ids)})
    return {row.id: (row.recorded_at, row.actor, row.origin) for row in found}


def _role(grant: RoleGrant, given: Mapping[int, tuple[datetime, int | None, str]], names: Mapping[int, str]) -> Given:
    since, actor, origin = given.get(grant.id, (None, None, ""))
    return Given(grant, since, names.get(actor or 0, ""), origin)
