"""Every operation of the API, as every role, with many made-up calls: `make fuzz`; many minutes, so no part of `make test`."""

from pmo.kernel.permissions import Role
from tests.api.fuzzing import Outcome
from tests.api.test_made_up_calls import asked

__all__ = ["asked"]
EXAMPLES = 16


def pytest_generate_tests(metafunc):
    metafunc.parametrize("role", list(Role), ids=str)


def test_no_call_breaks_the_server_its_description_or_the_walls(role, asked, capsys):
    outcome: Outcome = asked(role, EXAMPLES)

    with capsys.disabled():
        print(f"\n{role}: {outcome}")  # noqa: T201  # the point of the run
    assert outcome.failures == []
