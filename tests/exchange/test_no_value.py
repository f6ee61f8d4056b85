"""What a list has no value for takes nothing away here, and what cannot be an amount or an end is refused."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.exchange.logic import summary
from pmo.exchange.logic.mapping import parse
from pmo.exchange.logic.preview import preview
from pmo.exchange.logic.sheets import Choices
from pmo.portfolio.models import Project, ReportedPosition
from pmo.schedule.models import Milestone
from tests.exchange.reading import bring, heard, reading

KNOWN = "Code;Name;Start;End;Budget (EUR);Forecast cost (EUR)\nPAC-01;Desk;13/01/2026;30/06/2026;1000;1100\n"
MISSING = KNOWN.replace("30/06/2026;1000;1100", "TBC;tbd;")


def project():
    return db.session.scalars(select(Project).execution_options(populate_existing=True)).one()


def refused(content):
    return [(f"{one.letters}{one.row}", one.value, str(one.reason)) for one in summary.refusals([reading(content.encode())])]


def test_a_word_for_no_value_or_an_empty_cell_clears_nothing(app):
    bring(KNOWN, "a_2026-01-31.csv")

    plan = bring(MISSING, "b_2026-02-28.csv")

    ends = db.session.scalars(select(Milestone.forecast).where(Milestone.name == "Project end")).all()
    assert (project().budget, project().forecast_cost, ends) == (Decimal(1000), Decimal(1100), [date(2026, 6, 30)])
    assert [row.changes for row in plan.rows] == [()]


def test_why_there_is_no_value_stays_with_what_was_reported(app):
    bring(KNOWN, "a_2026-01-31.csv")

    bring(MISSING, "b_2026-02-28.csv")

    kept = db.session.scalars(select(ReportedPosition).order_by(ReportedPosition.id.desc())).first()
    assert kept.no_value == {"budget": "TBD", "end": "TBC", "forecast_cost": "blank"}
    assert project().no_value == {}


def test_words_for_no_value_are_counted_as_they_are_written():
    found = heard(MISSING.replace("TBC", "tbd").encode(), "b_2026-02-28.csv")

    assert preview(found, None)["no_value"] == [{"word": "tbd", "reason": "TBD", "count": 2}]


def test_a_mapping_may_say_that_no_value_clears():
    assert parse("no_value_clears = true", "office").clears
    assert not parse("", "office").clears


def test_a_complete_publication_takes_away_what_it_withholds(app):
    complete = Choices(mapping="gmpp")
    head = "GMPP ID Number;Project name;Department;Project - End Date (Latest approved end date);Whole life cost\n"
    bring(head + "G-1;Desk;MOD;30/06/2026;10\n", "gmpp_2023.csv", choices=complete)

    bring(head + "G-1;Desk;MOD;30/06/2026;Exempt under section 43\n", "gmpp_2024.csv", choices=complete)

    assert (project().budget, project().no_value) == (None, {"budget": "exempt"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (KNOWN.replace(";1100", ";-5"), [("F2", "-5", "an amount below zero")]),
        (KNOWN.replace(";1000;", ";(1000);"), [("E2", "(1000)", "an amount below zero")]),
        (KNOWN.replace("30/06/2026", "31/12/2025"), [("D2", "31/12/2025", "an end before the start")]),
        (KNOWN.replace("13/01/2026", "30/06/2026"), []),
    ],
)
def test_what_cannot_be_is_refused_with_its_cell(content, expected):
    assert refused(content) == expected


def test_a_milestone_nobody_gives_a_day_is_no_change(app):
    bring("Code;Name\nPAC-01;Desk\n", "a_2026-01-31.csv")

    plan = bring("Code;Name;End\nPAC-01;Desk;TBC\n", "b_2026-02-28.csv")

    assert [row.changes for row in plan.rows] == [()]
    assert db.session.scalars(select(Milestone)).all() == []
