"""Lists of milestones, RAID items and status updates: each row finds its project, each day is its own transaction."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from pmo.db import as_of, db, transaction
from pmo.exchange.bringing import Where, bring_entries, read_list
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.sheets import Choices
from pmo.kernel.errors import Refused
from pmo.portfolio.models import StatusUpdate
from pmo.raid.models import RaidItem
from pmo.schedule.models import DateMove, Milestone

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
MILESTONES = (
    "Project;Code;Milestone;Owner;Weight;Gate;Baseline;Forecast;Actual;Reason;Explanation;Reported on\n"
    "LUM-1;M01;Ethics opinion;Els Wauters;2;Yes;31/01/2026;31/01/2026;;;;31/12/2025\n"
    "LUM-1;M01;Ethics opinion;Els Wauters;2;Yes;31/01/2026;28/02/2026;;Authority question;Second round;31/01/2026\n"
    "LUM-1;M01;Ethics opinion;Els Wauters;2;Yes;31/01/2026;28/02/2026;26/02/2026;;;28/02/2026\n"
)
RAID = (
    "Project;Type;Identifier;Title;Probability;Impact;Owner;Due;Response;Response in words;Status;Raised on;Closed on\n"
    "LUM-1;Risk;X1;Late contract;High;5;els@example.org;15/04/2026;Mitigate;Second lawyer;Open;10/01/2026;\n"
    "LUM-1;Issue;X2;No translator;3;2;;;;;Resolved;10/01/2026;20/02/2026\n"
)
STATUS = (
    "Project;Author;Period from;Period to;Overall;Schedule;Cost;Done;Next;Points for attention;Back to green\n"
    "LUM-1;Els Wauters;01/01/2026;31/01/2026;Green;Groen;Vert;Site chosen;Contract;;\n"
    "LUM-1;Els Wauters;01/02/2026;28/02/2026;Amber;R;G;;;Contract late;Second lawyer\n"
)


@pytest.fixture
def project(make):
    make.person("Els Wauters", email="els@example.org")
    return make.project(code="LUM-1", name="LUMEN", effective_at=LONG_AGO)


def bring(content, kind, name="list.csv", dry_run=False, **where):
    return bring_entries(read_list(content.encode(), name, kind, Choices()), kind, Where(**where), dry_run=dry_run)


def counts(report):
    return [report[key] for key in ("created", "updated", "unchanged", "older")]


def test_each_day_of_a_list_of_milestones_is_a_step_of_history(project):
    report = bring(MILESTONES, Kind.MILESTONES)

    assert counts(report) == [1, 2, 0, 0]
    row = db.session.scalars(select(Milestone)).one()
    assert (row.code, row.name, row.weight, row.is_gate) == ("M01", "Ethics opinion", Decimal(2), True)
    assert (row.baseline, row.forecast, row.actual) == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 26))
    with as_of(datetime(2026, 1, 15, tzinfo=UTC)):
        assert db.session.scalars(select(Milestone.forecast)).all() == [date(2026, 1, 31)]


def test_a_forecast_that_a_list_moves_nobody_here_has_confirmed_yet(project):
    head, december, january, *_ = MILESTONES.splitlines()
    bring(f"{head}\n{december}\n", Kind.MILESTONES)
    row = db.session.scalars(select(Milestone)).one()
    with transaction(effective_at=datetime(2026, 1, 15, tzinfo=UTC)):
        row.confirmed_on = date(2026, 1, 15)

    bring(f"{head}\n{january}\n", Kind.MILESTONES)

    assert (row.forecast, row.confirmed_on) == (date(2026, 2, 28), None)


def test_a_move_keeps_the_reason_the_list_gives(project):
    bring(MILESTONES, Kind.MILESTONES)

    moves = db.session.execute(
        select(DateMove.field, DateMove.after, DateMove.reason, DateMove.words).order_by(DateMove.id)
    ).all()
    assert moves == [("forecast", date(2026, 2, 28), "authority", "Second round"), ("actual", date(2026, 2, 26), "", "")]


def test_items_come_in_with_their_identifiers_words_and_ends(project):
    report = bring(RAID, Kind.RAID, "raid_2026-02-28.csv")

    assert counts(report) == [2, 0, 0, 0]
    risk, issue = db.session.scalars(select(RaidItem).order_by(RaidItem.id)).all()
    assert (risk.code, risk.external_id, risk.probability, risk.impact, risk.response, risk.response_text) == (
        "R-001",
        "X1",
        4,
        5,
        "reduce",
        "Second lawyer",
    )
    assert (risk.owner_id is not None, risk.due, risk.raised_on) == (True, date(2026, 4, 15), date(2026, 1, 10))
    assert (issue.code, issue.status, issue.closed_on) == ("I-001", "resolved", date(2026, 2, 20))


def test_status_updates_are_stated_at_the_end_of_their_period(project):
    report = bring(STATUS, Kind.STATUS)

    assert counts(report) == [2, 0, 0, 0]
    found = db.session.execute(
        select(
            StatusUpdate.period_end, StatusUpdate.overall, StatusUpdate.schedule, StatusUpdate.cost, StatusUpdate.stated_at
        ).order_by(StatusUpdate.id)
    ).all()
    assert found == [
        (date(2026, 1, 31), "green", "green", "green", datetime(2026, 1, 31, 22, 59, 59, 999999, tzinfo=UTC)),
        (date(2026, 2, 28), "amber", "red", "green", datetime(2026, 2, 28, 22, 59, 59, 999999, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("content", "kind", "rows"), [(MILESTONES, Kind.MILESTONES, 1), (RAID, Kind.RAID, 2), (STATUS, Kind.STATUS, 2)]
)
def test_the_same_list_again_changes_nothing(project, content, kind, rows):
    bring(content, kind, "list_2026-02-28.csv")
    before = db.session.scalar(text("select count(*) from history.txn"))

    again = bring(content, kind, "list_2026-02-28.csv")

    assert (again["created"], again["updated"]) == (0, 0)
    assert db.session.scalar(text("select count(*) from history.txn")) == before


@pytest.mark.parametrize(
    ("content", "kind", "table"),
    [(MILESTONES, Kind.MILESTONES, Milestone), (RAID, Kind.RAID, RaidItem), (STATUS, Kind.STATUS, StatusUpdate)],
)
def test_a_dry_run_counts_the_same_and_keeps_nothing(project, content, kind, table):
    report = bring(content, kind, "list_2026-02-28.csv", dry_run=True)

    assert report["created"] == {Kind.MILESTONES: 1, Kind.RAID: 2, Kind.STATUS: 2}[kind]
    assert db.session.scalars(select(table)).all() == []


def test_a_row_about_nothing_known_is_listed_and_the_others_come_in(project):
    report = bring(RAID.replace("LUM-1;Issue", "NOPE;Issue"), Kind.RAID, "raid_2026-02-28.csv")

    assert report["created"] == 1
    assert [(one["row"], one["value"], one["reason"]) for one in report["refused"]] == [
        (3, "NOPE", "no project has this code, identifier or name")
    ]


def test_rows_that_name_no_project_belong_to_the_one_given(project):
    content = "Milestone;Baseline;Forecast\nGo live;30/06/2026;31/07/2026\n"

    report = bring(content, Kind.MILESTONES, "plan_2026-02-28.csv", project="lum-1")

    assert (report["created"], db.session.scalars(select(Milestone.project_id)).all()) == (1, [project.id])


def test_what_was_changed_here_since_is_left_as_it_is(project):
    bring(RAID, Kind.RAID, "raid_2026-02-28.csv")
    with transaction("edited"):
        db.session.scalars(select(RaidItem).where(RaidItem.external_id == "X1")).one().title = "Contract of the site"

    report = bring(RAID.replace("Late contract", "Late contracts"), Kind.RAID, "raid_2026-03-01.csv")

    assert (report["older"], report["unchanged"]) == (1, 1)
    assert db.session.scalars(select(RaidItem.title).order_by(RaidItem.id)).first() == "Contract of the site"


def test_a_day_still_to_come_is_refused_before_anything_is_written(project):
    with pytest.raises(Refused, match="still to come"):
        bring(STATUS.replace("28/02/2026", "28/04/2026"), Kind.STATUS)

    assert db.session.scalars(select(StatusUpdate)).all() == []


def test_an_empty_list_of_ours_is_no_mistake(project):
    assert counts(bring(RAID.splitlines()[0] + "\n", Kind.RAID, "raid_2026-02-28.csv")) == [0, 0, 0, 0]


def test_a_status_list_with_one_colour_leaves_the_others_declared(project):
    bring(STATUS, Kind.STATUS, "full.csv")
    before = db.session.scalars(select(StatusUpdate).order_by(StatusUpdate.stated_at.desc())).first()
    kept = (before.schedule, before.cost, before.done)

    bring("Project;Period to;Overall\nLUM-1;06/03/2026;Red\n", Kind.STATUS, "one.csv")

    after = db.session.scalars(select(StatusUpdate).order_by(StatusUpdate.stated_at.desc())).first()
    assert (after.overall, (after.schedule, after.cost, after.done)) == ("red", kept)


def test_what_a_register_says_and_the_item_cannot_take_is_listed(project):
    bring(RAID, Kind.RAID, "raid_2026-02-28.csv")
    head = "Project;Type;ID;Title;Owner;Status;Raised;Closed on"
    row = "LUM-1;Issue;X1;Late contract;Nobody Known;Open;03/02/2026;27/02/2026"

    report = bring(f"{head}\n{row}\n", Kind.RAID, "raid_2026-03-01.csv")

    assert [(one["cell"], one["value"], one["reason"]) for one in report["refused"]] == [
        ("row 2", "Nobody Known", "nobody here, or more than one person, has this name: the owner stays as it is"),
        ("row 2", "issue", "here it is of another type, which stays"),
        ("row 2", "2026-02-27", "closed on a day, yet its state says that it goes on"),
    ]
    item = db.session.scalars(select(RaidItem).where(RaidItem.external_id == "X1")).one()
    assert (item.type, item.raised_on) == ("risk", date(2026, 2, 3))


def test_the_name_of_a_stranger_in_a_list_of_milestones_is_listed(project):
    report = bring(
        "Milestone;Owner;Forecast\nGo live;Nobody Known;31/07/2026\n", Kind.MILESTONES, "plan_2026-02-28.csv", project="LUM-1"
    )

    assert [(one["cell"], one["value"]) for one in report["refused"]] == [("row 2", "Nobody Known")]
    assert report["created"] == 1


DEPTH = (
    "Project;Type;Identifier;Title;Probability;Impact;{words};Status;Raised on\n"
    "LUM-1;Risk;X1;Late contract;4;5;Low;3;No signature in April;{month};Jan Peeters;;;Open;10/01/2026\n"
    "LUM-1;Assumption;X2;Ethics committees meet monthly;;;;;;;Els Wauters;{low};Sites open later;Open;10/01/2026\n"
)
HEADINGS = {
    "en": "Residual likelihood;Residual impact;Trigger;Proximity;Raised by;Confidence;If it does not hold",
    "fr": "Probabilité résiduelle;Impact résiduel;Déclencheur;Proximité;Identifié par;Confiance;Si elle ne se vérifie pas",
    "nl": "Restkans;Restimpact;Aanleiding;Nabijheid;Vastgesteld door;Zekerheid;Als ze niet klopt",
}
WORDS = {"en": ("Within a month", "Low"), "fr": ("D\u2019ici un mois", "Faible"), "nl": ("Binnen een maand", "Laag")}


@pytest.mark.parametrize("lang", ["en", "fr", "nl"])
def test_what_the_logs_say_beside_the_score_comes_in_in_three_languages(project, lang):
    month, low = WORDS[lang]

    report = bring(DEPTH.format(words=HEADINGS[lang], month=month, low=low), Kind.RAID, "raid_2026-02-28.csv")

    assert (counts(report), report["refused"]) == ([2, 0, 0, 0], [])
    risk, assumption = db.session.scalars(select(RaidItem).order_by(RaidItem.id)).all()
    assert (risk.residual_probability, risk.residual_impact, risk.trigger, risk.proximity, risk.identified_by) == (
        2, 3, "No signature in April", "month", "Jan Peeters",
    )  # fmt: skip
    assert (assumption.confidence, assumption.if_false, assumption.identified_by) == ("low", "Sites open later", "Els Wauters")


def test_what_an_item_of_its_type_cannot_have_is_refused_and_not_lost(project):
    head = "Project;Type;Identifier;Title;Residual impact;Trigger;Proximity;Raised on\n"

    report = bring(f"{head}LUM-1;Issue;X1;No translator;2;A sign;later;10/01/2026\n", Kind.RAID, "raid_2026-02-28.csv")

    assert sorted(one["value"] for one in report["refused"]) == ["2", "A sign", "later"]
    issue = db.session.scalars(select(RaidItem)).one()
    assert (issue.residual_impact, issue.trigger, issue.proximity) == (None, "", "")


def test_a_cell_left_empty_takes_nothing_away(project):
    month, low = WORDS["en"]
    bring(DEPTH.format(words=HEADINGS["en"], month=month, low=low), Kind.RAID, "raid_2026-02-28.csv")

    head = "Project;Type;Identifier;Title;Residual impact;Trigger;Proximity\n"
    bring(f"{head}LUM-1;Risk;X1;Late contract;;;\n", Kind.RAID, "raid_2026-03-05.csv")

    risk = db.session.scalars(select(RaidItem).order_by(RaidItem.id)).first()
    assert (risk.residual_impact, risk.trigger, risk.proximity) == (3, "No signature in April", "month")
