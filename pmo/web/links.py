"""Addresses of many rows: worked out once a page, not once a row."""

from collections.abc import Callable

from flask import url_for

PLACE = 987_654_321  # a number no row will have soon


def each(endpoint: str, argument: str) -> Callable[[int], str]:
    """The address of a page as a function of the one number that differs; it keeps the moment looked at like any other."""
    before, _, after = url_for(endpoint, **{argument: PLACE}).partition(str(PLACE))  # type: ignore[arg-type]
    return lambda number: f"{before}{number}{after}"
