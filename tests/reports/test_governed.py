"""Gates and change requests in a report: which are told, how often, and what of them a committee reads."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlalchemy import select

from pmo.changes.logic import ChangeState
from pmo.db import db, transaction
from pmo.gates.logic import Outcome, Standing
from pmo.kernel.permissions import Actor, Grant, Role, ScopeKind
from pmo.portfolio.models import Project
from pmo.reports.actions import publish
from pmo.reports.contents import Wanted, report
from pmo.reports.governing import Asked, requests
from pmo.reports.logic import canonical, governed, stored
from pmo.reports.logic.agenda_lines import AgendaLine, AgendaLines
from pmo.reports.logic.content import Scope
from pmo.reports.logic.example import STAMP, example
from pmo.reports.logic.governed import GateLine, Gates, RequestLine, Requests
from pmo.reports.verifying import Verdict, judge, verify
from pmo.reports.word.document import document
from pmo.rules.models import Rule
from pmo.rules.queries import forget, rule_book
from tests.reports.conftest import PUBLISHER
from tests.reports.word_templates import words as text_of

MARCH, APRIL = date(2026, 3, 24), date(2026, 4, 21)


def line(number=1, **facts) -> RequestLine:
    base = {"project": "P", "code": f"CR-{number:03}", "title": "Change", "state": ChangeState.WAITING, "priority": 3}
    return RequestLine(**base | {"id": number, "asked_on": date(2026, 3, 1)} | facts)


def test_what_waits_is_told_each_time_and_what_was_decided_once():
    decided = line(2, state=ChangeState.REJECTED, decided_on=date(2026, 3, 2))
    first = governed.requests([line(1), decided], date(2026, 3, 2), None, most=12)

    second = governed.requests([line(1), decided], date(2026, 3, 2), first, most=12)

    assert ([one.id for one in first.waiting], [one.id for one in first.decided]) == ([1], [2])
    assert ([one.id for one in second.waiting], second.decided) == ([1], ())


def test_a_decision_from_before_the_last_report_is_not_told():
    early = line(2, state=ChangeState.APPROVED, decided_on=date(2026, 2, 1))

    assert governed.requests([early], date(2026, 3, 2), None, most=12).decided == ()
    assert governed.requests([early], None, None, most=12).decided == (early,)


def test_all_that_was_decided_is_listed_and_only_what_waits_or_comes_is_cut():
    taken = [line(number, state=ChangeState.REJECTED, decided_on=MARCH) for number in range(1, 15)]
    gates = [GateLine(id=number, project="P", code=f"G{number}", name="Gate") for number in range(1, 15)]
    passed = [replace(gate, outcome=Outcome.GO, decided_on=MARCH) for gate in gates]

    found, stages = governed.requests(taken, None, None, most=3), governed.gates(gates, passed, APRIL, None, None, most=3)

    assert (len(found.decided), len(stages.decided)) == (14, 14)
    assert (len(stages.due), stages.more_due) == (3, 11)


def test_how_many_lines_that_wait_a_report_lists_is_a_rule(governing, make):
    for number in range(4, 7):
        make.change_request(governing.projects[0], code=f"CR-{number:03}", title="More", state="waiting")
    with transaction("The committee reads less"):
        db.session.scalars(select(Rule).where(Rule.code == "report.lines_most")).one().value = 1
    forget()

    made = report(Wanted(Scope.COMMITTEE, governing.subject.id))

    assert (len(made.requests.waiting), made.requests.more_waiting, len(made.requests.decided)) == (1, 3, 1)


def test_a_committee_reads_twelve_lines_and_how_many_more_there_are():
    found = governed.requests([line(number) for number in range(1, 15)], None, None, most=12)

    assert (len(found.waiting), found.more_waiting, found.cost) == (12, 2, None)


@pytest.mark.parametrize(
    ("costs", "cost"),
    [
        ([(10, "EUR"), (-4, "EUR")], (Decimal(6), "EUR")),
        ([(10, "EUR"), (5, "USD")], None),
        ([(10, "EUR"), (None, "")], None),
        ([], None),
    ],
)
def test_costs_are_added_where_all_are_known_in_one_currency(costs, cost):
    waiting = [line(n, cost=None if c is None else Decimal(c), currency=unit) for n, (c, unit) in enumerate(costs)]

    assert governed.requests(waiting, None, None, most=12).cost == cost


def test_a_gate_decided_anew_is_told_again():
    gate = GateLine(id=1, project="P", code="G1", name="Gate", outcome=Outcome.HOLD, decided_on=MARCH)
    old = governed.gates([], [gate], APRIL, None, None, most=12)
    anew = replace(gate, outcome=Outcome.GO, decided_on=date(2026, 4, 1))

    assert governed.gates([], [gate, anew], APRIL, MARCH, old, most=12).decided == (anew,)


@pytest.fixture
def governing(world, make):
    """One gate due, one decided with a condition, three requests; and one of each in no report of this committee."""
    first, second, _ = world.projects
    must = {"kind": "must", "text": "Contract signed", "is_met": False}
    make.gate(first, must, code="G2", name="Executing", planned_on=date(2026, 4, 20), outcome="")
    make.gate(first, code="G9", name="Far away", planned_on=date(2027, 4, 20), outcome="")
    make.gate(second, code="G1", name="Planning", outcome="hold", decided_on=date(2026, 3, 2), reason="No plan")
    ready = {"cost": Decimal(12000), "currency": "EUR"}
    make.change_request(first, code="CR-001", title="More sites", state="waiting", **ready)
    make.change_request(
        first, code="CR-002", title="No app", state="rejected", decided_on=date(2026, 3, 3), reason="Too dear", **ready
    )
    make.change_request(second, code="CR-003", title="A fax", state="submitted", submitted_on=date(2026, 3, 5), **ready)
    other = make.project(code="Z-1", name="Elsewhere")
    make.gate(other, code="G1", name="Not ours", planned_on=date(2026, 3, 20), outcome="")
    make.change_request(other, title="Not ours", state="waiting")
    return world


def test_the_report_of_a_committee_says_what_comes_what_was_decided_and_what_waits(governing):
    made = report(Wanted(Scope.COMMITTEE, governing.subject.id))

    gates, wanted = made.gates, made.requests
    assert [(one.project, one.code, one.standing) for one in gates.due] == [("PAC-01", "G2", Standing.NOT_READY)]
    assert [(one.project, one.outcome, one.reason) for one in gates.decided] == [("PAC-02", Outcome.HOLD, "No plan")]
    assert (gates.until, gates.since) == (APRIL, date(2026, 2, 24))
    assert [[one.code for one in lines] for lines in (wanted.waiting, wanted.decided, wanted.asked)] == [
        ["CR-001"], ["CR-002"], ["CR-003"],
    ]  # fmt: skip
    assert wanted.cost == (Decimal(12000), "EUR")


def test_who_may_not_see_money_reads_no_cost(world, make):
    make.change_request(world.projects[0], code="CR-001", state="waiting", cost=Decimal(12000), currency="EUR")
    reader = Actor(9, "M", frozenset({Grant(Role.CONTRIBUTOR, ScopeKind.PORTFOLIO, world.portfolio_id)}))

    found = requests(Asked(world.project_ids, reader, None, None), rule_book())

    assert [(one.code, one.cost, one.currency) for one in found.waiting] == [("CR-001", None, "")]


def test_an_edition_tells_a_decision_once_and_computes_to_its_hash(governing):
    first = publish(governing.subject, PUBLISHER)
    before = first.id

    after = report(Wanted(Scope.COMMITTEE, governing.subject.id))

    assert (after.gates.decided, after.requests.decided, after.requests.asked) == ((), (), ())
    assert [one.code for one in after.requests.waiting] == ["CR-001"]
    assert verify(before).is_good


def test_the_report_of_a_project_has_them_too(governing):
    project = db.session.get_one(Project, governing.project_ids[0])

    made = report(Wanted(Scope.PROJECT, project.id))

    assert (made.gates, [one.code for one in made.requests.waiting]) == (None, ["CR-001"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Agenda", "From 14:00 to 14:55.", "Gates and change requests", "Go with conditions", "Together they cost")),
        ("fr", ("Ordre du jour", "De 14:00 à 14:55.", "Points de décision et demandes de changement", "Go sous conditions")),
        ("nl", ("Agenda", "Van 14:00 tot 14:55.", "Beslispunten en wijzigingsverzoeken", "Go met voorwaarden")),
    ],
)
def test_the_word_file_shows_agenda_gates_and_requests(lang, words):
    shown = text_of(document(example(), STAMP, lang))

    assert [word for word in words if word not in shown] == []
    assert "A-070 Second rehearsal with full volume (W. De Smet" in shown


def test_without_minutes_the_agenda_has_no_columns_for_them():
    agenda = AgendaLines(MARCH, (AgendaLine(example().agenda.lines[0].kind, "", "Welcome"),))

    shown = text_of(document(replace(example(), agenda=agenda), STAMP, "en"))

    assert ("Welcome" in shown, "Min." in shown) == (True, False)


def test_an_edition_of_the_form_before_is_read_and_still_computes_to_what_it_said():
    old = canonical.plain(replace(example(), form=3, agenda=None, gates=None, requests=None))
    for name in ("agenda", "gates", "requests"):
        del old[name]
    del old["earlier"]["code"], old["raid"][0]["trigger"], old["programmes"][0]["projects"][0]["money"]["committed"]

    read = stored.read(old)

    now = canonical.plain(example()) | {"form": 3}
    assert (read.form, read.gates, read.projects[1:] == example().projects[1:]) == (3, None, True)
    assert judge(*stored.comparable(old, now)) == (Verdict.SAME, [])


def test_an_edition_of_the_form_before_may_lack_only_what_came_later():
    old = canonical.plain(replace(example(), form=3, agenda=None, gates=None, requests=None))
    now = canonical.plain(example()) | {"form": 3}
    for name in ("agenda", "gates", "requests", "slips"):
        del old[name]

    assert judge(*stored.comparable(old, now)) == (Verdict.DIFFERENT, ["slips"])
    with pytest.raises(canonical.Unreadable, match="slips"):
        stored.read(old)


def test_nothing_to_say_is_no_section():
    shown = text_of(document(replace(example(), gates=None, requests=None, agenda=None), STAMP, "en"))

    assert ("Gates" in shown, "Agenda" in shown) == (False, False)


def test_more_than_is_listed_is_counted():
    many = Requests(waiting=tuple(line(number) for number in range(12)), more_waiting=3)

    shown = text_of(document(replace(example(), requests=many, gates=Gates(APRIL)), STAMP, "en"))

    assert "3 more are not listed." in shown


def test_the_comparison_names_the_committee_of_the_earlier_edition(governing):
    publish(governing.subject, PUBLISHER)

    made = report(Wanted(Scope.COMMITTEE, governing.subject.id))

    shown = text_of(document(made, STAMP, "en")).replace("\u00a0", " ")
    assert "Compared with edition MC 2026-03 of 12 Mar" in shown


def test_a_question_is_one_chain_down_to_its_last_line_to_write_on():
    """Nothing of it may open a page alone: each of its paragraphs stays with the next."""
    xml = Document(BytesIO(document(example(), STAMP, "en"))).element.body
    paragraphs = [one for one in xml.iter(qn("w:p"))]
    words = ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in paragraphs]
    first = next(n for n, text in enumerate(words) if text.startswith("D4"))
    boxes = next(n for n, text in enumerate(words) if n > first and "☐" in text)

    loose = [words[n] for n in range(first + 1, boxes + 1) if paragraphs[n].find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is None]

    assert loose == []
