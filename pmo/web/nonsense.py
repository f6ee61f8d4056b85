"""Addresses that cannot mean anything, for no text of the database can hold their characters: refused before a view sees them."""

from flask import Flask, request

from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import msg

NUL = "\x00"
WRITTEN = b"%00"
SAY_IT_THEMSELVES = ("/api/", "/odata")  # programs are told which parameter it is


def install(app: Flask) -> None:
    app.before_request(refuse)


def refuse() -> None:
    """Raises NotFound, Invalid."""
    if NUL in request.path:
        raise NotFound
    if WRITTEN in request.query_string and not request.path.startswith(SAY_IT_THEMSELVES):
        raise Invalid({"": msg("This address holds a character that no text has. Type the words anew.")})
