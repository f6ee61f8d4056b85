"""Published editions, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_itself
from pmo.reports.models import Edition

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
)
