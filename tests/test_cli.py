"""The `pmo` command itself: every line of its help leads somewhere, and asking for help costs nothing."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pmo.cli import COMMANDS, main
from pmo.console import Complaint


@pytest.mark.parametrize("name", COMMANDS)
def test_a_listed_command_exists_and_says_the_same_of_itself(name):
    command = COMMANDS[name].load()

    assert isinstance(command, click.Command)
    assert (command.help or "").split("\n")[0] == COMMANDS[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help(name):
    answer = CliRunner().invoke(main, [name, "--help"])

    assert answer.exit_code == 0
    assert COMMANDS[name].help in " ".join(answer.output.split())


def test_help_imports_no_application():
    code = "import sys; from pmo.cli import main; main(['--help'], standalone_mode=False); assert 'flask' not in sys.modules"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert [name for name in COMMANDS if name not in answer.stdout] == []


def test_an_unknown_command_is_refused():
    answer = CliRunner().invoke(main, ["conquer"])

    assert answer.exit_code == 2
    assert "No such command 'conquer'." in answer.output


def test_bad_settings_are_one_sentence(monkeypatch):
    monkeypatch.setenv("PMO_SMTP_PORT", "many")

    answer = CliRunner().invoke(main, ["check"])

    assert (answer.exit_code, answer.output) == (2, "Error: PMO_SMTP_PORT should be a whole number, not 'many'.\n")


def test_a_complaint_is_bad_input():
    assert Complaint("no").exit_code == 2
