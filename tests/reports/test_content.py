"""Content as canonical JSON, how two reports differ, what the generated sentences say."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pmo.kernel.languages import Amount, msg, render
from pmo.portfolio.logic import Colour
from pmo.reports.logic import canonical, sentences, stored
from pmo.reports.logic.compare import compare
from pmo.reports.logic.content import FORM, Mark, Report
from pmo.reports.logic.numbers import file_name, next_number
from pmo.reports.verifying import Verdict, judge
from tests.reports import example

# Of the form of the content: where it changes on purpose, raise FORM in logic/content.py and write the new digest here.
EXAMPLE_SHA256 = "cf74c05067b5df88839c8819c3aac7a1b7b7cb473b33d15715be40ab3f76e5a0"


def test_the_form_of_the_content_changes_only_on_purpose():
    assert (FORM, canonical.sha256(canonical.plain(example.report()))) == (4, EXAMPLE_SHA256)


def test_what_was_stored_is_read_back_as_it_was():
    report = example.report()
    stored = json.loads(canonical.text(canonical.plain(report)))

    assert canonical.read(Report, stored) == report


def test_a_message_keeps_its_values_and_their_kinds():
    message = msg(
        "%(a)s %(b)s %(c)s %(d)s %(e)s %(f)s",
        a=date(2026, 3, 12),
        b=Decimal("1.50"),
        c=Amount(Decimal(5), "EUR"),
        d=7,
        e=msg("x"),
        f=datetime(2026, 3, 12, 8, tzinfo=UTC),
    )
    mark = Mark(example.D.COST, Colour.RED, message)
    stored = json.loads(canonical.text(canonical.plain(mark)))

    assert render(canonical.read(Mark, stored).fact, "fr") == render(message, "fr")


@pytest.mark.parametrize("stored", [None, [], {}, {"scope": "planet"}, {"form": 1}, "text", 5])
def test_what_is_no_report_is_refused_not_guessed(stored):
    with pytest.raises(canonical.Unreadable):
        canonical.read(Report, stored)


@pytest.mark.parametrize(
    ("one", "other"), [(Decimal("410000.00"), Decimal("410000")), (Decimal("0.00"), Decimal(0)), (Decimal("1E+3"), Decimal(1000))]
)
def test_equal_amounts_have_one_form(one, other):
    assert canonical.plain(one) == canonical.plain(other)


def test_every_cell_is_in_the_hash():
    """Whatever single value of the content changes, the hash changes."""
    content = canonical.plain(example.report())
    before = canonical.sha256(content)

    unnoticed = [path for path, parent, key in cells(content) if not _noticed(content, parent, key, before)]

    assert unnoticed == []


def cells(value, path=""):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        if isinstance(child, dict | list):
            yield from cells(child, f"{path}.{key}")
        else:
            yield f"{path}.{key}", value, key


def _noticed(content, parent, key, before) -> bool:
    kept = parent[key]
    parent[key] = "something else"
    try:
        return canonical.sha256(content) != before
    finally:
        parent[key] = kept


def test_a_field_that_is_missing_is_a_difference_and_is_not_read_with_a_default():
    """In the form made now: of each kind of field one is taken away."""
    content = canonical.plain(example.report())
    whole = json.loads(canonical.text(content))
    kinds = {re.sub(r"\.\d+", "", path): (parent, key) for path, parent, key in fields_of(content) if ".values." not in path}

    unnoticed = [path for path, (parent, key) in kinds.items() if not _missed(content, whole, parent, key)]

    assert (len(kinds) > 150, unnoticed) == (True, [])


def fields_of(value, path=""):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        if isinstance(value, dict):
            yield f"{path}.{key}", value, key
        if isinstance(child, dict | list):
            yield from fields_of(child, f"{path}.{key}")


def _missed(content, whole, parent, key) -> bool:
    kept = parent.pop(key)
    try:
        stored.read(content)
    except canonical.Unreadable:
        return judge(*stored.comparable(content, whole))[0] is Verdict.DIFFERENT
    finally:
        parent[key] = kept
    return False


def test_a_moved_date_is_told_with_who_and_why():
    changes = example.report().changes

    largest = changes.dates[0]

    assert (largest.milestone.project, largest.before, largest.after, largest.days) == (
        "EVG-03",
        date(2026, 5, 4),
        date(2026, 5, 22),
        18,
    )
    assert (largest.why.who, largest.why.reason) == ("S. Korhonen", "site_contract")


def test_colours_projects_and_risks_that_changed_are_listed():
    changes = example.report().changes

    assert [change.project.code for change in changes.worse] == ["EVG-03", "SCX-04", "ICT-11"]
    assert [change.project.code for change in changes.better] == ["PAC-02", "MOP-01", "ICT-14"]
    assert [project.code for project in changes.new_projects] == ["SCX-06"]
    assert [risk.code for risk in changes.new_risks] == ["R-019"]


def test_a_report_compared_with_itself_has_not_changed():
    report = example.report()

    assert compare(report, report).count == 0


def test_what_is_gone_is_named():
    report = example.report()
    fewer = replace(report, programmes=report.programmes[1:])

    assert [project.code for project in compare(report, fewer).gone_projects] == ["PAC-01", "PAC-02"]


@pytest.mark.parametrize(
    ("colours", "sentence"),
    [
        ([], "There is no project yet"),
        ([Colour.RED, Colour.GREEN], "One of 2 projects is red"),
        ([Colour.RED, Colour.RED, None], "Red: 2 of 3 projects"),
        ([Colour.AMBER_RED, Colour.GREEN], "No project is red, 1 is amber"),
        ([Colour.GREEN], "The project is green"),
        ([Colour.GREEN, Colour.GREEN], "All 2 projects are green"),
        ([Colour.GREEN, None], "1 of 2 projects are green, the others are not reported"),
    ],
)
def test_the_headline_is_the_finding(colours, sentence):
    report = example.report()
    projects = tuple(replace(report.projects[0], overall=colour) for colour in colours)
    few = replace(report, programmes=(replace(report.programmes[0], projects=projects),))

    assert str(sentences.headline(few)) == sentence


def test_the_counts_stand_beside_those_of_the_last_report():
    said = [str(sentence) for sentence in sentences.kicker(example.report())]

    assert said == [
        "2 red, 5 amber, 8 green.",
        "On 24 Feb 2026: 1, 7, 6.",
        "2 projects declare a better colour than the rules compute.",
        "1 project counts with a colour that the PMO overrode.",
    ]


def test_red_projects_come_first_with_both_slips():
    first = next(sentences.bullets(example.report(asked=(), carried=None)))

    assert str(first.finding) == (
        "LUMEN registry, investigator-initiated: First patient in, Tampere 22 May 2026, +52 d to baseline,"
        " +18 d to what the committee was told."
    )
    assert str(first.words) == "Back to green: Open Oulu; contract by 10 April"


def test_what_is_asked_and_what_is_late_stands_before_everything_else():
    asked, late, *_ = sentences.bullets(example.report())

    assert (str(asked.finding), str(late.finding)) == ("2 decisions are asked:", "1 action is late:")
    assert str(late.words) == "A-062 C. Maes"
    assert str(asked.words) == "D4 Open a fall-back site in Oulu?, D5 Move Dynamics 365 go-live to 22 May 2026?"


@pytest.mark.parametrize(
    ("taken", "number"),
    [
        (set(), "2026-03"),
        ({"2026-02"}, "2026-03"),
        ({"2026-03"}, "2026-03b"),
        ({"2026-03", "2026-03b"}, "2026-03c"),
        ({"2026-03", *(f"2026-03{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")}, "2026-03-27"),
    ],
)
def test_editions_of_a_month_are_counted(taken, number):
    assert next_number(date(2026, 3, 24), taken) == number


@pytest.mark.parametrize(
    ("code", "name"),
    [("MC", "status-MC-2026-03-en.docx"), ("../é/x", "status-..-x-2026-03-en.docx"), ("", "status--2026-03-en.docx")],
)
def test_a_file_name_is_plain(code, name):
    assert file_name(code, "2026-03", "en") == name


def test_rewording_a_sentence_is_told_apart_from_changing_a_fact():
    stored = canonical.plain(example.report())
    reworded = json.loads(canonical.text(stored).replace("is %(days)s d late", "comes %(days)s d late"))
    changed = json.loads(canonical.text(stored).replace('"to_baseline":52', '"to_baseline":51'))

    assert judge(stored, stored)[0] is Verdict.SAME
    assert judge(stored, reworded)[0] is Verdict.REWORDED
    assert judge(stored, changed)[0] is Verdict.DIFFERENT


def test_no_value_of_the_content_is_a_float():
    def kinds(value):
        if is_dataclass(value):
            return {kind for field in fields(value) for kind in kinds(getattr(value, field.name))}
        return {kind for item in value for kind in kinds(item)} if isinstance(value, tuple) else {type(value)}

    assert float not in kinds(example.report())
