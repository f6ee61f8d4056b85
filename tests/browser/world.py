"""Who and what the pages are looked at with: people of the demo, a small portfolio of the same names, and where things are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text

from pmo.alerts import actions as alerts
from pmo.alerts.models import Mail
from pmo.committees.audiences import of
from pmo.committees.distribution_actions import add_address
from pmo.committees.models import Committee, Meeting, UpdateNotice, UpdateRequest
from pmo.db import db, transaction
from pmo.exchange import runs
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.update_sheet import read_mark
from pmo.exchange.updates import lines
from pmo.exchange.updates.keeping import KIND
from pmo.exchange.updates.sending import send
from pmo.exchange.updates.showing import compared
from pmo.hooks.actions import add as register
from pmo.hooks.models import WebhookDelivery
from pmo.inbox.models import ReceivedMail
from pmo.indicators import actions as indicators
from pmo.indicators.actions import Definition
from pmo.indicators.links import make_link
from pmo.indicators.logic.definition import Direction, Limits, Source
from pmo.indicators.models import CollectLink, IndicatorPart, Measurement
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role
from pmo.people.actions import token_digest
from pmo.people.models import Person
from pmo.people.queries import actor_of_person
from pmo.portfolio.models import Portfolio, Project
from pmo.raid import actions as raid
from pmo.raid.models import RaidItem
from pmo.reports import approving
from pmo.reports.logic.content import Scope
from pmo.reports.models import Sending
from pmo.reports.sending import send as send_edition
from pmo.reports.subjects import by_id
from pmo.watching import noting
from pmo.watching.models import JobProblem, WorkerSeen
from tests.factories import Make

BEAT = text(
    "insert into procrastinate_workers (last_heartbeat) values (clock_timestamp() - make_interval(secs => :silent)) returning id"
)
JOB = text(
    "insert into procrastinate_jobs (queue_name, task_name, status, attempts)"
    " values ('default', :task, cast(:status as procrastinate_job_status), 1) returning id"
)
TOKEN = "the-link-of-the-contractor"
PASSWORD = "welcome to the demo"
NOW = datetime(2026, 3, 12, 8, 40, tzinfo=UTC)
LONG_AGO = datetime(2025, 12, 1, 9, tzinfo=UTC)
PMO, MANAGER = "els.wauters@example.org", "nele.verbeke@example.org"
ADMINISTRATOR, COMMITTEE = "ivo.lambrecht@example.org", "greet.daems@example.org"
PEOPLE = (
    (PMO, "Els Wauters", Role.PMO),
    (ADMINISTRATOR, "Ivo Lambrecht", Role.ADMINISTRATOR),
    (COMMITTEE, "Greet Daems", Role.COMMITTEE),
)


def build(make: Make) -> None:
    """Deterministic: the first project is PAC-01 with id 1, its first milestone has id 1."""
    pmo, *_ = [make.person(name, email=email, password=PASSWORD, role=role) for email, name, role in PEOPLE]
    manager = make.person("Nele Verbeke", email=MANAGER, password=PASSWORD)
    portfolio = make.portfolio(code="BX", name="Benelux and Nordics", effective_at=LONG_AGO)
    access = make.programme(portfolio, code="PAC", name="Patient access", effective_at=LONG_AGO)
    evidence = make.programme(portfolio, code="EVG", name="Evidence generation", effective_at=LONG_AGO)
    first = make.project(
        access, code="PAC-01", name="OLR-214 compassionate use, Belgium", manager_id=manager.id, budget=410_000, currency="EUR",
        effective_at=LONG_AGO,
    )  # fmt: skip
    second = make.project(access, code="PAC-02", name="Medical need order desk, portal in three languages", effective_at=LONG_AGO)
    third = make.project(evidence, code="EVG-03", name="LUMEN registry, investigator-initiated", effective_at=LONG_AGO)
    make.grant(manager, Role.PROJECT_MANAGER, first)
    milestones(make, first, second, third)
    items(make, first, third)
    make.override(
        third, reason="The sponsor has taken over the negotiation; the contract is signed on 30 March", author_id=pmo.id,
        effective_at=NOW,
    )  # fmt: skip
    for month, actual in ((1, 120_000), (2, 210_500)):
        make.value_entry(first, on_day=date(2026, month, 28), actual=actual, note="Ledger")
    committee = make.committee(portfolio, code="MC", name="Management committee")
    _, february, march = [make.meeting(committee, day) for day in (date(2026, 1, 27), date(2026, 2, 24), date(2026, 3, 24))]
    decisions(make, (february, march), (first, third), manager)
    asked(make, march, second, manager)
    lists(pmo, "BX")
    amounts(pmo, "BX")
    warned(portfolio, pmo)
    agency = {"name": "Medicines agency", "organisation": "FAMHP", "power": 5, "interest": 3, "rhythm": "quarterly"}
    make.stakeholder(first, **agency, contact="desk@example.org", message="When the order desk opens", channel="Letter")
    make.stakeholder(first, name="Patient organisation", power=2, interest=5, engagement="supportive", owner_id=manager.id)
    make.stakeholder(access, name="Hospital pharmacists", organisation="Their association", power=4, interest=4)
    closing = make.procedure("Closing a project", audience=(Role.PMO, Role.PROJECT_MANAGER), text="First this.\n\nThen that.")
    make.issue(closing, 2, valid_from=date(2026, 4, 1), news="The end report is shorter", link="https://example.org/closing")
    asked_for = make.support(manager, first, subject="Template for the end report", due=TENTH, state="answered")
    make.message(asked_for, pmo, "It stands in the portal.\n\nOpen the documents of the project.")
    make.support(manager, second, subject="Help with the baseline", urgency="high", due=TENTH)
    make.proposal(manager, title="One list of suppliers")
    decided = {"state": "accepted", "reason": "It saves a day a month.", "decided_at": NOW, "decider_id": pmo.id}
    sized = {"effort": "small", "benefit": "large", "assessment": "A week of work.", "assessor_id": pmo.id}
    make.proposal(manager, title="Templates in three languages", measure_on=TENTH, **decided, **sized)
    charter = make.artefact(name="Steering charter")
    make.document_file(make.document(first, charter, valid_until=TENTH), "Charter.pdf", added_by=manager.id)
    told(make, pmo)
    written_to_us(make, manager)
    make.template(portfolio, "Corporate report", used=("headline", "projects", "project.name"))


def told(make: Make, owner: Person) -> None:
    """A webhook of which one message arrived, one failed and one is withheld."""
    kinds = ["milestone.moved", "raid.raised"]
    with transaction("webhook"):
        hook, _ = register(
            name="Team channel", url="https://chat.example.org/hooks/pmo?room=portfolio", kinds=kinds, owner_id=owner.id,
            portfolio_id=None, programme_id=None,
        )  # fmt: skip
    answers = (
        ("sent", 204, ""),
        ("failed", None, "refused"),
        ("withheld", None, ""),
    )
    for number, (state, answer, problem) in enumerate(answers):
        tried = {"tried_at": NOW, "attempts": 10, "milliseconds": 41} if state != "withheld" else {}
        make.save(
            WebhookDelivery(
                webhook_id=hook.id, message_id=f"msg_{number}", kind=kinds[number % 2], subject_id=1, happened_at=NOW,
                state=state, answer=answer, problem=problem, **tried,
            )
        )  # fmt: skip


def written_to_us(make: Make, person: Person) -> None:
    """A mail that was taken, one of a colleague and one of a stranger that were held."""
    ours, theirs = ("", person.id, "Re: pmo: an update is asked for 1 project"), "offers@elsewhere.example.org"
    rows = (
        (*ours, "", ""),
        (*ours, "expired", ""),
        (theirs, None, "The best prices for conferences", "no_address", "Dear customer,\n\nour newest list."),
    )
    for number, (sender, person_id, subject, reason, body) in enumerate(rows):
        facts = {"sender": sender, "person_id": person_id, "subject": subject, "reason": reason, "body": body}
        make.save(ReceivedMail(key=bytes([number]), received_at=NOW, attachments=number, **facts))


def asked(make: Make, meeting: Meeting, project: Project, person: Person) -> None:
    """One project without a word, asked before the next meeting."""
    request = make.save(UpdateRequest(meeting_id=meeting.id, project_id=project.id, asked_at=NOW))
    make.save(UpdateNotice(request_id=request.id, step="owner", person_id=person.id, told_at=NOW))


def milestones(make: Make, first: object, second: object, third: object) -> None:
    opinion = {"name": "Ethics committee opinion", "baseline": date(2026, 2, 27), "forecast": date(2026, 3, 13)}
    make.milestone(first, code="M01", **opinion, commitment=date(2026, 3, 9), effective_at=LONG_AGO)
    make.milestone(first, code="M02", name="First patient order accepted", baseline=date(2026, 4, 30), forecast=date(2026, 5, 13))
    make.milestone(second, code="M01", name="User acceptance test", baseline=date(2026, 4, 2), forecast=date(2026, 4, 2))
    make.milestone(third, code="M01", name="First patient in, Tampere", baseline=date(2026, 3, 31), forecast=date(2026, 5, 22))


def items(make: Make, first: object, third: object) -> None:
    make.raid_item(first, title="Second round of ethics questions", probability=3, impact=3)
    make.raid_item(third, title="Tampere contract not signed before the summer stop", probability=4, impact=5)
    make.raid_item(third, type="issue", code="I-001", title="Two contract templates in use", probability=4, impact=4)
    dependency = {"type": "dependency", "code": "D-090", "probability": None, "impact": None}
    make.raid_item(first, title="Portal access", **dependency)
    stuck = {"escalated_to": "programme", "escalated_on": date(2026, 3, 3), "escalation_reason": "The legal desk does not answer"}
    found = {"trigger": "The desk misses its Monday slot", "proximity": "month", "identified_by": "Jan Peeters, site"}
    make.raid_item(third, title="Legal desk does not answer", probability=4, impact=4, **stuck, **found)
    assumed = {"type": "assumption", "code": "A-091", "probability": None, "impact": None, "confidence": "low"}
    make.raid_item(third, title="Ethics committees meet every month", if_false="Sites open one month later", **assumed)
    make.agreement(first, third, title="Registry database lock", promised=date(2026, 5, 15), reason="Monitors are booked")
    make.status_update(first, overall="green", schedule="amber", done="Dutch form sent on 9 Mar.", next="Opinion on 13 Mar.")
    make.status_update(third, overall="amber", schedule="red")


def decisions(make: Make, meetings: tuple[Meeting, Meeting], projects: tuple[Project, Project], manager: Person) -> None:
    """One asked, one taken with an action that is late, one action of the meeting itself."""
    (february, march), (first, third) = meetings, projects
    make.request(march, third, question="Open a fall-back site in Oulu for the LUMEN registry?", asker_id=manager.id)
    taken = make.decision(
        february, first, text="Dutch and French labels.", outcome="changed", change_text="Half of the money now"
    )
    wishes(make, march, first)
    gates(make, february, first)
    make.action_item(february, first, what="Send the Dutch consent form", decision_id=taken.id, owner_id=manager.id, due=TENTH)
    make.action_item(february, what="Compare two vendors", owner_id=manager.id, done_on=TENTH, evidence="Note sent")


def gates(make: Make, meeting: Meeting, project: Project) -> None:
    """One gate being prepared, one that was decided and comes back."""
    met, unmet = {"is_met": True, "link": "https://example.org/minutes"}, {"is_met": False, "text": "The protocol is signed"}
    scored = {"kind": "should", "text": "The benefits are worth the cost", "score": 7, "weight": 3}
    make.gate(project, met, unmet, scored, code="G2", name="Ready for the first patient", phase="planning", milestone_id=1)
    hold = make.decision(meeting, project, text="Gate G1: Hold", outcome="refused", reason="No supply yet")
    facts = {"outcome": "hold", "decided_on": TENTH, "decision_id": hold.id, "reason": "No supply yet"}
    make.gate(project, met, code="G1", name="Ready to prepare the study", **facts)


def wishes(make: Make, meeting: Meeting, project: Project) -> None:
    """A change request in each state in which a page offers another step."""
    date_moves = {"milestone_id": 1, "old_date": date(2026, 4, 9), "new_date": date(2026, 5, 7), "cost": 24_000}
    make.change_request(project, title="Second depot for the first orders", state="waiting", meeting_id=meeting.id, **date_moves)
    make.change_request(project, title="Orders in German", priority=5)
    make.change_request(project, title="One consent form", state="assessing", recommendation="")
    make.change_request(project, title="Third reader", state="approved", decided_on=TENTH, reason="Small enough", **date_moves)


TENTH = date(2026, 3, 10)
UNIT_LIST = (
    "Nr;Project naam;Programma;Verantwoordelijke;Status;Einde;Budget (kEUR);Opm.\n"
    "PAC-01;OLR-214 compassionate use, Belgium;Patient access;Nele Verbeke;O;12/05/2026;415;Ethisch comité op 13 maart\n"
    "EVG-03;LUMEN registry, investigator-initiated;Evidence generation;;R;22/05/2026;n.t.b.;Contract Tampere\n"
    "EVG-07;Evidence synthesis, second line;Evidence generation;Marc;blauw;31/02/2026;120;\n"
    "Totaal;;;;;;535;\n"
)


def lists(person: Person, portfolio: str) -> None:
    """Two uploads of the PMO: one to be checked, one that cannot be read."""
    for name, content in (("Unit_projects_2026-03-09.csv", UNIT_LIST.encode()), ("scan.xlsx", b"%PDF-1.7")):
        with transaction("upload"):
            run = runs.start(Kind.PORTFOLIO, name, content, person_id=person.id, portfolio=portfolio)
        shown = runs.look(run)
        with transaction("read"):
            runs.keep(run, shown)


AMOUNTS_LIST = (
    "Project;Status day;Currency;Planned value;Earned value;Actual cost;Version here\n"
    "PAC-01;28/02/2026;EUR;230000;;212000;9\n"
    "PAC-02;28/02/2026;EUR;60000;;48000;\n"
    "EVG-03;28/02/2026;USD;;;91000;\n"
    "EVG-03;31/01/2026;EUR;;99000;80000;\n"
    "OLD-01;31/01/2026;EUR;;;1000;\n"
)


def amounts(person: Person, portfolio: str) -> None:
    """Amounts for earned value: new days, refused cells, and one that changed here since the sheet left."""
    with transaction("upload"):
        run = runs.start(Kind.VALUE, "Ledger_2026-02.csv", AMOUNTS_LIST.encode(), person_id=person.id, portfolio=portfolio)
    shown = runs.look(run)
    with transaction("read"):
        runs.keep(run, shown)


def warned(portfolio: Portfolio, owner: Person) -> None:
    """An indicator of the portfolio beyond its alert limit, and the alert about it."""
    limits = Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70))
    with transaction("test"):
        definition = Definition("Hospitals that answered", Source.COLLECTED, limits, owner_id=owner.id)
        made = indicators.define(portfolio.place, definition, starts_on=date(2026, 2, 1))
        indicators.keep(made.id, date(2026, 2, 1), Decimal(64))
    with transaction("test"):
        alerts.evaluate_indicators()


def update_sheet(person: Person) -> None:
    """A sheet that came back with a change, a refused cell, a conflict and a note; beside it a file that is no sheet."""
    maker = actor_of_person(person, NOW.date())
    ids = db.session.scalars(select(Project.id).order_by(Project.id).limit(3)).all()
    with transaction("sent"):
        _, content = send(lines.of_projects(ids, maker), msg("Items of the RAID register"), maker, language="en")
    book = openpyxl.load_workbook(BytesIO(content))
    milestones, items = book["Milestones"], book["RAID"]
    milestones["F2"], milestones["G2"] = date(2027, 5, 28), "Staff"
    milestones["F3"], milestones["L3"] = "31/02/2026", "note to self"
    items["G2"] = date(2026, 6, 5)
    mark = read_mark(items["N2"].value)
    with transaction("Scope change"):
        item = db.session.get_one(RaidItem, mark.id if mark else 0)
        raid.set_due([item], date(2026, 5, 29))
    out = BytesIO()
    book.save(out)
    for name, sent in (("Maes_update.xlsx", out.getvalue()), ("no_sheet.xlsx", content[:500])):
        shown = compared(sent, name, maker)
        with transaction("came back"):
            runs.keep(runs.start(KIND, name, sent, person_id=person.id, portfolio=""), shown)


def client(app: Flask, email: str) -> FlaskClient:
    """Somebody of this world without a browser; nobody when the address is empty."""
    made = app.test_client()
    if email:
        assert made.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
    return made


def one_time_link() -> None:
    """For a value that nobody has given yet; its token is known."""
    asked = select(Measurement).join(IndicatorPart).where(IndicatorPart.email != "", Measurement.given_at.is_(None))
    with transaction("test"):
        make_link(db.session.scalars(asked.order_by(Measurement.id.desc())).first(), days=3650)
        db.session.scalars(select(CollectLink).order_by(CollectLink.id.desc())).first().token_digest = token_digest(TOKEN)


def delivery(person: Person) -> None:
    """A committee whose reports are approved first: one draft that waits; an edition that was sent, with a link that is known."""
    committee = db.session.scalars(select(Committee).order_by(Committee.id)).first()
    watched = committee.portfolio_id
    edition = Make().edition(
        db.session.get_one(Portfolio, watched), scope="committee", scope_code=committee.code, committee_id=committee.id,
        number="2025-12c", published_at=NOW - timedelta(days=30), moment=NOW - timedelta(days=30),
    )  # fmt: skip
    maker = actor_of_person(person, NOW.date())
    settings = current_app.config["SETTINGS"]
    with transaction("test"):
        add_address(of(committee), name="An Maes", email="an.maes@partner.example", language="en", by=person.id)
        send_edition(edition, again=False, seen=0, by=maker, settings=settings)
        [link] = db.session.scalars(select(Sending).where(Sending.person_id.is_(None)))
        link.link_digest, link.expires_at = token_digest(TOKEN), clock.machine_now() + timedelta(days=3650)
        committee.approver_role = Role.COMMITTEE.value
    approving.ask(
        by_id(Scope.COMMITTEE, committee.id), approving.Request(language="en", note="Mind LUMEN"), by=maker, settings=settings
    )


OF_THE_PROJECT = "join project on project.id = project_id where project.code = 'PAC-01'"
PLACES = {
    "portfolio": "select portfolio_id from project where code = 'PAC-01'",
    "programme": "select programme_id from project where code = 'PAC-01'",
    "project": "select id from project where code = 'PAC-01'",
    "milestone": f"select milestone.id from milestone {OF_THE_PROJECT} and actual is null order by forecast",
    "item": f"select raid_item.id from raid_item {OF_THE_PROJECT} order by raid_item.id",
    "risk": f"select raid_item.id from raid_item {OF_THE_PROJECT} and type = 'risk' and raid_item.closed_on is null"
    f" and coalesce(owner_id, manager_id) = (select id from person where email = '{MANAGER}') order by raid_item.id",
    "escalated": "select id from raid_item where escalated_to <> '' and closed_on is null order by id",
    "assumption": "select id from raid_item where type = 'assumption' and confidence <> '' and closed_on is null order by id",
    "agreement": "select id from agreement order by id",
    "dependency": "select id from raid_item where type = 'dependency' and closed_on is null"
    " and id not in (select item_id from agreement) order by id",
    "committee": "select id from committee order by id",
    "meeting": "select id from meeting order by held_on desc",
    "amounts": "select max(value_entry.id) from value_entry " + OF_THE_PROJECT,
    "overridden": "select project_id from health_override order by id desc",
    "met": "select id from meeting where held_on < '2026-03-12' order by held_on desc",
    "request": "select id from decision_request where state = 'submitted' order by id",
    "decision": "select id from decision order by id desc",
    "action": "select id from action_item where done_on is null and cancelled_on is null order by id",
    "person": f"select id from person where email = '{MANAGER}'",
    "finding": "select id from finding order by id",
    "warned": "select id from finding where subject = 'indicator' order by id",
    "ledger": "select id from import_run where file_name like 'Ledger%'",
    "document": "select artefact_id from document_file join project_document on document_id = project_document.id"
    " join project on project.id = project_id where project.code = 'PAC-01' order by valid_until",
    "undocumented": "select artefact.id from artefact join project using (method) where project.code = 'PAC-01'"
    " and not exists (select from project_document where artefact_id = artefact.id) order by artefact.id",
    "stakeholder": "select id from stakeholder where project_id is not null order by id",
    "companion": "select id from stakeholder where programme_id is not null order by id",
    "accompanied": "select programme_id from stakeholder where programme_id is not null order by id",
    "procedure": "select id from procedure order by id",
    "support": "select id from support_request where state = 'answered' order by id",
    "unanswered": "select id from support_request where state = 'new' order by id",
    "proposal": "select id from proposal where state = 'proposed' order by id",
    "accepted": "select id from proposal where state = 'accepted' order by id",
    "artefact": "select id from artefact order by id",
    "webhook": "select id from webhook order by id",
    "gate": "select id from gate where outcome = '' and phase <> '' order by id",
    "gate_held": "select id from gate where outcome in ('hold', 'recycle') order by id desc",
    "criterion": "select gate_criterion.id from gate_criterion join gate on gate.id = gate_id where outcome = '' order by 1",
    "wish": "select id from change_request where state = 'waiting' order by id",
    "wish_new": "select id from change_request where state = 'submitted' order by id",
    "wish_assessed": "select id from change_request where state = 'assessing' order by id",
    "wish_approved": "select id from change_request where state = 'approved' and new_date is not null order by id",
    "computed": "select id from indicator where source = 'status_freshness'",
    "collected": "select id from indicator where source = 'collected'",
    "asked": "select id from measurement where part_id is not null and given_at is null order by id desc",
    "outside": "select measurement.id from measurement join indicator_part on indicator_part.id = part_id"
    " where person_id is null and given_at is null order by measurement.id",
    "template": "select id from report_template where archived_at is null order by id",
    "edition": "select id from edition where content_sha256 <> repeat('0', 64) order by id desc",
    "sent": "select edition_id from edition_sending order by id",
    "approval": "select id from report_approval order by id",
    "preview": "select id from import_run where file_name like 'Unit_projects%'",
    "sheet": "select id from import_run where file_name = 'Maes_update.xlsx'",
    "no_sheet": "select id from import_run where file_name = 'no_sheet.xlsx'",
    "unreadable": "select id from import_run where file_name = 'scan.xlsx'",
}


def places(url: str) -> dict[str, int | None]:
    """The number behind each {word} of a path in pages.py; None where this database has no such thing."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {word: connection.scalar(text(f"{query} limit 1")) for word, query in PLACES.items()}
    engine.dispose()
    return found


def running() -> None:
    """What an administrator watches: two workers, jobs in each state, mails, a slow statement, an error."""
    with transaction("running"):
        person = db.session.scalars(select(Person).where(Person.email == PMO)).one()
        for machine, silent in (("node-1", 4), ("node-2", 400)):
            number = db.session.scalar(BEAT, {"silent": silent})
            db.session.add(WorkerSeen(worker_id=number, machine=machine, process=4711, since=LONG_AGO))
        for status, task in (
            ("failed", "reports.make"),
            ("failed", "alerts.mail"),
            ("todo", "status.refresh"),
            ("doing", "alerts.mail"),
        ):
            job = db.session.scalar(JOB, {"task": task, "status": status})
            if status == "failed":
                at = {"place": "pmo.reports.making:make:88", "at": NOW}
                db.session.add(JobProblem(job_id=job, kind="sqlalchemy.exc.OperationalError", **at))
        for state in ("failed", "waiting"):
            said = "(550, b'5.1.1 unknown')" if state == "failed" else ""
            known = {"message_id": f"<{state}@example.org>", "subject": "-", "body": "-", "made_at": NOW, "day": NOW.date()}
            db.session.add(Mail(person_id=person.id, purpose=f"update {state}", state=state, problem=said, **known))
    noting.slow_statements(
        "status.portfolio", [("select project.id, project.name from project where project.portfolio_id in (?…)", 812)]
    )
    noting.problem(ValueError(), "reports.edition", "3f2b8c1e9d7a4b60")
