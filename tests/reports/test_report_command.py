"""`pmo report status`: files by command, refusals in one sentence with exit code 2."""

from contextlib import nullcontext
from io import BytesIO

import pytest
from click.testing import CliRunner, Result
from docx import Document
from sqlalchemy import func, select

from pmo.db import db
from pmo.reports.cli import report
from pmo.reports.models import Edition
from pmo.schedule.models import Milestone


@pytest.fixture
def run(world, tmp_path):
    """The command inside the application of the tests."""

    def invoke(*arguments: str, to: str = "report.docx") -> Result:
        db.session.rollback()
        return CliRunner().invoke(report, ["status", *arguments, "-o", str(tmp_path / to)], obj=nullcontext)

    return invoke


@pytest.mark.parametrize(
    ("option", "code", "title"),
    [
        ("--project", "pac-01", "Project status report"),
        ("--programme", "PAC", "Programme status report"),
        ("--portfolio", "BX", "Portfolio status report"),
        ("--committee", "mc", "Portfolio status report"),
    ],
)
def test_a_draft_of_each_kind(run, tmp_path, option, code, title):
    answer = run(option, code)

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert Document(tmp_path / "report.docx").core_properties.title.startswith(title)


@pytest.mark.parametrize(("lang", "title"), [("en", "Portfolio status report"), ("fr", "Rapport"), ("nl", "Statusrapport")])
def test_the_language_is_chosen(run, tmp_path, lang, title):
    assert run("--committee", "MC", "--lang", lang).exit_code == 0
    assert Document(tmp_path / "report.docx").core_properties.language[:2] == lang


def test_publishing_writes_the_published_bytes_and_commits(run, tmp_path):
    answer = run("--committee", "MC", "--publish", "--lang", "nl")

    edition = db.session.scalars(select(Edition)).one()
    said = f"edition MC 2026-03, hash {edition.content_sha256}, 3 commitments changed"
    assert answer.stdout == f"{tmp_path / 'report.docx'}: {said}\n"
    assert sorted(edition.file_sha256) == ["en", "fr", "nl"]
    assert (tmp_path / "report.docx").read_bytes()[:2] == b"PK"
    assert db.session.scalar(select(func.count()).where(Milestone.commitment == Milestone.forecast)) == 3


def test_a_report_of_an_earlier_day(run, tmp_path):
    assert run("--portfolio", "BX", "--as-of", "2026-01-31").exit_code == 0

    text = "\n".join(cell.text for table in Document(tmp_path / "report.docx").tables for row in table.rows for cell in row.cells)
    assert "31\N{NO-BREAK SPACE}Jan 2026, 23:59" in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Name one of --project, --programme, --portfolio and --committee."),
        (("--project", "PAC-01", "--committee", "MC"), "Name one of --project, --programme, --portfolio and --committee."),
        (("--committee", "MC", "--portfolio", "BX"), "Name one of --project, --programme, --portfolio and --committee."),
        (("--project", "NO-99"), "There is no project NO-99."),
        (("--project", "PAC-01", "--portfolio", "ZZ"), "There is no project PAC-01."),
        (
            ("--committee", "MC", "--publish", "--as-of", "2026-01-01"),
            "An edition shows the present: leave out --as-of or --publish.",
        ),
        (("--committee", "MC", "--by", "nobody@example.org"), "Nobody has the address nobody@example.org."),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(run, tmp_path, arguments, sentence):
    answer = run(*arguments)

    assert (answer.exit_code, answer.stderr) == (2, f"Error: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "sentence"), [("report.pdf", "Only Word files can be written so far"), ("no/where/x.docx", "There is no folder")]
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(run, name, sentence):
    answer = run("--committee", "MC", to=name)

    assert answer.exit_code == 2
    assert sentence in answer.stderr


def test_a_code_that_stands_in_two_portfolios_asks_which(run, make, world):
    other = make.programme(make.portfolio(code="OTHER"))
    make.project(other, code="PAC-01", name="Another one")

    answer = CliRunner().invoke(report, ["status", "--project", "PAC-01", "-o", "x.docx"], obj=nullcontext)

    assert "There is more than one PAC-01" in str(answer.exception)
    assert run("--project", "PAC-01", "--portfolio", "OTHER").exit_code == 0


def test_a_draft_is_readable(run, tmp_path):
    run("--project", "PAC-01")

    assert len(Document(BytesIO((tmp_path / "report.docx").read_bytes())).tables) > 3
