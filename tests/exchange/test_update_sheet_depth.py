"""Trigger, proximity and confidence in update sheets: out and back, only where the type of item has them."""

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.exchange.models import ImportRun
from pmo.kernel.permissions import Role
from pmo.raid.models import RaidItem
from tests.exchange.test_update_sheets import apply, counts
from tests.exchange.update_sheets import bring_back, fill, row_of, sheet_for

NOT_OF_TYPE = "An item of this type has no such field."


@pytest.fixture
def client(login):
    return login(Role.PMO)


@pytest.fixture
def project(make):
    project = make.project(code="PAC-01")
    make.raid_item(project, code="R-001", trigger="The desk is silent", proximity="month")
    make.raid_item(project, code="A-001", type="assumption", probability=None, impact=None, confidence="low")
    make.raid_item(project, code="I-001", type="issue", probability=None, impact=None)
    return project


def columns_of(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def items():
    db.session.expire_all()
    found = db.session.scalars(select(RaidItem).order_by(RaidItem.code))
    return {item.code: (item.trigger, item.proximity, item.confidence) for item in found}


def test_they_leave_in_words_and_only_their_own_cells_are_open(client, project):
    sheet = sheet_for(client, "/update-sheets/register?state=all")["RAID"]

    at = columns_of(sheet)
    shown = {
        code: [sheet.cell(row_of(sheet, code), at[name]).value for name in ("Trigger", "Proximity", "Confidence")]
        for code in ("R-001", "A-001", "I-001")
    }
    locked = {
        code: [sheet.cell(row_of(sheet, code), at[name]).protection.locked for name in ("Trigger", "Proximity", "Confidence")]
        for code in ("R-001", "A-001", "I-001")
    }
    assert shown == {
        "R-001": ["The desk is silent", "Within a month", None],
        "A-001": [None, None, "Low"],
        "I-001": [None, None, None],
    }
    assert locked == {"R-001": [False, False, True], "A-001": [True, True, False], "I-001": [True, True, True]}


def test_what_comes_back_is_written(client, project):
    book = sheet_for(client, "/update-sheets/register?state=all")
    fill(book["RAID"], "R-001", Trigger="Two weeks without an answer", Proximity="Imminent")
    fill(book["RAID"], "A-001", Confidence="High")

    apply(client, bring_back(client, book).location)

    assert items() == {
        "A-001": ("", "", "high"),
        "I-001": ("", "", ""),
        "R-001": ("Two weeks without an answer", "imminent", ""),
    }


def test_a_cell_that_is_emptied_says_that_it_is_not_known(client, project):
    book = sheet_for(client, "/update-sheets/register?state=all")
    fill(book["RAID"], "R-001", Trigger=None, Proximity=None)

    apply(client, bring_back(client, book).location)

    assert items()["R-001"] == ("", "", "")


@pytest.mark.parametrize(
    ("code", "cells", "why"),
    [
        ("I-001", {"Trigger": "Something"}, NOT_OF_TYPE),
        ("A-001", {"Proximity": "Imminent"}, NOT_OF_TYPE),
        ("R-001", {"Confidence": "High"}, NOT_OF_TYPE),
        ("R-001", {"Proximity": "soon"}, "Choose one from the list."),
    ],
)
def test_what_an_item_cannot_take_is_refused_with_its_cell(client, project, code, cells, why):
    book = sheet_for(client, "/update-sheets/register?state=all")
    row, at = fill(book["RAID"], code, **cells), columns_of(book["RAID"])
    letter = book["RAID"].cell(row, at[next(iter(cells))]).coordinate

    page = client.get(bring_back(client, book).location).text

    assert why in page
    assert letter in page
    assert counts()["refused"] == 1


def test_a_sheet_that_left_without_these_columns_still_comes_back(client, project):
    book = sheet_for(client, "/update-sheets/register?state=all")
    sheet, at = book["RAID"], columns_of(book["RAID"])
    sheet.delete_cols(at["Trigger"], 3)
    fill(sheet, "R-001", Response="Accept")

    apply(client, bring_back(client, book).location)

    assert items()["R-001"][:2] == ("The desk is silent", "month")
    assert db.session.scalars(select(ImportRun)).one().state == "applied"
