"""Which project a row means: identifier first, then name, else a question; answers decide."""

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.exchange.logic.matching import By, Candidate, Why, match
from pmo.exchange.logic.plan import Outcome
from pmo.portfolio.models import Project
from tests.exchange.reading import bring


class Row:
    """A row with what identity needs."""

    def __init__(self, at, name, external_id=None, code="", group="ict"):
        self.at, self.key, self.external_id, self.code, self.group_key = at, name, external_id, code, group


def known(number, name, external_id=None, group="ict", **more):
    return Candidate(number, f"C{number}", name, name, external_id, group, **more)


@pytest.mark.parametrize(
    ("row", "there", "by", "project_id"),
    [
        (Row("2", "x", "A1"), [known(1, "y", "a1")], By.IDENTIFIER, 1),
        (Row("2", "x", code="c1"), [known(1, "y")], By.IDENTIFIER, 1),
        (Row("2", "x"), [known(1, "x")], By.NAME, 1),
        (Row("2", "x", "A1"), [known(1, "x")], By.NAME, 1),
        (Row("2", "x"), [known(1, "y", former=frozenset({"x"}))], By.NAME, 1),
        (Row("2", "x"), [known(1, "x"), known(2, "x", group="medical")], By.NAME, 1),
        (Row("2", "x"), [known(1, "x"), known(2, "x", was_listed=True)], By.NAME, 2),
        (Row("2", "x", "A1"), [known(1, "x", "B1")], By.NONE, None),
        (Row("2", "x"), [], By.NONE, None),
    ],
)
def test_a_row_finds_its_project(row, there, by, project_id):
    [link] = match([row], there, {})

    assert (link.by, link.project_id) == (by, project_id)


def test_two_projects_of_one_name_are_asked_about():
    [link] = match([Row("2", "x")], [known(1, "x"), known(2, "x")], {})

    assert (link.by, link.question.why) == (By.OPEN, Why.SAME_NAME_TWICE)


def test_a_name_under_another_identifier_is_a_new_project_with_a_remark():
    [link] = match([Row("2", "x", "A1")], [known(1, "x", "B1")], {})

    assert (link.by, link.question.why) == (By.NONE, Why.OTHER_IDENTIFIER)


def test_two_different_rows_of_one_identifier_are_both_asked_about():
    links = match([Row("2", "x", "A1"), Row("3", "y", "a1")], [], {})

    assert [(link.by, link.question.why) for link in links] == [(By.OPEN, Why.SAME_ROW_TWICE)] * 2


def test_two_rows_never_become_one_project():
    links = match([Row("2", "x", "A1"), Row("3", "x")], [known(1, "x", "A1")], {})

    assert [(link.by, link.project_id) for link in links] == [(By.IDENTIFIER, 1), (By.OPEN, None)]


@pytest.mark.parametrize(("answer", "project_id"), [("c2", 2), ("new", None)])
def test_an_answer_decides(answer, project_id):
    [link] = match([Row("2", "x")], [known(1, "x"), known(2, "x")], {"2": answer})

    assert (link.by, link.project_id) == (By.ANSWER, project_id)


TWINS = "Project;Department;RAG;End date\nUpgrade;ICT;Green;30/06/2026\nUpgrade;Finance;Red;31/07/2026\n"


def test_projects_of_one_name_in_two_programmes_stay_two(app):
    bring(TWINS, "a_2026-01-31.csv")
    plan = bring(TWINS.replace("Green", "Amber"), "a_2026-02-28.csv")

    assert [row.outcome for row in plan.rows] == [Outcome.CHANGED, Outcome.UNCHANGED]
    assert len(db.session.scalars(select(Project)).all()) == 2


def test_a_row_asked_about_stays_out_until_it_is_answered(app):
    bring("Project;RAG;End date\nUpgrade;Green;30/06/2026\n", "a_2026-01-31.csv")
    same = "Project;RAG;End date\nUpgrade;Green;30/06/2026\nUpgrade;Red;31/07/2026\n"

    open_plan = bring(same, "a_2026-02-28.csv", dry_run=True)
    answered = bring(same, "a_2026-02-28.csv", answers={"2": "OFFICE-1", "3": "new"})

    assert [row.outcome for row in open_plan.rows] == [Outcome.ASKED, Outcome.ASKED]
    assert [row.outcome for row in answered.rows] == [Outcome.UNCHANGED, Outcome.ADDED]
