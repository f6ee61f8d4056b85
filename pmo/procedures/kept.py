"""Procedures, their versions and confirmations, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.portfolio.kept import of_itself
from pmo.procedures.models import Procedure, ProcedureIssue, ProcedureReading

KEPT = (
    Kept(
        "procedure",
        msg("Procedure"),
        {
            "title": Field(msg("Title")),
            "audience": Field(msg("For whom")),
            "withdrawn_at": Field(msg("Withdrawn")),
        },
        of_itself(Procedure),
        hidden=frozenset({"title_key"}),
        name="title",
    ),
    Kept(
        "procedure_issue",
        msg("Version of a procedure"),
        {
            "procedure_id": Field(msg("Procedure"), refers="procedure"),
            "number": Field(msg("Version")),
            "valid_from": Field(msg("Valid from")),
            "news": Field(msg("What is new")),
            "text": Field(msg("Text")),
            "link": Field(msg("Link")),
            "file_name": Field(msg("File")),
            "published_at": Field(msg("Published")),
            "published_by": Field(msg("Published by"), refers="person"),
        },
        of_itself(ProcedureIssue),
        hidden=frozenset({"stored_file_id"}),
        name="number",
    ),
    Kept(
        "procedure_reading",
        msg("Confirmation"),
        {
            "issue_id": Field(msg("Version"), refers="procedure_issue"),
            "person_id": Field(msg("Person"), refers="person"),
            "confirmed_at": Field(msg("Read and understood")),
        },
        of_itself(ProcedureReading),
        name="person_id",
        permission=Permission.PROCEDURE_FOLLOW,
    ),
)
