"""What an edition and its files are called."""

import re
from collections.abc import Collection
from datetime import date
from string import ascii_lowercase

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST = 60


def next_number(day: date, taken: Collection[str]) -> str:
    """2026-03, then 2026-03b to 2026-03z, then 2026-03-27 and so on. The month is that of the meeting it is for."""
    month = f"{day.year}-{day.month:02}"
    candidates = [month, *(f"{month}{letter}" for letter in ascii_lowercase[1:])]
    free = next((number for number in candidates if number not in taken), None)
    if free is not None:
        return free
    counted = len(candidates) + 1
    while f"{month}-{counted}" in taken:
        counted += 1
    return f"{month}-{counted}"


def file_name(code: str, name: str, lang: str) -> str:
    """status-MC-2026-03-en.docx: of plain letters, whatever the code is made of."""
    plain = NOT_IN_A_NAME.sub("-", f"status-{code[:LONGEST]}-{name}-{lang}").strip("-.")
    return f"{plain}.docx"
