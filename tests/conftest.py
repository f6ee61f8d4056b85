"""Fixtures every test may use: an application on a real database, people made up on the spot, rows, a counter of statements."""

from collections.abc import Callable, Generator, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, select, text

from pmo.app import create_app
from pmo.config import Settings
from pmo.db import acting, db, transaction
from pmo.kernel import clock, memory
from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.sorting import name_key
from pmo.people import actions as people
from pmo.people import passwords, sessions
from pmo.people.models import LoginSession, Person
from pmo.rules import actions as rules
from tests.chromium import browser, playwright
from tests.factories import Make
from tests.postgres import DatabaseUrls, cluster_urls, database_server, make_database

__all__ = ["browser", "cluster_urls", "database_server", "make_database", "playwright"]

NOW = datetime(2026, 3, 12, 8, 40, tzinfo=UTC)  # 12 March 2026, 09:40 in Brussels, the day of the design's screens
TODAY = date(2026, 3, 12)
HTMX = {"HX-Request": "true"}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All tests and the application are loaded now, and stay."""
    with memory.loading():
        return (yield)


@pytest.fixture(scope="session")
def settings(cluster_urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=cluster_urls.app,
        database_owner_url=cluster_urls.owner,
        secret_key="only for tests",
        base_url="http://localhost",
    )


class Client(FlaskClient):
    """Each request in a context of its own, as in production; what the test has loaded is read anew afterwards."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Iterator[Flask]:
    passwords.cheaper_for_tests()
    app = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(whole_app: Flask, cluster_urls: DatabaseUrls) -> Iterator[Flask]:
    """The application with an empty database, on a fixed day."""
    empty(cluster_urls)
    with whole_app.app_context(), clock.pretend(NOW), acting(None, "console"):
        with transaction("rules of the house"):
            rules.load()
        yield whole_app
        db.session.rollback()
        db.session.remove()


def empty(urls: DatabaseUrls) -> None:
    """Every table of the application and its history, emptied; replica mode keeps the triggers from refusing it."""
    engine, deletions = emptying(urls.superuser)
    with engine.connect() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text(deletions))
        connection.execute(
            text(
                "select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences"
                " where last_value is not null and schemaname in ('public', 'history')"
            )
        )


@lru_cache
def emptying(superuser: str) -> tuple[Engine, str]:
    """Who empties, by a connection that stays open, and the statements: asked once, for no test makes a table here."""
    engine = create_engine(superuser, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        names = connection.scalars(
            text(
                "select format('%I.%I', schemaname, relname) from pg_stat_user_tables where schemaname in ('public', 'history')"
                " and relname not in ('alembic_version', 'tracked', 'added') order by 1"
            )
        ).all()
    return engine, "; ".join(f"delete from {name}" for name in names)  # for few rows much quicker than truncate


@pytest.fixture
def make(app: Flask) -> Make:
    """Rows with sensible defaults: make.project(), make.milestone(project, forecast=...), make.person(...)."""
    return Make()


@pytest.fixture
def login(app: Flask) -> Callable[..., FlaskClient]:
    """Sign in as somebody: `login(Role.PMO)`, `login((Role.PROJECT_MANAGER, project))`, `login(person)`, or `login()`."""

    def as_person(*grants: Role | tuple[Role, Any] | Person, language: str = "en") -> FlaskClient:
        given = next((item for item in grants if isinstance(item, Person)), None)
        with transaction("test"):
            person = given or made_up(language)
            for item in grants:
                if not isinstance(item, Person):
                    give(person, item)
            token = people.start_session(person, address="127.0.0.1", agent="test")
        client = app.test_client()
        client.set_cookie(sessions.COOKIE, token)
        db.session.expire_all()
        return client

    return as_person


def key_of(client: FlaskClient) -> dict[str, str]:
    """What a program of whoever is signed in there sends to the API, which no cookie opens."""
    cookie = client.get_cookie(sessions.COOKIE)
    digest = people.token_digest(cookie.value if cookie else "")
    with transaction("test"):
        person = db.session.scalars(select(Person).join(LoginSession).where(LoginSession.token_digest == digest)).one()
        return {"Authorization": f"Bearer {people.make_token(person, 'a program')}"}


def made_up(language: str) -> Person:
    number = db.session.scalar(text("select count(*) from person")) or 0
    name = f"Person {number + 1}"
    person = Person(email=f"person{number + 1}@example.org", name=name, name_key=name_key(name), language=language)
    db.session.add(person)
    db.session.flush()
    return person


def give(person: Person, grant: Role | tuple[Role, Any]) -> None:
    if isinstance(grant, Role):
        people.grant(person, grant)
    else:
        role, scope = grant
        people.grant(person, role, ScopeKind(type(scope).__name__.lower()), scope.id)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL sent so far; clear it, act, then compare its length. Transaction settings are not counted."""
    sent: list[str] = []

    def note(*seen: Any) -> None:
        if not seen[2].lstrip().startswith("select set_config("):
            sent.append(seen[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """Real files nobody here wrote; absent on a machine that has only the project."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not on this machine")
    return SHARED
