"""Secrets of webhooks: made once, kept as every secret is that has to be read again."""

import base64
import secrets

from pmo.hooks.logic import PREFIX
from pmo.people import vault

LENGTH = 32  # bytes; Standard Webhooks asks for 24 to 64


def made() -> tuple[str, str]:
    """A new secret as it is shown once, and sealed."""
    shown = PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()
    return shown, vault.seal(shown)


def opened(sealed: str) -> bytes | None:
    """None when it was sealed with another key: the secret is lost, and a new one has to be made."""
    try:
        return base64.b64decode(vault.unseal(sealed).removeprefix(PREFIX))
    except vault.Unreadable:
        return None
