"""Which cards the walk asks, in which order, and the sentences that answers make. No database, no clock."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pmo.home import logic
from pmo.home.logic import END, Card, CardKind, Moved, Next, Reviewed, Rhythm, Stretch
from pmo.raid.logic import Review
from pmo.schedule.logic.moves import MoveReason

TODAY = date(2026, 3, 12)
RHYTHM = Rhythm(TODAY, due_until=date(2026, 4, 9), again_after=5, confirm_after=21, stale_after=14)
DONE, OPEN = Card(CardKind.MILESTONE, 1, 7, "Opinion", is_done=True), Card(CardKind.MILESTONE, 2, 7, "Depot")
RISK = Card(CardKind.RISK, 3, 7, "R-001 Questions")
STRETCH = Stretch(7, "Access", (DONE, OPEN, RISK), writes=True, is_changed=False, is_told=False, goes_stale=False)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("forecast", "confirmed_on", "is_asked"),
    [
        (date(2026, 3, 11), TODAY, True),  # overdue: nobody can stand by a day that is past
        (None, TODAY, True),  # without a date
        (date(2026, 6, 1), None, True),  # never confirmed
        (date(2026, 3, 20), days_ago(4), False),  # due soon, this week's walk
        (date(2026, 3, 20), days_ago(5), True),
        (date(2026, 4, 9), days_ago(5), True),  # the last day that counts as due soon
        (date(2026, 4, 10), days_ago(5), False),
        (date(2026, 4, 10), days_ago(20), False),
        (date(2026, 4, 10), days_ago(21), True),  # further ahead, not confirmed for long
    ],
)
def test_a_milestone_is_asked_about_when_it_is_due_or_has_waited_for_long(forecast, confirmed_on, is_asked):
    assert RHYTHM.asks_about(forecast, confirmed_on) == is_asked


@pytest.mark.parametrize(("reviewed_on", "is_asked"), [(None, True), (TODAY, False), (days_ago(4), False), (days_ago(5), True)])
def test_a_risk_is_asked_about_once_a_week(reviewed_on, is_asked):
    assert RHYTHM.asks_about_risk(reviewed_on) == is_asked


@pytest.mark.parametrize(("heard_on", "goes"), [(None, True), (days_ago(9), False), (days_ago(10), True)])
def test_a_project_goes_stale_when_the_next_walk_would_come_too_late(heard_on, goes):
    assert RHYTHM.goes_stale(heard_on) == goes


@pytest.mark.parametrize(
    ("changes", "asked", "is_done"),
    [
        ({}, False, False),
        ({"goes_stale": True}, False, False),  # its cards are asked first
        ({"goes_stale": True, "cards": ()}, True, False),
        ({"is_changed": True}, True, False),
        ({"is_changed": True, "is_told": True}, True, False),  # moved again since it was told
        ({"is_told": True}, True, True),
        ({"is_changed": True, "writes": False}, False, False),
    ],
)
def test_a_sentence_is_asked_where_something_changed_or_nothing_was_heard(changes, asked, is_done):
    cards = logic.deck([replace(STRETCH, **changes)])

    assert [card.is_done for card in cards if card.kind is CardKind.SENTENCE] == ([is_done] if asked else [])


def test_the_walk_goes_project_by_project_and_ends_with_what_the_committee_reads():
    cards = logic.deck([replace(STRETCH, is_changed=True), replace(STRETCH, project_id=8, cards=(replace(OPEN, id=9),))])

    assert [card.key for card in cards] == ["m1", "m2", "r3", "s7", "m9", "end"]


def test_where_nothing_is_asked_there_is_no_walk():
    assert logic.deck([replace(STRETCH, cards=())]) == ()


@pytest.mark.parametrize(("after", "key"), [("", "m2"), ("m1", "m2"), ("m2", "r3"), ("r3", "end"), ("end", "end"), ("x", "m2")])
def test_the_next_card_is_the_next_open_one(after, key):
    assert logic.next_open(logic.deck([STRETCH]), after).key == key


@pytest.mark.parametrize(("key", "back"), [("m1", None), ("m2", "m1"), ("end", "r3")])
def test_back_leads_to_the_card_before_answered_or_not(key, back):
    found = logic.before(logic.deck([STRETCH]), key)

    assert (found.key if found else None) == back


def test_open_cards_are_counted_without_the_last_one():
    assert logic.count_open((DONE, OPEN, RISK, END)) == 2


MOVED = Moved("Opinion", date(2026, 3, 13), date(2026, 3, 17), MoveReason.AUTHORITY)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (MOVED, "Opinion moves from 13 Mar 2026 to 17 Mar 2026 (Authority question)."),
        (replace(MOVED, words="Dutch form"), "Opinion moves from 13 Mar 2026 to 17 Mar 2026 (Dutch form)."),
        (replace(MOVED, reason=None), "Opinion moves from 13 Mar 2026 to 17 Mar 2026."),
        (replace(MOVED, before=None), "Opinion is expected on 17 Mar 2026."),
        (replace(MOVED, is_reached=True), "Opinion was reached on 17 Mar 2026."),
        (Reviewed("R-001", "Questions", Review.UP), "R-001 Questions has become more likely."),
        (Reviewed("R-001", "Questions", Review.DOWN), "R-001 Questions has become less likely."),
        (Reviewed("R-001", "Questions", Review.CLOSED), "R-001 Questions is closed."),
    ],
)
def test_a_change_is_drafted_as_a_sentence(change, sentence):
    assert [str(said) for said in logic.draft([change], None)] == [sentence]


@pytest.mark.parametrize(
    ("coming", "sentence"),
    [(None, "Nothing has changed."), (Next("Depot", TODAY), "Nothing has changed. Next is Depot on 12 Mar 2026.")],
)
def test_without_a_change_the_draft_says_what_comes_next(coming, sentence):
    assert [str(said) for said in logic.draft([], coming)] == [sentence]


def test_several_moves_of_one_milestone_are_told_as_one():
    again = replace(MOVED, before=MOVED.after, after=date(2026, 3, 20), reason=MoveReason.STAFF)

    assert logic.net([(1, MOVED), (1, again)]) == [replace(again, before=MOVED.before)]


def test_what_moved_and_came_back_is_not_told():
    assert logic.net([(1, MOVED), (1, replace(MOVED, before=MOVED.after, after=MOVED.before))]) == []


@pytest.mark.parametrize(
    ("written", "said", "whole"),
    [("", ["A.", "B."], "A.\nB."), ("A.", ["A.", "B."], "A.\nB."), ("Own words.", ["A."], "Own words.\nA."), (" ", [], "")],
)
def test_new_sentences_join_what_stands_there_each_once(written, said, whole):
    assert logic.joined(written, said) == whole
