"""Adding people and making tokens by command."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pmo.cli import main
from pmo.db import db
from pmo.kernel.token_scopes import TokenScope
from pmo.people import queries
from pmo.people.models import ApiToken


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
    ("words", "scopes", "days"),
    [
        (("--scope", "write:raid", "--scope", "write:schedule", "--days", "30"), ["read", "write:schedule", "write:raid"], 30),
        (("--read-only",), ["read"], 365),
        ((), [scope.value for scope in TokenScope], 365),
    ],
)
def test_a_token_gets_its_scopes_and_its_end(make, command, words, scopes, days):
    make.person(email="nele@example.org")

    command("token", "create", "--user", "nele@example.org", *words)
    kept = db.session.scalars(select(ApiToken)).one()

    assert kept.scopes == scopes
    assert (kept.expires_at - kept.created_at).days == days


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
        (
            ("token", "create", "--user", "known@example.org", "--read-only", "--scope", "write:raid"),
            "--read-only and a --scope that writes contradict each other: leave one away.",
        ),
        (("token", "create", "--user", "known@example.org", "--scope", "write:everything"), "is not one of 'read',"),
        (("token", "create", "--user", "nobody@example.org"), "There is no active person with the address nobody@example.org."),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(make, command, words, sentence):
    make.person(email="known@example.org")

    answer = command(*words)

    assert answer.exit_code == 2
    assert sentence in answer.output
    assert queries.person_by_email("a@example.org") is None
