"""One database user for everything: it works, and says that history is not protected from it."""

from dataclasses import replace

from sqlalchemy import text

from pmo.app import create_app
from pmo.db import db
from pmo.history import seals
from pmo.serving import say_whether_history_is_protected
from tests.history.ground import Ground


def served(settings, capsys) -> str:
    app = create_app(settings)
    say_whether_history_is_protected(app)
    with app.app_context():
        db.engine.dispose()
    return capsys.readouterr().err


def test_the_start_says_it_in_one_line(app, settings, capsys):
    alone = replace(settings, database_url=settings.database_owner_url)

    assert served(alone, capsys) == seals.UNPROTECTED + "\n"
    assert served(settings, capsys) == ""


def test_migrations_and_triggers_work_for_a_user_without_roles(make_database):
    """As a superuser, the common case of a hosted database with one address."""
    urls = make_database()
    ground = Ground(replace(urls, app=urls.owner))
    ground.write("insert into portfolio (code, name, name_key) values ('A', 'A', 'a')")
    with ground.owner.begin() as connection:
        connection.execute(text("select history.seal()"))

    assert ground.rows("select name from history.portfolio") == [("A",)]
    assert ground.rows("select * from history.verify()") == []
    ground.dispose()
