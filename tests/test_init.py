"""`pmo init`: says what it did, changes nothing the second time, and refuses in one sentence before anything is written."""

import os
import pty
import socket
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

from pmo import settings_file
from pmo.cli import main
from pmo.people import passwords
from tests.post import post

__all__ = ["post"]

pytestmark = pytest.mark.slow

PASSWORD = "a sentence to remember"
ANN = ("--name", "Ann Peeters", "--email", "Ann@Example.org", "--password-stdin")
HOUSE = ("--organisation", "Meridian & Söhne", "--base-url", "https://pmo.example.org")
LIKE = "postgresql://user:password@host:5432/database"
FROM = ("--smtp-from", "pmo@example.org")
WHOLE = ("init", *ANN, *HOUSE, "--no-mail")


@pytest.fixture
def pmo(monkeypatch, tmp_path):
    """The command, with nothing set but the data folder."""
    passwords.cheaper_for_tests()
    for name in [name for name in os.environ if name.startswith("PMO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(settings_file, "MACHINE", tmp_path / "etc" / "pmo.env")
    monkeypatch.setenv("PMO_DATA_DIR", str(tmp_path / "data"))
    return lambda *arguments, typed=PASSWORD + "\n": CliRunner().invoke(main, arguments, input=typed)


def at(urls):
    return ("--database-url", urls.app, "--database-owner-url", urls.owner)


def rows(urls, query):
    with create_engine(urls.superuser, poolclass=NullPool).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_an_empty_database_becomes_a_house_and_the_second_time_nothing_changes(pmo, make_database, tmp_path):
    urls = make_database(migrated=False)

    first = pmo(*WHOLE, *at(urls))
    kept = settings_file.read(tmp_path / "data" / "pmo.env")
    people = rows(urls, "select email, name, language from person")
    again = pmo("init")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert [line.split()[0] for line in first.output.splitlines()] == ["done", "done", "done", "done", "note", "Next:"]
    assert {line.split(":")[0] for line in again.output.splitlines()[:-1]} == {
        f"as before  {what}" for what in ("database", "settings", "tables", "administrator")
    }
    assert again.output.splitlines()[-1] == "Everything was set up already: nothing was changed."
    assert people == [("ann@example.org", "Ann Peeters", "en")]
    assert rows(urls, "select role from role_grant order by role") == [("ADM",), ("PMO",)]
    assert rows(urls, "select must_change from credential") == [(False,)]
    assert (kept["PMO_ORGANISATION"], kept["PMO_DATABASE_OWNER_URL"]) == ("Meridian & Söhne", urls.owner)
    assert (tmp_path / "data" / "pmo.env").stat().st_mode & 0o777 == 0o600


def test_one_setting_is_changed_by_its_option_and_nothing_else(pmo, make_database, tmp_path):
    urls = make_database()
    pmo(*WHOLE, *at(urls))
    before = settings_file.read(tmp_path / "data" / "pmo.env")

    answer = pmo("init", "--currency", "CHF")

    assert "done       settings: PMO_CURRENCY kept in" in answer.output
    assert settings_file.read(tmp_path / "data" / "pmo.env") == before | {"PMO_CURRENCY": "CHF"}


def test_a_password_is_made_and_shown_once(pmo, make_database):
    urls = make_database()

    answer = pmo("init", *ANN[:-1], *HOUSE, "--no-mail", "--make-password", "--administrator-only", *at(urls))

    shown = answer.output.split("first password, shown this once: ")[1].split()[0]
    [(digest,)] = rows(urls, "select password_hash from credential where must_change")
    assert passwords.matches(digest, shown)
    assert rows(urls, "select role from role_grant") == [("ADM",)]


def test_a_test_mail_really_leaves(pmo, make_database, post):
    mail = ("--smtp-host", "127.0.0.1", "--smtp-port", str(post.port), "--smtp-from", "pmo@example.org")

    answer = pmo("init", *ANN, *HOUSE, *mail, "--language", "fr", *at(make_database()))
    again = pmo("init", *mail)

    assert f"a test mail for ann@example.org was accepted by 127.0.0.1:{post.port}" in answer.output
    [text_] = post.accepted
    assert "To: ann@example.org" in text_
    assert "https://pmo.example.org" in text_.replace("=\r\n", "")
    assert again.output.endswith("nothing was changed.\n")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--email", "refuse-me@example.org"), "550 no such person."),
        (("--smtp-starttls", "1"), "STARTTLS extension not supported by server."),
        (("--smtp-user", "pmo"), "SMTP AUTH extension not supported by server."),
    ],
)
def test_what_the_mail_server_refuses_is_one_sentence(pmo, make_database, tmp_path, post, options, sentence):
    mail = ("--smtp-host", "127.0.0.1", "--smtp-port", str(post.port), *FROM)

    answer = pmo("init", *ANN, *HOUSE, *mail, *options, *at(make_database(migrated=False)))

    assert answer.exit_code == 2
    assert answer.output.splitlines()[-1] == f"Error: Mail cannot leave through 127.0.0.1:{post.port}: {sentence}"
    assert (post.accepted, (tmp_path / "data" / "pmo.env").exists()) == ([], False)


def test_what_is_missing_is_said_in_one_sentence(pmo, tmp_path):
    answer = pmo("init", "--non-interactive", "--organisation", "Meridian")

    assert answer.exit_code == 2
    assert answer.output == (
        "Error: Missing: --base-url, --name, --email, --smtp-host (or --no-mail), --password-stdin (or --make-password).\n"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--time-zone", "Europe/Gent"), "PMO_TIME_ZONE should be a time zone such as Europe/Brussels, not 'Europe/Gent'."),
        (("--currency", "EUX"), "'EUX' is not a currency of ISO 4217, such as EUR."),
        (("--country", "XX"), "'XX' is not a country of ISO 3166, such as BE."),
        (("--languages", "en,de"), "PMO_LANGUAGES should name some of en, fr, nl, each once, not 'en,de'."),
        (("--email", "ann at home"), "'ann at home' is not a mail address."),
        (("--base-url", "pmo.example.org"), "PMO_BASE_URL should look like https://pmo.example.org, not 'pmo.example.org'."),
        (("--database-url", "mysql://pmo@host/pmo"), f"PMO_DATABASE_URL should look like {LIKE}."),
        (
            ("--database-url", "postgresql://pmo@127.0.0.1:1/pmo"),
            "The database pmo of pmo at 127.0.0.1:1 cannot be reached: Connection refused.",
        ),
        (
            ("--database-url", "postgresql://pmo@nowhere.invalid/pmo"),
            "The database pmo of pmo at nowhere.invalid cannot be reached: failed to resolve host 'nowhere.invalid': "
            "[Errno -2] Name or service not known.",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_nothing_is_written(pmo, tmp_path, options, sentence):
    answer = pmo(*WHOLE, *options)

    assert (answer.exit_code, answer.output) == (2, f"Error: {sentence}\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--smtp-host", "nowhere.invalid", *FROM), "Mail cannot leave through nowhere.invalid:25: Name or service not known."),
        (("--smtp-host", "127.0.0.1", "--smtp-port", "1", *FROM), "Mail cannot leave through 127.0.0.1:1: Connection refused."),
        (("--smtp-host", "127.0.0.1", "--smtp-from", "pmo"), "'pmo' is not a mail address."),
        (("--smtp-host", "127.0.0.1"), "Missing: --smtp-from."),
        (("--smtp-host", "127.0.0.1", "--smtp-port", "many", *FROM), "PMO_SMTP_PORT should be a whole number, not 'many'."),
    ],
)
def test_a_wrong_mail_server_is_one_sentence_and_nothing_is_written(pmo, make_database, tmp_path, options, sentence):
    urls = make_database(migrated=False)

    answer = pmo("init", *ANN, *HOUSE, *options, *at(urls))

    assert answer.exit_code == 2
    assert answer.output.splitlines()[-1].startswith(f"Error: {sentence}")
    assert rows(urls, "select to_regclass('person')") == [(None,)]
    assert not (tmp_path / "data" / "pmo.env").exists()


def test_a_wrong_user_and_a_wrong_name_of_the_database_are_one_sentence(pmo, make_database):
    urls = make_database(migrated=False)
    user = pmo(*WHOLE, *at(urls), "--database-url", urls.app.replace("pmo_app", "somebody"))
    owner = pmo(*WHOLE, *at(urls), "--database-owner-url", urls.owner.replace("pmo_owner", "nobody_here"))
    name = pmo(*WHOLE, *at(urls), "--database-url", urls.app.replace("_main", "_none").replace("/pmo_", "/no_", 1))

    assert [answer.exit_code for answer in (user, owner, name)] == [2, 2, 2]
    assert user.output.splitlines()[-1].endswith('cannot be reached: role "somebody" does not exist.')
    assert owner.output.splitlines()[-1].endswith('cannot be reached: role "nobody_here" does not exist.')
    assert name.output.splitlines()[-1].endswith("does not exist.")


def test_a_short_password_and_a_second_administrator_are_refused(pmo, make_database):
    urls = make_database()

    short = pmo(*WHOLE, *at(urls), typed="short\n")
    pmo(*WHOLE, *at(urls))
    second = pmo("init", "--name", "Bob", "--email", "bob@example.org", "--make-password")

    assert (short.exit_code, short.output) == (2, "Error: The password needs at least 12 characters.\n")
    assert (second.exit_code, second.output) == (
        2,
        "Error: There is an administrator already, ann@example.org: others are added by them, or by pmo user add.\n",
    )
    assert rows(urls, "select email from person") == [("ann@example.org",)]


def test_the_environment_wins_and_an_option_against_it_is_refused(pmo, make_database, monkeypatch):
    urls = make_database()
    monkeypatch.setenv("PMO_CURRENCY", "EUR")

    answer = pmo(*WHOLE, *at(urls), "--currency", "CHF")

    assert (answer.exit_code, answer.output) == (
        2,
        "Error: The environment says otherwise for PMO_CURRENCY, and it wins: unset it, or leave the option out.\n",
    )


class Terminal:
    """A terminal with somebody who answers each question once it is asked."""

    def __init__(self, command, env):
        mine, theirs = pty.openpty()
        self.mine = mine
        self.process = subprocess.Popen(command, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.seen = ""

    def answer(self, question, words):
        self.read_until(question)
        self.seen = ""
        os.write(self.mine, words.encode() + b"\n")

    def read_until(self, words, seconds=60):
        deadline = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < deadline, self.seen
            try:
                self.seen += os.read(self.mine, 4096).decode()
            except OSError:  # the other side has ended
                break
        assert words in self.seen


def test_on_a_terminal_it_asks_and_asks_again(make_database, tmp_path):
    urls = make_database()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
    env = kept | {"PMO_DATA_DIR": str(tmp_path), "PMO_DATABASE_URL": urls.app, "PMO_DATABASE_OWNER_URL": urls.owner}
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        desk = Terminal([sys.executable, "-m", "pmo.cli", "init"], env)
        desk.answer("Name of the organisation", "Meridian")
        desk.answer("Languages", "fr,nl")
        desk.answer("Currency", "euro")
        desk.answer("PMO_CURRENCY should be an ISO code such as EUR, not 'euro'.", "")
        desk.answer("Country", "")
        desk.answer("Time zone", "")
        desk.answer("Address people will use", "https://pmo.example.org")
        desk.answer("Mail server", "")
        desk.answer("Mail address of the first administrator", "ann@example.org")
        desk.answer("Name of the first administrator", "Ann Peeters")
        desk.answer("Password", PASSWORD)
        desk.answer("The same again", PASSWORD)
        desk.read_until("Next: pmo serve and pmo worker")

    assert desk.process.wait(30) == 0
    assert rows(urls, "select email, language from person") == [("ann@example.org", "fr")]
    assert settings_file.read(tmp_path / "pmo.env")["PMO_LANGUAGES"] == "fr,nl"
