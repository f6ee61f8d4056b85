"""Portfolios, programmes, projects and what is said about them, in the words of their history."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from pmo.db import db
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Place
from pmo.portfolio.logic import COLOUR_NAMES, DIMENSION_NAMES, KIND_NAMES, METHOD_NAMES, PHASE_NAMES, STATE_NAMES, Dimension
from pmo.portfolio.models import Portfolio, Programme, Project, ReportedPosition, StatusUpdate


def amount(label: Message) -> Field:
    return Field(label, currency="currency", permission=Permission.MONEY_READ)


def of_itself(table: Any) -> Callable[[int], Place | None]:
    """For rows that say themselves where they stand."""

    def place(row_id: int) -> Place | None:
        found = db.session.get(table, row_id)
        stands: Place | None = found.place if found else None
        return stands

    return place


def of_its_project(table: Any) -> Callable[[int], Place | None]:
    """For rows that belong to a project: they stand where it stands."""

    def place(row_id: int) -> Place | None:
        found = db.session.scalar(select(Project).join(table, table.project_id == Project.id).where(table.id == row_id))
        return found.place if found else None

    return place


PORTFOLIO = Kept(
    "portfolio",
    msg("Portfolio"),
    {
        "code": Field(msg("Code")),
        "name": Field(msg("Name")),
        "description": Field(msg("Description")),
        "archived_at": Field(msg("Archived")),
    },
    of_itself(Portfolio),
    hidden=frozenset({"name_key"}),
)
PROGRAMME = Kept(
    "programme",
    msg("Programme"),
    {
        "code": Field(msg("Code")),
        "name": Field(msg("Name")),
        "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
        "manager_id": Field(msg("Manager"), refers="person"),
        "organisation": Field(msg("Organisation")),
        "description": Field(msg("Description")),
        "archived_at": Field(msg("Archived")),
    },
    of_itself(Programme),
    hidden=frozenset({"name_key", "position"}),
)
PROJECT = Kept(
    "project",
    msg("Project"),
    {
        "code": Field(msg("Code")),
        "name": Field(msg("Name")),
        "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
        "programme_id": Field(msg("Programme"), refers="programme"),
        "kind": Field(msg("Kind"), KIND_NAMES),
        "method": Field(msg("Method"), METHOD_NAMES),
        "phase": Field(msg("Phase"), PHASE_NAMES),
        "state": Field(msg("State"), STATE_NAMES),
        "manager_id": Field(msg("Manager"), refers="person"),
        "confirmed_at": Field(msg("All dates confirmed")),
        "confirmed_by": Field(msg("Confirmed by"), refers="person"),
        "sponsor": Field(msg("Sponsor")),
        "description": Field(msg("Description")),
        "tolerance_days": Field(msg("Tolerance in days")),
        "tolerance_percent": Field(msg("Tolerance in percent")),
        "currency": Field(msg("Currency")),
        "budget": amount(msg("Budget")),
        "spent": amount(msg("Spent")),
        "committed": amount(msg("Committed")),
        "forecast_cost": amount(msg("Forecast at completion")),
        "money_on": Field(msg("Amounts true on")),
        "no_value": Field(msg("Why a figure is missing")),
        "tags": Field(msg("Tags")),
        "external_id": Field(msg("Number elsewhere")),
        "closed_on": Field(msg("Closed on")),
        "closing_reason": Field(msg("Why closed")),
    },
    of_itself(Project),
    hidden=frozenset({"name_key"}),
)
STATUS_UPDATE = Kept(
    "status_update",
    msg("Status update"),
    {
        "project_id": Field(msg("Project"), refers="project"),
        "period_start": Field(msg("Period from")),
        "period_end": Field(msg("Period to")),
        "author_id": Field(msg("Written by"), refers="person"),
        **{one.value: Field(DIMENSION_NAMES[one], COLOUR_NAMES) for one in Dimension},
        "done": Field(msg("Done")),
        "next": Field(msg("Next")),
        "attention": Field(msg("Needs attention")),
        "back_to_green": Field(msg("Back to green")),
        "source": Field(msg("From the file")),
    },
    of_its_project(StatusUpdate),
    hidden=frozenset({"stated_at"}),
    name="period_end",
)
REPORTED_POSITION = Kept(
    "reported_position",
    msg("Reported position"),
    {
        "project_id": Field(msg("Project"), refers="project"),
        "position_on": Field(msg("Position on")),
        "source": Field(msg("Source")),
        "rating": Field(msg("Rating"), COLOUR_NAMES),
        "start_on": Field(msg("Start")),
        "end_on": Field(msg("End")),
        "currency": Field(msg("Currency")),
        "budget": amount(msg("Budget")),
        "forecast_cost": amount(msg("Forecast at completion")),
        "year_budget": amount(msg("Budget of the year")),
        "year_forecast": amount(msg("Forecast of the year")),
        "no_value": Field(msg("Why a figure is missing")),
    },
    of_its_project(ReportedPosition),
    hidden=frozenset({"rating_scale", "values"}),
    name="position_on",
)
KEPT = (PORTFOLIO, PROGRAMME, PROJECT, STATUS_UPDATE, REPORTED_POSITION)
