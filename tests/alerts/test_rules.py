"""Every alert rule as a table of cases: facts in, what is found out. No database, no clock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pmo.alerts.logic import rules
from pmo.alerts.logic.routing import Around, gets_worse, recipients
from pmo.alerts.logic.rules import (
    ActionFacts,
    DependencyFacts,
    EscalationFacts,
    MilestoneFacts,
    ProjectFacts,
    RiskFacts,
    RuleCode,
    Setting,
    Severity,
)
from pmo.alerts.logic.sentences import EXPLANATIONS, TITLES, sentence
from pmo.kernel.working_days import Calendar
from pmo.portfolio.logic import Colour
from pmo.rules.logic import Entry, RuleBook, Unit

TODAY = date(2026, 3, 12)  # a Thursday
NUMBERS = {
    "milestone.slip_to_baseline.amber": 8,
    "milestone.slip_to_baseline.red": 31,
    "milestone.slip_to_commitment.amber": 1,
    "milestone.slip_to_commitment.red": 15,
    "milestone.overdue.amber": 1,
    "milestone.overdue.red": 15,
    "milestone.due_soon": 10,
    "status.stale_after": 14,
    "status.recent_change": 31,
    "risk.response_overdue": 0,
    "risk.band.red_from": 20,
    "raid.escalation_unanswered": 5,
    "action.overdue.amber": 1,
    "action.overdue.red": 10,
    "dependency.gap.amber": 1,
    "dependency.gap.red": 15,
}
BOOK = RuleBook(
    TODAY, {(code, None): Entry(code, Decimal(value), Unit.CALENDAR_DAYS, date(2000, 1, 1)) for code, value in NUMBERS.items()}
)
SETTING = Setting(BOOK, TODAY, Calendar(frozenset()))


def day(offset):
    return TODAY + timedelta(days=offset)


def of_milestone(rule, **dates):
    facts = {"id": 3, "name": "Opinion", "baseline": None, "commitment": None, "forecast": None} | dates
    project = ProjectFacts(1, 1, milestones=(MilestoneFacts(**facts),))
    return [(found.severity.value, found.weight) for found in rule(project, SETTING)]


@pytest.mark.parametrize(
    ("forecast", "rest", "expected"),
    [
        (0, {}, []),
        (-1, {}, [("amber", 0)]),
        (-14, {}, [("amber", 0)]),
        (-15, {}, [("red", 0)]),
        (-15, {"actual": TODAY}, []),
        (-15, {"cancelled_on": TODAY}, []),
    ],
)
def test_overdue(forecast, rest, expected):
    assert of_milestone(rules.overdue, forecast=day(forecast), **rest) == expected


@pytest.mark.parametrize(("forecast", "expected"), [(-1, []), (0, [("amber", 0)]), (14, [("amber", 0)]), (15, []), (None, [])])
def test_due_within_ten_working_days_which_are_fourteen_days_here(forecast, expected):
    assert of_milestone(rules.due_soon, forecast=day(forecast) if forecast is not None else None) == expected


@pytest.mark.parametrize(
    ("slip", "expected"), [(0, []), (1, [("amber", 1)]), (14, [("amber", 14)]), (15, [("red", 15)]), (-3, [])]
)
def test_later_than_the_committee_was_told(slip, expected):
    assert of_milestone(rules.later_than_told, commitment=day(30), forecast=day(30 + slip)) == expected


@pytest.mark.parametrize(("slip", "expected"), [(7, []), (8, [("amber", 8)]), (30, [("amber", 30)]), (31, [("red", 31)])])
def test_later_than_the_baseline_allows(slip, expected):
    assert of_milestone(rules.later_than_baseline, baseline=day(30), forecast=day(30 + slip)) == expected


def test_a_project_with_its_own_tolerance_is_left_alone_longer():
    milestone = MilestoneFacts(3, "Opinion", day(30), None, day(45))

    assert list(rules.later_than_baseline(ProjectFacts(1, 1, tolerance_days=20, milestones=(milestone,)), SETTING)) == []
    assert len(list(rules.later_than_baseline(ProjectFacts(1, 1, tolerance_days=10, milestones=(milestone,)), SETTING))) == 1


@pytest.mark.parametrize(
    ("before", "now", "since", "expected"),
    [
        (Colour.GREEN, Colour.AMBER, 0, ["amber"]),
        (Colour.AMBER, Colour.RED, -31, ["red"]),
        (Colour.AMBER, Colour.RED, -32, []),
        (Colour.AMBER, Colour.AMBER_RED, 0, ["amber"]),
        (Colour.RED, Colour.AMBER, 0, []),
        (None, Colour.RED, 0, []),
        (Colour.GREEN, None, 0, []),
    ],
)
def test_a_worse_colour(before, now, since, expected):
    project = ProjectFacts(1, 1, overall=now, overall_before=before, overall_since=day(since))

    assert [found.severity.value for found in rules.worsened(project, SETTING)] == expected


@pytest.mark.parametrize(
    ("updated", "running", "expected"),
    [
        (-14, -99, []),
        (-15, -99, ["amber"]),
        (-28, -99, ["amber"]),
        (-29, -99, ["red"]),
        (None, -14, []),
        (None, -15, ["amber"]),
        (None, None, []),
    ],
)
def test_a_stale_status(updated, running, expected):
    project = ProjectFacts(
        1,
        1,
        updated_on=day(updated) if updated is not None else None,
        running_since=day(running) if running is not None else None,
    )

    assert [found.severity.value for found in rules.stale(project, SETTING)] == expected


@pytest.mark.parametrize(
    ("updated", "confirmed", "expected"), [(-40, -14, []), (-40, -15, ["amber"]), (-5, -40, []), (None, -14, [])]
)
def test_confirmed_dates_are_as_good_as_a_status_update(updated, confirmed, expected):
    updated_on = day(updated) if updated is not None else None
    project = ProjectFacts(1, 1, updated_on=updated_on, confirmed_on=day(confirmed), running_since=day(-99))

    assert [found.severity.value for found in rules.stale(project, SETTING)] == expected


@pytest.mark.parametrize(
    ("due", "level", "expected"), [(0, 25, []), (-1, 16, ["amber"]), (-1, 20, ["red"]), (-1, None, ["amber"]), (None, 25, [])]
)
def test_a_response_to_a_risk(due, level, expected):
    risk = RiskFacts(5, "R-001", "Supply", day(due) if due is not None else None, level)

    assert [found.severity.value for found in rules.response_overdue(ProjectFacts(1, 1, risks=(risk,)), SETTING)] == expected


@pytest.mark.parametrize(
    ("due", "expected"), [(0, []), (-1, ["amber"]), (-13, ["amber"]), (-14, ["red"]), (-60, ["red"]), (5, [])]
)
def test_an_action_that_is_late_in_working_days(due, expected):
    action = ActionFacts(7, "A-061", "Sign", day(due))

    assert [found.severity.value for found in rules.action_overdue(ProjectFacts(1, 1, actions=(action,)), SETTING)] == expected


def test_an_action_due_on_friday_is_not_late_at_the_weekend():
    friday, days = date(2026, 3, 6), [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9)]
    project = ProjectFacts(1, 1, actions=(ActionFacts(7, "A-061", "Sign", friday),))

    found = [len(list(rules.action_overdue(project, Setting(BOOK, today, Calendar(frozenset()))))) for today in days]

    assert found == [0, 0, 1]


def test_a_late_action_speaks_once_and_again_only_when_it_turns_red():
    def weight_on(today):
        [found] = rules.action_overdue(
            ProjectFacts(1, 1, actions=(ActionFacts(7, "A-061", "Sign", day(-2)),)), Setting(BOOK, today, Calendar(frozenset()))
        )
        return found.severity, found.weight

    first, later, last = weight_on(TODAY), weight_on(day(5)), weight_on(day(20))

    assert (gets_worse(*first, *later), gets_worse(*later, *last)) == (False, True)


@pytest.mark.parametrize(("since", "severity"), [(0, "amber"), (-7, "amber"), (-8, "red")])
def test_whoever_is_asked_is_told_at_once_and_again_when_no_answer_came_within_a_working_week(since, severity):
    project = ProjectFacts(1, 1, escalations=(EscalationFacts(9, "R-002", "Stock", day(since), answerer_id=4),))

    [found] = rules.escalated(project, SETTING)

    assert (found.subject_id, found.severity.value, found.owner_id) == (9, severity, 4)


def test_every_rule_has_its_words_and_a_sentence_without_gaps():
    milestone = MilestoneFacts(3, "50 % of sites", day(-60), day(-30), day(-15))
    soon = MilestoneFacts(4, "Soon", None, None, day(1))
    project = ProjectFacts(
        1, 1, updated_on=day(-40), overall=Colour.RED, overall_before=Colour.GREEN, overall_since=TODAY,
        milestones=(milestone, soon), risks=(RiskFacts(5, "R-001", "Supply", day(-3), 20),),
        escalations=(EscalationFacts(9, "R-002", "Stock", day(-3)),),
        actions=(ActionFacts(7, "A-061", "Sign", day(-3)),),
        dependencies=tuple(DependencyFacts(8, "D-001", "Lock", day(0), day(15), needed) for needed in (True, False)),
    )  # fmt: skip

    found = rules.find(project, SETTING)

    of_projects = set(RuleCode) - {RuleCode.INDICATOR_BEYOND, RuleCode.INDICATOR_LATE}  # those have cases of their own
    assert {item.rule for item in found} == of_projects
    assert set(RuleCode) == set(TITLES) == set(EXPLANATIONS)
    assert [str(sentence(item.rule, item.facts)) for item in found if item.subject_id != 4] == [
        "50 % of sites: 15 d past its forecast",
        "50 % of sites: told 10 Feb 2026, now 25 Feb 2026, +15 d",
        "50 % of sites: baseline 11 Jan 2026, now 25 Feb 2026, +45 d",
        "Status went from Green to Red",
        "Last status update on 31 Jan 2026, 40 d ago",
        "R-001 Supply: response was due on 9 Mar 2026",
        "R-002 Stock: escalated on 9 Mar 2026, no answer yet",
        "A-061 Sign: was due on 9 Mar 2026",
        "Lock: needed 12 Mar 2026, promised 27 Mar 2026, +15 d",
        "Lock: needed 12 Mar 2026, promised 27 Mar 2026, +15 d",
    ]


@pytest.mark.parametrize(
    ("rule", "severity", "expected"),
    [
        (RuleCode.DUE_SOON, Severity.AMBER, {1, 2}),
        (RuleCode.OVERDUE, Severity.RED, {1, 2, 3}),
        (RuleCode.WORSENED, Severity.AMBER, {1, 2, 3}),
    ],
)
def test_whom_a_finding_concerns(rule, severity, expected):
    assert recipients(rule, severity, Around(owner_id=1, manager_id=2, programme_manager_id=3)) == expected


def test_a_finding_without_people_concerns_nobody():
    assert recipients(RuleCode.OVERDUE, Severity.RED, Around()) == frozenset()


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (("amber", 3), ("red", 1), True),
        (("amber", 3), ("amber", 4), True),
        (("red", 3), ("amber", 9), False),
        (("red", 3), ("red", 3), False),
    ],
)
def test_what_was_seen_speaks_again_only_when_worse(before, now, expected):
    assert gets_worse(Severity(before[0]), before[1], Severity(now[0]), now[1]) is expected


@pytest.mark.parametrize(
    ("gap", "is_needed", "expected"),
    [
        (-3, True, []),
        (0, True, []),
        (1, True, [(RuleCode.NEEDED_EARLIER, Severity.AMBER, 1)]),
        (14, False, [(RuleCode.PROMISED_LATER, Severity.AMBER, 14)]),
        (15, False, [(RuleCode.PROMISED_LATER, Severity.RED, 15)]),
    ],
)
def test_a_promise_after_the_day_of_need_is_found_on_each_side(gap, is_needed, expected):
    one = DependencyFacts(4, "D-001", "Lock", day(0), day(gap), is_needed)

    found = rules.broken(ProjectFacts(1, 1, manager_id=7, dependencies=(one,)), SETTING)

    assert [(item.rule, item.severity, item.weight) for item in found] == expected
