"""The same words mean other tables while looking back: no plan of the present is used for the past."""

from datetime import timedelta

from sqlalchemy import select

from pmo.db import as_of, db, transaction
from pmo.kernel import clock
from pmo.portfolio.models import Project

OFTEN = 8  # psycopg prepares what it was asked five times


def test_what_is_read_often_now_is_read_as_it_was_all_the_same(make):
    project_id = make.project(name="As it was").id
    later = clock.now() + timedelta(hours=1)
    for _ in range(OFTEN):
        with transaction("only reads"):
            db.session.scalars(select(Project.name).where(Project.id == project_id)).one()
            db.session.scalars(select(Project).where(Project.id == project_id).execution_options(populate_existing=True)).one()

    with as_of(later):
        found = db.session.scalars(
            select(Project).where(Project.id == project_id).execution_options(populate_existing=True)
        ).one()

        assert found.name == "As it was"
