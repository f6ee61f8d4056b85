"""Stakeholders, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_itself
from pmo.stakeholders.logic import ENGAGEMENT_NAMES, LEVEL_NAMES, RHYTHM_NAMES
from pmo.stakeholders.models import Stakeholder

KEPT = (
    Kept(
        "stakeholder",
        msg("Stakeholder"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "programme_id": Field(msg("Programme"), refers="programme"),
            "name": Field(msg("Name")),
            "organisation": Field(msg("Organisation")),
            "role": Field(msg("Role")),
            "contact": Field(msg("Contact")),
            "power": Field(msg("Power"), LEVEL_NAMES),
            "interest": Field(msg("Interest"), LEVEL_NAMES),
            "engagement": Field(msg("Stands now"), ENGAGEMENT_NAMES),
            "desired": Field(msg("Should stand"), ENGAGEMENT_NAMES),
            "message": Field(msg("What they need to hear")),
            "channel": Field(msg("How")),
            "rhythm": Field(msg("How often"), RHYTHM_NAMES),
            "owner_id": Field(msg("Keeps in touch"), refers="person"),
            "archived_at": Field(msg("Archived")),
        },
        of_itself(Stakeholder),
        hidden=frozenset({"name_key"}),
    ),
)
