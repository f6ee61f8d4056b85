"""The migrations: head is what the models say, and from every revision one gets to head with data in the tables."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

import pmo
from pmo.app import create_app
from pmo.config import Settings
from pmo.db import MIGRATIONS, Base, applied_revision, db, newest_revision, transaction
from pmo.kernel.permissions import Role
from pmo.rules import actions as rules
from tests.factories import Make
from tests.postgres import DatabaseUrls

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"


for room in Path(pmo.__file__).parent.glob("*/models.py"):  # rooms whose pages are not built yet have tables too
    importlib.import_module(f"pmo.{room.parent.name}.models")


def configuration(urls: DatabaseUrls) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes.update(url=urls.owner, metadata=Base.metadata)
    return config


def rows(urls: DatabaseUrls) -> dict[str, int]:
    """How many rows each table has."""
    engine = create_engine(urls.superuser, poolclass=NullPool)
    with engine.connect() as connection:
        names = connection.scalars(text(TABLES)).all()
        return {name: connection.scalar(text(f'select count(*) from public."{name}"')) or 0 for name in names}


def versions_of_people(urls: DatabaseUrls) -> int:
    engine = create_engine(urls.owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("update person set name = name || '.'"))
        return connection.scalar(text("select count(*) from history.person")) or 0


@pytest.fixture
def filled(make_database: Callable[[], DatabaseUrls], tmp_path) -> DatabaseUrls:
    """Head, with something in the tables that people fill first."""
    urls = make_database()
    app = create_app(Settings(data_dir=tmp_path, database_url=urls.app, secret_key="only for tests"))
    with app.app_context():
        with transaction("rules"):
            rules.load()
        make = Make()
        make.person(role=Role.PMO)
        project = make.project()
        make.milestone(project)
        make.raid_item(project)
        make.status_update(project)
        make.meeting(make.committee(make.portfolio()))
        db.session.remove()
        db.engine.dispose()
    return urls


def test_head_is_what_the_models_say(cluster_urls):
    command.check(configuration(cluster_urls))


@pytest.mark.parametrize("revision", [*REVISIONS[1:], "base"])
def test_every_revision_leads_to_head_and_keeps_its_data(filled, revision):
    before = rows(filled)
    command.downgrade(configuration(filled), revision)
    there = rows(filled)
    assert there == {name: before[name] for name in there}

    command.upgrade(configuration(filled), "head")

    assert applied_revision(filled.app) == newest_revision()
    assert rows(filled) == dict.fromkeys(before, 0) | there
    command.check(configuration(filled))
    people = there.get("person", 0)
    assert versions_of_people(filled) == versions_of_people(filled) - people
