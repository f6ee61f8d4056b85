"""The published GMPP years through the database: oldest first they build history, afterwards nothing changes any more."""

import json
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from pmo.db import as_of, db
from pmo.exchange.bringing import Where, as_import, bring_projects, read_list
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.sheets import Choices
from pmo.portfolio.models import Project, ReportedPosition
from pmo.schedule.models import Milestone
from tests.exchange.reading import DATA, needs_data
from tests.exchange.test_gmpp_truths import RENAMED, rewritten, rows_of

FOLDER = DATA / "portfolio"
TRUTH = json.loads((FOLDER / "gmpp" / "expected.json").read_text()) if FOLDER.exists() else {"years": {}, "changes": []}
PRESENT = ("portfolio", "programme", "project", "milestone", "status_update", "date_move")


def bring_year(year, variant="as sent"):
    content, name = written(str(year), variant)
    heard = read_list(content, name, Kind.PORTFOLIO, Choices())
    return bring_projects(as_import(heard, Where("GMPP")))


def written(year, variant):
    """The file of a year, or the same list with other headings, columns in reverse, tabs and another encoding."""
    file = FOLDER / TRUTH["years"][year]["file"]
    if variant == "as sent":
        return file.read_bytes(), file.name
    heading, *rows = rows_of(year)
    renamed = [[RENAMED.get(name, name) for name in heading], *rows]
    return rewritten([row[::-1] for row in renamed], "\t", "utf-16"), f"major_projects_{year}.csv"


def contents(*tables):
    return {table: db.session.execute(text(f"select * from {table} order by id")).all() for table in tables}


def slips(since, until):
    """Days each project's end moved between two positions, from what was reported."""
    ends = [
        dict(
            db.session.execute(
                select(ReportedPosition.project_id, ReportedPosition.end_on).where(ReportedPosition.position_on == day)
            ).all()
        )
        for day in (since, until)
    ]
    both = [(ends[0][one], ends[1][one]) for one in ends[0].keys() & ends[1].keys()]
    return sorted(((later - earlier).days for earlier, later in both if earlier and later), reverse=True)


@needs_data
@pytest.mark.parametrize("variant", ["as sent", "renamed and reordered"])
def test_years_oldest_first_then_again_then_an_older_one(app, variant):
    reports = {year: bring_year(year, variant) for year in (2018, 2019, 2020, 2022)}
    first, second = TRUTH["changes"]

    assert reports[2018]["created"] == TRUTH["years"]["2018"]["projects"]
    assert [reports[2019][key] for key in ("linked_by_name", "created", "gone")] == [
        first["linked"],
        first["new_projects"],
        first["left_projects"],
    ]
    assert reports[2020]["gone"] == second["left_projects"]
    assert (reports[2022]["linked_by_id"], reports[2022]["linked_by_name"]) == (71, 0)

    moved = slips(date(2017, 9, 30), date(2018, 9, 30))
    assert (len(moved), moved.count(0), moved[:5]) == (91, 66, [slip["days"] for slip in first["top5_slips"]])

    with as_of(datetime(2018, 12, 31, tzinfo=UTC)):
        ends = select(func.count()).select_from(Milestone).where(Milestone.name == "Project end", Milestone.forecast.is_not(None))
        assert db.session.scalar(select(func.count()).select_from(Project)) == 133 + first["new_projects"]
        assert (
            db.session.scalar(ends.where(Milestone.project_id.in_(_reported(date(2018, 9, 30)))))
            == TRUTH["years"]["2019"]["end_dates_parsed"]
        )
        rated = select(ReportedPosition.rating).where(
            ReportedPosition.position_on == date(2018, 9, 30), ReportedPosition.rating.is_not(None)
        )
        assert Counter(db.session.scalars(rated)) == {"amber": 66, "amber_green": 18, "amber_red": 38, "green": 4, "red": 4}

    before = contents(*PRESENT, "reported_position", "history.txn")
    again = [bring_year(year, variant) for year in (2018, 2019, 2020, 2022)]
    assert [(report["created"], report["updated"], report["gone"]) for report in again] == [(0, 0, 0)] * 4
    assert contents(*PRESENT, "reported_position", "history.txn") == before

    older = bring_year(2014)
    assert (older["created"], older["updated"], older["older_list"]) == (0, 0, True)
    assert older["reported_only"] + len(older["left_out"]) + len(older["questions"]) == TRUTH["years"]["2014"]["projects"]
    assert contents(*PRESENT) == {table: before[table] for table in PRESENT}
    assert db.session.scalar(select(func.min(ReportedPosition.position_on))) == date(2013, 9, 30)


def _reported(day):
    return select(ReportedPosition.project_id).where(ReportedPosition.position_on == day)


@needs_data
def test_the_us_extract_comes_in_whole(app):
    file = FOLDER / "us_itdashboard" / "projects_untidy.csv"

    report = bring_projects(as_import(read_list(file.read_bytes(), file.name, Kind.PORTFOLIO, Choices()), Where()))

    assert [report[key] for key in ("rows", "projects", "created", "subtotal_rows", "duplicate_rows")] == [
        2498,
        2468,
        2468,
        26,
        4,
    ]
    assert [one["value"] for one in report["refused"]] == ["2012-30-09", "04/26/2012"]
    assert round(db.session.scalar(select(func.sum(Project.budget))) / 1_000_000, 3) == Decimal("632793.690")


@pytest.mark.slow
def test_eighteen_months_of_three_hundred_projects_are_brought_in_within_seconds(app):
    """Well under 40 s on a quiet machine; measured in time of this process, which a busy one does not stretch."""
    head = "Project id,Project,Programme,RAG,Start date,End date,Budget (EUR),Comment\n"
    began = time.process_time()

    for month in range(18):
        day = date(2024, 9, 28) + timedelta(days=30 * month)
        rows = (
            f"P{number},Project number {number},Programme {number % 12},{('Green', 'Amber', 'Red')[(number + month) % 3]},"
            f"{date(2024, 1, 8)},{date(2026, 9, 1) + timedelta(days=number + 3 * month)},{number * 1000 + month},Month {month}\n"
            for number in range(300)
        )
        heard = read_list((head + "".join(rows)).encode(), f"office_{day}.csv", Kind.PORTFOLIO, Choices())
        bring_projects(as_import(heard, Where("OFFICE")))

    assert time.process_time() - began < 25
    assert db.session.scalar(select(func.count()).select_from(ReportedPosition)) == 18 * 300


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_planning_asks_the_database_equally_often_whatever_the_length(app, statements, rows):
    text_of = "Project,RAG,End date\n" + "".join(f"Project {number},Green,2026-09-01\n" for number in range(rows))
    heard = read_list(text_of.encode(), "office_2026-02-28.csv", Kind.PORTFOLIO, Choices())
    bring_projects(as_import(heard, Where("OFFICE")))
    statements.clear()

    bring_projects(as_import(heard, Where("OFFICE")), dry_run=True)

    assert len(statements) == 13
