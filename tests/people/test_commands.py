"""Adding people and making tokens by command."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from pmo.cli import main
from pmo.people import queries


@pytest.fixture
def command(app):
    def run(*words):
        return CliRunner().invoke(main, list(words), obj=lambda: nullcontext(app))

    return run


def test_a_person_is_added_and_gets_a_token(app, make, command):
    make.project(code="PAC-01")

    added = command("user", "add", "--email", "Nele@example.org", "--name", "Nele", "--role", "PJM", "--scope", "project:PAC-01")
    made = command("token", "create", "--user", "nele@example.org")

    assert added.exit_code == 0
    assert added.output.startswith("nele@example.org was added, first password: ")
    assert (
        app.test_client()
        .get("/api/v1/projects", headers={"Authorization": f"Bearer {made.output.strip()}"})
        .json["items"][0]["code"]
        == "PAC-01"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("user", "add", "--email", "known@example.org", "--name", "N"), "Somebody with this address is already known."),
        (
            ("user", "add", "--email", "a@example.org", "--name", "N", "--scope", "project:NOPE"),
            "There is no project with the code 'NOPE'.",
        ),
        (
            ("user", "add", "--email", "a@example.org", "--name", "N", "--scope", "everything"),
            "is not a scope such as project:PAC-01.",
        ),
        (("user", "add", "--email", "a@example.org", "--name", "N", "--password", "short"), "Use at least 12 characters."),
        (("token", "create", "--user", "nobody@example.org"), "There is no active person with the address nobody@example.org."),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(make, command, words, sentence):
    make.person(email="known@example.org")

    answer = command(*words)

    assert answer.exit_code == 2
    assert sentence in answer.output
    assert queries.person_by_email("a@example.org") is None
