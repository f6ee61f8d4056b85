"""The process that reads strangers' files ends in time, whatever it does."""

import pytest

from pmo.kernel.confined import Exhausted, ask


def test_a_process_that_only_waits_is_ended_too():
    with pytest.raises(Exhausted):
        ask("tests.security.waits", b"", seconds=1)
