"""What the US dashboard's untidy extract holds: subtotals, repetitions, two date slips, suffixed amounts."""

import csv
import io
import json
from collections import Counter

import pytest

from pmo.exchange.logic import summary
from pmo.exchange.logic.rows import Role
from pmo.exchange.logic.words import squeeze
from pmo.portfolio.logic import Colour
from tests.exchange.reading import DATA, heard, needs_data

pytestmark = needs_data
FILE = DATA / "portfolio" / "us_itdashboard" / "projects_untidy.csv"
TRUTH = json.loads((FILE.parent / "expected.json").read_text())["projects_untidy.csv"] if FILE.exists() else {}
ALL_ROWS = (Role.RECORD, Role.DUPLICATE)  # the published figures count the four repeated rows too, unless they say otherwise


@pytest.fixture(scope="module")
def found():
    return heard(FILE.read_bytes(), FILE.name)


@pytest.fixture(scope="module")
def reading(found):
    return found.readings[0]


def test_subtotals_and_repetitions_are_no_projects(found, reading):
    roles = Counter(record.role for record in reading.records)

    assert (len(reading.records), roles[Role.SUBTOTAL], roles[Role.DUPLICATE]) == (2498, 26, 4)
    assert len({reading.value(record, "external_id") for record in reading.kept}) == TRUTH["unique_project_ids"]
    assert (found.source.encoding, found.source.separator, reading.mapping.name) == ("utf-8", ",", "us_itdashboard")


def test_every_row_keeps_its_identifier_as_text(reading):
    ids = Counter(reading.value(record, "external_id") for record in reading.having(*ALL_ROWS))

    assert ids.total() == TRUTH["project_rows"]
    assert sorted(one for one, count in ids.items() if count > 1) == TRUTH["project_ids_used_twice_or_more"]


def test_investments_and_agencies_are_counted_as_written(reading):
    rows = reading.having(*ALL_ROWS)
    agency_code = next(column.position for column in reading.columns if column.heading == "Agency Code")

    assert len({reading.value(record, "programme_code") for record in rows}) == TRUTH["unique_investments"]
    assert Counter(reading.value(record, "organisation") for record in rows) == TRUTH["per_agency_trimmed"]
    assert Counter(record.reads[agency_code].text for record in rows) == TRUTH["agency_codes"]


@pytest.mark.parametrize("heading", TRUTH.get("dates", ()))
def test_every_date_column_is_day_first_and_its_slips_are_refused(reading, heading):
    truth = TRUTH["dates"][heading]
    column = next(column for column in reading.columns if column.heading == heading)
    cells = [record.reads[column.position] for record in reading.having(*ALL_ROWS)]
    known = [cell.value for cell in cells if cell.value is not None]

    assert (len(known), sum(not cell.text for cell in cells)) == (truth["parsed"], truth["blank"])
    assert (str(min(known)), str(max(known))) == (truth["earliest"], truth["latest"])
    assert [squeeze(cell.text) for cell in cells if cell.refused] == truth["unparseable"]
    assert column.style.order == "day first"


def test_the_two_impossible_dates_are_listed_where_they_stand(found):
    listed = [(one.row, one.letters, one.column, one.value) for one in summary.refusals(found.readings)]

    assert listed == [(2, "K", "Completion Date (B1)", "2012-30-09"), (748, "U", "Updated Date", "04/26/2012")]


@pytest.mark.parametrize("heading", TRUTH.get("money_usd_m", ()))
def test_amounts_are_million_dollars_whatever_their_suffix(reading, heading):
    truth = TRUTH["money_usd_m"][heading]
    column = next(column for column in reading.columns if column.heading == heading)
    cells = [record.reads[column.position] for record in reading.having(*ALL_ROWS)]
    figures = [float(cell.value.figure) for cell in cells if cell.value is not None]

    assert (len(figures), round(sum(figures), 3)) == (truth["n"], truth["total"])
    assert (min(figures), max(figures)) == (truth["min"], truth["max"])
    assert sum("($m)" in cell.text for cell in cells) == truth["with_unit_suffix"]
    assert (column.style.currency, column.style.unit) == ("USD", "million")


def test_without_repetitions_the_totals_are_those_of_the_dashboard(found):
    truth = TRUTH["after_removing_exact_duplicates"]
    totals = {total.field: round(float(total.sum), 3) for total in summary.totals(found.readings)}

    assert totals["budget"] == truth["lifecycle_cost_total"]
    assert totals["planned_cost"] == truth["planned_cost_total"]
    assert totals["forecast_cost"] == truth["projected_actual_cost_total"]
    assert len(found.readings[0].kept) == truth["projects"]


def test_the_left_out_total_rows_add_up_to_what_they_say(reading):
    rows = reading.having(Role.SUBTOTAL)
    sums = {
        column.heading: sum(
            float(cell.value.figure) for record in rows if (cell := record.reads[column.position]).value is not None
        )
        for column in reading.columns
        if column.heading in TRUTH["sum_of_the_26_total_rows"]
    }

    assert {heading: round(total, 3) for heading, total in sums.items()} == TRUTH["sum_of_the_26_total_rows"]


@pytest.mark.parametrize(
    ("field", "key"), [("rating_schedule", "rag_by_schedule_variance_pct"), ("rating_cost", "rag_by_cost_variance_pct")]
)
def test_colours_follow_from_the_deviations(reading, field, key):
    counted = Counter(reading.value(record, field) for record in reading.having(*ALL_ROWS))

    assert {"green": counted[Colour.GREEN], "yellow": counted[Colour.AMBER], "red": counted[Colour.RED]} == TRUTH[key]


def test_schedule_variances_are_counted(reading):
    truth = TRUTH["schedule_variance_days"]
    late = [
        float(value)
        for record in reading.having(*ALL_ROWS)
        if (value := reading.value(record, "schedule_variance_days")) is not None
    ]

    assert (len(late), min(late), max(late)) == (truth["n"], truth["min"], truth["max"])
    assert [sum(one < -90 for one in late), sum(one < 0 for one in late), late.count(0), sum(one > 0 for one in late)] == [
        truth["late_more_than_90_days"],
        truth["late"],
        truth["zero"],
        truth["early"],
    ]


def test_slips_of_the_current_completion_are_counted(reading):
    truth = TRUTH["b2_projected_minus_planned_days"]
    pairs = [
        (reading.value(record, "current_planned"), reading.value(record, "current_projected"))
        for record in reading.having(*ALL_ROWS)
    ]
    slips = [(projected - planned).days for planned, projected in pairs if planned and projected]

    assert (len(slips), max(slips), min(slips)) == (truth["n"], truth["max"], truth["min"])
    assert [
        sum(slip > 90 for slip in slips),
        sum(slip > 0 for slip in slips),
        slips.count(0),
        sum(slip < 0 for slip in slips),
    ] == [
        truth["later_than_90"],
        truth["later_than_0"],
        truth["equal"],
        truth["earlier"],
    ]


def test_the_position_is_the_newest_update(found):
    assert str(found.position.on) == TRUTH["dates"]["Updated Date"]["latest"]


def test_other_headings_order_and_separator_change_nothing(found):
    other = {
        "Project ID": "Project number",
        "Project Name": "Name of project",
        "Start Date": "Start",
        "Lifecycle Cost": "Total life-cycle cost",
        "Agency Name": "Agency",
        "Updated Date": "Last update",
    }
    rows = list(csv.reader(io.StringIO(FILE.read_text(encoding="utf-8"), newline="")))
    rows[0] = [other.get(heading, heading) for heading in rows[0]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([row[::-1] for row in rows])

    again = heard(out.getvalue().encode("cp1252", "replace"), "extract.csv")

    facts = [
        (
            summary.ratings(one.readings),
            {(t.field, t.known, t.sum) for t in summary.totals(one.readings)},
            one.position.on,
            {(d.field, d.known, d.earliest, d.latest) for d in summary.days(one.readings)},
        )
        for one in (found, again)
    ]
    assert facts[0] == facts[1]
