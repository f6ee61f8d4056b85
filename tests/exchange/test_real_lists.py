"""Registers and plans as offices really keep them: every filled cell is shown, brought in or refused, none is lost."""

from datetime import date

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.exchange.bringing import Where, bring_entries, read_list
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.preview import preview
from pmo.exchange.logic.rows import Role
from pmo.exchange.logic.sheets import Choices
from pmo.kernel.errors import Refused
from pmo.people.models import Person
from pmo.raid.models import RaidItem
from pmo.schedule.models import Milestone
from tests.exchange.reading import DATA, needs_data

PORTFOLIO = DATA / "portfolio"
LISTS = [
    *((file, Kind.RAID) for file in sorted(PORTFOLIO.glob("risk_registers/*"))),
    *((file, Kind.MILESTONES) for file in sorted(PORTFOLIO.glob("schedules_excel/*"))),
]
NO_LISTS = {"high_level_budget.xlsx", "sprint_schedule.xlsx"}  # neither holds milestones with names
TABLES = {Kind.RAID: RaidItem, Kind.MILESTONES: Milestone}


def heard(file, kind):
    return read_list(file.read_bytes(), file.name, kind, Choices(position_on=date(2026, 3, 1)))


@needs_data
@pytest.mark.parametrize(("file", "kind"), LISTS, ids=[file.name for file, _ in LISTS])
def test_every_filled_cell_is_shown(file, kind):
    if file.name in NO_LISTS:
        with pytest.raises(Refused, match="No column with names was found in sheet"):
            heard(file, kind)
        return

    found = heard(file, kind)

    sheets = preview(found, None)["sheets"]
    assert sum(bool(cell) for sheet in sheets for row in sheet["rows"] for cell in row["cells"]) == sum(
        bool(cell.text) for grid in found.source.grids for row in grid.rows for cell in row
    )


@needs_data
@pytest.mark.parametrize(("file", "kind"), LISTS, ids=[file.name for file, _ in LISTS])
def test_every_filled_cell_of_a_column_in_use_is_brought_in_or_refused(app, make, file, kind):
    make.project(code="LUM-1")
    if file.name in NO_LISTS:
        pytest.skip("ends in a sentence")
    found = heard(file, kind)

    report = bring_entries(found, kind, Where(project="LUM-1"))

    stored = [_stored(row) for row in db.session.scalars(select(TABLES[kind]))]
    refused = {(one["row"], one["value"]) for one in report["refused"]}
    lost = [
        (row, column.heading, cell.text)
        for reading in found.readings
        for record in reading.having(Role.RECORD)
        for column in reading.columns
        for row, cell in [(reading.table.grid.row_numbers[record.position], record.reads[column.position])]
        if column.field and cell.text.strip() and cell.reason is None
        if not any(str(cell.value) in values for values in stored)
        if not {(row, cell.text), (row, str(cell.value))} & refused
    ]
    assert (len(stored) > 0, lost) == (True, [])


def _stored(row):
    """Every value of the row as text; its owner by name."""
    names = dict(db.session.execute(select(Person.id, Person.name)).all())
    values = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return {str(value) for value in values.values()} | {names.get(values["owner_id"], "")}


@needs_data
def test_the_figures_of_a_score_name_no_risk_and_its_legend_is_none():
    [reading] = heard(PORTFOLIO / "risk_registers" / "marketing_app_risk_register.xlsx", Kind.RAID).readings

    assert {column.heading: column.field for column in reading.columns if column.field in {"title", "probability", "impact"}} == {
        "Event": "title",
        "Probability risk rating": "probability",
        "Impact risk rating": "impact",
    }
    assert [record.role for record in reading.records[7:]] == [Role.SUBTOTAL, *[Role.NOTE] * 6]
    assert [cell.text for _, _, cell, _ in reading.refusals()] == ["1.5", "2.5", "1.5", "1.5", "-4"]


@needs_data
def test_headings_merged_over_several_rows_are_no_tasks():
    [reading] = heard(PORTFOLIO / "schedules_excel" / "sauce_spoon_project_plan.xlsx", Kind.MILESTONES).readings

    assert [record.role for record in reading.records[:3]] == [Role.REPEATED, Role.REPEATED, Role.RECORD]
