"""Rules about the house itself: they hold for code that is not written yet."""

import ast
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import pmo

HOUSE = Path(pmo.__file__).parent
ROOT = HOUSE.parent
MODULES = sorted(HOUSE.rglob("*.py"))
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))
MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
VENDORED = sorted(HOUSE.rglob("VENDOR.json"))
TOO_LONG = 300

# Each heavy or risky library has its few homes; whoever needs it goes there.
HOMES = {
    "docx": r"reports/word.*\.py",
    "pptx": r"reports/slides/.*\.py",
    "matplotlib": r"reports/(charts|figures).*\.py",
    "smtplib": r"alerts/delivery\.py",
    "pandas": r"(exchange|indicators|finance)/.*\.py",
    "openpyxl": r"exchange/.*\.py",
    "docxtpl": r"reports/word_template/.*\.py",
    "lxml": r"(exchange/.*|reports/word.*|documents/package|inbox/logic/html)\.py",
    "imaplib": r"inbox/mailbox\.py",
    "mpxj": r"exchange/.*\.py",
    "xlsxwriter": r"web/downloads\.py|exchange/.*\.py|reports/.*\.py",
    "procrastinate": r"(\w+/)?jobs\.py|worker\.py",
}
ASKS_THE_TIME = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}

# The words are put together here, so that this file does not contain them.
NOT_IN_THE_PROJECT = {
    "a registry's host": r"\b(?:pypi|pythonhosted|npmjs|deb\.debian)\.(?:org|com)\b",
    "a path of somebody's machine": r"(?<!\w)/" + r"(?:work/(?:main|shared)|root/|home/[a-z])",
    "a ticket's number": r"\b[Ii]ssue" + r" #?\d",
}
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".csv", ".json", ".yml", ".in", ".sql", ".po", ""}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def house_path(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def attributes(tree: ast.AST) -> set[tuple[str, str]]:
    """Pairs like ("datetime", "now"), whatever stands before them."""
    pairs = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            pairs.add((node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr))
    return pairs


@pytest.mark.parametrize("path", MODULES, ids=house_path)
def test_a_module_says_what_it_is_for_and_stays_readable(path):
    source = path.read_text()

    assert ast.get_docstring(ast.parse(source)), "the first line of a module is its purpose"
    assert source.count("\n") <= TOO_LONG


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=house_path)
def test_a_package_is_introduced_by_its_sentence_and_nothing_else(path):
    assert len(ast.parse(path.read_text()).body) == 1


@pytest.mark.parametrize("path", MODULES, ids=house_path)
def test_no_module_is_a_drawer_for_anything(path):
    assert not {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"} & {path.stem, path.parent.name}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_used_in_its_homes_only(library):
    users = [house_path(path) for path in MODULES if library in imported(ast.parse(path.read_text()))]

    assert [path for path in users if not re.fullmatch(HOMES[library], path)] == []


def test_only_the_clock_asks_the_time():
    askers = [house_path(path) for path in MODULES if attributes(ast.parse(path.read_text())) & ASKS_THE_TIME]

    assert askers == ["kernel/clock.py"]


def test_only_the_settings_and_the_embedded_server_read_the_environment():
    readers = {house_path(path) for path in MODULES if ("os", "environ") in attributes(ast.parse(path.read_text()))}

    assert readers == {"config.py", "keeping.py", "embedded.py", "keeper.py", "supervisor.py", "backup/programs.py"}


def test_nobody_catches_everything():
    """Catching BaseException is right only to clean up and raise again."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                again = any(isinstance(step, ast.Raise) for step in ast.walk(node))
                assert caught not in {"Exception", "everything"}, f"{house_path(path)}:{node.lineno}"
                assert caught != "BaseException" or again, f"{house_path(path)}:{node.lineno}"


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_a_migration_stays_true_when_the_code_changes(path):
    assert "pmo" not in set(imported(ast.parse(path.read_text())))


def test_no_message_stands_inside_a_formatted_text():
    """Babel does not look there, so it would never be translated, and nobody would be told."""
    inside = [
        house_path(path)
        for path in MODULES
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("msg", "nmsg")
    ]

    assert inside == []


@pytest.mark.parametrize("path", TEMPLATES, ids=house_path)
def test_a_block_can_be_rendered_alone(path):
    """Anything set or imported at the top of a page is undefined, silently, in a rendered block."""
    before, *blocks = re.split(r"{%-?\s*block\b", path.read_text())

    assert not blocks or not re.search(r"{%-?\s*(set|import|from)\b", before)


@pytest.mark.parametrize("path", TEMPLATES, ids=house_path)
def test_a_page_holds_under_the_strict_content_security_policy(path):
    source = re.sub(r"{[%#].*?[%#]}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"\sstyle\s*=|<style\b", source), "style"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", source), "script"
    assert not re.search(r"\son[a-z]+\s*=|\shx-on|javascript:|hx-vals=['\"]js:", source), "handler"


@pytest.mark.parametrize("path", VENDORED, ids=house_path)
def test_vendored_files_are_what_their_authors_published(path):
    record = json.loads(path.read_text())
    folder = path.parent

    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in record["sha256"]} == record["sha256"]
    assert (folder / record["licence"]).is_file()
    assert record["name"]
    assert record["version"]


def test_nothing_is_vendored_without_a_record():
    assert {path.parent for path in VENDORED} >= {path for path in (HOUSE / "static" / "vendor").iterdir() if path.is_dir()}


@pytest.mark.parametrize("what", NOT_IN_THE_PROJECT)
def test_what_belongs_to_one_machine_or_one_office_is_not_committed(what):
    texts = [path for path in committed_files() if path.suffix in WRITTEN_BY_HAND and path.stat().st_size < 1_000_000]
    found = [name_of(path) for path in texts if re.search(NOT_IN_THE_PROJECT[what], path.read_text(errors="replace"))]

    assert found == []
