"""The audit of packages: a known fault fails, a list out of reach is said and passes."""

import sys

from tools.audit import audit

CLEAN = '{"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": []}], "fixes": []}'
FAULTY = (
    '{"dependencies": [{"name": "flask", "version": "0.1", "vulns":'
    ' [{"id": "PYSEC-2019-1", "fix_versions": ["1.0"], "aliases": [], "description": ""}]}], "fixes": []}'
)


def saying(out="", err="", code=0):
    return [sys.executable, "-c", f"import sys; sys.stdout.write({out!r}); sys.stderr.write({err!r}); sys.exit({code})"]


def test_without_known_faults_it_passes():
    assert audit(saying(CLEAN)) == (0, ["audit: 1 packages, no known fault"])


def test_a_known_fault_fails_and_says_the_version_to_take():
    assert audit(saying(FAULTY, code=1)) == (1, ["audit: flask 0.1: PYSEC-2019-1, mended in 1.0"])


def test_a_list_out_of_reach_is_said_and_passes():
    code, [line] = audit(saying(err="requests.exceptions.ConnectionError: no route", code=1))

    assert (code, line) == (0, "audit: the advisory list is not reached from here, the packages were not looked at")


def test_any_other_failure_fails_with_its_last_words():
    assert audit(saying(err="first\nlast words", code=2)) == (1, ["audit: last words"])
