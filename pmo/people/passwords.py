"""Passwords with argon2id, at the cost OWASP names as the minimum (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane)."""

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def cheaper_for_tests() -> None:
    """A cost no attacker would thank us for; called by the test application only."""
    globals()["hasher"] = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def digest(password: str) -> str:
    return hasher.hash(password)


def matches(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


HARD_ENOUGH = 3  # of 0 to 4: beyond 100 million guesses, out of reach for who may try a few times a quarter of an hour
LONGEST_LOOKED_AT = 72  # what zxcvbn takes


def is_easy(password: str, *known: str) -> bool:
    """Whether it stands high on lists of leaked passwords, follows a pattern, or is made of what is known of the person."""
    found = zxcvbn(password[:LONGEST_LOOKED_AT], user_inputs=[word for text in known for word in re.split(r"[\W_]+", text)])
    return bool(found["score"] < HARD_ENOUGH)


def is_outdated(stored: str) -> bool:
    """The hash was made at another cost and should be made again at the next sign-in."""
    return hasher.check_needs_rehash(stored)
