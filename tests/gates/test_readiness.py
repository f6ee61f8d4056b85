"""How ready a project is for a gate, and which decisions that allows."""

from itertools import product

import pytest

from pmo.gates import shipped
from pmo.gates.logic import Criterion, Kind, Outcome, Standing, objections, readiness
from pmo.portfolio.logic import Method, Phase

MET, UNMET, OPEN = Criterion(Kind.MUST, True), Criterion(Kind.MUST, False), Criterion(Kind.MUST)
UNSCORED = Criterion(Kind.SHOULD)


def scored(score: int, weight: int = 1) -> Criterion:
    return Criterion(Kind.SHOULD, score=score, weight=weight)


@pytest.mark.parametrize(
    ("criteria", "standing"),
    [
        ([], Standing.UNKNOWN),
        ([MET], Standing.READY),
        ([MET, OPEN], Standing.UNKNOWN),
        ([MET, UNMET, OPEN], Standing.NOT_READY),
        ([UNMET, scored(10)], Standing.NOT_READY),
        ([MET, UNSCORED], Standing.UNKNOWN),
        ([MET, scored(6)], Standing.READY),
        ([MET, scored(5)], Standing.WEAK),
        ([scored(10, 3), scored(0, 2)], Standing.READY),
        ([scored(10, 1), scored(0, 2)], Standing.WEAK),
    ],
)
def test_a_knock_out_counts_more_than_any_score(criteria, standing):
    assert readiness(criteria, 60).standing is standing


@pytest.mark.parametrize(
    ("criteria", "percent"),
    [([], None), ([UNSCORED], None), ([scored(0)], 0), ([scored(10, 5)], 100), ([scored(8, 3), scored(2, 1)], 65),
     ([scored(7), UNSCORED], 70)],
)  # fmt: skip
def test_the_score_is_weighted_over_what_was_scored(criteria, percent):
    assert readiness(criteria, 60).percent == percent


def test_why_says_the_knock_outs_the_score_and_what_is_missing():
    ready = readiness([MET, UNMET, scored(5), UNSCORED], 60, missing=2)

    assert [str(sentence) for sentence in ready.why] == [
        "1 of 2 must-meet criteria are met.",
        "1 is a knock-out: it is not met.",
        "The weighted score is 50 %; enough is 60 %.",
        "1 criterion is not scored yet.",
        "2 documents of the phase are missing.",
    ]


@pytest.mark.parametrize(
    ("outcome", "must", "reason", "conditions"), list(product(Outcome, (MET, UNMET, OPEN), ("", "Why"), (0, 1)))
)
def test_go_needs_every_must_and_a_condition_needs_a_reason_and_an_action(outcome, must, reason, conditions):
    wrong = objections(outcome, readiness([must], 60), reason, conditions)

    assert ("outcome" in wrong) == (outcome is Outcome.GO and must is not MET)
    assert ("reason" in wrong) == (outcome is not Outcome.GO and not reason)
    assert ("what_1" in wrong) == (outcome is Outcome.CONDITIONAL and not conditions)


def test_every_method_ships_a_gate_for_each_phase_that_is_followed_by_another_with_criteria_in_three_languages():
    gates = [(one.method, one.phase) for one in shipped.gates()]
    texts = [text for one in shipped.criteria() for text in (one.text, one.text_fr, one.text_nl)]

    assert sorted(gates) == sorted(product(Method, (Phase.INITIATING, Phase.PLANNING, Phase.EXECUTING)))
    assert {(one.phase, one.kind) for one in shipped.criteria()} == set(product({phase for _, phase in gates}, Kind))
    assert all(texts)
    assert all(one.name_fr and one.name_nl for one in shipped.gates())
