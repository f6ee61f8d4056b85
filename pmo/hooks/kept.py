"""Webhooks, in the words of their history."""

from pmo.db import db
from pmo.history.logic import Field, Kept
from pmo.hooks.logic import HOOK_STATES, PAUSED_BECAUSE
from pmo.hooks.models import Webhook
from pmo.kernel.languages import msg
from pmo.kernel.permissions import HOUSE, Permission, Place


def _of_the_house(row_id: int) -> Place | None:
    return HOUSE if db.session.get(Webhook, row_id) else None


KEPT = (
    Kept(
        "webhook",
        msg("Webhook"),
        {
            "name": Field(msg("Name")),
            "url": Field(msg("Address")),
            "kinds": Field(msg("Events")),
            "owner_id": Field(msg("Owner"), refers="person"),
            "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
            "programme_id": Field(msg("Programme"), refers="programme"),
            "state": Field(msg("State"), HOOK_STATES),
            "problem": Field(msg("Why paused"), PAUSED_BECAUSE),
        },
        _of_the_house,
        permission=Permission.HOOK_ADMIN,
    ),
)
