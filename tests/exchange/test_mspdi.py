"""Microsoft Project XML: real files to the last field, hostile ones refused in one sentence."""

import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pmo.exchange import mspdi
from pmo.kernel.errors import Invalid
from pmo.schedule.logic.gantt_rows import LinkKind
from pmo.schedule.logic.plan import Baseline, CalendarException, Constraint, Hours, PlanLink, Problem, Unit

SHARED = Path(__file__).parents[3] / "shared" / "data" / "schedules"
FILES = sorted(path.name for path in [*SHARED.glob("*.xml"), *SHARED.glob("*.xml.gz")])
CONSTRAINTS = {"AS_SOON_AS_POSSIBLE": "ASAP", "START_NO_EARLIER_THAN": "SNET"}
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def moment(value):
    return value.isoformat() if value else None


def minutes(hours):
    return None if hours is None else round(hours * 60)


def read_task(task, links):
    first = task.baseline or Baseline(0)
    return {
        "name": task.name or None,
        "wbs": task.wbs,
        "outline_level": task.outline_level,
        "summary": task.is_summary,
        "milestone": task.is_milestone,
        "critical": task.is_critical,
        "active": task.is_active,
        "manual": task.is_manual,
        "start": moment(task.start),
        "finish": moment(task.finish),
        "duration": task.duration_minutes,
        "percent_complete": float(task.percent_complete or 0),
        "actual_start": moment(task.actual_start),
        "actual_finish": moment(task.actual_finish),
        "constraint_type": task.constraint_type.value,
        "constraint_date": moment(task.constraint_date),
        "deadline": moment(task.deadline),
        "calendar_uid": task.calendar_uid,
        "baseline": (moment(first.start), moment(first.finish), first.duration_minutes),
        "links": sorted((link.predecessor_uid, link.kind.value, link.lag_minutes, link.lag_unit.value) for link in links),
    }


def expected_task(task):
    links = ((link["uid"], link["type"], minutes(link["lag_hours"]), link["lag_units"]) for link in task["predecessors"])
    baseline = task["baseline_start"], task["baseline_finish"], minutes(task["baseline_duration_hours"])
    expected = {
        "duration": minutes(task["duration_hours"]),
        "percent_complete": task["percent_complete"] or 0,
        "constraint_type": CONSTRAINTS[task["constraint_type"]],
        "baseline": baseline,
        "links": sorted(links),
    }
    same = ("name", "wbs", "outline_level", "summary", "milestone", "critical", "active", "manual", "start", "finish")
    more = ("actual_start", "actual_finish", "constraint_date", "deadline", "calendar_uid")
    return {key: task[key] for key in (*same, *more)} | expected


def expected_of(name):
    return json.loads((SHARED / f"{name.removesuffix('.gz').removesuffix('.xml')}.expected.json").read_text())


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_as_its_authoring_tool_stored_it(name):
    plan, expected = mspdi.read((SHARED / name).read_bytes()), expected_of(name)
    links = {task.uid: [link for link in plan.links if link.successor_uid == task.uid] for task in plan.tasks}

    assert {task.uid: read_task(task, links[task.uid]) for task in plan.tasks} == {
        task["uid"]: expected_task(task) for task in expected["tasks"]
    }
    stored = expected["project"]
    assert [moment(plan.start), moment(plan.finish)] == [stored["start"], stored["finish"]]
    assert moment(plan.status_date) == stored["status_date"]
    assert plan.problems == ()


@pytest.mark.parametrize("name", FILES)
def test_the_calendars_of_a_real_file_are_read(name):
    read = {calendar.uid: calendar for calendar in mspdi.read((SHARED / name).read_bytes()).calendars}
    for calendar in expected_of(name)["calendars"]:
        week = {DAYS[day.weekday - 1]: [[time.start, time.end] for time in day.hours] for day in read[calendar["uid"]].week}
        assert week == {day: given["hours"] for day, given in calendar["week"].items() if given["type"] != "DEFAULT"}
        assert read[calendar["uid"]].name == calendar["name"]
        assert len(read[calendar["uid"]].exceptions) == len(calendar["exceptions"])


def plan_of(tasks="", calendars="", head=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">{head}'
        f"<Calendars>{calendars}</Calendars><Tasks>{tasks}</Tasks></Project>"
    ).encode()


def test_eleven_baselines_are_kept():
    kept = "".join(f"<Baseline><Number>{n}</Number><Start>2026-0{n % 9 + 1}-01T08:00:00</Start></Baseline>" for n in range(11))
    (task,) = mspdi.read(plan_of(f"<Task><UID>1</UID>{kept}</Task>")).tasks

    assert [baseline.number for baseline in task.baselines] == list(range(11))
    assert moment(task.baseline.start) == "2026-01-01T08:00:00"


@pytest.mark.parametrize(
    ("kind", "lag", "unit", "expected"),
    [
        (1, 4800, 7, PlanLink(1, 2, LinkKind.FS, 480, Unit.DAYS)),
        (0, -9600, 7, PlanLink(1, 2, LinkKind.FF, -960, Unit.DAYS)),
        (3, 14400, 8, PlanLink(1, 2, LinkKind.SS, 1440, Unit.ELAPSED_DAYS)),
        (2, 50, 19, PlanLink(1, 2, LinkKind.SF, 0, Unit.PERCENT, Decimal(50))),
    ],
)
def test_links_keep_their_kind_and_the_unit_of_their_lag(kind, lag, unit, expected):
    link = (
        f"<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>{kind}</Type><LinkLag>{lag}</LinkLag>"
        f"<LagFormat>{unit}</LagFormat></PredecessorLink>"
    )
    assert mspdi.read(plan_of(f"<Task><UID>1</UID></Task><Task><UID>2</UID>{link}</Task>")).links == (expected,)


def test_a_holiday_of_a_calendar_is_an_exception_without_hours():
    holiday = (
        "<Exceptions><Exception><TimePeriod><FromDate>2026-05-01T00:00:00</FromDate><ToDate>2026-05-01T23:59:00</ToDate></TimePeriod>"
        "<Name>Labour Day</Name><Type>1</Type><DayWorking>0</DayWorking></Exception></Exceptions>"
    )
    calendar = mspdi.read(plan_of(calendars=f"<Calendar><UID>3</UID><Name>BE</Name>{holiday}</Calendar>")).calendars[0]
    assert calendar.exceptions == (CalendarException("Labour Day", date(2026, 5, 1), date(2026, 5, 1)),)


def test_half_a_working_day_keeps_its_hours():
    half = (
        "<WeekDays><WeekDay><DayType>0</DayType><DayWorking>1</DayWorking><TimePeriod><FromDate>2026-12-24T00:00:00</FromDate>"
        "<ToDate>2026-12-24T23:59:00</ToDate></TimePeriod><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime>"
        "<ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>"
    )
    calendar = mspdi.read(plan_of(calendars=f"<Calendar><UID>3</UID>{half}</Calendar>")).calendars[0]
    assert calendar.exceptions[0].hours == (Hours("08:00", "12:00"),)


def test_what_cannot_be_read_is_listed_and_the_rest_is_kept():
    fields = "<Name>A</Name><Start>soon</Start><Duration>long</Duration><PercentComplete>NaN</PercentComplete>"
    plan = mspdi.read(plan_of(f"<Task><UID>7</UID>{fields}</Task>"))

    assert [(problem.uid, problem.field, problem.value) for problem in plan.problems] == [
        (7, "Start", "soon"),
        (7, "Duration", "long"),
        (7, "PercentComplete", "NaN"),
    ]
    assert (plan.tasks[0].name, plan.tasks[0].start) == ("A", None)
    assert plan.tasks[0].constraint_type is Constraint.ASAP


def test_links_to_nowhere_to_itself_to_another_plan_and_twice_are_listed():
    def link(uid, more=""):
        return f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID>{more}</PredecessorLink>"

    links = link(1) + link(1) + link(2) + link(99) + link(1, "<CrossProject>1</CrossProject>")
    plan = mspdi.read(plan_of(f"<Task><UID>1</UID></Task><Task><UID>2</UID>{links}</Task>"))

    assert plan.links == (PlanLink(1, 2),)
    assert [problem.reason for problem in plan.problems] == ["twice", "itself", "unknown task", "other plan"]


def test_a_task_that_comes_twice_is_listed_and_an_empty_line_left_out():
    plan = mspdi.read(plan_of("<Task><UID>1</UID></Task><Task><UID>1</UID></Task><Task><UID>2</UID><IsNull>1</IsNull></Task>"))
    assert [task.uid for task in plan.tasks] == [1]
    assert plan.problems == (Problem(1, "UID", "1", "twice"),)


def test_a_packed_file_is_unpacked():
    assert mspdi.read(gzip.compress(plan_of("<Task><UID>1</UID></Task>"))).tasks[0].uid == 1


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "nothing": b"",
    "blank": b"  \n ",
    "not xml": b"PK\x03\x04 something else",
    "cut off": plan_of("<Task><UID>1</UID></Task>")[:-20],
    "html": b"<html><body>Sign in</body></html>",
    "another plan format": b'<APIBusinessObjects xmlns="http://xmlns.oracle.com/Primavera/P6"/>',
    "entity bomb": f'<!DOCTYPE Project [<!ENTITY e0 "ha">{BOMB}]><Project><Title>&e9;</Title></Project>'.encode(),
    "outside file": b'<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project><Title>&x;</Title></Project>',
    "outside address": b'<!DOCTYPE Project SYSTEM "http://localhost:9/x.dtd"><Project/>',
    "deep": plan_of("<a>" * 5000 + "</a>" * 5000),
    "damaged pack": gzip.compress(plan_of())[:-9],
    "not a pack": b"\x1f\x8b rubbish",
    "null bytes": b"\x00" * 1000,
    "half utf-16": "<Project/>".encode("utf-16")[:-3],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_wrong_file_is_refused_in_one_sentence(name):
    with pytest.raises(Invalid) as refused:
        mspdi.read(HOSTILE[name])

    assert str(refused.value).endswith(".")
    assert str(refused.value).count("\n") == 0
    assert "root:" not in str(refused.value)


def test_a_pack_that_grows_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(mspdi, "LARGEST", 1_000_000)
    with pytest.raises(Invalid, match="larger than"):
        mspdi.read(gzip.compress(b"<Project>" + b" " * 5_000_000))


def test_too_many_tasks_are_refused(monkeypatch):
    monkeypatch.setattr(mspdi, "MOST_TASKS", 3)
    with pytest.raises(Invalid, match="more than 3 tasks"):
        mspdi.read(plan_of("".join(f"<Task><UID>{n}</UID></Task>" for n in range(5))))
