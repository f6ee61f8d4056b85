"""The commands that stay: web server and worker."""

import logging
import signal
import socket
import sys

import click
import waitress
from flask import Flask

from pmo import embedded, opening
from pmo import worker as worker_process
from pmo.app import create_app
from pmo.application import bring_up_to_date
from pmo.config import from_environment
from pmo.console import listen
from pmo.db import db
from pmo.history import seals
from pmo.kernel import memory


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered at the same time.")
@click.option("--listening", type=int, hidden=True, help="A socket the supervisor has opened already.")
def serve(host: str, port: int, threads: int, listening: int | None) -> None:
    """Run the web server."""
    given = from_environment()
    if listening is None:
        embedded.claim_server(given.data_dir)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a request that waits a moment is no news
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress then finishes what it has begun
    listener = socket.socket(fileno=listening) if listening is not None else listen(host, port)
    with opening.database(given) as settings:
        bring_up_to_date(settings, may_migrate=not given.database_url)
        with memory.loading():
            app = create_app(settings)
        say_whether_history_is_protected(app)
        if listening is None:
            click.echo(f"serving http://{host}:{listener.getsockname()[1]}")
        # whose headers count is decided by web/proxies.py, for every web server alike
        waitress.serve(app, sockets=[listener], threads=threads, ident=None, clear_untrusted_proxy_headers=False)


def say_whether_history_is_protected(app: Flask) -> None:
    with app.app_context():
        if not seals.is_protected():
            click.echo(seals.UNPROTECTED, err=True)
        db.session.remove()


@click.command()
@click.option("--heartbeat", default=worker_process.HEARTBEAT_SECONDS, hidden=True, help="Seconds between signs of life.")
def worker(heartbeat: float) -> None:
    """Run a job worker."""
    logging.basicConfig(level=logging.WARNING)
    given = from_environment()
    with opening.database(given) as settings:
        bring_up_to_date(settings, may_migrate=not given.database_url)
        with memory.loading():
            app = create_app(settings)
        worker_process.work(app, settings, heartbeat)
