"""What is shipped for a server, and what docs/operate.md says, in text: every command, option and setting in it exists."""

import configparser
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from pmo import config, keeping
from pmo.cli import COMMANDS

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
TEXTS = [ROOT / "docs" / "operate.md", *sorted((ROOT / "deploy").iterdir())]
DOCS = (ROOT / "docs" / "operate.md").read_text()
HARDENED = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "User": "pmo"}
# Read by something else than pmo/config.py.
ELSEWHERE = {"PMO_BIND", "PMO_WEB_PROCESSES", "PMO_WEB_THREADS", "PMO_DATA_DIR", "PMO_SETTINGS_FILE"}
COMMAND = re.compile(r"^(?:sudo -u pmo )?(?:[A-Z_]+=\S+ )*(?:\S*/)?pmo ([a-z].*)$")


def unit(path):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(path)
    return parser


def settings_known():
    source = "".join((ROOT / "pmo" / name).read_text() for name in ("config.py", "setting_values.py"))
    return set(re.findall(r"PMO_[A-Z_]+[A-Z]", source)) | ELSEWHERE


def code_in(text):
    """The lines of blocks, and what stands between backticks."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = ["\n".join(blocks).replace("\\\n", " "), *inline]
    return [part.split(" # ")[0].strip(" ()") for text in lines for line in text.splitlines() for part in line.split("&&")]


def commands_in(text):
    return [found[1] for line in code_in(text) if (found := COMMAND.match(line))]


def problem_with(command):
    """A command line that does not exist, in words; nothing when every word of it does."""
    name, *rest = shlex.split(command.split(" | ")[0].split(" < ")[0].split(" > ")[0])
    if name not in COMMANDS:
        return f"no command {name}"
    found = COMMANDS[name].load()
    while isinstance(found, click.Group) and rest:
        sub, *rest = rest
        if sub not in found.commands:
            return f"no command {name} {sub}"
        found = found.commands[sub]
    options = {option for param in found.params for option in [*param.opts, *param.secondary_opts]} | {"--help"}
    unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in options]
    return f"{command}: no option {unknown}" if unknown else ""


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_service_is_closed_in_and_starts_something_that_exists(path):
    service = unit(path)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])

    assert {name: service.get(name) for name in HARDENED} == HARDENED
    assert program in {"/opt/pmo/.venv/bin/pmo", "/opt/pmo/.venv/bin/gunicorn"}
    if program.endswith("/pmo"):
        assert problem_with(shlex.join(arguments)) == ""
    else:
        assert (ROOT / arguments[1].removeprefix("/opt/pmo/")).is_file()
        assert arguments[2] == "wsgi:app"
        assert (ROOT / "wsgi.py").is_file()


def test_the_timer_has_its_service():
    assert (ROOT / "deploy" / "pmo-backup.service") in UNITS
    assert unit(ROOT / "deploy" / "pmo-backup.timer")["Timer"]["Persistent"] == "true"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    assert set(re.findall(r"\bPMO_[A-Z_]+[A-Z]", path.read_text())) - settings_known() == set()


def test_every_setting_is_listed_in_the_architecture():
    listed = (ROOT / "docs" / "architecture.md").read_text()
    source = "".join((ROOT / "pmo" / name).read_text() for name in ("config.py", "setting_values.py"))
    used = set(re.findall(r'\(env, "(PMO_[A-Z_]+)"|env\.get\("(PMO_[A-Z_]+)"', source))

    names = {one or other for one, other in used}
    assert [name for name in sorted(names) if name not in listed and f"`_{name.rpartition('_')[2]}`" not in listed] == []


def test_every_command_in_the_handbook_exists():
    assert [problem for command in commands_in(DOCS) if (problem := problem_with(command))] == []
    assert len(list(commands_in(DOCS))) > 15


def test_every_file_and_every_target_in_the_handbook_exists():
    files = set(re.findall(r"\b(?:deploy|docs|requirements|tools)/[\w./-]*\w", DOCS))
    targets = {found[1] for line in code_in(DOCS) if (found := re.match(r"make ([a-z-]+)", line))}

    assert [name for name in files if not (ROOT / name).exists()] == []
    assert targets <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_proxies_send_what_the_server_reads():
    nginx, caddy = ((ROOT / "deploy" / name).read_text() for name in ("nginx.conf", "Caddyfile"))

    assert set(re.findall(r"proxy_set_header (\S+)", nginx)) == {
        "Host",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
    }
    assert nginx.count("{") == nginx.count("}")
    assert "reverse_proxy 127.0.0.1:8000" in caddy


IMPORTED = {"os", "multiprocessing", "signal", "FrameType", "Any"}


def test_gunicorn_is_configured_by_names_it_knows(monkeypatch):
    monkeypatch.setenv("PMO_WEB_PROCESSES", "3")
    settings = pytest.importorskip("gunicorn.config").KNOWN_SETTINGS
    given = {}
    exec((ROOT / "deploy" / "gunicorn.conf.py").read_text(), given)  # noqa: S102 (our own file, as gunicorn does)

    names = {name for name in given if not name.startswith("_") and name not in IMPORTED}
    assert names <= {one.name for one in settings}
    assert (given["workers"], given["bind"]) == (3, "127.0.0.1:8000")


def test_another_web_server_is_told_in_one_sentence_why_there_is_no_application(tmp_path):
    env = {"PATH": os.environ["PATH"], "PMO_DATA_DIR": str(tmp_path), "PMO_DATABASE_URL": "postgresql://pmo@127.0.0.1:1/pmo"}

    done = subprocess.run([sys.executable, "wsgi.py"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    sentence = "pmo: The database pmo of pmo at 127.0.0.1:1 cannot be reached: Connection refused.\n"
    assert (done.returncode, done.stderr) == (3, sentence)


def test_every_setting_of_the_organisation_is_one(monkeypatch):
    assert set(keeping.SHAREABLE) <= settings_known()
    assert not [name for name in keeping.SHAREABLE if re.search("PASSWORD|SECRET|KEY|DATABASE|TOKEN", name)]
    assert {field.name for field in fields(config.Settings)} >= {"trusted_proxies"}


def test_what_has_to_be_collected_for_a_machine_without_an_index_is_what_the_checkout_is_built_with():
    source = (ROOT / "tools" / "setup.py").read_text()
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]

    assert [f'BUILDS_WITH = "{one}"' in source for one in needed] == [True]
