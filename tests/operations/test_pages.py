"""The pages of the administrators: what stands on them, what never does, and what can be done there."""

import pytest
from sqlalchemy import select, text

from pmo.alerts.models import Mail
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.watching import noting
from pmo.watching.models import Problem, SlowStatement, WorkerSeen
from tests.conftest import HTMX, NOW

MARK = "Quagga"
PAGES = ("", "/jobs", "/jobs?state=todo", "/jobs?state=doing", "/mails", "/mails?state=waiting", "/slow", "/errors")


def job(status="failed", task="alerts.mail", lock=None):
    """A job whose arguments are nobody's business."""
    with transaction("test"):
        return db.session.scalar(
            text(
                "insert into procrastinate_jobs (queue_name, task_name, args, status, queueing_lock)"
                " values ('mail', :task, jsonb_build_object('x', cast(:mark as text)), cast(:status as procrastinate_job_status),"
                " :lock) returning id"
            ),
            {"task": task, "mark": MARK, "status": status, "lock": lock},
        )


def states():
    return list(db.session.scalars(text("select status::text from procrastinate_jobs order by id")))


def mail(make, state="failed", number=1, **facts):
    person = make.person()
    return make.save(
        Mail(
            person_id=person.id, purpose="digest", day=NOW.date(), message_id=f"<{number}@x>", subject=f"{MARK} subject",
            body=f"{MARK} body", secret=f"{MARK} secret", state=state, problem=f"(550, b'5.1.1 {MARK}')", made_at=NOW, **facts,
        )
    )  # fmt: skip


def mail_states():
    db.session.expire_all()
    return list(db.session.scalars(select(Mail.state).order_by(Mail.id)))


def worker(make, machine="node-1", silent=5):
    with transaction("test"):
        number = db.session.scalar(
            text(
                "insert into procrastinate_workers (last_heartbeat) values (clock_timestamp() - make_interval(secs => :silent))"
                " returning id"
            ),
            {"silent": silent},
        )
    make.save(WorkerSeen(worker_id=number, machine=machine, process=7, since=NOW))


def failed(what="breaks", number="proxy-0001"):
    try:
        raise ValueError(MARK)
    except ValueError as error:
        return noting.problem(error, what, number)


@pytest.fixture
def administrator(login):
    return login(Role.ADMINISTRATOR)


def test_the_overview_counts_what_waits_and_names_the_workers(administrator, make):
    worker(make)
    worker(make, "node-2", silent=300)
    job("todo")
    job("failed")

    page = administrator.get("/operations").text

    assert ("node-1" in page, "node-2" in page, page.count(">alive</span>"), page.count(">gone</span>")) == (True, True, 1, 1)
    assert "No worker is alive." not in page


def test_without_a_worker_the_overview_says_so(administrator):
    page = administrator.get("/operations").text

    assert "No worker is alive." in page
    assert "No worker has ever been here" in page


def test_failed_jobs_stand_with_their_task_in_words_and_the_type_of_their_error(administrator):
    number = job()
    try:
        raise KeyError(MARK)
    except KeyError as error:
        noting.problem_of_job(error, number)

    page = administrator.get("/operations/jobs").text

    assert ("Send a mail" in page, "KeyError" in page, f"job {number}" in page) == (True, True, True)
    assert MARK not in page


def test_nothing_confidential_stands_on_any_page(administrator, make):
    job("failed")
    job("todo")
    job("doing")
    mail(make)
    mail(make, "waiting", 2)
    mail(make, "held", 3, address=f"{MARK}@example.org")
    failed()
    noting.slow_statements("status.portfolio", [("select ?", 700)])

    pages = {path: administrator.get(f"/operations{path}").text for path in PAGES}

    assert {path: MARK in page for path, page in pages.items()} == dict.fromkeys(PAGES, False)
    assert "The mail server refused it (550 5.1.1)" in pages["/mails"]


def test_an_address_without_account_is_not_shown(administrator, make):
    lost = mail(make)
    with transaction("test"):
        row = db.session.get_one(Mail, lost.id)
        row.person_id, row.address = None, f"{MARK}@example.org"

    page = administrator.get("/operations/mails").text

    assert ("An address without account" in page, MARK in page) == (True, False)


def test_chosen_jobs_are_tried_again(administrator):
    first, second, third = job(), job(), job()

    answer = administrator.post("/operations/jobs", data={"do": "retry", "id": [first, third]})

    assert (answer.status_code, answer.location) == (303, "/operations/jobs?state=failed")
    assert states() == ["todo", "failed", "todo"]
    assert "2 jobs wait again." in administrator.get(answer.location).text
    assert second


def test_all_failed_jobs_of_a_task_are_tried_again(administrator):
    job()
    job(task="status.refresh")

    administrator.post("/operations/jobs", data={"do": "retry_all", "task": "status.refresh"})

    assert states() == ["failed", "todo"]


def test_of_jobs_that_wait_only_once_one_is_tried_again(administrator):
    for _ in range(2):
        job(lock="alerts.nightly")

    answer = administrator.post("/operations/jobs", data={"do": "retry_all", "task": ""})

    assert (answer.status_code, sorted(states())) == (303, ["failed", "todo"])
    administrator.post("/operations/jobs", data={"do": "retry_all", "task": ""})
    assert sorted(states()) == ["failed", "todo"]


def test_waiting_jobs_are_cancelled_and_running_ones_go_on(administrator):
    waiting, running = job("todo"), job("doing")

    answer = administrator.post("/operations/jobs", data={"do": "cancel", "id": [waiting, running]})

    assert (answer.location, states()) == ("/operations/jobs?state=todo", ["cancelled", "doing"])


def test_failed_mails_are_sent_again_with_their_job(administrator, make):
    first, _ = mail(make), mail(make, number=2)

    administrator.post("/operations/mails", data={"do": "retry", "id": first.id, "state": "failed"})

    waits = db.session.execute(text("select task_name, args from procrastinate_jobs")).all()
    assert (mail_states(), waits) == (["waiting", "failed"], [("alerts.mail", {"mail_id": first.id})])


def test_mails_are_held_and_released(administrator, make):
    one = mail(make, "waiting")

    administrator.post("/operations/mails", data={"do": "hold", "id": one.id})
    held = mail_states()
    administrator.post("/operations/mails", data={"do": "release", "id": one.id})

    assert (held, mail_states()) == (["held"], ["waiting"])


def test_a_sent_mail_stays_sent(administrator, make):
    one = mail(make, "sent")

    for do in ("retry", "hold", "retry_all"):
        administrator.post("/operations/mails", data={"do": do, "id": one.id})

    assert mail_states() == ["sent"]


@pytest.mark.parametrize("path", ["/operations/jobs", "/operations/mails"])
@pytest.mark.parametrize("data", [{}, {"do": "retry"}, {"do": "dance", "id": "1"}, {"do": "retry", "id": "Quagga"}])
def test_bad_input_is_said_and_changes_nothing(administrator, make, path, data):
    mail(make)
    job()

    answer = administrator.post(path, data=data, headers=HTMX)

    assert (answer.status_code, states(), mail_states()) == (422, ["failed"], ["failed"])


@pytest.mark.parametrize("role", [Role.PMO, Role.AUDITOR])
def test_others_do_not_know_of_the_pages(login, role):
    client = login(role)

    codes = [client.get(f"/operations{path}").status_code for path in PAGES]

    assert codes == [404] * len(PAGES)


def test_errors_are_found_by_the_number_a_person_was_told(administrator):
    failed(number="proxy-0001")
    failed("exchange.read", "job 12")

    page = administrator.get("/operations/errors?q=proxy-0001").text
    other = administrator.get("/operations/errors?q=zebra").text

    assert ("proxy-0001" in page, "job 12" in page, "No error matches" in other) == (True, False, True)


def test_long_lists_are_paged(administrator):
    for number in range(60):
        noting.slow_statements("status.portfolio", [(f"select {number} as x{number}", 500 + number)])

    first = administrator.get("/operations/slow").text

    assert (first.count("<tr data-row"), 'rel="next"' in first, "x59" in first, "x9 " in first) == (50, True, True, False)


def test_what_is_noted_never_grows_beyond_its_limit(app, monkeypatch):
    monkeypatch.setattr(noting, "KEPT", 3)
    for number in range(5):
        noting.slow_statements("page", [(f"select x{number}", 500)])
        failed(f"page {number}")

    kept = [sorted(db.session.scalars(select(column))) for column in (SlowStatement.shape, Problem.occasion)]
    assert kept == [["select x2", "select x3", "select x4"], ["page 2", "page 3", "page 4"]]


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_the_same_of_the_database_for_one_and_three_rows(administrator, make, statements, path):
    counted = []
    for _ in (1, 2):
        for number in range(len(counted) + 1):
            job("failed"), job("todo"), job("doing"), worker(make)
            mail(make, number=f"{len(counted)}{number}f"), mail(make, "waiting", f"{len(counted)}{number}w")
            failed(f"page {number}")
            noting.slow_statements(f"page {number}", [("select", 500)])
        db.session.rollback()
        statements.clear()
        administrator.get(f"/operations{path}")
        counted.append(len(statements))

    expected = {"jobs": 4, "mails": 3, "slow": 2, "errors": 2}.get(path.split("?")[0].strip("/"), 3)
    assert counted == [expected, expected]


def test_the_clock_of_a_look_back_does_not_hide_what_is_now(administrator):
    job()

    page = administrator.get("/operations/jobs", query_string={"as_of": clock.today().isoformat()})

    assert (page.status_code, "Send a mail" in page.text) == (200, True)
