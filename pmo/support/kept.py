"""Support requests, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.kept import of_itself
from pmo.support.logic import STATE_NAMES, URGENCY_NAMES
from pmo.support.models import SupportMessage, SupportRequest

KEPT = (
    Kept(
        "support_request",
        msg("Support request"),
        {
            "asker_id": Field(msg("Asked by"), refers="person"),
            "project_id": Field(msg("Project"), refers="project"),
            "subject": Field(msg("Subject")),
            "text": Field(msg("Text")),
            "urgency": Field(msg("Urgency"), URGENCY_NAMES),
            "state": Field(msg("State"), STATE_NAMES),
            "asked_at": Field(msg("Asked")),
            "due": Field(msg("Due")),
            "taker_id": Field(msg("In hand of"), refers="person"),
            "closed_at": Field(msg("Closed")),
            "closed_by": Field(msg("Closed by"), refers="person"),
        },
        of_itself(SupportRequest),
        name="subject",
        permission=Permission.SUPPORT_READ,
    ),
    Kept(
        "support_message",
        msg("Message of a support request"),
        {
            "request_id": Field(msg("Support request"), refers="support_request"),
            "author_id": Field(msg("Author"), refers="person"),
            "is_answer": Field(msg("Answer of the PMO")),
            "text": Field(msg("Text")),
            "said_at": Field(msg("Said")),
        },
        of_itself(SupportMessage),
        name="request_id",
        permission=Permission.SUPPORT_READ,
    ),
)
