"""Committees and their meetings, in the words of their history."""

from pmo.committees.models import Committee, Meeting
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_itself

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
    },
    of_itself(Committee),
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
KEPT = (COMMITTEE, MEETING)
