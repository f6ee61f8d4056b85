"""Lists as links: sorting, columns and pages in the address."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.languages import msg
from pmo.people.models import Person
from pmo.web import tables
from pmo.web.tables import Column, Cursor, Key, cut, decode, encode, paged

COLUMNS = (
    Column("name", msg("Name"), is_fixed=True),
    Column("end", msg("End")),
    Column("owner", msg("Owner"), can_sort=False),
    Column("budget", msg("Budget"), is_shown=False),
)


@pytest.fixture
def table(app):
    def of(query=""):
        with app.test_request_context(f"/people?{query}"):
            return tables.read(COLUMNS, ("q", "role"), endpoint="access.people")

    return of


def address(app, build):
    with app.test_request_context("/"):
        return build()


@pytest.mark.parametrize(
    ("query", "sort", "state"),
    [
        ("", "", ""),
        ("sort=end", "end", "ascending"),
        ("sort=-end", "end", "descending"),
        ("sort=owner", "", ""),
        ("sort=x", "", ""),
    ],
)
def test_a_list_is_sorted_as_its_address_says(table, query, sort, state):
    asked = table(query)

    assert (asked.sort, asked.sort_state("end")) == (sort, state)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"name", "end", "owner"}),
        ("columns=budget", {"name", "budget"}),
        ("columns=none&columns=budget&columns=end", {"name", "budget", "end"}),
        ("columns=none", {"name"}),
    ],
)
def test_columns_are_chosen_in_the_address_and_a_fixed_one_stays(table, query, shown):
    assert table(query).shown == shown


def test_links_keep_the_rest_of_the_view(app, table):
    asked = table("sort=-end&q=abc&columns=budget&after=xyz&unknown=1")

    assert address(app, lambda: asked.url(role="PMO")) == "/people?q=abc&sort=-end&columns=budget&role=PMO"
    assert address(app, lambda: asked.url(q=None)) == "/people?sort=-end&columns=budget"
    assert address(app, lambda: asked.sort_url("end")) == "/people?q=abc&sort=end&columns=budget"
    assert address(app, lambda: asked.sort_url("name")) == "/people?q=abc&sort=name&columns=budget"
    assert asked.fields == [("sort", "-end"), ("columns", "budget")]
    assert address(app, lambda: asked.address) == "/people"


def test_sorting_twice_by_a_column_turns_it_round(app, table):
    assert address(app, lambda: table("sort=end").sort_url("end")) == "/people?sort=-end"


VALUES = ("Élan", 12, Decimal("1.50"), date(2026, 3, 12), datetime(2026, 3, 12, 9, tzinfo=UTC), True)


def test_a_cursor_survives_the_address():
    assert decode(encode(VALUES)) == VALUES


@given(st.text(max_size=40))
def test_a_made_up_cursor_means_the_beginning_or_nothing_worse(word):
    assert isinstance(decode(word), tuple)


@pytest.mark.parametrize("descending", [False, True])
def test_pages_follow_each_other_without_gap_or_repetition_both_ways(app, make, descending):
    for name in ("Cas", "Ada", "Bo", "Ada", "Eva"):
        make.person(name)
    keys = [Key(Person.name_key, descending), Key(Person.id)]

    def fetch(cursor):
        rows = db.session.execute(paged(select(Person.name_key, Person.id), keys, cursor, 2)).all()
        return cut(rows, cursor, 2, tuple)

    first = fetch(None)
    second = fetch(first.next)
    third = fetch(second.next)
    names = [row[0] for page in (first, second, third) for row in page.rows]

    assert names == sorted(["cas", "ada", "bo", "ada", "eva"], reverse=descending)
    assert (third.next, first.previous) == (None, None)
    assert fetch(third.previous).rows == second.rows
    assert fetch(second.previous) == first


def test_an_empty_page_has_no_neighbours(app):
    assert cut([], Cursor((1,)), 2, tuple) == tables.Page(())


@pytest.mark.parametrize("values", [("x",), (1, 2), ("x", "y"), (10**30, 1), ("x", 2**70), ("x", True, 1)])
def test_a_cursor_of_another_list_means_the_beginning(app, make, values):
    make.person("Zoé")
    keys = [Key(Person.name_key), Key(Person.id)]

    rows = db.session.execute(paged(select(Person.name_key, Person.id), keys, Cursor(values), 2)).all()

    assert [row.name_key for row in rows] == ["zoe"]
