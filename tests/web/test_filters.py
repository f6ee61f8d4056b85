"""The filter language: what is typed, taken apart and turned into conditions."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Date, Integer, String, column
from sqlalchemy.dialects import postgresql

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.web import filters
from pmo.web.filters import Field, Folded, Op, Query, Term, conditions, containing, parse

TODAY = date(2026, 3, 12)
NAME = Folded(column("name_key", String))
FIELDS = {
    "risk": Field(msg("Risk"), "risk>=15", filters.number(column("level", Integer))),
    "due": Field(msg("Due"), "due<=today+14", filters.day(column("due", Date), TODAY)),
    "code": Field(msg("Code"), "code:ONCO", filters.text(column("code", String), NAME)),
    "status": Field(msg("Status"), "status:red", filters.choice(column("rank", Integer), {"red": 4, "grey": None})),
    "owner": Field(
        msg("Owner"), "owner:me", filters.person(7, lambda fits: fits(column("owner_id", Integer), column("key", String)))
    ),
    "said": Field(msg("Said"), "said:yes", filters.yes(column("said"))),
}


def sql(text):
    made = conditions(parse(text), FIELDS)
    return [str(each.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})) for each in made]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("  lumen  registry ", Query(("lumen", "registry"))),
        ("R-019", Query(("R-019",))),
        ("-draft", Query(("-draft",))),
        ('"first patient: in"', Query(("first patient: in",))),
        ("late:me", Query((), (Term("late", Op.IS, ("me",)),))),
        ("Late=me", Query((), (Term("late", Op.IS, ("me",)),))),
        (
            "risk>=15 programme:ONCO",
            Query((), (Term("risk", Op.AT_LEAST, ("15",)), Term("programme", Op.IS, ("ONCO",)))),
        ),
        ("-status:red,amber trial", Query(("trial",), (Term("status", Op.IS, ("red", "amber"), is_not=True),))),
        ('programme:"Patient access",EVG', Query((), (Term("programme", Op.IS, ("Patient access", "EVG")),))),
        ("due<2026-04-01", Query((), (Term("due", Op.BELOW, ("2026-04-01",)),))),
    ],
)
def test_a_filter_is_taken_apart(text, query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("risk>=", "Say what risk should be, for example risk:something."),
        ("owner:,", "Say what owner should be, for example owner:something."),
        ('say "no', "A quotation mark is open: close it, or take it away."),
        ("x" * 501, "This filter is too long."),
        ("risk>=high", "high is not a number."),
        ("risk>=NaN", "NaN is not a number."),
        ("due<soon", "soon is not a day. Write 2026-03-31, today, or today+14."),
        ("due<today+9999 due<2026-13-01", "2026-13-01 is not a day. Write 2026-03-31, today, or today+14."),
        ("colour:red", "There is no field colour here. You can use: code, due, owner, risk, said, status."),
        ("status:pink", "pink is none of: red, grey."),
        ("status>red", "> compares numbers and days only. Write a colon here."),
        ("said:perhaps", "perhaps is none of: yes, no."),
    ],
)
def test_what_cannot_be_understood_is_named(text, sentence):
    with pytest.raises(Invalid) as refusal:
        conditions(parse(text), FIELDS)

    assert {field: str(message) for field, message in refusal.value.errors.items()} == {"q": sentence}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("risk>=15", ["level >= 15"]),
        ("risk:1,5", ["level = 1 OR level = 5"]),
        ("due<=today+14", ["due <= '2026-03-26'"]),
        ("status:red,grey", ["rank = 4 OR rank IS NULL"]),
        ("-status:red", ["(rank = 4) IS NOT true"]),
        ("owner:me", ["owner_id = 7"]),
        ("owner:Éla", ["(key LIKE '%%' || 'ela' || '%%' ESCAPE '/')"]),
        ("code:Onco", ["lower(code) = 'onco' OR name_key = 'onco'"]),
        ("said:yes", ["said"]),
        ("said:no", ["said IS NOT true"]),
    ],
)
def test_terms_become_conditions(text, made):
    assert sql(text) == made


def test_a_percent_sign_is_looked_for_as_such():
    [found] = containing(("50%",), NAME)

    assert found.compile().params == {"name_key_1": "50/%"}


def test_numbers_are_exact():
    [made] = conditions(parse("risk:0.1"), FIELDS)

    assert list(made.compile().params.values()) == [Decimal("0.1")]


@given(st.text(max_size=60))
def test_any_text_is_either_understood_or_refused_with_a_sentence(text):
    refused: list[str] = []
    try:
        conditions(parse(text), FIELDS)
    except Invalid as refusal:
        refused = list(refusal.errors)

    assert refused in ([], ["q"])
