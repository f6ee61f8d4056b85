"""The playground, made once per run and emptied for every test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.history.ground import TABLES, Ground
from tests.postgres import Server


@pytest.fixture(scope="session")
def playground(database_server: Server) -> Iterator[Ground]:
    name = f"{database_server.prefix}_history"
    ground = Ground(database_server.make(name, database_server.template))
    with ground.owner.begin() as connection:
        connection.execute(text(TABLES))
    yield ground
    ground.dispose()
    database_server.drop(name)


@pytest.fixture
def ground(playground: Ground) -> Ground:
    playground.reset()
    return playground
