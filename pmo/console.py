"""What the commands of the rooms share: the open application around them, and refusals in one sentence.

A room's `cli.py` defines click commands and joins `pmo` by a line in `pmo/cli.py`; `@with_database` opens database and
application around a command. To refuse, raise `kernel.errors.Refused` (or a subclass) or `Complaint`: the sentence goes to
stderr, the exit code is 2.
"""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import click

P = ParamSpec("P")
R = TypeVar("R")

Opener = Callable[[], AbstractContextManager[object]]


class Complaint(click.ClickException):
    """Bad input, or something missing, said in one sentence; nothing was done."""

    exit_code = 2


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run the command inside the application, on its database (which starts if it is the embedded one)."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        open_application = cast(Opener, click.get_current_context().find_root().obj)
        with open_application():
            return command(*args, **kwargs)

    return run


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, or one sentence why not."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise Complaint(f"Port {port} on {host} cannot be used: {reason}. Choose another with --port.") from problem
    listener.listen(128)
    return listener
