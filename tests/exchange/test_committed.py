"""Committed money in lists of projects: under the words offices use, missing where a list has none."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.exchange.logic import summary
from pmo.portfolio.models import Project
from tests.exchange.reading import bring, reading

LIST = "Code;Name;Budget (EUR);Spent (EUR);{heading} (EUR);Forecast cost (EUR)\nPAC-01;Desk;1000;400;{amount};1100\n"


def projects():
    return db.session.scalars(select(Project).execution_options(populate_existing=True)).all()


@pytest.mark.parametrize("heading", ["Committed", "Open orders", "Engagé", "Commandes ouvertes", "Vastgelegd", "Obligo"])
def test_the_words_for_it_are_known(app, heading):
    bring(LIST.format(heading=heading, amount="250"), "a_2026-01-31.csv")

    assert [(row.spent, row.committed) for row in projects()] == [(Decimal(400), Decimal(250))]


def test_an_empty_cell_leaves_it_unknown_with_its_reason(app):
    bring(LIST.format(heading="Committed", amount="tbd"), "a_2026-01-31.csv")

    assert [(row.committed, row.no_value) for row in projects()] == [(None, {"committed": "TBD"})]


def test_the_newest_list_replaces_it_and_a_list_without_it_leaves_it(app):
    bring(LIST.format(heading="Committed", amount="250"), "a_2026-01-31.csv")
    bring(LIST.format(heading="Committed", amount="0"), "b_2026-02-28.csv")
    bring("Code;Name;Spent (EUR)\nPAC-01;Desk;500\n", "c_2026-03-05.csv")

    assert [(row.spent, row.committed) for row in projects()] == [(Decimal(500), Decimal(0))]


def test_what_is_no_amount_is_refused_with_its_cell():
    found = reading(LIST.format(heading="Committed", amount="-3").encode())

    assert [(f"{one.letters}{one.row}", one.value, str(one.reason)) for one in summary.refusals([found])] == [
        ("E2", "-3", "an amount below zero")
    ]
