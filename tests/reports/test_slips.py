"""Why dates slipped: added up per reason by hand, drawn, in the Word report, on the page and in Excel."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.reports.logic.slip_chart import layout
from pmo.reports.logic.slips import Move, Share, SlipLine, by_reason, pareto, reason_name
from pmo.reports.word.document import document
from pmo.schedule.models import DateMove, Milestone
from tests.conftest import HTMX
from tests.reports import example
from tests.reports.test_word import LANGUAGES, STAMP, rows_of, texts_of


def day(number: int) -> date:
    return date(2026, 3, number)


MOVES = (
    Move(1, day(1), day(11), "supply"),  # 10
    Move(2, day(1), day(4), "staff"),  # 3
    Move(3, day(5), day(10), "supply"),  # 5
    Move(4, day(9), day(2), "decision"),  # earlier
    Move(5, None, day(2), ""),  # a first date
    Move(6, day(1), day(3), ""),  # 2, nobody said why
    Move(7, day(1), day(31), "scope"),  # 30, undone
    Move(7, day(31), day(1), "undone"),
)
LINES = (SlipLine("supply", 2, 15), SlipLine("staff", 1, 3), SlipLine("", 1, 2))


def test_days_later_are_added_up_per_reason():
    assert by_reason(MOVES) == LINES


def test_what_was_undone_counts_for_nothing_and_what_came_before_it_still_does():
    moves = (Move(1, day(1), day(3), "staff"), Move(1, day(3), day(9), "supply"), Move(1, day(9), day(3), "undone"))

    assert by_reason(moves) == (SlipLine("staff", 1, 2),)


def test_an_undo_of_another_milestone_takes_nothing_away():
    moves = (Move(1, day(1), day(3), "staff"), Move(2, day(3), day(1), "undone"))

    assert by_reason(moves) == (SlipLine("staff", 1, 2),)


def test_shares_run_up_to_one_hundred():
    assert pareto(LINES) == (Share(LINES[0], 75, 75), Share(LINES[1], 15, 90), Share(LINES[2], 10, 100))


def test_shares_are_rounded_half_up_from_the_running_sum():
    lines = tuple(SlipLine(reason, 1, 1) for reason in ("supply", "staff", "scope"))

    assert [(share.percent, share.cumulative) for share in pareto(lines)] == [(33, 33), (33, 67), (33, 100)]


def test_nothing_that_slipped_is_no_chart():
    assert (pareto(()), layout(())) == ((), None)


def test_the_chart_says_its_finding_and_every_line_in_words():
    chart = layout(LINES)

    assert str(chart.title) == "75 % of 20 d later: Supply"
    assert str(chart.label) == (
        "Supply: 2 moves, 15 d, together 75 %; Staff: 1 move, 3 d, together 90 %; No reason given: 1 move, 2 d, together 100 %"
    )


@pytest.mark.parametrize("reason", ["", "other", "authority", "imported"])
def test_every_reason_has_a_name(reason):
    assert str(reason_name(reason))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_word_report_has_the_table_of_the_content(lang):
    made = replace(example.report(), slips=LINES)

    rows = [row[1:] for row in rows_of(document(made, STAMP, lang)) if len(row) == 5 and row[-1].replace(" ", "").endswith("%")]

    days = {"en": "d", "fr": "j", "nl": "d"}[lang]
    numbers = [("2", f"+15 {days}", "75 %", "75 %"), ("1", f"+3 {days}", "15 %", "90 %"), ("1", f"+2 {days}", "10 %", "100 %")]
    assert [[cell.replace(" %", "%") for cell in row] for row in rows] == [
        [cell.replace(" %", "%") for cell in row] for row in numbers
    ]


def test_where_nothing_slipped_the_word_report_does_not_mention_it():
    assert "d later:" not in texts_of(document(example.report(), STAMP, "en"))


@pytest.fixture
def moved(world, make):
    """Two moves of one milestone of the first project, one of the second."""
    first, *_, third = milestones(world)
    for row, before, after, reason in ((first, 1, 11, "supply"), (first, 11, 14, "staff"), (third, 1, 6, "supply")):
        make.save(
            DateMove(
                milestone_id=row.id,
                project_id=row.project_id,
                field="forecast",
                before=day(before),
                after=day(after),
                reason=reason,
                moved_at=clock.now(),
            )
        )
    return world


def milestones(world) -> list[Milestone]:
    return list(db.session.scalars(select(Milestone).order_by(Milestone.id)))


def rows_on(page: str) -> list[list[str]]:
    table = html.fromstring(page).xpath("//table[.//caption[text()='Days later per reason']]//tr[@data-row]")
    return [[" ".join(cell.text_content().replace("\N{NO-BREAK SPACE}", " ").split()) for cell in row] for row in table]


def test_the_page_adds_up_what_may_be_seen(moved, login):
    page = login((Role.PMO, moved.portfolio)).get(f"/reports/slippage?what=portfolio:{moved.portfolio_id}")

    assert rows_on(page.text) == [["Supply", "2", "+15 d", "83 %", "83 %"], ["Staff", "1", "+3 d", "17 %", "100 %"]]
    assert "<svg" in page.text
    assert "2 of 3 known" in page.text


def test_who_sees_one_project_sees_its_slips_alone(moved, login):
    page = login((Role.PROJECT_MANAGER, moved.projects[1])).get(f"/reports/slippage?what=portfolio:{moved.portfolio_id}")

    assert rows_on(page.text) == [["Supply", "1", "+5 d", "100 %", "100 %"]]


def test_excel_has_the_same_lines(moved, login):
    client = login((Role.PMO, moved.portfolio))

    book = load_workbook(BytesIO(client.get(f"/reports/slippage.xlsx?what=portfolio:{moved.portfolio_id}").data))

    assert list(book.active.values)[1:] == [("Supply", 2, 15, 83, 83), ("Staff", 1, 3, 17, 100)]


def test_a_portfolio_without_slips_says_so(world, login):
    page = login((Role.PMO, world.portfolio)).get(f"/reports/slippage?what=portfolio:{world.portfolio_id}")

    assert "No forecast has moved later" in page.text


def test_a_stranger_finds_nothing(world, make, login):
    client = login((Role.PMO, make.portfolio()))

    paths = [f"/reports/{page}?what=portfolio:{world.portfolio_id}" for page in ("slippage", "slippage.xlsx")]

    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_a_single_project_has_no_such_page(world, login):
    answer = login((Role.PMO, world.portfolio)).get(f"/reports/slippage?what=project:{world.project_ids[0]}")

    assert answer.status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_costs_the_same_for_one_project_and_three(make, login, statements, more):
    portfolio = make.portfolio()
    programme = make.programme(portfolio)
    for _ in range(1 + more):
        make.milestone(make.project(programme))
    client = login((Role.PMO, portfolio))
    statements.clear()

    client.get(f"/reports/slippage?what=portfolio:{portfolio.id}", headers=HTMX)

    assert len(statements) == 11
