"""Update sheets from end to end: sent, filled in, brought back, looked at, applied by who may."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.exchange.models import ImportRun, UpdateSheet
from pmo.kernel.permissions import Role
from pmo.raid.models import RaidItem
from pmo.schedule import actions as schedule
from pmo.schedule.logic.moves import MoveReason, Why
from pmo.schedule.models import DateMove, Milestone
from tests.exchange.update_sheets import HEADINGS, bring_back, fill, opened, row_of, sheet_for

FIRST = date(2026, 4, 10)
WHY = "Choose why this date moves: it was baselined, or a committee was told."
WORDS = "Say in a few words what the other reason is."
FORMULA = "A formula without a stored value: open the file in Excel and save it, or type the value itself."
ONLY_SHOWN = "This column is only shown. Change it in the application, then download a new sheet."


@pytest.fixture
def project(make):
    return make.project(code="PAC-01", name="Patient access")


@pytest.fixture
def twelve(make, project):
    """Eight milestones and four items."""
    days = [FIRST + timedelta(days=7 * number) for number in range(8)]
    milestones = [make.milestone(project, code=f"M0{n + 1}", baseline=day, forecast=day) for n, day in enumerate(days)]
    items = [make.raid_item(project, code=f"R-00{n + 1}", due=date(2026, 5, 1)) for n in range(4)]
    return milestones, items


@pytest.fixture
def client(login):
    return login(Role.PMO)


def run():
    return db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()


def counts():
    return run().preview["counts"]


def refusals():
    return [(one["at"], one["text"], one["why"]["text"]) for row in run().preview["rows"] for one in row["refused"]]


def apply(client, url, **choices):
    return client.post(f"{url}/apply", data={"fingerprint": run().preview["fingerprint"]} | choices)


def milestone(code):
    return db.session.scalars(select(Milestone).where(Milestone.code == code)).one()


def item(code):
    return db.session.scalars(select(RaidItem).where(RaidItem.code == code)).one()


def scenario(client):
    """Three of twelve rows are changed: one well, one with a bad date, one that a colleague changes here meanwhile."""
    book = sheet_for(client, "/update-sheets/projects")
    sheet = book["Milestones"]
    fill(sheet, "M02", Forecast=date(2026, 4, 24), Reason="Supply")
    fill(sheet, "M06", Forecast="31/02/2026", Reason="Supply")
    fill(sheet, "M04", Forecast=date(2026, 6, 5), Reason="Staff")
    with transaction("Scope change"):
        schedule.reforecast(milestone("M04"), date(2026, 5, 29), Why(MoveReason.SCOPE))
    return bring_back(client, book, "Maes.xlsx")


def test_of_three_changed_rows_one_is_applied_one_refused_one_in_conflict_and_nothing_is_stored(client, twelve):
    answer = scenario(client)
    page = client.get(answer.location).text

    assert answer.status_code == 303
    assert counts() == {"apply": 1, "refused": 1, "conflict": 1, "unchanged": 9}
    assert refusals() == [("Milestones!F7", "31/02/2026", "This day does not exist.")]
    for said in ("Milestones!F3", "17 Apr 2026", "24 Apr 2026", "Milestones!F7", "5 Jun 2026", "29 May 2026", "Scope change"):
        assert said in page
    assert [milestone(code).forecast for code in ("M02", "M04", "M06")] == [
        date(2026, 4, 17), date(2026, 5, 29), date(2026, 5, 15),
    ]  # fmt: skip


def test_applied_with_mine_both_are_written_and_the_history_names_the_sheet(client, twelve):
    url = scenario(client).location
    number = db.session.scalars(select(UpdateSheet.id)).one()

    answer = apply(client, url, **{f"choice-{run().preview['rows'][3]['mark']}": "mine"})

    assert answer.status_code == 303
    assert [milestone(code).forecast for code in ("M02", "M04", "M06")] == [
        date(2026, 4, 24), date(2026, 6, 5), date(2026, 5, 15),
    ]  # fmt: skip
    written = text("select origin, reason, actor from history.txn where origin = 'import'")
    assert db.session.execute(written).all() == [("import", f"Update sheet {number}: Maes.xlsx", run().person_id)]
    assert db.session.scalars(select(DateMove.reason).order_by(DateMove.id)).all() == ["scope", "supply", "staff"]
    assert (run().state, run().content, run().preview["changed"]) == ("applied", b"", 2)
    assert "brought in" in client.get(url).text


def test_of_a_conflict_theirs_stays_unless_mine_is_chosen(client, twelve):
    url = scenario(client).location

    apply(client, url)

    assert [milestone(code).forecast for code in ("M02", "M04")] == [date(2026, 4, 24), date(2026, 5, 29)]
    assert "kept; the sheet said 5 Jun 2026" in client.get(url).text


def test_what_changed_between_look_and_apply_is_shown_again(client, twelve):
    url = scenario(client).location
    seen = run().preview["fingerprint"]
    with transaction("meanwhile"):
        schedule.reforecast(milestone("M02"), date(2026, 4, 20), Why(MoveReason.SCOPE))

    answer = client.post(f"{url}/apply", data={"fingerprint": seen})

    assert answer.status_code == 409
    assert "Something changed here since you looked." in answer.text
    assert milestone("M02").forecast == date(2026, 4, 20)
    assert counts() == {"apply": 0, "refused": 1, "conflict": 2, "unchanged": 9}


def test_applying_twice_does_it_once(client, twelve):
    url = scenario(client).location
    seen = run().preview["fingerprint"]
    client.post(f"{url}/apply", data={"fingerprint": seen})

    again = client.post(f"{url}/apply", data={"fingerprint": seen})

    assert again.status_code == 409
    assert len(db.session.scalars(select(DateMove)).all()) == 2


def test_a_sheet_brought_back_again_says_so_and_changes_nothing(client, twelve):
    book = sheet_for(client, "/update-sheets/projects")
    fill(book["Milestones"], "M02", Forecast=date(2026, 4, 24), Reason="Supply", Words="Two weeks")
    apply(client, bring_back(client, book).location)

    page = client.get(bring_back(client, book).location).text

    assert counts() == {"apply": 0, "refused": 0, "conflict": 0, "unchanged": 12}
    assert "This sheet was brought in before" in page


def test_the_sheet_holds_real_dates_lists_and_locks(client, twelve):
    book = sheet_for(client, "/update-sheets/projects")
    sheet = book["Milestones"]

    assert book.sheetnames == ["Milestones", "RAID", "Explanation", "pmo"]
    assert {name: [cell.value for cell in book[name][1]][:-1] for name in HEADINGS} == HEADINGS
    assert [cell.value for cell in sheet[2]][:3] == ["PAC-01", "M01", "Milestone 1"]
    assert [(cell.value.date(), cell.is_date) for cell in (sheet["D2"], sheet["F2"])] == [(FIRST, True), (FIRST, True)]
    assert [sheet.cell(2, column).protection.locked for column in range(1, 11)] == [True] * 5 + [False] * 4 + [True]
    assert (sheet.freeze_panes, sheet.protection.sheet, sheet.column_dimensions["J"].hidden) == ("D2", True, True)
    assert book["pmo"].sheet_state == "veryHidden"
    assert [rule.type for rule in sheet.data_validations.dataValidation] == ["date", "list", "date"]


def test_items_are_changed_closed_and_opened_again(client, make, twelve, project):
    closed = make.raid_item(project, code="R-009", status="closed", closed_on=date(2026, 3, 1), closing_reason="Over")
    book = sheet_for(client, "/update-sheets/register?state=all")
    sheet = book["RAID"]
    fill(sheet, "R-001", Likelihood="4, high", Impact=5, Response="Reduce", Due=date(2026, 6, 1), Response_in_words="Second site")
    fill(sheet, "R-002", State="Closed", How_it_ended="Contract signed")
    fill(sheet, "R-003", Due=None)
    fill(sheet, "R-009", State="Being assessed")

    apply(client, bring_back(client, book).location)

    first, second = item("R-001"), item("R-002")
    assert (first.probability, first.impact, first.response, first.due) == (4, 5, "reduce", date(2026, 6, 1))
    assert first.response_text == "Second site"
    assert (second.status, second.closing_reason, second.closed_on) == ("closed", "Contract signed", date(2026, 3, 12))
    assert item("R-003").due is None
    assert (item("R-009").status, item("R-009").closed_on, closed.id) == ("assessing", None, item("R-009").id)


def test_a_milestone_is_reached(client, twelve):
    book = sheet_for(client, "/update-sheets/projects")
    fill(book["Milestones"], "M01", Reached_on=date(2026, 3, 11))
    fill(book["Milestones"], "M02", Reached_on=date(2026, 3, 13))

    apply(client, bring_back(client, book).location)

    assert (milestone("M01").actual, milestone("M02").actual) == (date(2026, 3, 11), None)
    assert refusals() == [("Milestones!I3", "2026-03-13", "This day is still to come. Move the forecast instead.")]


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        ({"Forecast": date(2026, 5, 1)}, ("Milestones!G2", "", WHY)),
        ({"Forecast": date(2026, 5, 1), "Reason": "Other: words needed"}, ("Milestones!H2", "", WORDS)),
        ({"Forecast": date(2026, 5, 1), "Reason": "Weather"}, ("Milestones!G2", "Weather", "Choose one from the list.")),
        ({"Forecast": None}, ("Milestones!F2", "", "Enter the new date.")),
        ({"Forecast": "soon"}, ("Milestones!F2", "soon", "This is not a date. Enter one such as 31/03/2026.")),
        ({"Forecast": "=D2+7"}, ("Milestones!F2", "=D2+7", FORMULA)),
        ({"Forecast": 7}, ("Milestones!F2", "1900-01-07", "This year cannot be meant.")),
        ({"Reason": "Staff"}, ("Milestones!G2", "Staff", "No date of this row changes, so there is nothing to explain.")),
        ({"Milestone": "Renamed"}, ("Milestones!C2", "Renamed", ONLY_SHOWN)),
        ({"Baseline": date(2026, 5, 1)}, ("Milestones!D2", "2026-05-01", ONLY_SHOWN)),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_taken_over_is_named_with_its_reason(client, twelve, cells, refused):
    book = sheet_for(client, "/update-sheets/projects")
    for heading, value in cells.items():
        fill(book["Milestones"], "M01", **{heading.replace(" ", "_"): value})

    bring_back(client, book)

    assert refusals() == [refused]
    assert counts() == {"apply": 0, "refused": 1, "conflict": 0, "unchanged": 11}


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        ({"State": "Closed"}, ("RAID!J2", "", "Say in a few words how it ended.")),
        ({"State": "Proved right"}, ("RAID!H2", "Proved right", "Choose one from the list.")),
        ({"State": None}, ("RAID!H2", "", "Choose one from the list.")),
        ({"Likelihood": 6}, ("RAID!D2", "6", "Choose one from the list.")),
        ({"How it ended": "Done"}, ("RAID!J2", "Done", "This is filled in only when the state says that the item ends.")),
        ({"Response in words": "x" * 20_001}, ("RAID!I2", "x" * 200, "This is too long.")),
    ],
)
def test_a_cell_of_an_item_that_cannot_be_taken_over_is_named_too(client, twelve, cells, refused):
    book = sheet_for(client, "/update-sheets/register")
    cells = {heading: value for heading, value in cells.items() if heading in HEADINGS["RAID"]}
    fill(book["RAID"], "R-001", **{heading.replace(" ", "_"): value for heading, value in cells.items()})

    bring_back(client, book)

    assert refusals() == ([refused] if refused else [])


def test_a_row_one_may_not_change_is_refused_and_one_may_not_see_is_not_found(client, login, make, twelve, project):
    other = make.project(code="SECRET-9", name="Quagga")
    make.milestone(other, code="Q01", name="Quagga milestone")
    book = sheet_for(client, "/update-sheets/projects")
    fill(book["Milestones"], "M01", Forecast=date(2026, 5, 1), Reason="Staff")
    fill(book["Milestones"], "Q01", Forecast=date(2026, 5, 1), Reason="Staff")
    reader = login((Role.COMMITTEE, project))

    page = reader.get(bring_back(reader, book).location).text

    row = row_of(book["Milestones"], "Q01")
    assert refusals() == [
        ("Milestones!F2", "2026-05-01", "You may look at this, but you may not change it."),
        (f"Milestones!{row}", "", "There is nothing here, or nothing you may see."),
    ]
    assert "Quagga" not in page


def test_what_one_may_not_see_any_more_disappears_from_the_upload(login, make, twelve, project):
    person = make.person("Nele", language="en")
    make.grant(person, Role.PROJECT_MANAGER, project)
    manager = login(person)
    book = sheet_for(manager, "/update-sheets/projects")
    fill(book["Milestones"], "M01", Forecast=date(2026, 5, 1), Reason="Staff")
    url = bring_back(manager, book).location
    with transaction("moved elsewhere"):
        db.session.execute(text("update role_grant set valid_to = '2026-03-01', version = version + 1"))
    make.grant(person, Role.PROJECT_MANAGER, make.project())

    page = manager.get(url).text

    assert ("PAC-01" in page, "not found" in page) == (False, True)
    assert apply(manager, url).status_code == 409
    assert milestone("M01").forecast == FIRST


def test_owners_bring_back_what_is_theirs(login, make, twelve, project):
    owner = make.person("Marc Claes", language="nl")
    make.grant(owner, Role.LIAISON, project)
    make.milestone(project, code="M20", owner_id=owner.id)
    client = login(owner)
    book = sheet_for(client)
    sheet = book["Mijlpalen"]
    assert [sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)] == ["M20"]

    sheet.cell(2, 6).value = date(2026, 4, 2)
    sheet.cell(2, 7).value = "Levering"
    apply(client, bring_back(client, book).location)

    assert milestone("M20").forecast == date(2026, 4, 2)
    assert "Levering" in [cell.value for row in book["pmo"].iter_rows() for cell in row]


def test_a_sheet_for_a_person_holds_what_both_may_see_in_their_language(client, login, make, twelve, project):
    person = make.person("Nele Verbeke", language="fr")
    make.grant(person, Role.PROJECT_MANAGER, project)
    elsewhere = make.project(code="ELS-1", manager_id=person.id)
    make.milestone(elsewhere, code="E01")
    with transaction("managed"):
        project.manager_id = person.id

    book = sheet_for(client, "/update-sheets/person", person_id=person.id)

    assert book.sheetnames[:2] == ["Jalons", "RAID"]
    assert [book["Jalons"].cell(row, 2).value for row in range(2, book["Jalons"].max_row + 1)] == [f"M0{n}" for n in range(1, 9)]
    assert db.session.scalars(select(UpdateSheet.person_id)).one() == person.id


def test_the_filters_of_the_lists_decide_what_a_sheet_holds(client, make, twelve):
    other = make.project(code="ICT-1")
    make.raid_item(other, type="issue", code="I-001")
    make.milestone(other, code="M77")

    projects = sheet_for(client, "/update-sheets/projects?q=code:ICT-1")
    register = sheet_for(client, "/update-sheets/register?type=issue")
    one = sheet_for(client, f"/update-sheets/projects/{other.id}")
    words = sheet_for(client, "/update-sheets/projects", q="code:PAC-01")

    codes = [{name: [row[1].value for row in book[name].iter_rows(min_row=2)] for name in HEADINGS if name in book.sheetnames}
             for book in (projects, register, one)]  # fmt: skip
    assert codes == [{"Milestones": ["M77"], "RAID": ["I-001"]}, {"RAID": ["I-001"]}, {"Milestones": ["M77"]}]
    assert words["Milestones"].max_row == 9


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("/update-sheets/me", {}, "There is nothing open here to update"),
        ("/update-sheets/person", {}, "Choose a person."),
        ("/update-sheets/person", {"person_id": "999999"}, "Choose a person."),
        ("/update-sheets/projects", {"q": "nonsense:1"}, "There is no field nonsense here."),
        ("/update-sheets/projects?q=nonsense:1", {}, "There is no field nonsense here."),
        ("/update-sheets/register?q=nonsense:1", {}, "There is no field nonsense here."),
        ("/update-sheets", {}, "Choose a file with something in it."),
    ],
)
def test_what_cannot_be_made_or_brought_back_keeps_the_form_and_says_why(client, twelve, path, data, sentence):
    answer = client.post(path, data=data)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.scalars(select(UpdateSheet)).all() == []


def test_only_who_uploaded_a_sheet_sees_it(client, login, twelve):
    url = scenario(client).location
    other = login(Role.PMO)

    answers = [other.get(url), other.post(f"{url}/apply"), other.post(f"{url}/discard"), other.get(f"{url}/refused.xlsx")]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_strangers_find_no_sheets(login):
    stranger = login(Role.COMMERCIAL)

    assert [stranger.get("/update-sheets").status_code, stranger.post("/update-sheets/me").status_code] == [404, 404]


def test_a_look_back_makes_and_applies_nothing(client, twelve):
    url = scenario(client).location

    answers = [client.post(f"{path}?as_of=2026-03-11") for path in ("/update-sheets/me", "/update-sheets", f"{url}/apply")]

    assert [answer.status_code for answer in answers] == [403] * 3


def test_a_thrown_away_sheet_is_gone(client, twelve):
    url = scenario(client).location

    client.post(f"{url}/discard")

    assert (run().state, run().content) == ("discarded", b"")
    assert apply_late(client, url) == 409


def apply_late(client, url):
    return client.post(f"{url}/apply", data={"fingerprint": "x"}).status_code


def test_the_refused_cells_leave_as_a_workbook(client, twelve):
    url = scenario(client).location

    rows = opened(client.get(f"{url}/refused.xlsx").data).active.iter_rows(values_only=True)

    assert list(rows) == [
        ("Cell", "Milestone or item", "Column", "Value", "Why"),
        ("Milestones!F7", "PAC-01 M06 Milestone 6", "Forecast", "31/02/2026", "This day does not exist."),
    ]


@pytest.mark.parametrize("how_many", [1, 3])
def test_looking_costs_the_same_statements_however_many_rows(client, make, project, statements, how_many):
    for _ in range(how_many):
        make.milestone(project)
        make.raid_item(project)
    book = sheet_for(client, "/update-sheets/projects")
    url = bring_back(client, book).location
    statements.clear()
    client.get("/update-sheets")
    listed = len(statements)
    statements.clear()
    client.get(url)
    shown = len(statements)
    statements.clear()
    sheet_for(client, "/update-sheets/projects")
    made = len(statements)
    statements.clear()
    bring_back(client, book)

    assert (listed, shown, made, len(statements)) == (5, 4, 12, 11)
