"""The PMO lets another overall colour count: with a reason, until a day, beside the computed one; and it ends by itself."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.status import actions
from pmo.status.models import HealthMark, HealthOverride
from tests.conftest import HTMX, NOW, TODAY

LONG_AGO = NOW - timedelta(days=90)
LAST_DAY = date(2026, 3, 30)
TYPED = {"colour": "amber", "reason": "The supplier has confirmed the new date", "ends_on": "30/3/2026", "seen": "0"}
SAID = "Overridden by Els Wauters until 30 Mar 2026: The supplier has confirmed the new date"


def words(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.text).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(plain.split())


def labels(answer):
    """What the glyphs say to whoever cannot see them, in their order."""
    return [found.split(".")[0] for found in re.findall(r'class="rag [^"]*"[^>]*aria-label="([^"]+)"', answer.text)]


@pytest.fixture
def project(make):
    """Declared green, with one overdue milestone and a risk of score 20."""
    manager = make.person("Wim De Smet")
    programme = make.programme(
        make.portfolio(code="BX", name="Benelux", effective_at=LONG_AGO), code="ICT", effective_at=LONG_AGO
    )
    project = make.project(programme, code="ICT-11", name="Cut-over", manager_id=manager.id, effective_at=LONG_AGO)
    make.milestone(project, name="Rehearsal 2", baseline=date(2026, 3, 9), forecast=date(2026, 3, 9), effective_at=LONG_AGO)
    make.raid_item(project, code="R-019", title="Contract not signed", probability=4, impact=5, effective_at=LONG_AGO)
    make.status_update(
        project, overall="green", author_id=manager.id, back_to_green="Rehearse on 20 March", effective_at=NOW - timedelta(days=1)
    )
    refresh(project, NOW - timedelta(days=1))
    return project


@pytest.fixture
def els(make, login):
    return login(make.person("Els Wauters", role=Role.PMO))


@pytest.fixture
def program(make, app):
    """Asks the API as a program of the PMO would."""
    with transaction("test"):
        token = people.make_token(make_pmo(make), "test", days=None)

    def ask(path):
        return app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})

    return ask


def make_pmo(make):
    person = people.add_person(email="program@example.org", name="A program")
    people.grant(person, Role.PMO)
    return person


def refresh(project, at):
    """What the job does after a change, and every night."""
    with transaction(effective_at=at):
        actions.refresh_marks([project.id], at)


def override(client, project, **typed):
    answer = client.post(f"/projects/{project.id}/override", data=TYPED | typed)
    refresh(project, clock.now())
    return answer


def word(client, project):
    content = client.get("/reports/draft.docx", query_string={"what": f"project:{project.id}", "lang": "en"}).data
    return in_word(content)


def in_word(content):
    read = Document(BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(p.text for p in read.paragraphs), *cells]).replace("\N{NO-BREAK SPACE}", " ").split())


# --- the scenario ------------------------------------------------------------------------------------------------------------


def test_a_project_declared_green_shows_computed_red_with_its_facts_limits_and_rule(els, project):
    portfolio, why, page = (els.get(path) for path in ("/portfolio", f"/projects/{project.id}/why", f"/projects/{project.id}"))

    assert "said G" in portfolio.text
    for answer in (why, page):
        assert "Rehearsal 2: 3 d past its forecast and not reported. Amber from 1 d, red from 15 d." in words(answer)
        assert "R-019 Contract not signed scores 20. Red from 20." in words(answer)
        assert "Back to green: Rehearse on 20 March" in words(answer)
    assert "Wim De Smet declared green. The rules compute red; the computed colour is shown." in words(why)
    assert "Computed R since 11 Mar 2026 Declared G by Wim De Smet" in words(page)


def test_an_override_without_reason_or_end_is_refused_with_sentences_and_keeps_what_was_typed(els, project):
    answers = [
        els.post(f"/projects/{project.id}/override", data=TYPED | empty, headers=HTMX)
        for empty in ({"reason": " "}, {"ends_on": ""}, {"reason": "", "ends_on": ""})
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    unsaid, endless, both = (words(answer) for answer in answers)
    reason, end = "Say why the computed colour should not count: the committee reads it.", "Enter the last day on which it counts"
    assert [(reason in said, end in said) for said in (unsaid, endless, both)] == [(True, False), (False, True), (True, True)]
    assert 'value="30/3/2026"' in answers[0].text
    assert "The supplier has confirmed the new date</textarea>" in answers[1].text
    assert all(re.search(r'value="amber" checked', answer.text) for answer in answers)
    assert db.session.query(HealthOverride).count() == 0


def test_an_accepted_override_counts_everywhere_beside_the_computed_colour(els, program, project):
    done = override(els, project)

    portfolio, page, why, peek, programme = (
        els.get(path)
        for path in (
            "/portfolio",
            f"/projects/{project.id}",
            f"/projects/{project.id}/why",
            f"/projects/{project.id}/peek",
            f"/programmes/{project.programme_id}",
        )
    )
    assert (done.status_code, done.location) == (303, f"/projects/{project.id}")
    for answer in (portfolio, page, why, peek, programme):
        assert SAID in words(answer)
        assert "Computed: red." in words(answer) or "Computed: red" in labels(answer)
    assert "Overall: amber" in labels(portfolio)
    assert "rules R" in portfolio.text
    assert "amber since 12 Mar 2026 (ICT-11), overridden: ICT-11; computed: red" in words(programme)
    assert "Computed R since 11 Mar 2026" in words(page)
    [row] = program("/projects").json["items"]
    assert (row["overall"], row["computed_overall"], row["declared_overall"]) == ("amber", "red", "green")
    assert row["override"] | {"id": 0} == {
        "id": 0, "colour": "amber", "reason": TYPED["reason"], "starts_on": "2026-03-12", "ends_on": "2026-03-30",
        "author": "Els Wauters",
    }  # fmt: skip
    printed = word(els, project)
    assert "Amber since 12 Mar 2026." in printed
    assert f"Computed: red. {SAID}" in printed


def test_the_day_after_its_end_everything_shows_red_again(els, program, project):
    override(els, project)
    with clock.pretend(clock.end_of_day(LAST_DAY)):
        last = (program(f"/projects/{project.id}").json["overall"], labels(els.get("/portfolio"))[:3])

    with clock.pretend(clock.start_of_day(LAST_DAY + timedelta(days=1))):
        portfolio, page = els.get("/portfolio"), els.get(f"/projects/{project.id}")
        row, printed = program(f"/projects/{project.id}").json, word(els, project)
        counted = els.get("/portfolio?status=red&view=not-green&sort=-overall")

    assert last == ("amber", ["Projects: red", "Projects: amber", "Projects: green"])
    assert (row["overall"], row["computed_overall"], row["override"]) == ("red", "red", None)
    assert "Overall: red" in labels(portfolio)
    assert "Red since 31 Mar 2026." in printed
    for answer in (portfolio, page, counted):
        assert SAID not in words(answer).replace("Activity", "")[: words(answer).find("Milestones")]
    assert "ICT-11" in words(counted)
    assert "Computed R since 11 Mar 2026" in words(page)


# --- what may be laid down ----------------------------------------------------------------------------------------------------


def test_it_ends_on_a_later_day_within_the_rule_and_says_another_colour(els, project):
    asked = {
        "It ends after today: choose a later day.": {"ends_on": "12/3/2026"},
        "At most 31 days: choose 12 Apr 2026 or an earlier day.": {"ends_on": "13/4/2026"},
        "The rules compute red already: there is nothing to override.": {"colour": "red"},
        "Choose the colour that counts instead.": {"colour": ""},
        "Choose one from the list.": {"colour": "pink"},
        "Enter a date such as 31/03/2026.": {"ends_on": "soon"},
        "This is too long.": {"reason": "x" * 501},
    }

    for sentence, typed in asked.items():
        answer = els.post(f"/projects/{project.id}/override", data=TYPED | typed, headers=HTMX)
        assert (answer.status_code, sentence in words(answer)) == (422, True), sentence
    assert els.post(f"/projects/{project.id}/override", data=TYPED | {"ends_on": "12/4/2026"}).status_code == 303


def test_a_closed_project_keeps_its_colours(els, make):
    closed = make.project(state="closed", closed_on=TODAY)

    answer = els.post(f"/projects/{closed.id}/override", data=TYPED)

    assert (answer.status_code, "its colours stand still" in words(answer)) == (409, True)
    assert "/override" not in els.get(f"/projects/{closed.id}").text


def test_the_form_begins_with_the_next_committee_or_with_what_counts(els, make, project):
    make.meeting(make.committee(project.programme.portfolio), date(2026, 3, 24))
    form = els.get(f"/projects/{project.id}/override")
    override(els, project)

    again = els.get(f"/projects/{project.id}/override")

    assert ('value="24 Mar 2026"' in form.text, 'value="30 Mar 2026"' in again.text) == (True, True)
    assert "The last day on which it counts: 12 Apr 2026 at the latest" in words(form)
    assert f"{SAID}" in words(again)
    assert "End it now" in again.text


def test_whoever_saw_another_state_is_told_and_keeps_the_words(els, project):
    override(els, project)

    stale = els.post(f"/projects/{project.id}/override", data=TYPED | {"reason": "My words"}, headers=HTMX)
    early = els.post(f"/projects/{project.id}/override/end", data={"seen": "77"})

    assert [stale.status_code, early.status_code] == [409, 409]
    assert "My words</textarea>" in stale.text
    assert "while you were looking at it" in words(stale)
    assert "while you were looking at it" in words(early)


def test_a_new_one_takes_the_place_of_the_one_that_counts(els, project):
    override(els, project)
    seen = db.session.query(HealthOverride.id).scalar()

    with clock.pretend(NOW + timedelta(days=1)):
        changed = override(els, project, colour="green", reason="Done at last", ends_on="20/3/2026", seen=str(seen))
        page = els.get(f"/projects/{project.id}")

    assert changed.status_code == 303
    assert "Overridden by Els Wauters until 20 Mar 2026: Done at last" in words(page)
    assert words(page).count("let the computed colour count again") == 0


# --- who ----------------------------------------------------------------------------------------------------------------------


def test_only_the_pmo_may_and_a_stranger_finds_nothing(login, make, project):
    elsewhere = make.project()
    manager, stranger = login((Role.PROJECT_MANAGER, project)), login((Role.PMO, elsewhere))

    for verb in ("", "/end"):
        assert manager.post(f"/projects/{project.id}/override{verb}", data=TYPED).status_code == 403
        assert stranger.post(f"/projects/{project.id}/override{verb}", data=TYPED).status_code == 404
    assert (
        manager.get(f"/projects/{project.id}/override").status_code,
        "/override" in manager.get(f"/projects/{project.id}").text,
    ) == (403, False)
    assert db.session.query(HealthOverride).count() == 0


# --- ends early, history, looking back -----------------------------------------------------------------------------------------


def test_ended_early_the_computed_colour_counts_at_once_and_the_history_tells_both(els, program, project):
    override(els, project)
    number = db.session.query(HealthOverride.id).scalar()

    with clock.pretend(NOW + timedelta(days=4)):
        ended = els.post(f"/projects/{project.id}/override/end", data={"seen": str(number)})
        again = els.post(f"/projects/{project.id}/override/end", data={"seen": "0"})
        feed, story = els.get(f"/projects/{project.id}/history"), els.get(f"/history/health_override/{number}")
        row = program(f"/projects/{project.id}").json

    assert [ended.status_code, again.status_code, row["overall"]] == [303, 409, "red"]
    assert "Els Wauters overrode the overall colour until 30 Mar 2026: A" in words(feed)
    assert "Els Wauters let the computed colour count again" in words(feed)
    for said in ("The supplier has confirmed the new date", "Overridden by: Els Wauters", "Ended by: Els Wauters"):
        assert said in words(story)


def test_a_look_back_shows_what_counted_then_and_refuses_to_write(els, project):
    with clock.pretend(NOW + timedelta(hours=1)):
        override(els, project)
        number = db.session.query(HealthOverride.id).scalar()
    with clock.pretend(NOW + timedelta(days=4)):
        els.post(f"/projects/{project.id}/override/end", data={"seen": str(number)})
        before, then, now = (
            els.get(f"/projects/{project.id}{asked}") for asked in ("?as_of=2026-03-11", "?as_of=2026-03-14", "")
        )
        form = els.get(f"/projects/{project.id}/override?as_of=2026-03-14")

    assert [labels(page)[0] for page in (before, then, now)] == ["Overall: red", "Overall: amber", "Overall: red"]
    assert (SAID in words(then), "/override" in then.text) == (True, False)
    assert form.status_code == 403


def test_the_night_notes_that_it_has_ended_and_since_when_the_rules_see_red(els, project):
    override(els, project)

    with clock.pretend(NOW + timedelta(days=19)):
        refresh(project, clock.now())

    marks = {mark.dimension: (mark.colour, mark.since, mark.before) for mark in db.session.query(HealthMark)}
    assert marks["overall"] == ("red", date(2026, 3, 31), "amber")
    assert marks["computed"] == ("red", date(2026, 3, 11), None)


# --- lists ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("view=overridden", {"Cut-over"}),
        ("q=overridden:yes", {"Cut-over"}),
        ("q=overridden:no", {"Calm"}),
        ("status=amber", {"Cut-over"}),
        ("status=red", set()),
        ("view=said", {"Cut-over"}),
        ("view=changed", {"Cut-over"}),
    ],
)
def test_filters_and_tabs_go_by_the_colour_that_counts(els, make, project, query, found):
    make.project(name="Calm")
    override(els, project)

    page = els.get(f"/portfolio?{query}")

    assert {name for name in ("Cut-over", "Calm") if f">{name}<" in page.text} == found
    assert "Overridden by the PMO 1" in words(page)


def test_the_file_says_both_colours_who_until_when_and_why(els, project):
    override(els, project)

    rows = list(load_workbook(BytesIO(els.get("/portfolio/list.xlsx?columns=none").data)).active.iter_rows(values_only=True))

    assert [value.date() if hasattr(value, "date") else value for value in rows[1][3:10]] == [
        "Amber", TODAY, "Red", "Green", "Els Wauters", LAST_DAY, TYPED["reason"],
    ]  # fmt: skip


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_page_of_projects_costs_the_program_the_same_whatever_its_length(make, program, statements, how_many):
    for _ in range(how_many):
        make.override(make.project())
    program("/projects")
    statements.clear()

    answer = program("/projects")

    assert [row["overall"] for row in answer.json["items"]] == ["amber"] * how_many
    assert len(statements) == 6  # who asks, their calls (2), the rules, the projects, their colours


def test_the_entity_tag_follows_the_colour(els, program, project):
    before = program(f"/projects/{project.id}").headers["ETag"]

    override(els, project)

    assert program(f"/projects/{project.id}").headers["ETag"] != before


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_form_costs_the_same_however_often_a_colour_was_overridden(els, make, project, statements, how_many):
    for number in range(how_many):
        make.override(project, ended_at=NOW if number else None)
    statements.clear()

    els.get(f"/projects/{project.id}/override")

    assert len(statements) == FORM_STATEMENTS


FORM_STATEMENTS = 12  # session, project, permission, then what the page and its frame show
