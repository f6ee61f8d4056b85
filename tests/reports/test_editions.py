"""Editions on the database: what is published equals the pages, stays the same for ever, and is published once."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text, update

from pmo.app import create_app
from pmo.db import Moment, as_of, db, transaction
from pmo.history import actions as history
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.kernel import clock, formats
from pmo.kernel.errors import Conflict
from pmo.kernel.permissions import Grant, Role, ScopeKind
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio, Project
from pmo.raid.models import RaidItem
from pmo.reports import actions, queries
from pmo.reports.contents import Wanted, report
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Report, Scope
from pmo.reports.models import Edition, EditionFile
from pmo.reports.subjects import by_id
from pmo.reports.verifying import Verdict, verify
from pmo.rules.models import Rule
from pmo.rules.queries import COLUMNS, forget
from pmo.schedule.models import DateMove, Milestone
from pmo.status.queries import project_statuses
from tests.conftest import NOW
from tests.reports.conftest import PUBLISHER

NBSP = "\N{NO-BREAK SPACE}"


def published(world) -> int:
    return actions.publish(world.subject, PUBLISHER).id


def content_of(edition_id: int) -> Report:
    return queries.read(queries.with_content(edition_id))


def cells_of(edition_id: int, lang: str) -> set[str]:
    content = queries.file_of(edition_id, lang).content
    return {
        cell.text.replace(NBSP, " ") for table in Document(BytesIO(content)).tables for row in table.rows for cell in row.cells
    }


# --- equal to the pages ------------------------------------------------------------------------------------------------------


def test_every_number_and_date_is_that_of_the_pages_at_the_same_moment(world):
    edition = queries.edition(published(world))
    content, moment = content_of(edition.id), Moment(edition.moment, edition.known_txn)
    with as_of(moment.at, moment.known_txn):
        shown = {status.id: status for status in project_statuses(world.pmo)}

    assert [project.id for project in content.projects] == list(shown)
    for project in content.projects:
        status = shown[project.id]
        assert (project.overall, project.since) == (status.overall, status.health.overall.since)
        assert [(m.dimension, m.colour, m.reason) for m in project.marks] == [
            (p.dimension, p.colour, p.sentence) for p in status.health.parts
        ]
        money = status.money
        assert (project.money.budget, project.money.spent, project.money.forecast) == (money.budget, money.spent, money.forecast)
        assert project.percent == status.percent
        if status.next_milestone:
            line, page = project.next_milestone.promise, status.next_milestone
            assert (line.baseline, line.commitment, line.forecast) == (page.baseline, page.commitment, page.forecast)
            assert (line.to_baseline, line.to_commitment) == (page.to_baseline, page.to_commitment)
            assert (line.baseline_tone, line.commitment_tone) == (page.baseline_colour, page.commitment_colour)


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_the_file_shows_what_the_content_says(world, lang):
    edition_id = published(world)
    cells, content = cells_of(edition_id, lang), content_of(edition_id)

    for project in content.projects:
        for line in project.milestones:
            promise = line.promise
            days = [
                formats.day(day, lang, year=day.year != content.today.year) for day in (promise.baseline, promise.forecast) if day
            ]
            assert {day.replace(NBSP, " ") for day in days} <= cells
            assert formats.delta(promise.to_baseline, lang).replace(NBSP, " ") in cells
    for line in content.money:
        assert formats.money(line.forecast, line.currency, lang).replace(NBSP, " ") in cells


@pytest.mark.parametrize("scope", ["portfolio", "programme", "project", "committee"])
def test_each_kind_of_report_shows_its_own_projects(world, scope):
    ids = {
        "portfolio": world.portfolio_id,
        "programme": world.programme_id,
        "project": world.project_ids[0],
        "committee": world.subject.id,
    }
    made = report(Wanted(Scope(scope), ids[scope]))

    expected = {"portfolio": 3, "programme": 2, "project": 1, "committee": 3}
    assert len(made.projects) == expected[scope]


def test_what_the_reader_may_not_see_is_nowhere_in_the_content(world, make, login):
    """Neither now, nor in what is compared with, nor as a project that is gone."""
    hidden = world.projects[1].name
    published(world)
    login((Role.PROJECT_MANAGER, world.projects[0]))
    reader = replace(world.pmo, grants=frozenset({_only(world.project_ids[0])}))

    made = report(Wanted(Scope.PORTFOLIO, world.portfolio_id, reader))

    assert made.is_partial
    assert made.earlier.number == "2026-03"
    assert hidden not in canonical.text(canonical.plain(made))


def _only(project_id: int):
    return Grant(Role.PROJECT_MANAGER, ScopeKind.PROJECT, project_id)


# --- committees --------------------------------------------------------------------------------------------------------------


def test_publishing_for_a_committee_commits_what_it_shows(world):
    edition = queries.edition(published(world))

    milestones = db.session.scalars(select(Milestone)).all()
    moves = db.session.scalars(select(DateMove).where(DateMove.field == "commitment")).all()

    assert {(m.commitment, m.forecast) for m in milestones} == {(m.forecast, m.forecast) for m in milestones}
    assert edition.committed == len(moves) == 3
    assert {move.words for move in moves} == {"MC 2026-03"}


def test_a_later_move_shows_two_different_slips(world, make):
    published(world)
    milestone = db.session.scalars(select(Milestone).where(Milestone.name == "Ethics committee opinion")).one()
    milestone.forecast += timedelta(days=6)
    make.save(milestone)

    made = report(Wanted(world.subject.scope, world.subject.id))

    promise = made.projects[0].next_milestone.promise
    assert (promise.to_baseline, promise.to_commitment) == (20, 6)
    [change] = made.changes.dates
    assert (change.before, change.after, change.days) == (date(2026, 3, 13), date(2026, 3, 19), 6)


def test_an_edition_of_a_portfolio_commits_nothing(world):
    before = db.session.scalars(select(Milestone.commitment).order_by(Milestone.id)).all()

    edition = actions.publish(by_id(Scope.PORTFOLIO, world.portfolio_id), PUBLISHER)

    assert edition.committed == 0
    assert db.session.scalars(select(Milestone.commitment).order_by(Milestone.id)).all() == before


def test_nothing_is_published_while_looking_back(world):
    with as_of(NOW), pytest.raises(Conflict):
        actions.publish(world.subject, PUBLISHER)


# --- the same for ever -------------------------------------------------------------------------------------------------------


def _edit_everything(world, make) -> None:
    for row in (
        *db.session.scalars(select(Milestone)),
        *db.session.scalars(select(Project)),
        *db.session.scalars(select(RaidItem)),
    ):
        with transaction("later"):
            row = db.session.merge(row)
            if isinstance(row, Milestone):
                row.forecast = row.forecast + timedelta(days=40)
            elif isinstance(row, Project):
                row.name, row.budget, row.state = f"{row.name} renamed", 1, "closed"
            else:
                row.title, row.impact = "Another risk", 1


def _rename_people(world, make) -> None:
    with transaction("later"):
        for person in db.session.scalars(select(Person)):
            person.name = f"{person.name} married"


def _change_rules(world, make) -> None:
    with transaction("later"):
        for rule in db.session.scalars(select(Rule)):
            rule.value = rule.value + 3


def _rename_the_rest(world, make) -> None:
    with transaction("later"):
        db.session.get_one(Portfolio, world.portfolio_id).name = "Another name"
        world.programme.name = "Another programme"
        db.session.execute(text("update committee set name = 'Another committee'"))
        db.session.execute(text("update meeting set held_on = held_on + 1"))


def _bring_older_positions(world, make) -> None:
    """Known only after the edition, effective before it."""
    third = world.projects[2]
    make.milestone(third, code="M09", name="Brought in later", forecast=date(2026, 5, 1), effective_at=NOW - timedelta(days=20))
    make.raid_item(third, code="R-900", title="Brought in later", effective_at=NOW - timedelta(days=20))


def _publish_again(world, make) -> None:
    published(world)


LATER = [_edit_everything, _rename_people, _change_rules, _rename_the_rest, _bring_older_positions, _publish_again]


@pytest.mark.parametrize("happens", LATER, ids=lambda happens: happens.__name__.strip("_"))
def test_whatever_happens_later_an_edition_hashes_to_what_it_was(world, make, happens):
    edition_id = published(world)
    before = queries.edition(edition_id).content_sha256

    happens(world, make)
    check = verify(edition_id)

    assert (check.verdict, check.is_good, check.where) == (Verdict.SAME, True, ())
    edition = queries.edition(edition_id)
    computed = report(Wanted(Scope.COMMITTEE, world.subject.id), Moment(edition.moment, edition.known_txn))
    assert canonical.sha256(canonical.plain(computed)) == before


def test_it_also_holds_after_a_migration_that_adds_a_column(world, cluster_urls):
    edition_id = published(world)
    engine = create_engine(cluster_urls.owner, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text("alter table project add column colour_of_the_door text not null default 'green'"))
            connection.execute(text("select history.track('project')"))

        assert verify(edition_id).verdict is Verdict.SAME
    finally:
        with engine.connect() as connection:
            connection.execute(text("alter table project drop column colour_of_the_door"))
            connection.execute(text("select history.track('project')"))
        engine.dispose()


def test_it_also_holds_for_another_server(world, settings):
    edition_id = published(world)
    db.session.rollback()

    with create_app(settings, TESTING=True).app_context():
        check = verify(edition_id)
        db.engine.dispose()

    assert check.is_good


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("update edition set content = jsonb_set(content, '{programmes,0,projects,0,money,budget}', '\"1\"')", Verdict.DIFFERENT),
        ("update edition set content = jsonb_set(content, '{name}', '\"Another\"')", Verdict.DIFFERENT),
        ("update edition set content = jsonb_set(content, '{form}', '0')", Verdict.OTHER_FORM),
    ],
)
def test_a_changed_cell_is_found_and_named(world, statement, verdict):
    edition_id = published(world)
    with transaction("forged"):
        db.session.execute(text(statement))

    check = verify(edition_id)

    assert (check.verdict, check.is_stored_intact, check.is_good) == (verdict, False, False)


def of_the_form_before(edition_id: int) -> None:
    """As it was stored before projects could be overridden."""
    with transaction("an older program"):
        edition = queries.with_content(edition_id)
        content = edition.content | {"form": 1}
        for block in content["programmes"]:
            block["projects"] = [
                {name: value for name, value in project.items() if name not in ("computed", "override")}
                for project in block["projects"]
            ]
        db.session.execute(
            update(Edition).where(Edition.id == edition_id).values(content=content, content_sha256=canonical.sha256(content))
        )


def test_an_edition_of_an_earlier_form_is_listed_checked_and_compared_with(world, make, login):
    edition_id = published(world)
    of_the_form_before(edition_id)
    make.override(world.projects[0], effective_at=NOW + timedelta(hours=1))
    client = login((Role.PMO, world.portfolio))

    listed, page, checked, file = (
        client.get(path)
        for path in ("/reports", f"/reports/{edition_id}", f"/reports/{edition_id}/check", f"/reports/{edition_id}/en.docx")
    )
    made = report(Wanted(Scope.PORTFOLIO, world.portfolio_id))

    assert [answer.status_code for answer in (listed, page, checked, file)] == [200, 200, 200, 200]
    assert "2026-03" in listed.text
    assert "It was made by another version of the report" in checked.text
    assert verify(edition_id).is_good
    assert made.earlier.number == "2026-03"
    assert [(change.project.code, change.before, change.after) for change in made.changes.colours] == [("PAC-01", "red", "amber")]


def off_target(world, make) -> None:
    """An indicator that has a target and no limits, with a value that does not reach it."""
    kind = {"source": "collected", "frequency": "month", "direction": "up", "target": 90}
    one = make.save(Indicator(portfolio_id=world.portfolio_id, name="Answered", starts_on=date(2026, 2, 1), **kind))
    part = make.save(IndicatorPart(indicator_id=one.id, name="Fjord", supplier="Fjord", email="data@fjord.example"))
    make.save(
        Measurement(
            indicator_id=one.id, part_id=part.id, period=date(2026, 2, 1), value=80, given_at=NOW, asked_on=date(2026, 3, 2)
        )
    )


def of_form_three(edition_id: int, **facts: object) -> None:
    """As it was stored before gates were reported, when a value off its target was green; with other facts of its indicator."""
    with transaction("an older program"):
        edition = queries.with_content(edition_id)
        content = {key: value for key, value in edition.content.items() if key not in ("agenda", "gates", "requests")}
        content |= {"form": 3, "indicators": [content["indicators"][0] | {"colour": "green"} | facts]}
        db.session.execute(
            update(Edition).where(Edition.id == edition_id).values(content=content, content_sha256=canonical.sha256(content))
        )


def test_the_colours_of_indicators_in_form_three_are_not_held_against_what_they_mean_now(world, make):
    off_target(world, make)
    edition_id = actions.publish(by_id(Scope.PORTFOLIO, world.portfolio_id), PUBLISHER).id
    colours = [line.colour for line in content_of(edition_id).indicators]
    of_form_three(edition_id)

    check = verify(edition_id)

    assert (colours, check.verdict, check.is_good) == (["amber"], Verdict.SAME, True)


def test_any_other_changed_cell_of_an_indicator_in_form_three_is_found(world, make):
    off_target(world, make)
    edition_id = actions.publish(by_id(Scope.PORTFOLIO, world.portfolio_id), PUBLISHER).id
    of_form_three(edition_id, value="91")

    check = verify(edition_id)

    assert (check.verdict, check.where, check.is_good) == (Verdict.DIFFERENT, ("indicators.0.value",), False)


def test_an_edition_from_before_a_rule_was_shipped_is_computed_again(world):
    """A new version of the program brings new rules; what was known at the edition holds none of them."""
    rule = {name: getattr(shipped(), name) for name in COLUMNS}
    with transaction("as before the new version"):
        db.session.delete(shipped())
    edition = Moment(clock.now(), db.session.scalar(text("select max(h_txn) from (select h_closed h_txn from history.rule) h")))
    db.session.rollback()
    with transaction("the new version"):
        db.session.add(Rule(**rule))
    forget()

    made = report(Wanted(Scope.COMMITTEE, world.subject.id), edition)

    assert made.code == "MC"


def shipped() -> Rule:
    return db.session.scalars(select(Rule).where(Rule.code == "report.lines_most")).one()


@pytest.mark.parametrize(
    "path", ["{gates}", "{agenda}", "{indicators}", "{raid,0,trigger}", "{programmes,0,projects,0,money,committed}"]
)
def test_a_field_taken_out_of_an_edition_is_found_although_its_hash_was_made_anew(world, path):
    edition_id = published(world)
    with transaction("forged"):
        db.session.execute(text("update edition set content = content #- :path"), {"path": path})
        forged = queries.with_content(edition_id)
        db.session.refresh(forged)
        forged.content_sha256 = canonical.sha256(forged.content)

    check = verify(edition_id)

    where = path.strip("{}").replace(",", ".")
    assert (check.is_stored_intact, check.verdict, check.where) == (True, Verdict.DIFFERENT, (where,))


def test_an_override_is_in_the_content_and_computed_again_for_ever(world, make):
    author = make.person("Kim Peeters").id
    make.override(world.projects[0], author_id=author, effective_at=clock.now())
    edition_id = published(world)
    with transaction("later"):
        db.session.get_one(Person, author).name = "Kim Janssens"
    with clock.pretend(clock.now() + timedelta(days=60)):
        check = verify(edition_id)

    [line] = [project for project in content_of(edition_id).projects if project.override]

    assert (line.code, line.overall, line.computed) == ("PAC-01", "amber", "red")
    assert (line.override.author, line.override.ends_on) == ("Kim Peeters", date(2026, 3, 30))
    assert (check.verdict, check.is_good) == (Verdict.SAME, True)


def test_a_changed_file_is_found_and_named(world):
    edition_id = published(world)
    with transaction("forged"):
        file = db.session.scalars(select(EditionFile).where(EditionFile.language == "fr")).one()
        file.content = file.content + b"x"

    assert verify(edition_id).broken_files == ("fr",)


def test_the_head_of_the_sealed_history_is_printed_and_found_again(world):
    with transaction("seal"):
        history.seal()
    edition_id = published(world)

    edition = queries.edition(edition_id)

    assert edition.chain_head.count(":") == 1
    assert verify(edition_id).is_head_known


# --- once --------------------------------------------------------------------------------------------------------------------


def _in_another_thread(app, do, found: list) -> threading.Thread:
    def run() -> None:
        with app.app_context(), clock.pretend(NOW):
            try:
                found.append(do())
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _together(app, *jobs) -> list:
    found: list = []
    db.session.rollback()
    for thread in [_in_another_thread(app, job, found) for job in jobs]:
        thread.join(timeout=120)
    return found


def test_two_who_publish_at_once_get_two_editions_with_two_numbers(world, app):
    one_language = replace(PUBLISHER, languages=("en",))
    subject = world.subject

    found = _together(app, *[lambda: actions.publish(subject, one_language).number] * 3)

    assert sorted(found) == ["2026-03", "2026-03b", "2026-03c"]


def test_one_form_sent_at_once_by_two_servers_publishes_once(world, app):
    one_language = replace(PUBLISHER, languages=("en",))
    subject = world.subject

    found = _together(app, *[lambda: actions.publish(subject, one_language, key="1:0123456789").id] * 3)

    assert len(set(found)) == 1
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 1


def test_a_date_that_moves_while_the_files_are_drawn_is_told_as_it_is_shown(world, app, monkeypatch):
    """The first attempt sees the date move before it commits, and starts over with the new one."""
    drawn = actions.document
    moved: list[int] = []

    def move() -> None:
        with transaction("meanwhile"):
            db.session.execute(text("update milestone set forecast = '2026-06-30' where code = 'M02'"))

    def while_somebody_moves_a_date(*given):
        if not moved:
            moved.append(1)
            _together(app, move)
        return drawn(*given)

    monkeypatch.setattr(actions, "document", while_somebody_moves_a_date)
    edition_id = actions.publish(world.subject, replace(PUBLISHER, languages=("en",))).id

    content = content_of(edition_id)
    shown = {line.id: line.promise.forecast for project in content.projects for line in project.milestones}
    told = {row.id: row.commitment for row in db.session.execute(select(Milestone.id, Milestone.commitment))}
    assert told == shown
    assert date(2026, 6, 30) in told.values()


def test_a_page_of_the_past_does_not_know_the_edition(world, login):
    published(world)
    client: FlaskClient = login((Role.PMO, world.portfolio))

    assert "No edition to show" in client.get("/reports?as_of=2026-03-01").text
