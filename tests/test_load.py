"""A short form of tools/load.py: processes are killed while clients write, and nothing acknowledged is lost."""

import pytest

from tools import load

pytestmark = pytest.mark.slow


def test_killing_any_process_at_any_moment_loses_and_doubles_nothing():
    found = load.run(15, between=(2, 4), seed=7)

    assert load.is_good(found), found
    assert found.kills >= 3
