"""Which step a proposal can take: pure rules."""

import pytest

from pmo.proposals.logic import DECIDED, State, Step, Verdict, may_step


@pytest.mark.parametrize(
    ("step", "states"),
    [
        (Step.ASSESS, {"proposed", "assessed", "later"}),
        (Step.DECIDE, {"assessed", "later"}),
        (Step.MEASURE, {"accepted", "measured"}),
        (Step.WITHDRAW, {"proposed", "assessed", "later"}),
    ],
)
def test_assessed_before_decided_and_accepted_before_measured(step, states):
    assert {state.value for state in State if may_step(state, step)} == states


def test_every_verdict_leads_to_a_state():
    assert {verdict: DECIDED[verdict].value for verdict in Verdict} == {
        "accept": "accepted",
        "later": "later",
        "refuse": "refused",
    }
