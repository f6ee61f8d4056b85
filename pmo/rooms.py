"""The rooms of the house: their pages, their doors for programs, their jobs, in the order of the menu."""

from flask import Blueprint

from pmo.kernel.languages import msg
from pmo.people.views import bp as people
from pmo.web.access import can_anywhere
from pmo.web.frame import MenuEntry

BLUEPRINTS: tuple[Blueprint, ...] = (people,)
APIS: tuple[Blueprint, ...] = ()

PORTFOLIO, GOVERNANCE, DATA, HOUSE = msg("Portfolio"), msg("Governance"), msg("Data"), msg("Administration")

MENU: tuple[MenuEntry, ...] = ()


def first_page() -> str:
    """Where somebody lands after signing in: the first page they may use."""
    return next((entry.endpoint for entry in MENU if can_anywhere(entry.permission)), "people.password")
