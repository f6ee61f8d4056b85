"""The code a new project gets: the sender's where it can, else the next number of its programme, shown before it is given."""

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.exchange.logic.codes import Coded, Given, Made, free, programme_codes, project_codes
from pmo.exchange.logic.report import plan_report
from pmo.exchange.logic.wanted import Group, Reported, Wanted
from pmo.portfolio.models import Project
from tests.exchange.reading import bring

NOTHING = Reported(None, None, None, None, "", None, None, None, None, (), ())
FIRST = "Code;Name;Department\nPAC-01;Desk;Access\nPAC-02;Register;Access\n"
CARE = Coded("Care", (("access", "PAC"),), (("access", "PAC-01"), ("access", "PAC-07"), ("", "OLD-3")))


def row(at, code="", group="Access"):
    return Wanted(at, f"Project {at}", None, code, Group(group), (), (), "", (), None, NOTHING)


def given(rows, there=CARE):
    return project_codes(rows, programme_codes([one.group for one in rows], there), there)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("2", "XYZ-99")], {"2": Given("XYZ-99")}),
        ([row("2"), row("3")], {"2": Given("PAC-08", Made.NONE_GIVEN), "3": Given("PAC-09", Made.NONE_GIVEN)}),
        ([row("2", "XYZ-99"), row("3", "xyz-99")], {"2": Given("XYZ-99"), "3": Given("PAC-08", Made.IN_USE)}),
        ([row("2"), row("3", "PAC-08")], {"2": Given("PAC-09", Made.NONE_GIVEN), "3": Given("PAC-08")}),
        ([row("2", "not a code")], {"2": Given("PAC-08", Made.UNUSABLE)}),
        ([row("2", group="New Unit")], {"2": Given("NU-1", Made.NONE_GIVEN)}),
    ],
)
def test_the_lists_own_codes_come_first_and_the_rest_is_numbered_on(rows, expected):
    assert given(rows) == expected


def test_a_programme_code_in_use_takes_the_next_number():
    taken = {"PAC"}

    assert (free("PAC", taken), free("PAC", taken), taken) == ("PAC-2", "PAC-3", {"PAC", "PAC-2", "PAC-3"})


def test_the_codes_announced_are_the_codes_given(app):
    bring(FIRST, "first_2026-01-31.csv")
    second = "Code;Name;Department\n;Order desk;Access\nXYZ-99;Supply;Access\nXYZ-99;Stock;Access\n"

    announced = plan_report(bring(second, "second_2026-02-28.csv", dry_run=True))["made_codes"]
    bring(second, "second_2026-02-28.csv")

    assert announced == [
        {"row": "2", "name": "Order desk", "code": "PAC-03", "why": "none given"},
        {"row": "4", "name": "Stock", "code": "PAC-04", "why": "in use"},
    ]
    added = db.session.execute(select(Project.name, Project.code).order_by(Project.id)).all()[2:]
    assert added == [("Order desk", "PAC-03"), ("Supply", "XYZ-99"), ("Stock", "PAC-04")]
