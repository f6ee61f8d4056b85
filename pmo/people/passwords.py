"""Passwords with argon2id, at the cost OWASP names as the minimum (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

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


def is_outdated(stored: str) -> bool:
    """The hash was made at another cost and should be made again at the next sign-in."""
    return hasher.check_needs_rehash(stored)
