"""The commands that stay: web server and worker."""

import os
import signal
import socket
import threading
import time

import click
from flask import Flask
from waitress.server import create_server

from pmo import embedded, opening
from pmo import worker as worker_process
from pmo.app import create_app
from pmo.application import bring_up_to_date
from pmo.config import Settings, from_environment
from pmo.console import listen
from pmo.db import db
from pmo.history import seals
from pmo.kernel import memory
from pmo.watching import logs
from pmo.web.stopping import Gate

LINGER_SECONDS = 0.3  # for the last bytes of the last answer


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered at the same time.")
@click.option("--listening", type=int, hidden=True, help="A socket the supervisor has opened already.")
def serve(host: str, port: int, threads: int, listening: int | None) -> None:
    """Run the web server."""
    given = from_environment()
    if listening is None and not given.database_url:  # with a database of its own, several may serve from one folder
        embedded.claim_server(given.data_dir)
    logs.configure(given.log, given.log_level)
    listener = socket.socket(fileno=listening) if listening is not None else listen(host, port)
    with opening.database(given) as settings:
        bring_up_to_date(settings, may_migrate=not given.database_url)
        with memory.loading():
            app = create_app(settings)
        say_whether_history_is_protected(app)
        if listening is None:
            click.echo(f"serving http://{host}:{listener.getsockname()[1]}")
        answer(app, listener, threads, settings)


def answer(app: Flask, listener: socket.socket, threads: int, settings: Settings) -> None:
    """Until SIGTERM or SIGINT: then what has begun is finished, what is new is refused, and /readyz says so."""
    # whose headers count is decided by web/proxies.py, for every web server alike
    server = create_server(app, sockets=[listener], threads=threads, ident=None, clear_untrusted_proxy_headers=False)
    gate: Gate = app.extensions["gate"]

    ended = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        if ended.is_set():
            raise SystemExit  # which the server's loop takes as its end
        if not gate.is_stopping:
            gate.stop()
            threading.Thread(target=finish, daemon=True).start()

    def finish() -> None:
        if not gate.wait_until_empty(settings.stop_seconds):
            logs.log().warning("requests were cut off", seconds=settings.stop_seconds)
        time.sleep(LINGER_SECONDS)
        ended.set()
        os.kill(os.getpid(), signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.run()
    logs.log().info("stopped")


def say_whether_history_is_protected(app: Flask) -> None:
    with app.app_context():
        if not seals.is_protected():
            click.echo(seals.UNPROTECTED, err=True)
        db.session.remove()


@click.command()
@click.option("--heartbeat", default=worker_process.HEARTBEAT_SECONDS, hidden=True, help="Seconds between signs of life.")
def worker(heartbeat: float) -> None:
    """Run a job worker."""
    given = from_environment()
    logs.configure(given.log, given.log_level)
    with opening.database(given) as settings:
        bring_up_to_date(settings, may_migrate=not given.database_url)
        with memory.loading():
            app = create_app(settings)
        worker_process.work(app, settings, heartbeat)
