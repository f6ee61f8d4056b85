"""The `pmo` command: which commands there are, where each of them lives, and how a refusal looks.

A command is imported when it is used, so that `pmo --help` is quick: a new one is a line in COMMANDS with the place of the click
command and its help, equal to the first line of its docstring (a test compares them).
"""

import importlib
from dataclasses import dataclass
from typing import Any

import click

from pmo.config import BadSettings
from pmo.console import Complaint
from pmo.kernel import memory
from pmo.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives (module:name), and its line in the help."""

    place: str
    help: str

    def load(self) -> click.Command:
        module, name = self.place.split(":")
        with memory.loading():
            command: click.Command = getattr(importlib.import_module(module), name)
        return command


COMMANDS = {
    "demo": Lazy("pmo.supervisor:demo", "Run database, demo portfolio, web server and worker, in the foreground."),
    "init": Lazy("pmo.installing.cli:init", "Set up a new installation: database, settings, mail, first administrator."),
    "serve": Lazy("pmo.serving:serve", "Run the web server."),
    "worker": Lazy("pmo.serving:worker", "Run a job worker."),
    "check": Lazy("pmo.checkup:check", "Say whether everything the installation needs is there."),
    "db": Lazy("pmo.commands:db", "Look after the database."),
    "backup": Lazy("pmo.backup.cli:backup", "Write the database, with its history and files, to FILE."),
    "restore": Lazy("pmo.backup.cli:restore", "Fill an empty database from FILE, on the same or a newer PostgreSQL."),
    "alerts": Lazy("pmo.alerts.cli:alerts", "Find out what is wrong."),
    "import": Lazy("pmo.exchange.cli:import_", "Bring lists in from files."),
    "report": Lazy("pmo.reports.cli:report", "Make reports as files, publish editions."),
    "walk": Lazy("pmo.home.cli:walk", "Look after the weekly walk."),
    "mail": Lazy("pmo.inbox.cli:mail", "Take in mail."),
    "audit": Lazy("pmo.history.cli:audit", "Verify the history, or erase a person from it."),
    "seed": Lazy("pmo.exchange.demo_cli:seed", "Load content to try things with."),
    "user": Lazy("pmo.people.cli:user", "Look after people."),
    "token": Lazy("pmo.people.cli:token", "Look after keys of programs."),
    "clock": Lazy("pmo.commands:clock", "Move the clock of a trial installation (PMO_TEST_CLOCK=1)."),
}


class House(click.Group):
    """Imports a command when it is asked for, and turns every refusal into its sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return COMMANDS[name].load() if name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            raise Complaint(str(refusal.message)) from refusal
        except BadSettings as problem:
            raise Complaint(str(problem)) from problem


def opened() -> Any:
    """The application; imported only for commands that need it."""
    with memory.loading():
        return importlib.import_module("pmo.application").application()


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"], "obj": opened})
@click.version_option(package_name="pmo")
def main() -> None:
    """Portfolio and project management server: settings are PMO_* variables, see the README."""


if __name__ == "__main__":
    main()
