"""Committees, their meetings, decisions and actions, in the words of their history."""

from pmo.committees.distribution_models import DistributionEntry, ReportApprover
from pmo.committees.logic.chasing import STEP_NAMES
from pmo.committees.logic.decisions import OUTCOME_NAMES, STATE_NAMES, RequestState
from pmo.committees.models import (
    ActionItem,
    Attendance,
    Committee,
    Decision,
    DecisionOption,
    DecisionRequest,
    Meeting,
    UpdateNotice,
    UpdateRequest,
)
from pmo.db import db
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Place
from pmo.people.logic import ROLE_NAMES
from pmo.portfolio.kept import amount, of_itself


def _of_request(row_id: int) -> Place | None:
    """A draft has no history for anybody but those who may ask: there is nothing to tell before it is submitted."""
    found = db.session.get(DecisionRequest, row_id)
    return found.place if found and found.state != RequestState.DRAFT else None


def _of_option(row_id: int) -> Place | None:
    found = db.session.get(DecisionOption, row_id)
    return _of_request(found.request_id) if found else None


ABOUT = {
    "committee_id": Field(msg("Committee"), refers="committee"),
    "meeting_id": Field(msg("Meeting"), refers="meeting"),
    "project_id": Field(msg("Project"), refers="project"),
    "programme_id": Field(msg("Programme"), refers="programme"),
    "code": Field(msg("No.")),
}

COMMITTEE = Kept(
    "committee",
    msg("Committee"),
    {
        "code": Field(msg("Code")),
        "name": Field(msg("Name")),
        "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
        "programme_id": Field(msg("Programme"), refers="programme"),
        "language": Field(msg("Language")),
        "archived_at": Field(msg("Archived")),
        "approver_role": Field(msg("Reports approved by the role"), {role.value: name for role, name in ROLE_NAMES.items()}),
        "approver_id": Field(msg("Reports approved by"), refers="person"),
    },
    of_itself(Committee),
)
DISTRIBUTION = Kept(
    "distribution_entry",
    msg("Distribution list"),
    {
        "committee_id": Field(msg("Committee"), refers="committee"),
        "programme_id": Field(msg("Programme"), refers="programme"),
        "project_id": Field(msg("Project"), refers="project"),
        "person_id": Field(msg("Person"), refers="person"),
        "name": Field(msg("Name")),
        "email": Field(msg("E-mail address")),
        "language": Field(msg("Language")),
        "is_left_out": Field(msg("Left out")),
        "added_at": Field(msg("Added on")),
        "added_by": Field(msg("Added by"), refers="person"),
        "ended_at": Field(msg("Ended on")),
        "ended_by": Field(msg("Ended by"), refers="person"),
    },
    of_itself(DistributionEntry),
    name="name email",
)
MEETING = Kept(
    "meeting",
    msg("Meeting"),
    {
        "committee_id": Field(msg("Committee"), refers="committee"),
        "held_on": Field(msg("Held on")),
        "cut_off": Field(msg("Data cut-off")),
        "pack_on": Field(msg("Pack sent")),
        "room": Field(msg("Room")),
        "cancelled_at": Field(msg("Cancelled")),
    },
    of_itself(Meeting),
    name="held_on",
)
REQUEST = Kept(
    "decision_request",
    msg("Decision asked"),
    {
        **ABOUT,
        "asker_id": Field(msg("Asked by"), refers="person"),
        "asked_on": Field(msg("Asked on")),
        "question": Field(msg("Question")),
        "why": Field(msg("Why now")),
        "recommended": Field(msg("Recommended option")),
        "if_not": Field(msg("If nothing is decided")),
        "needed_by": Field(msg("Needed by")),
        "state": Field(msg("State"), STATE_NAMES),
        "submitted_on": Field(msg("Submitted on")),
        "withdrawn_on": Field(msg("Withdrawn on")),
        "withdrawal": Field(msg("Why withdrawn")),
    },
    _of_request,
    name="question",
)
OPTION = Kept(
    "decision_option",
    msg("Option"),
    {
        "request_id": Field(msg("Decision asked"), refers="decision_request"),
        "position": Field(msg("Position")),
        "name": Field(msg("Option")),
        "consequence": Field(msg("Consequence")),
        "cost": amount(msg("Cost")),
        "currency": Field(msg("Currency")),
        "payer": Field(msg("Who pays")),
    },
    _of_option,
)
DECISION = Kept(
    "decision",
    msg("Decision"),
    {
        **ABOUT,
        "request_id": Field(msg("Decision asked"), refers="decision_request"),
        "decided_on": Field(msg("Decided on")),
        "outcome": Field(msg("Outcome"), OUTCOME_NAMES),
        "text": Field(msg("Decision, as it stands in the minutes")),
        "change_text": Field(msg("What changed")),
        "reason": Field(msg("Reason")),
        "deferred_to_id": Field(msg("Deferred to"), refers="meeting"),
        "voided_on": Field(msg("Voided on")),
        "void_reason": Field(msg("Why voided")),
    },
    of_itself(Decision),
    name="code",
)
ACTION = Kept(
    "action_item",
    msg("Action"),
    {
        **ABOUT,
        "decision_id": Field(msg("Decision"), refers="decision"),
        "what": Field(msg("Action")),
        "owner_id": Field(msg("Owner"), refers="person"),
        "opened_on": Field(msg("Given on")),
        "due": Field(msg("Due")),
        "done_on": Field(msg("Done on")),
        "evidence": Field(msg("Evidence")),
        "cancelled_on": Field(msg("Cancelled on")),
        "cancel_reason": Field(msg("Why cancelled")),
    },
    of_itself(ActionItem),
    hidden=frozenset({"what_key"}),
    name="what",
)
ATTENDANCE = Kept(
    "attendance",
    msg("Presence"),
    {
        "meeting_id": Field(msg("Meeting"), refers="meeting"),
        "person_id": Field(msg("Member"), refers="person"),
        "is_present": Field(msg("Was there")),
    },
    of_itself(Attendance),
    name="person_id",
)
UPDATE_REQUEST = Kept(
    "update_request",
    msg("Update asked"),
    {
        "meeting_id": Field(msg("Meeting"), refers="meeting"),
        "project_id": Field(msg("Project"), refers="project"),
        "asked_at": Field(msg("Asked on")),
        "answered_at": Field(msg("Updated on")),
        "answered_by": Field(msg("Updated by"), refers="person"),
        "excused_at": Field(msg("Excused on")),
        "excused_by": Field(msg("Excused by"), refers="person"),
        "excuse": Field(msg("Why excused")),
    },
    of_itself(UpdateRequest),
    name="project_id",
)
UPDATE_NOTICE = Kept(
    "update_notice",
    msg("Told of an update asked"),
    {
        "request_id": Field(msg("Update asked"), refers="update_request"),
        "step": Field(msg("Step"), STEP_NAMES),
        "person_id": Field(msg("Person"), refers="person"),
        "for_id": Field(msg("As deputy of"), refers="person"),
        "told_at": Field(msg("Asked on")),
        "told_by": Field(msg("Asked by"), refers="person"),
        "mail_id": Field(msg("Number of the mail")),
        "acknowledged_at": Field(msg("Seen on")),
        "promised_on": Field(msg("Update promised by")),
    },
    of_itself(UpdateNotice),
    name="person_id",
)
REPORT_APPROVER = Kept(
    "report_approver",
    msg("Approval of reports"),
    {
        "programme_id": Field(msg("Programme"), refers="programme"),
        "project_id": Field(msg("Project"), refers="project"),
        "approver_role": Field(msg("Reports approved by the role"), {role.value: name for role, name in ROLE_NAMES.items()}),
        "approver_id": Field(msg("Reports approved by"), refers="person"),
    },
    of_itself(ReportApprover),
    name="project_id programme_id",
)
KEPT = (
    COMMITTEE,
    DISTRIBUTION,
    REPORT_APPROVER,
    MEETING,
    REQUEST,
    OPTION,
    DECISION,
    ACTION,
    ATTENDANCE,
    UPDATE_REQUEST,
    UPDATE_NOTICE,
)
