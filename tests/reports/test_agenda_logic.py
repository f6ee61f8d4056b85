"""How computed topics and what people said about them become one agenda."""

from datetime import date, time

import pytest

from pmo.reports.logic.agenda import Given, Kind, Topic, arrange, reordered, shifted
from pmo.reports.logic.agenda_lines import frozen

RED = Topic(Kind.RED, 7, "P-07", "Registry", presenter="Nele")
GATE = Topic(Kind.GATE, 3, "G1", "Gate", title_fr="Jalon")
ASKED = Topic(Kind.REQUEST, 5, "D1", "Open a site?")


def given(kind, subject, position, **facts):
    return Given(id=100 + position, kind=kind, subject_id=subject, title="as it was", position=position, **facts)


def keys(made):
    return [line.key for line in made.lines]


def test_where_nobody_arranged_it_the_computed_order_stands_and_nothing_is_new():
    made = arrange([RED, GATE, ASKED], [])

    assert (keys(made), made.new) == (["red:7", "gate:3", "request:5"], 0)


def test_what_came_up_later_is_new_and_follows_its_kind():
    second = Topic(Kind.RED, 8, "P-08")

    made = arrange([RED, second, GATE], [given(Kind.RED, 7, 1), given(Kind.OWN, None, 2)])

    assert [(line.key, line.is_new) for line in made.lines] == [
        ("red:7", False), ("red:8", True), ("own:102", False), ("gate:3", True),
    ]  # fmt: skip


def test_what_is_settled_is_gone_and_what_was_left_out_is_not_said_to_be():
    out = {"left_out_on": date(2026, 3, 12), "left_out_reason": "not now"}

    made = arrange([GATE], [given(Kind.RED, 7, 1), given(Kind.GATE, 3, 2, **out), given(Kind.REQUEST, 5, 3, **out)])

    assert (keys(made), [one.key for one in made.gone], [line.key for line in made.left_out]) == ([], ["red:7"], ["gate:3"])


def test_the_clock_runs_on_by_the_minutes_of_each_line():
    made = arrange(
        [RED, GATE],
        [given(Kind.RED, 7, 1, minutes=25), given(Kind.GATE, 3, 2), given(Kind.OWN, None, 3, minutes=40)],
        time(13, 50),
    )

    assert [(line.starts, line.minutes) for line in made.lines] == [(time(13, 50), 25), (time(14, 15), None), (time(14, 15), 40)]
    assert (made.minutes, made.untimed, made.ends) == (65, 1, time(14, 55))


def test_without_a_beginning_there_are_minutes_and_no_times():
    made = arrange([RED], [given(Kind.RED, 7, 1, minutes=25)])

    assert ([line.starts for line in made.lines], made.minutes, made.ends) == ([None], 25, None)


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ({}, "abcd"),
        ({"a": 1, "b": 2}, "abcd"),
        ({"d": 1}, "dabc"),
        ({"a": 3}, "bcad"),
        ({"a": 99}, "bcda"),
        ({"c": 1, "d": 1}, "dcab"),
        ({"x": 1}, "abcd"),
    ],
)
def test_a_typed_place_moves_that_line_and_no_other(wanted, order):
    assert "".join(reordered("abcd", wanted)) == order


@pytest.mark.parametrize(
    ("key", "by", "order"), [("b", -1, "bacd"), ("a", -1, "abcd"), ("d", 1, "abcd"), ("c", 1, "abdc"), ("x", 1, "abcd")]
)
def test_one_line_goes_up_or_down(key, by, order):
    assert "".join(shifted("abcd", key, by)) == order


def test_who_would_be_asked_presents_until_somebody_is_named():
    named = arrange([RED], [given(Kind.RED, 7, 1, presenter="Els")])

    assert ([line.presenter for line in arrange([RED], []).lines], [line.presenter for line in named.lines]) == (
        ["Nele"],
        ["Els"],
    )


def test_the_frozen_agenda_keeps_the_name_of_a_gate_in_every_language():
    lines = frozen(date(2026, 3, 24), arrange([GATE], [given(Kind.GATE, 3, 1, minutes=5)], time(9, 5)))

    assert [lines.lines[0].called(language) for language in ("en", "fr", "nl")] == ["Gate", "Jalon", "Gate"]
    assert (lines.starts, lines.ends, lines.minutes) == ("09:05", "09:10", 5)
