"""Settings in a file: read by every command, below the environment; written whole, for its owner only."""

import os
import subprocess

import pytest

from pmo import settings_file
from pmo.config import BadSettings, from_environment
from pmo.settings_file import Unreadable, completed, parse, place, read, text, write

STRANGE = {"PMO_A": "plain", "PMO_B": 'a "quoted" $HOME `id` \\ end', "PMO_C": "", "PMO_D": "Söhne & Co # 1", "PMO_E": "it's"}


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    monkeypatch.setattr(settings_file, "MACHINE", tmp_path / "etc.env")
    return tmp_path / "etc.env"


def test_what_is_written_is_read_again_for_its_owner_only(tmp_path):
    write(tmp_path / "new" / "pmo.env", STRANGE)

    assert read(tmp_path / "new" / "pmo.env") == STRANGE
    assert (tmp_path / "new" / "pmo.env").stat().st_mode & 0o777 == 0o600


def test_a_shell_reads_the_same(tmp_path):
    write(tmp_path / "pmo.env", STRANGE)

    command = f"set -a; . {tmp_path / 'pmo.env'}; env -0"
    said = subprocess.run(["sh", "-c", command], env={"PATH": os.environ["PATH"]}, capture_output=True, check=True).stdout

    assert {line.partition("=")[0]: line.partition("=")[2] for line in said.decode().split("\0")} | STRANGE == {
        line.partition("=")[0]: line.partition("=")[2] for line in said.decode().split("\0")
    }


def test_the_environment_wins_over_the_data_folder_and_that_over_the_machine(machine, tmp_path):
    folder = tmp_path / "data"
    write(machine, {"PMO_DATA_DIR": str(folder), "PMO_CURRENCY": "USD", "PMO_COUNTRY": "US", "PMO_ORGANISATION": "machine"})
    write(folder / "pmo.env", {"PMO_CURRENCY": "CHF", "PMO_COUNTRY": "CH", "PMO_DATA_DIR": "/elsewhere"})

    found = from_environment(completed({"PMO_CURRENCY": "EUR"}))

    assert (found.currency, found.country, found.organisation, found.data_dir) == ("EUR", "CH", "machine", folder)


def test_a_named_file_stands_alone_and_an_empty_name_means_none(machine, tmp_path):
    write(machine, {"PMO_COUNTRY": "US"})
    write(tmp_path / "mine", {"PMO_CURRENCY": "CHF"})

    assert completed({"PMO_SETTINGS_FILE": str(tmp_path / "mine")}).get("PMO_COUNTRY") is None
    assert completed({"PMO_SETTINGS_FILE": ""}) == {"PMO_SETTINGS_FILE": ""}
    assert place({"PMO_SETTINGS_FILE": str(tmp_path / "mine")}) == tmp_path / "mine"
    assert place({"PMO_DATA_DIR": str(tmp_path)}) == tmp_path / "pmo.env"
    assert place({"PMO_SETTINGS_FILE": ""}) is None


@pytest.mark.parametrize("line", ["no sign", "a=lower case", 'A="no end', "A=two words", "=nothing"])
def test_a_line_that_is_none_is_named(line):
    with pytest.raises(Unreadable, match=r"^here, line 3: this is not NAME=value"):
        parse(f"# a remark\nexport PMO_A='one two'\n{line}\n", "here")


def test_a_file_that_is_not_there_or_no_text_is_one_sentence(tmp_path):
    (tmp_path / "picture").write_bytes(b"\xff\xfe")

    with pytest.raises(Unreadable, match="cannot be read: No such file or directory"):
        read(tmp_path / "none")
    with pytest.raises(Unreadable, match="this is no text in UTF-8"):
        read(tmp_path / "picture")


def test_the_readers_of_a_file_stay_when_it_is_written_anew(tmp_path):
    write(tmp_path / "pmo.env", {"PMO_A": "1"})
    (tmp_path / "pmo.env").chmod(0o640)

    write(tmp_path / "pmo.env", {"PMO_A": "2"})

    assert (tmp_path / "pmo.env").stat().st_mode & 0o777 == 0o640
    assert text({"PMO_A": "2"}) == (tmp_path / "pmo.env").read_text()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PMO_DATABASE_URL", "host/pmo", "PMO_DATABASE_URL should look like postgresql://user:password@host:5432/database."),
        ("PMO_DATABASE_OWNER_URL", "postgresql://a@host:x/pmo", "PMO_DATABASE_OWNER_URL should look like postgresql://"),
        ("PMO_DATABASE_URL", "postgresql://a@host", "PMO_DATABASE_URL should look like postgresql://"),
        ("PMO_BASE_URL", "ftp://host", "PMO_BASE_URL should look like https://pmo.example.org"),
        ("PMO_TIME_ZONE", "../../etc/passwd", "PMO_TIME_ZONE should be a time zone"),
        ("PMO_LANGUAGES", "fr,fr", "PMO_LANGUAGES should name some of en, fr, nl, each once"),
        ("PMO_CURRENCY", "eur", "PMO_CURRENCY should be an ISO code such as EUR"),
        ("PMO_TRUSTED_PROXIES", "proxy.example.org", "PMO_TRUSTED_PROXIES should name addresses or networks"),
        ("PMO_TRUSTED_PROXIES", "10.0.0.1/8", "PMO_TRUSTED_PROXIES should name addresses or networks"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(name, value, sentence):
    with pytest.raises(BadSettings) as refused:
        from_environment({name: value})

    assert str(refused.value).startswith(sentence)


def test_an_address_with_a_socket_and_one_with_a_service_can_be_used():
    found = from_environment({"PMO_DATABASE_URL": "postgres://pmo_app@/pmo?host=%2Frun%2Fpostgresql"})

    assert found.database_url == found.database_owner_url == "postgresql+psycopg://pmo_app@/pmo?host=%2Frun%2Fpostgresql"
