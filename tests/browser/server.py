"""The real application on a database and in a process of its own: `python -m tests.browser.server small|demo`."""

import logging
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from flask import Flask, g, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from waitress import create_server

from pmo.app import create_app
from pmo.config import from_environment
from pmo.db import db, transaction
from pmo.exchange import demo
from pmo.kernel import clock, memory
from pmo.kernel.languages import msg
from pmo.methods import actions as methods
from pmo.people import passwords
from pmo.people.queries import person_by_email
from pmo.rules import actions as rules
from tests.browser import world
from tests.factories import Make


def main() -> None:
    with memory.loading():
        app = create_app(from_environment())
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    clock.move(world.NOW - datetime.now(UTC))
    passwords.cheaper_for_tests()
    add_styleguide(app)
    with app.app_context():
        with transaction("rules"):
            rules.load()
            methods.load()
        CONTENTS[sys.argv[1]]()
        db.session.remove()
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    sys.stdout.write(f"ready http://127.0.0.1:{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


def small() -> None:
    """For tests that change things: three projects, the first of them number 1."""
    world.build(Make())


def whole() -> None:
    """The demo, and uploads beside it: for tests that look."""
    demo.load()
    person = person_by_email(world.PMO)
    assert person is not None
    world.told(Make(), person)
    world.lists(person, "DEMO")
    world.amounts(person, "DEMO")
    world.update_sheet(person)
    world.one_time_link()
    world.written_to_us(Make(), person)
    world.delivery(person)
    world.running()


CONTENTS = {"small": small, "demo": whole}


def add_styleguide(app: Flask) -> None:
    """A page that draws every macro; no such page exists outside tests."""
    assert app.jinja_loader is not None
    app.jinja_env.loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(Path(__file__).parent / "templates")])

    @app.route("/styleguide", methods=["GET", "POST"])
    def styleguide() -> str:
        g.guarded = True
        wrong = {"forecast": msg("Enter a date such as 2026-03-31."), "reason": msg("Choose one from the list.")}
        errors = wrong if request.args.get("errors") else {}
        return render_template("styleguide.html", money=Decimal(2160000), day=world.NOW.date(), moment=world.NOW, errors=errors)


if __name__ == "__main__":
    main()
