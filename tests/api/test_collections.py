"""What programs can do to each kind of object, by the verbs of the pages; and how lists behave whatever is in them."""

from datetime import date

import pytest
from sqlalchemy import select

from pmo.committees.models import ActionItem
from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Portfolio
from pmo.web.api import OPERATIONS
from tests.marked import world


@pytest.fixture
def do(token, call):
    """A change as the PMO, with the entity tag of the object just read; the answer."""
    key = token(Role.PMO)

    def send(method, path, **body):
        address = path if method == "PATCH" else path.rpartition("/")[0]
        tag = {"If-Match": call("GET", address, key).headers["ETag"]} if path.count("/") > 1 else {}
        return call(method, path, key, json=body, headers=tag)

    return send


LISTS = sorted(said.tag for said in OPERATIONS.values() if said.many)


def test_a_list_costs_the_same_for_one_world_and_for_three(make, token, call, statements):
    key = token(Role.PMO, Role.ADMINISTRATOR)

    def costs():
        found = {}
        for name in LISTS:
            call("GET", f"/{name}", key)
            statements.clear()
            found[name] = (len(call("GET", f"/{name}", key).json["items"]), len(statements))
        return found

    world(make, "first")
    one = costs()
    world(make, "second"), world(make, "third")
    three = costs()

    grown = {name: (one[name][1], three[name][1]) for name in LISTS if one[name][1] != three[name][1]}
    assert grown == {}
    assert all(three[name][0] > one[name][0] for name in LISTS if name not in ("links", "tasks", "report-orders", "rules"))


def test_a_page_is_not_shaken_by_rows_that_come_meanwhile(make, token, call):
    project, key = make.project(), token(Role.PMO)
    for number in range(4):
        make.milestone(project, name=f"{number}")

    first = call("GET", "/milestones?limit=2", key).json
    make.milestone(project, name="late")
    second = call("GET", first["next"].removeprefix("/api/v1"), key).json
    third = call("GET", second["next"].removeprefix("/api/v1"), key).json

    assert [row["name"] for page in (first, second, third) for row in page["items"]] == ["0", "1", "2", "3", "late"]
    assert third["next"] is None


def test_a_list_keeps_its_filter_from_page_to_page(make, token, call):
    mine = make.project(code="MINE")
    for project in (mine, make.project(), mine, mine):
        make.milestone(project)
    key = token(Role.PMO)

    first = call("GET", "/milestones?project=mine&limit=2", key).json

    assert "project=mine" in first["next"]
    assert len(call("GET", first["next"].removeprefix("/api/v1"), key).json["items"]) == 1


def test_an_object_that_is_known_already_is_not_sent_again(make, token, call):
    path, key = f"/milestones/{make.milestone().id}", token(Role.PMO)
    tag = call("GET", path, key).headers["ETag"]

    answer = call("GET", path, key, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")


def test_what_is_computed_changes_the_tag_and_not_the_version(make, token, call):
    project, key = make.project(), token(Role.PMO)
    path = f"/projects/{project.id}"
    before = call("GET", path, key).headers["ETag"]
    make.milestone(project, commitment=date(2026, 1, 1), forecast=date(2026, 2, 1))

    after = call("GET", path, key).headers["ETag"]
    changed = call("PATCH", path, key, json={"name": "Other"}, headers={"If-Match": before})

    assert before != after
    assert (changed.status_code, changed.json["name"]) == (200, "Other")


def test_the_past_is_read_and_not_changed(make, token, call):
    item, key = make.raid_item(), token(Role.PMO)

    answer = call("POST", f"/raid/{item.id}/close?as_of=2026-03-10", key, json={"reason": "x"}, headers={"If-Match": "*"})

    assert answer.status_code == 403


def test_a_field_that_is_not_known_is_refused(make, do):
    answer = do("PATCH", f"/projects/{make.project().id}", nmae="Typo")

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "nmae")


@pytest.mark.parametrize(("kind", "body"), [("text/plain", "{}"), ("application/x-www-form-urlencoded", "name=x"), (None, "")])
def test_only_json_is_taken(make, token, call, kind, body):
    answer = call("PATCH", f"/projects/{make.project().id}", token(Role.PMO), data=body, content_type=kind)

    assert answer.status_code == 415


def test_an_id_of_nothing_is_refused_by_its_field(make, do):
    answer = do("PATCH", f"/projects/{make.project().id}", manager_id=99_999)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "manager_id")


def test_a_number_no_database_could_hold_is_nothing(token, call):
    assert call("GET", "/milestones/99999999999999", token(Role.PMO)).status_code == 404


def test_a_portfolio_is_built_from_nothing_and_taken_out_of_the_lists(do):
    portfolio = do("POST", "/portfolios", code="NEW", name="New").json["id"]
    programme = do("POST", "/programmes", portfolio_id=portfolio, code="P1", name="Programme").json["id"]
    project = do("POST", "/projects", programme_id=programme, code="X1", name="Project", budget="1000.50", tags=["a", "b"])
    number = project.json["id"]

    busy = do("POST", f"/programmes/{programme}/archive")
    closed = do("POST", f"/projects/{number}/close", reason="Over")
    archived = [do("POST", f"/{path}/archive") for path in (f"projects/{number}", f"programmes/{programme}")]

    assert project.headers["Location"] == f"/api/v1/projects/{number}"
    assert (project.json["budget"], project.json["tags"], busy.status_code) == ("1000.50", ["a", "b"], 409)
    assert (closed.json["state"], [answer.status_code for answer in archived]) == ("closed", [200, 200])


def test_a_project_with_things_ahead_closes_only_when_told_so(make, do):
    project = make.project()
    make.milestone(project)

    unsure = do("POST", f"/projects/{project.id}/close", reason="Over")
    sure = do("POST", f"/projects/{project.id}/close", reason="Over", anyway=True)

    assert (unsure.status_code, unsure.json["errors"][0]["field"], sure.json["closing_reason"]) == (422, "anyway", "Over")


def test_a_project_is_reported_on(make, do):
    project = make.project()
    said = {"project_id": project.id, "period_end": "2026-03-10", "done": "All", "overall": "amber"}

    lost = do("POST", "/status-updates", **said)
    made = do("POST", "/status-updates", **said, back_to_green="A second supplier")

    assert (lost.json["errors"][0]["field"], made.status_code, made.json["overall"]) == ("back_to_green", 201, "amber")


def test_a_milestone_is_moved_reached_and_taken_back(make, do):
    made = do(
        "POST", "/milestones", project_id=make.project().id, name="Label", forecast="2026-03-11", baseline="2026-03-01"
    ).json
    path = f"/milestones/{made['id']}"

    steps = [
        do("PATCH", path, name="Label approved"),
        do("POST", f"{path}/baseline", baseline="2026-03-05", reason="supply"),
        do("POST", f"{path}/reach", actual="2026-03-11"),
        do("POST", f"{path}/undo-reach"),
        do("POST", f"{path}/cancel", reason="Not needed"),
        do("POST", f"{path}/take-up-again"),
    ]

    assert made["code"] == "M01"
    assert [answer.status_code for answer in steps if answer.status_code != 200] == [], steps[1].text
    assert [steps[2].json["actual"], steps[3].json["actual"], steps[4].json["cancelling_reason"]] == [
        "2026-03-11",
        None,
        "Not needed",
    ]


def test_a_first_baseline_asks_for_its_own_permission(make, token, call):
    project = make.project()
    body = {"project_id": project.id, "name": "Label", "forecast": "2026-03-11", "baseline": "2026-03-01"}

    answer = call("POST", "/milestones", token((Role.PROJECT_MANAGER, project)), json=body)

    assert answer.status_code == 403


def test_an_item_is_raised_escalated_answered_and_closed(make, do):
    leader = make.person(role=Role.PMO)
    made = do("POST", "/raid", project_id=make.project().id, type="risk", title="Supply", probability=3, impact=4).json
    path = f"/raid/{made['id']}"

    steps = [
        do("PATCH", path, impact=5),
        do("POST", f"{path}/escalate", level="portfolio", person_id=leader.id, reason="Too big"),
        do("POST", f"{path}/answer", words="A second supplier"),
        do("POST", f"{path}/hand-back", words="Yours again"),
        do("POST", f"{path}/close", reason="Over"),
        do("POST", f"{path}/reopen"),
        do("POST", f"{path}/become", into="issue"),
    ]

    assert [answer.status_code for answer in steps] == [200] * 7
    assert (made["level"], steps[0].json["level"], steps[1].json["escalated_to"]) == (12, 15, "portfolio")
    assert (steps[4].json["status"], steps[6].json["type"], steps[6].json["source_id"]) == ("closed", "issue", made["id"])


def test_a_question_goes_its_way_to_a_decision_and_an_action(make, do):
    project, owner = make.project(), make.person()
    committee = do("POST", "/committees", code="SC", name="Steering", portfolio_id=project.portfolio_id).json["id"]
    meeting = do("POST", "/meetings", committee_id=committee, held_on="2026-03-24").json["id"]
    options = [{"name": "Yes", "consequence": "Dearer", "cost": "100.00", "payer": "Us"}, {"name": "No", "consequence": "Later"}]
    asked = do("POST", "/decision-requests", question="Buy?", meeting_id=meeting, project_id=project.id, options=options).json

    early = do("POST", f"/decision-requests/{asked['id']}/submit")
    do("PATCH", f"/decision-requests/{asked['id']}", recommended=1, if_not="We wait", needed_by="2026-04-01")
    submitted = do("POST", f"/decision-requests/{asked['id']}/submit")
    to_do = [{"what": "Order it", "owner_id": owner.id, "due": "2026-04-10"}]
    decided = do(
        "POST", "/decisions", request_id=asked["id"], outcome="accepted", text="Buy it", decided_on="2026-03-12", to_do=to_do
    ).json  # fmt: skip
    action = db.session.scalars(select(ActionItem)).one().id
    steps = [
        do("PATCH", f"/actions/{action}", due="2026-04-11"),
        do("POST", f"/actions/{action}/finish", evidence="Ordered"),
        do("POST", f"/actions/{action}/reopen"),
        do("POST", f"/actions/{action}/cancel", reason="Slip"),
        do("POST", f"/decisions/{decided['id']}/correct", outcome="accepted", text="Buy two", why_corrected="Misheard"),
        do("POST", f"/decisions/{decided['id']}/void", reason="Wrong meeting"),
    ]

    assert (asked["state"], early.status_code, submitted.json["state"], decided["code"]) == ("draft", 422, "submitted", "2026-01")
    assert [answer.status_code for answer in steps] == [200] * 6


def test_a_draft_is_known_only_to_those_who_may_ask(make, token, call):
    project = make.project()
    meeting = make.meeting(make.committee(db.session.get_one(Portfolio, project.portfolio_id)))
    draft = make.request(meeting, project, state="draft")
    reader = token((Role.COMMITTEE, project))

    answers = [call("GET", path, reader) for path in (f"/decision-requests/{draft.id}", "/decision-requests")]

    assert (answers[0].status_code, answers[1].json["items"]) == (404, [])


def test_a_meeting_is_moved_cancelled_and_reinstated(make, do):
    meeting = make.meeting(make.committee(make.portfolio()))
    path = f"/meetings/{meeting.id}"

    wrong = do("PATCH", path, cut_off="2026-04-01")
    moved = do("PATCH", path, held_on="2026-04-02", cut_off="2026-04-01", pack_on="2026-04-01")
    cancelled, back = do("POST", f"{path}/cancel"), do("POST", f"{path}/reinstate")

    assert (wrong.status_code, moved.json["held_on"]) == (422, "2026-04-02")
    assert (cancelled.json["cancelled_at"] is None, back.json["cancelled_at"]) == (False, None)


def test_a_change_request_is_written_and_put_forward(make, do):
    project = make.project()
    words = {"title": "Second lab", "category": "budget", "requested_by": "Jan", "wanted": "Two", "if_not": "Late"}
    made = do("POST", "/changes", project_id=project.id, **words, cost="1000").json
    path = f"/changes/{made['id']}"

    assessed, early = do("POST", f"{path}/assess"), do("POST", f"{path}/put-forward")
    do("PATCH", path, recommendation="Do it")
    waiting = do("POST", f"{path}/put-forward")

    assert (made["code"], assessed.json["state"], early.status_code, waiting.json["state"]) == (
        "CR-001",
        "assessing",
        422,
        "waiting",
    )


def test_an_alert_is_answered_by_who_may(make, do, token, call):
    found = world(make, "own")
    path = f"/alerts/{found.ids['finding']}"

    later = do("POST", f"{path}/snooze", until="2026-03-16", reason="Waits")
    back = do("POST", f"{path}/take-back")
    seen = do("POST", f"{path}/acknowledge", note="On it")

    assert (later.json["snoozed_until"], back.json["snoozed_until"], seen.json["acknowledgement"]) == (
        "2026-03-16",
        None,
        "On it",
    )


def test_a_value_is_given_and_corrected(make, do):
    found = world(make, "own")
    path = f"/measurements/{found.ids['measurement']}"

    given = do("POST", f"{path}/give", value="7.5")
    twice = do("POST", f"{path}/give", value="8")
    corrected = do("POST", f"{path}/correct", value="8", reason="Counted again")

    assert (given.json["value"], twice.status_code, corrected.json["correction"]) == ("7.5000", 409, "Counted again")


def test_files_come_as_they_were_stored(make, token, call):
    found, key = world(make, "own"), token(Role.PMO)
    document = call("GET", f"/documents/{found.ids['document']}", key).json

    file = call("GET", f"/documents/{found.ids['document']}/files/{document['files'][0]['number']}", key)

    assert (file.status_code, len(file.data)) == (200, document["files"][0]["size"])
    assert call("GET", f"/documents/{found.ids['document']}/files/99", key).status_code == 404


def test_a_report_is_asked_for_and_belongs_to_who_asked(make, do, token, call):
    project = make.project()

    made = do("POST", "/report-orders", scope="project", scope_id=project.id)

    assert (made.status_code, made.json["state"], made.json["shape"]) == (201, "waiting", "word")
    assert call("GET", f"/report-orders/{made.json['id']}", token(Role.PMO)).status_code == 404


def test_an_administrator_adds_somebody_and_gives_a_role(make, token, call):
    make.project(code="PAC-01")
    key = token(Role.ADMINISTRATOR)

    person = call("POST", "/people", key, json={"email": "Nele@example.org", "name": "Nele"}).json
    given = call(
        "POST", "/grants", key, json={"person_id": person["id"], "role": "PJM", "scope": "project", "scope_code": "PAC-01"}
    )
    unknown = call(
        "POST", "/grants", key, json={"person_id": person["id"], "role": "PJM", "scope": "project", "scope_code": "NO"}
    )
    tag = call("GET", f"/people/{person['id']}", key).headers["ETag"]
    blocked = call("POST", f"/people/{person['id']}/block", key, json={}, headers={"If-Match": tag})

    assert (person["email"], given.json["role"], unknown.json["errors"][0]["field"]) == ("nele@example.org", "PJM", "scope_code")
    assert blocked.json["is_active"] is False


def test_nobody_gives_a_role_to_themselves(make, token, call):
    person = make.person()
    key = token(Role.ADMINISTRATOR, person=person)

    answer = call("POST", "/grants", key, json={"person_id": person.id, "role": "PMO"})

    assert answer.json["errors"][0]["field"] == "role"


def test_a_rule_gets_a_new_value_from_today_on(token, call):
    key = token(Role.ADMINISTRATOR)
    rule = call("GET", "/rules?code=status.stale_after", key).json["items"][-1]
    tag = call("GET", f"/rules/{rule['id']}", key).headers["ETag"]
    body = {"value": "20", "valid_from": "2026-03-12", "reason": "Decided by the PMO"}

    answer = call("POST", f"/rules/{rule['id']}/value", key, json=body, headers={"If-Match": tag})

    assert (answer.json["value"], answer.json["source"]) == ("20.0000", "Decided by the PMO")
