"""`pmo import` as people and their scripts call it."""

import contextlib
import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pmo.cli import main
from pmo.db import db, transaction
from pmo.exchange import cli  # noqa: F401 the command under test
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Project
from pmo.schedule.models import Milestone
from tests.exchange.reading import DATA, needs_data
from tests.exchange.update_sheets import fill, saved, sheet_for

LIST = "Project id;Project;Department;RAG;End date;Budget (kEUR)\nP-1;LUMEN;MA;Green;30/06/2026;200\nTotal;;;;;200\n"
PROMISED = (
    "rows projects created updated unchanged gone linked_by_id linked_by_name subtotal_rows duplicate_rows refused rag no_value"
    " totals dates encoding separator header_row transposed position_date mapping"
)


@pytest.fixture
def pmo(app):
    """The command on the test's database."""

    def run(*arguments):
        return CliRunner().invoke(main, ["import", *map(str, arguments)], obj=lambda: contextlib.nullcontext(app))

    return run


@pytest.fixture
def office(tmp_path):
    file = tmp_path / "office_2026-01-31.csv"
    file.write_text(LIST)
    return file


def test_json_has_the_promised_keys(pmo, office):
    answer = pmo("portfolio", office, "--portfolio", "OFFICE", "--json")
    report = json.loads(answer.stdout)

    assert (answer.exit_code, set(PROMISED.split()) - set(report)) == (0, set())
    assert [report[key] for key in ("rows", "projects", "created", "subtotal_rows")] == [2, 1, 1, 1]
    assert [report[key] for key in ("separator", "header_row", "position_date", "mapping")] == [";", 1, "2026-01-31", None]
    assert report["totals"] == {
        "Budget (kEUR)": {"field": "budget", "known": 1, "unknown": 0, "sum": 200.0, "currency": "EUR", "unit": "thousand"}
    }
    assert report["dates"]["End date"] == {
        "field": "end",
        "order": "day first",
        "known": 1,
        "unknown": 0,
        "earliest": "2026-06-30",
        "latest": "2026-06-30",
    }
    assert report["rag"] == {"Green": 1}


def test_several_files_come_in_oldest_first_and_are_reported_as_an_array(pmo, office, tmp_path):
    later = tmp_path / "office_2026-02-28.csv"
    later.write_text(LIST.replace("30/06", "31/07"))

    reports = json.loads(pmo("portfolio", later, office, "--portfolio", "OFFICE", "--json").stdout)

    assert [(report["position_date"], report["created"], report["updated"]) for report in reports] == [
        ("2026-01-31", 1, 0),
        ("2026-02-28", 0, 1),
    ]


def test_a_dry_run_says_what_would_be_and_does_nothing(pmo, office):
    answer = pmo("portfolio", office, "--portfolio", "OFFICE", "--dry-run")

    assert answer.stdout.splitlines() == [
        "office_2026-01-31.csv: 1 rows, as of 2026-01-31, into OFFICE",
        "  1 would be added, 0 changed, 0 unchanged, 0 gone",
    ]
    assert db.session.scalars(select(Project)).all() == []


def test_the_day_of_the_list_can_be_given(pmo, office):
    report = json.loads(pmo("portfolio", office, "--position-date", "2026-02-15", "--json").stdout)

    assert (report["position_date"], report["portfolio"]) == ("2026-02-15", "OFFICE-2026-01-31")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Error: list.csv: The file is empty.\n"),
        (
            b"a,b\n1,2\n",
            "Error: list.csv: No column with names was found: row 1 was taken as headings and says “a”, “b”."
            " Give the headings their usual names, or name the columns in a mapping.\n",
        ),
        (b"%PDF-1.7 \n", "Error: list.csv: This is a PDF. Bring in the list it was made from, as .xlsx or .csv.\n"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_code_2(pmo, tmp_path, content, sentence):
    file = tmp_path / "list.csv"
    file.write_bytes(content)

    answer = pmo("portfolio", file)

    assert (answer.exit_code, answer.stderr, answer.stdout) == (2, sentence, "")


def test_one_bad_file_of_several_keeps_all_out(pmo, office, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"")

    answer = pmo("portfolio", office, bad)

    assert answer.exit_code == 2
    assert db.session.scalars(select(Project)).all() == []


@pytest.mark.parametrize("mapping", ["nothing", "/no/such/file.toml"])
def test_a_mapping_nobody_knows_is_refused_with_those_there_are(pmo, office, mapping):
    answer = pmo("portfolio", office, "--mapping", mapping)

    assert (answer.exit_code, answer.stderr.startswith(f"Error: There is no mapping “{mapping}”. Known are gmpp, pmo, ")) == (
        2,
        True,
    )


def test_a_mapping_of_one_s_own_is_a_file(pmo, tmp_path):
    mapping, file = tmp_path / "ours.toml", tmp_path / "x_2026-01-31.csv"
    mapping.write_text(
        'kind = "portfolio"\ncurrency = "CHF"\nunit = "million"\n[headings]\nname = ["Vorhaben"]\nbudget = ["Kosten"]\n'
    )
    file.write_text("Vorhaben,Kosten\nBrücke,1.5\n")

    report = json.loads(pmo("portfolio", file, "--mapping", mapping, "--json").stdout)

    assert (report["mapping"], report["totals"]["Kosten"]["sum"], report["totals"]["Kosten"]["currency"]) == ("ours", 1.5, "CHF")


def test_a_broken_mapping_names_its_mistake(pmo, office, tmp_path):
    mapping = tmp_path / "ours.toml"
    mapping.write_text('[headings]\nnom = ["Projet"]\n')

    answer = pmo("portfolio", office, "--mapping", mapping)

    assert answer.stderr == "Error: The mapping “ours” cannot be used: it names the unknown field 'nom'.\n"


def test_milestones_come_in_by_command(pmo, make, tmp_path):
    make.project(code="LUM-1")
    file = tmp_path / "milestones.csv"
    file.write_text("Project,Milestone,Baseline,Forecast\nLUM-1,Go live,2026-06-30,2026-07-31\n")

    answer = pmo("milestones", file)

    assert (answer.exit_code, answer.stdout.splitlines()) == (
        0,
        ["milestones.csv: 1 rows", "  1 were added, 0 changed, 0 unchanged"],
    )


@needs_data
@pytest.mark.slow
def test_every_hostile_file_ends_in_a_sentence_or_a_preview(pmo):
    files = [file for file in (DATA / "hostile").rglob("*") if file.is_file() and file.suffix != ".md"]

    answers = {file.name: pmo("portfolio", file, "--dry-run", "--json") for file in files}

    assert {name for name, answer in answers.items() if answer.exit_code not in {0, 2}} == set()
    assert {name for name, answer in answers.items() if answer.exit_code == 2 and len(answer.stderr.splitlines()) != 1} == set()
    assert all(json.loads(answer.stdout)["projects"] > 0 for answer in answers.values() if answer.exit_code == 0)
    assert db.session.scalars(select(Project)).all() == []


@pytest.fixture
def filled_in(login, make, tmp_path):
    """A sheet of two milestones: the forecast of the first moved well, that of the second to a day that is none."""
    project = make.project(code="PAC-01")
    for number in (1, 2):
        make.milestone(project, code=f"M0{number}")
    book = sheet_for(login(Role.PMO), "/update-sheets/projects")
    fill(book["Milestones"], "M01", Forecast=date(2026, 4, 24), Reason="Supply")
    fill(book["Milestones"], "M02", Forecast="31/02/2026", Reason="Supply")
    file = tmp_path / "Maes.xlsx"
    file.write_bytes(saved(book))
    return file


def test_an_update_sheet_is_tried_and_then_brought_back(pmo, filled_in):
    tried = pmo("sheet", filled_in, "--dry-run")
    stored = db.session.scalars(select(Milestone.forecast).order_by(Milestone.id)).all()
    report = json.loads(pmo("sheet", filled_in, "--json").stdout)

    assert tried.stdout.splitlines() == [
        "Maes.xlsx: update sheet 1, 2 rows",
        "  1 to apply, 1 refused, 0 in conflict, 0 unchanged",
        "  Milestones!F2 PAC-01 M01 Milestone 1: forecast 2026-03-31 -> 2026-04-24",
        "  refused Milestones!F3 Forecast: '31/02/2026': This day does not exist.",
        "  nothing is stored: a dry run",
    ]
    assert stored == [date(2026, 3, 31)] * 2
    assert [report[key] for key in ("sheet", "rows", "apply", "refused_rows", "applied", "changed")] == [1, 2, 1, 1, True, 1]
    assert db.session.scalars(select(Milestone.forecast).order_by(Milestone.id)).all() == [date(2026, 4, 24), date(2026, 3, 31)]


def test_an_update_sheet_is_brought_back_with_the_rights_of_a_person(pmo, filled_in, make):
    reader = make.person(role=Role.COMMITTEE)

    report = json.loads(pmo("sheet", filled_in, "--as", reader.email, "--json").stdout)

    assert [one["reason"] for one in report["refused"]] == [
        "You may look at this, but you may not change it.",
        "This day does not exist.",
    ]
    assert pmo("sheet", filled_in, "--as", "nobody@example.org").exit_code == 2


def test_a_conflict_stays_as_it_is_here_unless_it_is_said_otherwise(pmo, filled_in):
    with transaction("Scope change"):
        db.session.scalars(select(Milestone).where(Milestone.code == "M01")).one().forecast = date(2026, 4, 15)

    kept = json.loads(pmo("sheet", filled_in, "--json").stdout)
    taken = json.loads(pmo("sheet", filled_in, "--mine", "--json").stdout)

    assert [(one["was"], one["here"], one["sheet"]) for one in kept["changes"]] == [("2026-03-31", "2026-04-15", "2026-04-24")]
    assert (kept["conflict"], kept["changed"], taken["changed"]) == (1, 0, 1)
    assert db.session.scalars(select(Milestone.forecast).where(Milestone.code == "M01")).one() == date(2026, 4, 24)
