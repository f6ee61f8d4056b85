"""Who may do what: every permission with a sentence, and the one table that grants it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of the house; their codes stand in grants, imports and tests."""

    PMO = "PMO"  # PMO member
    PROGRAMME_MANAGER = "PGM"
    PROJECT_MANAGER = "PJM"
    CONTRIBUTOR = "CTR"
    COMMITTEE = "CMT"
    MEDICAL_DIRECTOR = "MDR"
    LIAISON = "MSL"
    ASSOCIATE = "MAS"
    INFORMATION = "MIN"
    SAFETY = "PVS"
    FINANCE = "FIN"
    COMPLIANCE = "CMP"
    COMMERCIAL = "COM"
    AUDITOR = "AUD"
    ADMINISTRATOR = "ADM"


class Permission(StrEnum):
    WORK_OWN = "work:own"  # see what waits for oneself, and what came of what one asked
    WORK_WALK = "work:walk"  # walk through one's own dates, risks and projects once a week
    PROJECT_READ = "project:read"  # see a project, its milestones, status, RAID items
    MONEY_READ = "money:read"  # see amounts of a project
    VALUE_EDIT = "value:edit"  # enter what was planned and spent up to a day
    PROJECT_CREATE = "project:create"  # add programmes and projects
    PROGRAMME_EDIT = "programme:edit"  # change programmes
    PROJECT_EDIT = "project:edit"  # change, close, archive
    MILESTONE_EDIT = "milestone:edit"  # add, move, reach, cancel milestones
    BASELINE_SET = "baseline:set"  # approve a new baseline
    STATUS_WRITE = "status:write"  # write the status update of a project
    HEALTH_OVERRIDE = "health:override"  # let another overall colour count than the computed one, for a time
    RAID_EDIT = "raid:edit"  # add and change RAID items
    RAID_ANSWER = "raid:answer"  # answer what was escalated to a programme or a portfolio
    CHANGE_EDIT = "change:edit"  # write change requests, assess them, put them forward
    CHANGE_DECIDE = "change:decide"  # approve, reject, postpone or merge them
    GATE_EDIT = "gate:edit"  # plan gates and assess their criteria; who edits committees records the decision
    DOCUMENT_EDIT = "document:edit"  # attach files and links to what a method asks for
    ARTEFACT_EDIT = "artefact:edit"  # lay down which documents a method asks for
    STAKEHOLDER_EDIT = "stakeholder:edit"  # say who has a stake in a project and what they need to hear
    PROCEDURE_READ = "procedure:read"  # read what the house publishes, say that one has understood it
    PROCEDURE_FOLLOW = "procedure:follow"  # see who has confirmed
    PROCEDURE_EDIT = "procedure:edit"  # publish, withdraw
    SUPPORT_ASK = "support:ask"  # ask the PMO for something
    SUPPORT_READ = "support:read"  # see what somebody asked
    SUPPORT_ANSWER = "support:answer"  # take, answer, close
    PROPOSAL_READ = "proposal:read"  # read how the house could work better, propose something
    PROPOSAL_DECIDE = "proposal:decide"  # assess, decide, note the effect
    HISTORY_READ = "history:read"  # see who changed what, when, why
    COMMITTEE_READ = "committee:read"
    COMMITTEE_EDIT = "committee:edit"  # committees and their meetings
    DECISION_READ = "decision:read"  # what is asked of a committee about a project, and what was decided
    DECISION_ASK = "decision:ask"  # put a question to a committee; who edits committees records the outcome
    ACTION_READ = "action:read"  # what follows from decisions and meetings
    ACTION_DONE = "action:done"  # say that it is done
    INDICATOR_READ = "indicator:read"  # see indicators with their values and the rows they count
    INDICATOR_EDIT = "indicator:edit"  # define them, say who gives values, correct values
    INDICATOR_GIVE = "indicator:give"  # give the value one was asked for
    ALERT_READ = "alert:read"  # see findings about a project
    ALERT_ANSWER = "alert:answer"  # acknowledge, snooze
    REPORT_READ = "report:read"  # make and read reports, editions
    REPORT_PUBLISH = "report:publish"  # freeze an edition, tell a committee its dates
    IMPORT_RUN = "import:run"  # bring files in
    PORTFOLIO_ADMIN = "portfolio:admin"  # add portfolios, archive programmes
    PEOPLE_READ = "people:read"
    PEOPLE_ADMIN = "people:admin"  # users, grants
    HOOK_ADMIN = "hook:admin"  # tell other systems of what happens
    RULES_READ = "rules:read"
    RULES_ADMIN = "rules:admin"  # tolerances, thresholds, deadlines
    OPERATIONS = "operations:admin"  # watch workers, jobs, mails and errors; try again, cancel, hold


class ScopeKind(StrEnum):
    ALL = "all"
    PORTFOLIO = "portfolio"
    PROGRAMME = "programme"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands in the portfolio; what is None is not known or does not apply."""

    portfolio_id: int | None = None
    programme_id: int | None = None
    project_id: int | None = None
    owner_id: int | None = None  # the person who answers for the object itself, e.g. a milestone's owner


HOUSE = Place()  # of nothing in particular: people, rules, the whole installation


@dataclass(frozen=True, slots=True)
class Grant:
    role: Role
    scope: ScopeKind = ScopeKind.ALL
    scope_id: int | None = None

    def covers(self, place: Place) -> bool:
        match self.scope:
            case ScopeKind.ALL:
                return True
            case ScopeKind.PORTFOLIO:
                return self.scope_id == place.portfolio_id
            case ScopeKind.PROGRAMME:
                return self.scope_id == place.programme_id
            case ScopeKind.PROJECT:
                return self.scope_id == place.project_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in, with what they were granted."""

    person_id: int
    name: str
    grants: frozenset[Grant] = frozenset()
    language: str = "en"
    email: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


R, P = Role, Permission
EVERYBODY_IN_SCOPE = frozenset(
    {R.PMO, R.PROGRAMME_MANAGER, R.PROJECT_MANAGER, R.CONTRIBUTOR, R.COMMITTEE, R.MEDICAL_DIRECTOR, R.LIAISON, R.ASSOCIATE,
     R.INFORMATION, R.SAFETY, R.FINANCE, R.COMPLIANCE, R.COMMERCIAL, R.AUDITOR}
)  # fmt: skip
MANAGERS = frozenset({R.PMO, R.PROGRAMME_MANAGER, R.PROJECT_MANAGER})
READERS_OF_PROJECTS = EVERYBODY_IN_SCOPE - {R.INFORMATION, R.SAFETY, R.COMMERCIAL}

POLICY: dict[Permission, frozenset[Role]] = {
    P.WORK_OWN: frozenset(Role),
    P.WORK_WALK: MANAGERS | {R.CONTRIBUTOR},
    P.PROJECT_READ: READERS_OF_PROJECTS,
    P.MONEY_READ: READERS_OF_PROJECTS - {R.CONTRIBUTOR, R.LIAISON, R.ASSOCIATE},
    P.VALUE_EDIT: MANAGERS | {R.FINANCE},
    P.PROJECT_CREATE: frozenset({R.PMO, R.PROGRAMME_MANAGER}),
    P.PROGRAMME_EDIT: frozenset({R.PMO, R.PROGRAMME_MANAGER}),
    P.PROJECT_EDIT: MANAGERS,
    P.MILESTONE_EDIT: MANAGERS,
    P.BASELINE_SET: frozenset({R.PMO, R.PROGRAMME_MANAGER}),
    P.STATUS_WRITE: MANAGERS,
    P.HEALTH_OVERRIDE: frozenset({R.PMO}),
    P.RAID_EDIT: MANAGERS | {R.CONTRIBUTOR},
    P.RAID_ANSWER: frozenset({R.PMO, R.PROGRAMME_MANAGER}),
    P.CHANGE_EDIT: MANAGERS,
    P.CHANGE_DECIDE: frozenset({R.PMO, R.PROGRAMME_MANAGER}),
    P.GATE_EDIT: MANAGERS,
    P.DOCUMENT_EDIT: MANAGERS | {R.CONTRIBUTOR},
    P.ARTEFACT_EDIT: frozenset({R.PMO}),
    P.STAKEHOLDER_EDIT: MANAGERS,
    P.PROCEDURE_READ: frozenset(Role),
    P.PROCEDURE_FOLLOW: frozenset({R.PMO, R.AUDITOR}),
    P.PROCEDURE_EDIT: frozenset({R.PMO}),
    P.SUPPORT_ASK: frozenset(Role),
    P.SUPPORT_READ: frozenset({R.PMO, R.AUDITOR}),
    P.SUPPORT_ANSWER: frozenset({R.PMO}),
    P.PROPOSAL_READ: frozenset(Role),
    P.PROPOSAL_DECIDE: frozenset({R.PMO}),
    P.HISTORY_READ: MANAGERS | {R.COMMITTEE, R.MEDICAL_DIRECTOR, R.COMPLIANCE, R.AUDITOR},
    P.COMMITTEE_READ: READERS_OF_PROJECTS,
    P.COMMITTEE_EDIT: frozenset({R.PMO}),
    P.DECISION_READ: READERS_OF_PROJECTS,
    P.DECISION_ASK: MANAGERS,
    P.ACTION_READ: READERS_OF_PROJECTS,
    P.ACTION_DONE: MANAGERS,
    P.INDICATOR_READ: READERS_OF_PROJECTS - {R.CONTRIBUTOR, R.LIAISON, R.ASSOCIATE},  # some count amounts
    P.INDICATOR_EDIT: frozenset({R.PMO}),
    P.INDICATOR_GIVE: frozenset({R.PMO}),
    P.ALERT_READ: MANAGERS | {R.CONTRIBUTOR, R.MEDICAL_DIRECTOR, R.AUDITOR},
    P.ALERT_ANSWER: MANAGERS | {R.CONTRIBUTOR},
    P.REPORT_READ: MANAGERS | {R.COMMITTEE, R.MEDICAL_DIRECTOR, R.FINANCE, R.COMPLIANCE, R.AUDITOR},
    P.REPORT_PUBLISH: frozenset({R.PMO}),
    P.IMPORT_RUN: frozenset({R.PMO}),
    P.PORTFOLIO_ADMIN: frozenset({R.PMO}),
    P.PEOPLE_READ: frozenset({R.ADMINISTRATOR, R.AUDITOR}),
    P.PEOPLE_ADMIN: frozenset({R.ADMINISTRATOR}),
    P.HOOK_ADMIN: frozenset({R.ADMINISTRATOR, R.PMO}),
    P.RULES_READ: frozenset({R.ADMINISTRATOR, R.AUDITOR, R.PMO}),
    P.RULES_ADMIN: frozenset({R.ADMINISTRATOR}),
    P.OPERATIONS: frozenset({R.ADMINISTRATOR}),
}

OWNERS_MAY: frozenset[Permission] = frozenset(
    {P.MILESTONE_EDIT, P.RAID_EDIT, P.DOCUMENT_EDIT}
)  # owners of the object itself, if they may read its project

OWNERS_ALWAYS: frozenset[Permission] = frozenset(
    {P.ACTION_READ, P.ACTION_DONE, P.INDICATOR_GIVE, P.SUPPORT_READ}
)  # what somebody was asked to do, or has asked, is theirs to see and to finish


def may(actor: Actor, permission: Permission, place: Place) -> bool:
    """Granted when any grant of a role in the table covers the place; an owner may change what is theirs."""
    if any(grant.role in POLICY[permission] and grant.covers(place) for grant in actor.grants):
        return True
    owns = place.owner_id is not None and place.owner_id == actor.person_id
    if permission in OWNERS_ALWAYS:
        return owns
    return owns and permission in OWNERS_MAY and may(actor, P.PROJECT_READ, place)


def may_anywhere(actor: Actor, permission: Permission) -> bool:
    """Whether a menu entry makes sense: some grant gives it somewhere."""
    return any(grant.role in POLICY[permission] for grant in actor.grants)
