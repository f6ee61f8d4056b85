"""A small world whose every name carries a mark, to see whether anything of it reaches somebody who may not see it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from pmo.alerts import actions as alerts
from pmo.alerts.models import Finding, Mail
from pmo.committees.distribution_models import DistributionEntry
from pmo.committees.models import Committee, UpdateNotice, UpdateRequest
from pmo.db import db, transaction
from pmo.exchange.logic.preview import freeze
from pmo.exchange.models import ImportRun
from pmo.feeds.actions import make_feed
from pmo.feeds.logic import FeedKind
from pmo.feeds.models import CalendarFeed
from pmo.hooks.models import Webhook, WebhookDelivery, WebhookSecret
from pmo.indicators.models import Indicator, IndicatorPart, Measurement
from pmo.kernel import clock
from pmo.kernel.languages import plain
from pmo.kernel.permissions import Role
from pmo.methods.models import Artefact
from pmo.people import actions as people
from pmo.people.models import ApiToken, LoginSession, Person, RoleGrant
from pmo.portfolio.models import Portfolio, Project
from pmo.procedures.models import Procedure, ProcedureIssue
from pmo.proposals.models import Proposal
from pmo.reports.models import Approval, ApprovalContent, Making, Sending
from pmo.rules.models import Rule
from pmo.schedule.models import DateMove
from tests.factories import Make

MARK = "Quagga"  # a word no page would say by itself


@dataclass(frozen=True)
class World:
    portfolio: Portfolio
    ids: dict[str, Any]

    def fill(self, path: str) -> str:
        return path.format(**self.ids)


def world(make: Make, mark: str) -> World:
    """One of everything, called after the mark."""
    portfolio = make.portfolio(name=f"{mark} portfolio")
    programme = make.programme(portfolio, name=f"{mark} programme")
    project = make.project(programme, name=f"{mark} project", description=f"{mark} description", budget=1000)
    milestone = make.milestone(project, name=f"{mark} milestone", commitment=date(2026, 3, 20), forecast=date(2026, 4, 20))
    move = make.save(
        DateMove(
            milestone_id=milestone.id, project_id=project.id, field="forecast", before=date(2026, 3, 31), after=date(2026, 4, 20),
            reason="supply", words=f"{mark} words", moved_at=clock.now(),
        )
    )  # fmt: skip
    update = make.status_update(project, done=f"{mark} done", attention=f"{mark} attention")
    make.override(project, reason=f"{mark} override")
    amounts = make.value_entry(project, note=f"{mark} note", actual=500)
    item = make.raid_item(project, title=f"{mark} risk", due=date(2026, 3, 2))
    giver = make.project(programme, name=f"{mark} giver")
    agreed = make.agreement(project, giver, title=f"{mark} agreed", reason=f"{mark} why")
    dependency = make.raid_item(project, type="dependency", code="D-099", title=f"{mark} dependency", probability=None)
    escalated = make.raid_item(
        project, title=f"{mark} escalated", trigger=f"{mark} trigger", identified_by=f"{mark} finder", source_id=item.id,
        escalated_to="programme", escalated_on=date(2026, 3, 2), escalation_reason=f"{mark} reason",
    )  # fmt: skip
    committee = make.committee(portfolio, name=f"{mark} committee")
    meeting = make.meeting(committee, room=f"{mark} room")
    question = make.request(meeting, project, question=f"{mark} question", why=f"{mark} why")
    decided = make.decision(meeting, project, text=f"{mark} decision", request_id=question.id)
    action = make.action_item(meeting, project, what=f"{mark} action", decision_id=decided.id)
    wish = make.change_request(project, title=f"{mark} change", wanted=f"{mark} wanted", requested_by=f"{mark} doctor")
    gate = make.gate(project, {"text": f"{mark} criterion", "note": f"{mark} note"}, name=f"{mark} gate")
    person = make.person(name="A colleague")  # names of colleagues are no secret
    wanted = make.save(UpdateRequest(meeting_id=meeting.id, project_id=project.id, asked_at=clock.now(), excuse=f"{mark} excuse"))
    make.save(UpdateNotice(request_id=wanted.id, step="owner", person_id=person.id, told_at=clock.now()))
    make.grant(person, Role.PROJECT_MANAGER, portfolio)
    session, token = signed_in(person)
    grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person.id)).one()
    run = make.save(
        ImportRun(
            kind="portfolio", file_name=f"{mark}.csv", file_sha256="", content=b"Name\n", state="refused",
            portfolio_id=portfolio.id, person_id=person.id, made_at=clock.now(), choices={"portfolio": portfolio.code},
        )
    )  # fmt: skip
    sheet = make.save(
        ImportRun(
            kind="sheet", file_name=f"{mark}.xlsx", file_sha256="", content=b"PK", state="refused", person_id=person.id,
            made_at=clock.now(), preview={"sentence": freeze(plain(f"{mark} sentence"))},
        )
    )  # fmt: skip
    with transaction("test"):
        alerts.evaluate([project.id], "BE")
    finding = db.session.scalars(select(Finding.id).where(Finding.project_id == project.id).order_by(Finding.id)).first()
    artefact = db.session.scalar(select(Artefact)) or make.artefact()  # of the house
    document = make.document(project, artefact, link=f"https://example.org/{mark}")
    file = make.document_file(document, f"{mark}.pdf")
    procedure = db.session.scalar(select(Procedure)) or make.procedure()  # of the house
    issue = db.session.scalars(select(ProcedureIssue)).one()
    support = make.support(person, project, subject=f"{mark} subject", text=f"{mark} words")
    proposal = db.session.scalar(select(Proposal)) or make.proposal(person)  # of the house
    edition = make.edition(portfolio)
    stakeholder = make.stakeholder(project, name=f"{mark} stakeholder", contact=f"{mark} contact")
    companion = make.stakeholder(programme, name=f"{mark} companion", contact=f"{mark} contact")
    asked = {"asked_by": person.id, "asked_at": clock.now(), "language": "en", "all_sheets": False}
    indicator, part, measurement = measured(make, portfolio, mark)
    template = make.template(portfolio, f"{mark} template")
    delivered = sent(make, committee, portfolio, person, mark)
    making = make.save(Making(scope="portfolio", scope_id=portfolio.id, **asked))
    ids = {
        "portfolio": portfolio.id, "programme": programme.id, "project": project.id, "milestone": milestone.id, "move": move.id,
        "item": item.id, "committee": committee.id, "meeting": meeting.id, "person": person.id, "finding": finding,
        "session": session, "token": token,
        "grant": grant, "code": project.code, "table": "project", "rule": "status.stale_after",
        "run": run.id, "sheet": sheet.id, "request": question.id, "decision": decided.id, "action": action.id,
        "edition": edition.id, "making": making.id, "agreement": agreed.id, "dependency": dependency.id, "what": "promised",
        "amounts": amounts.id,
        "escalated": escalated.id,
        "artefact": artefact.id, "file": file.id,
        "document": document.id, "update": update.id,
        "number_of_rule": db.session.scalar(select(Rule.id).order_by(Rule.id).limit(1)),
        "template": template.id,
        **delivered,
        "change": wish.id,
        "gate": gate.id, "criterion": gate.criteria[0].id,
        "stakeholder": stakeholder.id,
        "companion": companion.id,
        "proposal": proposal.id,
        "support": support.id,
        "procedure": procedure.id, "issue": issue.id,
        **read_by_programs(person, project),
        **told(make, person, mark),
        "indicator": indicator.id, "part": part.id, "measurement": measurement.id,
    }  # fmt: skip
    return World(portfolio, ids)


def signed_in(person: Person) -> tuple[int, int]:
    """A session and a key of somebody, by their numbers."""
    with transaction("test"):
        people.start_session(person, address="127.0.0.1", agent="test")
        people.make_token(person, "a program", days=30)
    session = db.session.scalars(select(LoginSession.id).where(LoginSession.person_id == person.id)).one()
    return session, key_of(person, "a program")


def key_of(person: Person, name: str) -> int:
    return db.session.scalars(select(ApiToken.id).where(ApiToken.person_id == person.id, ApiToken.name == name)).one()


def measured(make: Make, portfolio: Portfolio, mark: str) -> tuple[Indicator, IndicatorPart, Measurement]:
    """An indicator that somebody outside is asked for."""
    indicator = make.save(
        Indicator(
            portfolio_id=portfolio.id, name=f"{mark} indicator", question=f"{mark} why", source="collected", frequency="month",
            starts_on=date(2026, 2, 1), direction="up",
        )
    )  # fmt: skip
    part = make.save(
        IndicatorPart(indicator_id=indicator.id, name=f"{mark} part", supplier=f"{mark} outside", email=f"{mark}@example.org")
    )
    month = {"period": date(2026, 2, 1), "asked_on": date(2026, 3, 2), "due": date(2026, 3, 6)}
    return indicator, part, make.save(Measurement(indicator_id=indicator.id, part_id=part.id, **month))


def read_by_programs(person: Person, project: Project) -> dict[str, Any]:
    """An address of a calendar and a key for reading, of somebody else."""
    with transaction("test"):
        secret = make_feed(person.id, FeedKind.PROJECT, project.id)
        people.make_token(person, "Excel", read_only=True)
    feed = db.session.scalars(select(CalendarFeed.id).where(CalendarFeed.person_id == person.id)).one()
    return {"secret": secret, "feed": feed, "key": key_of(person, "Excel")}


def told(make: Make, person: Person, mark: str) -> dict[str, int]:
    """A webhook with a message."""
    hook = make.save(Webhook(name=f"{mark} hook", url="https://example.org/hook", kinds=["raid.raised"], owner_id=person.id))
    make.save(WebhookSecret(webhook_id=hook.id, sealed="sealed"))
    message = WebhookDelivery(webhook_id=hook.id, message_id=f"msg_{mark}", kind="test", happened_at=clock.now(), state="failed")
    return {"hook": hook.id, "message": make.save(message).id}


def sent(make: Make, committee: Committee, portfolio: Portfolio, person: Person, mark: str) -> dict[str, int]:
    """The list of a committee, a draft that waits for approval, and an edition that was sent."""
    now = clock.now()
    entry = make.save(
        DistributionEntry(committee_id=committee.id, name=f"{mark} receiver", email=f"{mark}@example.com".lower(), added_at=now)
    )
    pack = make.edition(portfolio, scope="committee", scope_code=committee.code, committee_id=committee.id)
    approval = make.save(
        Approval(
            committee_id=committee.id, language="en", all_sheets=False, moment=now, known_txn=1, content_sha256="0" * 64,
            note=f"{mark} note", asked_by=person.id, asked_at=now,
        )
    )  # fmt: skip
    make.save(ApprovalContent(approval_id=approval.id, content={"form": 0}))
    mail = make.save(
        Mail(
            address=entry.email, purpose=f"report {mark}", day=now.date(), message_id=f"<{mark}@test>", subject=mark, body=mark,
            made_at=now,
        )
    )  # fmt: skip
    sending = make.save(
        Sending(
            edition_id=pack.id, entry_id=entry.id, name=f"{mark} receiver", email=entry.email, language="en", sent_by=person.id,
            asked_at=now, mail_id=mail.id, link_digest=mark.encode(), expires_at=now + timedelta(days=1000),
        )
    )  # fmt: skip
    return {"entry": entry.id, "sent": pack.id, "approval": approval.id, "sending": sending.id}
