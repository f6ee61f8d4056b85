"""Published editions, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_itself
from pmo.reports.logic.approval import STATE_NAMES
from pmo.reports.models import Approval, CommitteeTemplate, Edition, ReportTemplate, ReportTemplateVersion, Sending

KEPT = (
    Kept(
        "edition",
        msg("Edition"),
        {
            "number": Field(msg("Number")),
            "scope_code": Field(msg("About")),
            "name": Field(msg("Name")),
            "language": Field(msg("Language")),
            "moment": Field(msg("State on")),
            "published_at": Field(msg("Published")),
            "author_id": Field(msg("Published by"), refers="person"),
            "committee_id": Field(msg("Committee"), refers="committee"),
            "committed": Field(msg("Commitments changed")),
            "content_sha256": Field(msg("Digest")),
            "template_version_id": Field(msg("Word template"), refers="report_template_version"),
        },
        of_itself(Edition),
        hidden=frozenset(
            {
                "scope",
                "portfolio_id",
                "programme_id",
                "project_id",
                "meeting_id",
                "known_txn",
                "content",
                "file_sha256",
                "chain_head",
                "author_name",
                "request_key",
                "red",
                "amber",
                "green",
                "unknown",
            }  # fmt: skip
        ),
        name="scope_code number",
    ),
    Kept(
        "report_template",
        msg("Word template"),
        {
            "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
            "name": Field(msg("Name")),
            "versions": Field(msg("Newest version")),
            "archived_at": Field(msg("Archived")),
        },
        of_itself(ReportTemplate),
    ),
    Kept(
        "report_template_version",
        msg("Version of a Word template"),
        {
            "template_id": Field(msg("Word template"), refers="report_template"),
            "number": Field(msg("Version")),
            "file_name": Field(msg("File")),
            "added_at": Field(msg("Added")),
            "added_by": Field(msg("Added by"), refers="person"),
        },
        of_itself(ReportTemplateVersion),
        hidden=frozenset({"stored_file_id", "used"}),
        name="file_name",
    ),
    Kept(
        "committee_template",
        msg("Word template of a committee"),
        {
            "committee_id": Field(msg("Committee"), refers="committee"),
            "template_id": Field(msg("Word template"), refers="report_template"),
        },
        of_itself(CommitteeTemplate),
        name="committee_id",
    ),
    Kept(
        "report_approval",
        msg("Approval of a report"),
        {
            "committee_id": Field(msg("Committee"), refers="committee"),
            "meeting_on": Field(msg("For the meeting of")),
            "language": Field(msg("Language")),
            "moment": Field(msg("State on")),
            "content_sha256": Field(msg("Digest")),
            "note": Field(msg("A word to who approves it")),
            "asked_by": Field(msg("Asked by"), refers="person"),
            "asked_at": Field(msg("Asked on")),
            "state": Field(msg("State"), {state.value: name for state, name in STATE_NAMES.items()}),
            "answered_by": Field(msg("Answered by"), refers="person"),
            "answered_at": Field(msg("Answered on")),
            "answer": Field(msg("Answer")),
            "ended_at": Field(msg("Ended on")),
            "edition_id": Field(msg("Published as"), refers="edition"),
        },
        of_itself(Approval),
        hidden=frozenset({"all_sheets", "known_txn"}),
        name="committee_id",
    ),
    Kept(
        "edition_sending",
        msg("Edition sent"),
        {
            "edition_id": Field(msg("Edition"), refers="edition"),
            "person_id": Field(msg("Person"), refers="person"),
            "name": Field(msg("Name")),
            "email": Field(msg("E-mail address")),
            "language": Field(msg("Language")),
            "sent_by": Field(msg("Sent by"), refers="person"),
            "asked_at": Field(msg("Sent on")),
            "mail_id": Field(msg("Number of the mail")),
            "expires_at": Field(msg("Link works until")),
            "withdrawn_at": Field(msg("Link withdrawn on")),
            "withdrawn_by": Field(msg("Link withdrawn by"), refers="person"),
        },
        of_itself(Sending),
        hidden=frozenset({"entry_id", "link_digest"}),
    ),
)
