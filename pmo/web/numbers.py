"""Numbers in addresses: what the database could not hold is the number of nothing, on every page."""

from typing import Any

from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1


class Number(IntegerConverter):
    def __init__(self, map: Any, **options: Any) -> None:  # noqa: A002  # as the library calls it
        super().__init__(map, **{"max": LARGEST, **options})
