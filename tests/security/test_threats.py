"""The table of docs/security.md, the removals and the tests are about the same things; each removal still removes something."""

import ast
import re
from pathlib import Path

import pytest

from tools.defences import ROOT, Defence, listed

ROW = re.compile(r"^\| ([A-Z]\d+) \|.*\| `([^`|]+)` \|$", re.MULTILINE)


def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_row_has_its_removal_and_every_removal_its_row():
    rows = dict(ROW.findall((ROOT / "docs" / "security.md").read_text()))

    assert rows == {one.key: one.test for one in listed()}


@pytest.mark.parametrize("defence", listed(), ids=lambda one: one.key)
def test_what_is_taken_away_is_there_once_and_its_test_exists(defence: Defence):
    path, _, name = defence.test.partition("::")

    assert (ROOT / defence.file).read_text().count(defence.remove) == 1
    assert not name or name in names_in(ROOT / path)
