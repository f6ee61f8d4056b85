"""Rows for tests, each with defaults that make it a normal one of its kind; what a test is about, it states."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from pmo.changes.models import ChangeRequest
from pmo.committees.models import ActionItem, Committee, Decision, DecisionOption, DecisionRequest, Meeting
from pmo.db import db, transaction
from pmo.documents.actions import store
from pmo.documents.logic import TYPES, Accepted
from pmo.finance.models import ValueEntry
from pmo.gates.models import Gate, GateCriterion
from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.sorting import name_key
from pmo.methods.models import Artefact, DocumentFile, ProjectDocument
from pmo.people import actions as people
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio, Programme, Project, StatusUpdate
from pmo.procedures.models import Procedure, ProcedureIssue, ProcedureReading
from pmo.proposals.models import Proposal
from pmo.raid.models import Agreement, RaidItem
from pmo.reports.models import Edition, EditionFile, ReportTemplate, ReportTemplateVersion
from pmo.schedule.models import Milestone
from pmo.stakeholders.models import Stakeholder
from pmo.stakeholders.queries import of
from pmo.status.models import HealthOverride
from pmo.support.models import SupportMessage, SupportRequest

T = TypeVar("T")


class Make:
    """Each call commits one row, so that history sees it; `effective_at=` puts it into the past."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def next(self, kind: str) -> int:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return self.numbers[kind]

    def save(self, row: T, effective_at: datetime | None = None) -> T:
        with transaction("test", effective_at=effective_at):
            db.session.add(row)
            db.session.flush()
        return row

    def person(self, name: str = "", *, email: str = "", password: str = "", role: Role | None = None, **facts: Any) -> Person:
        number = self.next("person")
        name = name or f"Colleague {number}"
        with transaction("test"):
            person = Person(email=email or f"colleague{number}@example.org", name=name, name_key=name_key(name), **facts)
            db.session.add(person)
            db.session.flush()
            if password:
                people.set_password(person, password)
            if role is not None:
                people.grant(person, role)
        return person

    def grant(self, person: Person, role: Role, scope: Portfolio | Programme | Project | None = None) -> None:
        kind = ScopeKind(type(scope).__name__.lower()) if scope is not None else ScopeKind.ALL
        with transaction("test"):
            people.grant(person, role, kind, scope.id if scope is not None else None)

    def portfolio(self, **facts: Any) -> Portfolio:
        number = self.next("portfolio")
        facts = {"code": f"P{number}", "name": f"Portfolio {number}"} | facts
        at = facts.pop("effective_at", None)
        return self.save(Portfolio(name_key=name_key(facts["name"]), **facts), at)

    def programme(self, portfolio: Portfolio | None = None, **facts: Any) -> Programme:
        number = self.next("programme")
        at = facts.pop("effective_at", None)
        portfolio = portfolio or self.portfolio(effective_at=at)
        facts = {"code": f"PR{number}", "name": f"Programme {number}"} | facts
        return self.save(Programme(portfolio_id=portfolio.id, name_key=name_key(facts["name"]), **facts), at)

    def project(self, programme: Programme | None = None, **facts: Any) -> Project:
        number = self.next("project")
        at = facts.pop("effective_at", None)
        programme = programme or self.programme(effective_at=at)
        facts = {"code": f"PRJ-{number:02}", "name": f"Project {number}"} | facts
        row = Project(portfolio_id=programme.portfolio_id, programme_id=programme.id, name_key=name_key(facts["name"]), **facts)
        return self.save(row, at)

    def milestone(self, project: Project | None = None, **facts: Any) -> Milestone:
        number = self.next("milestone")
        at = facts.pop("effective_at", None)
        project = project or self.project(effective_at=at)
        facts = {
            "code": f"M{number:02}",
            "name": f"Milestone {number}",
            "baseline": date(2026, 3, 31),
            "forecast": date(2026, 3, 31),
        } | facts
        return self.save(Milestone(project_id=project.id, name_key=name_key(facts["name"]), **facts), at)

    def raid_item(self, project: Project | None = None, **facts: Any) -> RaidItem:
        number = self.next("raid")
        at = facts.pop("effective_at", None)
        project = project or self.project(effective_at=at)
        facts = {
            "code": f"R-{number:03}",
            "type": "risk",
            "title": f"Risk {number}",
            "probability": 3,
            "impact": 3,
            "raised_on": date(2026, 1, 5),
        } | facts
        return self.save(RaidItem(project_id=project.id, title_key=name_key(facts["title"]), **facts), at)

    def agreement(self, receiver: Project, giver: Project, *, title: str = "Database lock", **facts: Any) -> Agreement:
        """A dependency of one project on another; `need_by` is its day of need."""
        at = facts.pop("effective_at", None)
        number = self.next("dependency")
        item = self.raid_item(
            receiver, type="dependency", code=f"D-{number:03}", title=title, due=facts.pop("need_by", date(2026, 4, 30)),
            probability=None, impact=None, effective_at=at,
        )  # fmt: skip
        return self.save(Agreement(item_id=item.id, giver_id=giver.id, **facts), at)

    def artefact(self, **facts: Any) -> Artefact:
        """Asked of every project of the method that projects have by themselves."""
        number = self.next("artefact")
        at = facts.pop("effective_at", None)
        facts = {
            "method": "waterfall",
            "phase": "initiating",
            "code": f"artefact_{number}",
            "name": f"Artefact {number}",
            "position": number,
        } | facts
        return self.save(Artefact(**facts), at)

    def document(self, project: Project, artefact: Artefact, **facts: Any) -> ProjectDocument:
        at = facts.pop("effective_at", None)
        return self.save(ProjectDocument(project_id=project.id, artefact_id=artefact.id, **facts), at)

    def document_file(self, document: ProjectDocument, name: str = "charter.pdf", **facts: Any) -> DocumentFile:
        """The next version of a document."""
        content = facts.pop("content", f"%PDF-1.7 {name}".encode())
        with transaction("test", effective_at=facts.pop("effective_at", None)):
            document.files += 1
            stored = store(Accepted(name, "application/pdf"), content)
            facts = {"added_at": datetime(2026, 3, 12, 8, 40, tzinfo=UTC)} | facts
            made = DocumentFile(document_id=document.id, number=document.files, name=name, stored_file_id=stored.id, **facts)
            db.session.add(made)
            db.session.flush()
        return made

    def template(self, portfolio: Portfolio, name: str = "House", content: bytes = b"", **facts: Any) -> ReportTemplate:
        """A Word template with one version; without content it can be listed and fetched, not filled."""
        used = facts.pop("used", ("headline",))
        made = self.save(ReportTemplate(portfolio_id=portfolio.id, name=name, versions=0, **facts))
        return self.template_version(made, content, used)

    def template_version(
        self, template: ReportTemplate, content: bytes = b"", used: Sequence[str] = ("headline",)
    ) -> ReportTemplate:
        with transaction("test"):
            template.versions += 1
            content = content or f"no file {template.id} {template.versions}".encode()
            stored = store(Accepted("house.docx", TYPES["docx"]), content)
            made = ReportTemplateVersion(
                template_id=template.id, number=template.versions, file_name="house.docx", stored_file_id=stored.id,
                used=list(used), added_at=datetime(2026, 3, 12, 8, 40, tzinfo=UTC),
            )  # fmt: skip
            db.session.add(made)
            db.session.flush()
        return template

    def change_request(self, project: Project, **facts: Any) -> ChangeRequest:
        number = self.next(f"change{project.id}")
        usual = {
            "code": f"CR-{number:03}", "title": f"Change {number}", "category": "requirement", "priority": 3,
            "requested_by": "Dr. Peeters", "submitted_on": date(2026, 3, 2), "situation": "Two sites", "wanted": "Three sites",
            "if_not": "Enrolment ends late", "scope": "One more site", "recommendation": "Do it", "state": "submitted",
        }  # fmt: skip
        return self.save(ChangeRequest(project_id=project.id, **usual | facts))

    def gate(self, project: Project, *criteria: dict[str, Any], **facts: Any) -> Gate:
        usual = {"code": f"G{self.next('gate')}", "name": "Ready for the first patient", "planned_on": date(2026, 3, 20)}
        gate = Gate(project_id=project.id, **usual | facts)
        usual = {"kind": "must", "text": "The budget is approved"}
        gate.criteria = [GateCriterion(position=number, **usual | one) for number, one in enumerate(criteria, start=1)]
        return self.save(gate)

    def stakeholder(self, home: Project | Programme, **facts: Any) -> Stakeholder:
        number = self.next("stakeholder")
        at = facts.pop("effective_at", None)
        facts = {
            "name": f"Stakeholder {number}", "power": 3, "interest": 3, "engagement": "neutral", "desired": "supportive",
        } | facts  # fmt: skip
        return self.save(Stakeholder(**{of(home): home.id}, name_key=name_key(facts["name"]), **facts), at)

    def procedure(self, title: str = "", *, audience: tuple[Role, ...] = (), **facts: Any) -> Procedure:
        """With a first version in force; further facts are of that version."""
        number, at = self.next("procedure"), facts.pop("effective_at", None)
        title = title or f"Procedure {number}"
        made = Procedure(
            title=title, title_key=name_key(title), audience=list(audience), withdrawn_at=facts.pop("withdrawn_at", None)
        )
        self.save(made, at)
        self.issue(made, effective_at=at, **facts)
        return made

    def issue(self, procedure: Procedure, number: int = 1, **facts: Any) -> ProcedureIssue:
        at = facts.pop("effective_at", None)
        published = {"valid_from": date(2026, 3, 2), "text": "Do it well.", "published_at": datetime(2026, 3, 2, 9, tzinfo=UTC)}
        return self.save(ProcedureIssue(procedure_id=procedure.id, number=number, **(published | facts)), at)

    def reading(self, issue: ProcedureIssue, person: Person, **facts: Any) -> ProcedureReading:
        at = facts.pop("effective_at", None)
        facts = {"confirmed_at": datetime(2026, 3, 10, 9, tzinfo=UTC)} | facts
        return self.save(ProcedureReading(issue_id=issue.id, person_id=person.id, **facts), at)

    def support(self, asker: Person, project: Project | None = None, **facts: Any) -> SupportRequest:
        """Something that was asked of the PMO."""
        number, at = self.next("support"), facts.pop("effective_at", None)
        facts = {
            "subject": f"Request {number}", "text": "How is this done?", "urgency": "normal", "state": "new",
            "asked_at": datetime(2026, 3, 10, 9, tzinfo=UTC), "due": date(2026, 3, 17),
        } | facts  # fmt: skip
        return self.save(SupportRequest(asker_id=asker.id, project_id=project.id if project else None, **facts), at)

    def message(self, request: SupportRequest, author: Person, text: str = "Like this.", **facts: Any) -> SupportMessage:
        facts = {"is_answer": True, "said_at": datetime(2026, 3, 11, 9, tzinfo=UTC)} | facts
        return self.save(SupportMessage(request_id=request.id, author_id=author.id, text=text, **facts))

    def proposal(self, proposer: Person, **facts: Any) -> Proposal:
        number, at = self.next("proposal"), facts.pop("effective_at", None)
        facts = {
            "title": f"Proposal {number}", "idea": "It could be easier.", "state": "proposed",
            "proposed_at": datetime(2026, 3, 10, 9, tzinfo=UTC),
        } | facts  # fmt: skip
        return self.save(Proposal(proposer_id=proposer.id, **facts), at)

    def status_update(self, project: Project, **facts: Any) -> StatusUpdate:
        at = facts.pop("effective_at", None)
        facts = {"period_end": date(2026, 3, 10), "stated_at": datetime(2026, 3, 10, 9, tzinfo=UTC), "overall": "green"} | facts
        return self.save(StatusUpdate(project_id=project.id, **facts), at)

    def override(self, project: Project, **facts: Any) -> HealthOverride:
        at = facts.pop("effective_at", None)
        facts = {
            "colour": "amber",
            "reason": "The supplier has confirmed the date",
            "starts_on": date(2026, 3, 12),
            "ends_on": date(2026, 3, 30),
            "made_at": datetime(2026, 3, 12, 8, 40, tzinfo=UTC),
        } | facts
        return self.save(HealthOverride(project_id=project.id, **facts), at)

    def value_entry(self, project: Project, **facts: Any) -> ValueEntry:
        at = facts.pop("effective_at", None)
        facts = {"on_day": date(2026, 2, 28), "currency": project.currency, "actual": 500} | facts
        return self.save(ValueEntry(project_id=project.id, **facts), at)

    def committee(self, portfolio: Portfolio, **facts: Any) -> Committee:
        number = self.next("committee")
        at = facts.pop("effective_at", None)
        facts = {"code": f"MC{number}", "name": f"Committee {number}"} | facts
        return self.save(Committee(portfolio_id=portfolio.id, **facts), at)

    def edition(self, portfolio: Portfolio, **facts: Any) -> Edition:
        """Of a form no program knows: it can be listed and fetched, not computed again."""
        number = self.next("edition")
        now = datetime(2026, 3, 12, 8, 40, tzinfo=UTC)
        facts = {
            "number": f"2026-{number:02}",
            "scope": "portfolio",
            "scope_code": portfolio.code,
            "name": portfolio.name,
            "language": "en",
            "moment": now,
            "known_txn": 1,
            "published_at": now,
            "author_name": "Colleague",
            "red": 0,
            "amber": 0,
            "green": 1,
            "unknown": 0,
            "committed": 0,
            "content": {"form": 0},
            "content_sha256": "0" * 64,
            "file_sha256": {"en": "0" * 64},
            "chain_head": "",
        } | facts
        edition = self.save(Edition(portfolio_id=portfolio.id, **facts))
        self.save(EditionFile(edition_id=edition.id, language="en", name="status.docx", media_type="application/octet-stream",
                              sha256="0" * 64, content=facts["name"].encode()))  # fmt: skip
        return edition

    def meeting(self, committee: Committee, held_on: date = date(2026, 3, 24), **facts: Any) -> Meeting:
        at = facts.pop("effective_at", None)
        facts = {"cut_off": held_on - timedelta(days=6), "pack_on": held_on - timedelta(days=4)} | facts
        return self.save(Meeting(committee_id=committee.id, held_on=held_on, **facts), at)

    def request(self, meeting: Meeting, about: Project | Programme | None = None, **facts: Any) -> DecisionRequest:
        """Submitted, with two options; `about` a project or a programme."""
        number = self.next("request")
        at = facts.pop("effective_at", None)
        facts = {
            "code": f"D{number}",
            "asker_id": facts.get("asker_id") or self.person().id,
            "asked_on": date(2026, 3, 2),
            "question": f"Question {number}?",
            "recommended": 1,
            "if_not": "It ends in September",
            "needed_by": date(2026, 3, 24),
            "state": "submitted",
        } | facts
        options = [
            DecisionOption(position=1, name="Open Oulu now", consequence="Ends in October", cost=38_000, payer="Contingency"),
            DecisionOption(position=2, name="Wait", consequence="Ends in November", cost=0),
        ]
        row = DecisionRequest(**of_meeting(meeting, about), options=options, **facts)
        return self.save(row, at)

    def decision(self, meeting: Meeting, about: Project | Programme | None = None, **facts: Any) -> Decision:
        number = self.next("decision")
        at = facts.pop("effective_at", None)
        facts = {
            "code": f"2026-{number:02}",
            "decided_on": meeting.held_on,
            "outcome": "accepted",
            "text": f"Decision {number}",
        } | facts
        return self.save(Decision(**of_meeting(meeting, about), **facts), at)

    def action_item(self, meeting: Meeting, about: Project | Programme | None = None, **facts: Any) -> ActionItem:
        number = self.next("action_item")
        at = facts.pop("effective_at", None)
        facts = {
            "code": f"A-{number:03}",
            "what": f"Action {number}",
            "owner_id": facts.get("owner_id") or self.person().id,
            "opened_on": date(2026, 2, 24),
            "due": date(2026, 3, 17),
        } | facts
        return self.save(ActionItem(**of_meeting(meeting, about), what_key=name_key(facts["what"]), **facts), at)


def of_meeting(meeting: Meeting, about: Project | Programme | None) -> dict[str, int | None]:
    return {
        "committee_id": meeting.committee_id,
        "meeting_id": meeting.id,
        "project_id": about.id if isinstance(about, Project) else None,
        "programme_id": about.id if isinstance(about, Programme) else None,
    }
