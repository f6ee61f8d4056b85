"""What the published GMPP lists hold, figure by figure: read as sent, and with everything about them changed."""

import csv
import io
import json
from collections import Counter
from datetime import date

import pytest

from pmo.exchange.logic import summary
from pmo.exchange.logic.amounts import Amount
from pmo.exchange.logic.no_value import Reason
from pmo.kernel.sorting import name_key
from pmo.portfolio.logic import Colour
from tests.exchange.reading import DATA, heard, needs_data

pytestmark = needs_data
FOLDER = DATA / "portfolio"
TRUTH = json.loads((FOLDER / "gmpp" / "expected.json").read_text()) if FOLDER.exists() else {"years": {}, "changes": []}
YEARS = sorted(TRUTH["years"])
POSITIONS = {"2014": "2013-09-30", "2018": "2017-09-30", "2019": "2018-09-30", "2020": "2019-09-30", "2022": "2022-03-31"}
RENAMED = {  # other words for the same columns, as another office or the next year could write them
    "project_name": "Programme / project title",
    "department": "Lead dept.",
    "colour_rating": "RAG status",
    "description_aims": "Objectives",
    "rating_comment": "Commentary",
    "start_date": "Project start",
    "end_date": "Expected completion date",
    "schedule_comment": "Schedule narrative",
    "yearly_budget": "In-year budget (£m)",
    "yearly_forecast": "In-year forecast (£m)",
    "wlc_baseline_incl_NCG": "Whole life costs (£m)",
    "variance_comment": "Reason for variance",
    "budget_comment": "Cost commentary",
    "report_category": "Type of project",
    "project_number": "GMPP reference",
    "total_baseline": "Baseline for the year",
    "forecast_incl_NGC": "Forecast for the year",
    "year": "Report year",
}


def rows_of(year):
    truth = TRUTH["years"][year]
    text = (FOLDER / truth["file"]).read_bytes().decode("latin-1" if year == "2020" else "cp1252")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=truth["delimiter"]))


def rewritten(rows, separator=",", encoding="utf-8-sig"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def as_sent(year):
    file = FOLDER / TRUTH["years"][year]["file"]
    return heard(file.read_bytes(), file.name)


def renamed(year):
    """Other headings, turned upright where it lay on its side, columns in reverse, another separator and encoding."""
    rows = rows_of(year)
    if year == "2014":
        rows = [list(row) for row in zip(*[row for row in rows if row[0]], strict=True)]
    rows = [[RENAMED.get(heading, heading) for heading in rows[0]], *rows[1:]]
    return heard(rewritten([row[::-1] for row in rows], "\t", "utf-16"), f"major_projects_{year}.csv")


def with_banner(year):
    """Titles above, a footnote below, semicolons."""
    rows = rows_of(year)
    notes = [["Major projects, data as published"], ["Official statistics"], []]
    below = [[], ["* Whole life costs include non-government costs where the department reported them."]]
    return heard(rewritten(notes + rows + below, ";"), f"gmpp_{year}.csv")


VARIANTS = {"as sent": as_sent, "renamed and reordered": renamed, "between titles and footnotes": with_banner}


@pytest.fixture(
    scope="module", params=[(year, name) for year in YEARS for name in VARIANTS], ids=lambda param: f"{param[0]} {param[1]}"
)
def year_and_list(request):
    year, variant = request.param
    return TRUTH["years"][year], VARIANTS[variant](year)


def facts(readings):
    """The same figures as in expected.json, from the reading."""
    one = readings[0]
    starts = {days.field: days for days in summary.days(readings)}
    money = {total.field: total for total in summary.totals(readings)}
    return one, starts, money


def test_every_project_row_is_read_once(year_and_list):
    truth, found = year_and_list
    names = [found.readings[0].value(record, "name") for record in found.readings[0].kept]

    assert (len(names), len(set(names))) == (truth["projects"], truth["unique_names"])


def test_identifiers_are_read(year_and_list):
    truth, found = year_and_list
    reading = found.readings[0]

    assert sum(reading.value(record, "external_id") is not None for record in reading.kept) == truth["projects_with_gmpp_id"]


def test_ratings_keep_their_five_and_three_points(year_and_list):
    truth, found = year_and_list

    assert summary.ratings(found.readings) == truth["rating_counts"]


def test_dates_are_read_day_first_and_texts_are_no_dates(year_and_list):
    truth, found = year_and_list
    days = {one.field: one for one in summary.days(found.readings)}
    start, end = days["start"], days["end"]

    assert (start.known, end.known) == (truth["start_dates_parsed"], truth["end_dates_parsed"])
    assert (str(start.earliest), str(start.latest)) == (truth["earliest_start"], truth["latest_start"])
    assert (str(end.earliest), str(end.latest)) == (truth["earliest_end"], truth["latest_end"])


def test_a_missing_end_date_keeps_its_reason(year_and_list):
    truth, found = year_and_list
    reading = found.readings[0]
    ends = [reading.get(record, "end") for record in reading.kept]
    exempt = sum(cell.reason is Reason.EXEMPT for cell in ends)

    assert exempt == truth["end_dates_exempt"]
    assert sum(cell.value is None for cell in ends) - exempt == truth["end_dates_other_text_or_blank"]


def test_amounts_are_million_pounds(year_and_list):
    truth, found = year_and_list
    money = {one.field: one for one in summary.totals(found.readings)}
    whole_life = [reading_value.figure for reading_value in values(found, "budget")]

    for field, key in (
        ("year_budget", "fy_baseline_gbp_m"),
        ("year_forecast", "fy_forecast_gbp_m"),
        ("budget", "whole_life_cost_gbp_m"),
    ):
        assert (money[field].known, round(float(money[field].sum), 2)) == (truth[key]["n"], truth[key]["total"])
        assert (money[field].currency, money[field].unit) == ("GBP", "million")
    assert (float(max(whole_life)), float(min(whole_life))) == (
        truth["whole_life_cost_gbp_m"]["max"],
        truth["whole_life_cost_gbp_m"]["min"],
    )


def test_exempt_amounts_are_unknown_not_zero(year_and_list):
    truth, found = year_and_list
    reading = found.readings[0]

    exempt = sum(reading.get(record, "budget").reason is Reason.EXEMPT for record in reading.kept)
    assert exempt == truth["whole_life_cost_exempt"]


def test_forecasts_over_baseline_are_counted_from_the_same_amounts(year_and_list):
    truth, found = year_and_list
    reading = found.readings[0]
    pairs = [(reading.value(record, "year_budget"), reading.value(record, "year_forecast")) for record in reading.kept]
    over = [
        1
        for budget, forecast in pairs
        if budget and forecast and budget.figure > 0 and forecast.figure > budget.figure * 105 / 100
    ]

    assert len(over) == truth["projects_forecast_over_baseline_by_more_than_5pct"]


def test_departments_and_categories_are_counted_as_written(year_and_list):
    truth, found = year_and_list

    assert Counter(words(found, "programme")) == truth["per_department"]
    if "per_category" in truth:
        assert Counter(words(found, "category")) == truth["per_category"]


def test_the_position_is_of_the_day_the_publisher_says(year_and_list):
    truth, found = year_and_list

    assert found.position.on == date.fromisoformat(POSITIONS[truth["file"][-8:-4]])


def test_nothing_is_refused_in_the_public_years(year_and_list):
    _truth, found = year_and_list

    assert [(one.column, one.value) for one in summary.refusals(found.readings)] == []


@pytest.mark.parametrize("year", YEARS)
def test_encoding_separator_and_layout_are_found(year):
    truth, found = TRUTH["years"][year], as_sent(year)
    encoding = "latin-1" if "latin-1 decodes" in truth["encoding"] else truth["encoding"]

    assert (found.source.encoding, found.source.separator) == (encoding, truth["delimiter"])
    assert found.readings[0].table.grid.transposed is (truth["layout"] == "transposed")


def test_two_rating_columns_stay_two():
    [reading] = as_sent("2022").readings
    first, second = (summary.rating_column(reading, column) for column in reading.of("rating"))

    assert first == TRUTH["years"]["2022"]["rating_counts_first_column_ipa"]
    assert second == TRUTH["years"]["2022"]["rating_counts_second_column_sro"]


@pytest.mark.parametrize("change", TRUTH["changes"], ids=lambda change: f"{change['from']} to {change['to']}")
def test_slips_and_worse_ratings_between_two_years(change):
    before, after = projects(str(change["from"])), projects(str(change["to"]))
    both = [(before[name], after[name]) for name in before.keys() & after.keys()]
    slips = sorted(((b["end"] - a["end"]).days for a, b in both if a["end"] and b["end"]), reverse=True)
    costs = [(a["budget"].figure, b["budget"].figure) for a, b in both if a["budget"] and b["budget"] and a["budget"].figure > 0]
    rated = [b["rating"].rank - a["rating"].rank for a, b in both if a["rating"] and b["rating"]]

    assert (len(both), len(after) - len(both), len(before) - len(both)) == (
        change["linked"],
        change["new_projects"],
        change["left_projects"],
    )
    assert (len(slips), slips.count(0), slips[:5]) == (
        change["both_end_dates"],
        change["end_date_unchanged"],
        [s["days"] for s in change["top5_slips"]],
    )
    assert [sum(slip > limit for slip in slips) for limit in (90, 180, 365)] == [
        change[f"end_slipped_more_than_{limit}_days"] for limit in (90, 180, 365)
    ]
    assert sum(slip < -90 for slip in slips) == change["end_pulled_forward_more_than_90_days"]
    assert (len(costs), sum(b > a * 110 / 100 for a, b in costs)) == (
        change["whole_life_cost_compared"],
        change["whole_life_cost_up_more_than_10pct"],
    )
    assert (len(rated), sum(r > 0 for r in rated), sum(r < 0 for r in rated)) == (
        change["rating_compared"],
        change["rating_worse"],
        change["rating_better"],
    )


def values(found, field):
    reading = found.readings[0]
    return [value for record in reading.kept if isinstance(value := reading.value(record, field), Amount)]


def words(found, field):
    reading = found.readings[0]
    return [reading.value(record, field) for record in reading.kept]


def projects(year):
    """By folded name: end, whole life cost, rating."""
    [reading] = as_sent(year).readings
    return {
        name_key(reading.value(record, "name")): {
            "end": reading.value(record, "end"),
            "budget": reading.value(record, "budget"),
            "rating": rating if isinstance(rating := reading.value(record, "rating"), Colour) else None,
        }
        for record in reading.kept
    }


LABELS = {  # as a later year of the turned layout could word its row labels
    "Project name": "Project Name\n(at the time of reporting)",
    "Department": "Lead Department",
    "MPA RAG rating": "IPA Delivery Confidence Assessment\n(RAG, five-point scale)",
    "Description / Aims": "Project description and aims",
    "Project - Start Date": "Start date of the project\n(latest approved)",
    "Project - End Date": "End date of the project\n(latest approved)",
    "2013/2014 Budget": "2015/16 TOTAL Baseline £m",
    "2013/2014 Forecast": "2015/16 TOTAL Forecast £m",
    "Total budgeted whole life costs": "TOTAL budgeted Whole Life Cost (£m)\n(inc. Non-Government Costs)",
}


@needs_data
def test_a_turned_list_with_other_row_labels_is_still_understood():
    rows = rows_of("2014")
    for row in rows:
        row[0] = next((label for start, label in LABELS.items() if row[0].startswith(start)), row[0])
    footnote = [["Notes: Exempt data is withheld under the Freedom of Information Act."] + [""] * 200]

    found = heard(rewritten(rows + footnote), "majorprojects.csv")
    truth = TRUTH["years"]["2014"]
    money = {one.field: (one.known, round(float(one.sum), 2)) for one in summary.totals(found.readings)}

    assert summary.ratings(found.readings) == truth["rating_counts"]
    assert {field: money[field] for field in ("year_budget", "year_forecast", "budget")} == {
        "year_budget": (189, 19170.08),
        "year_forecast": (189, 18059.57),
        "budget": (183, 398606.6),
    }
    assert found.position.on == date(2015, 9, 30)
