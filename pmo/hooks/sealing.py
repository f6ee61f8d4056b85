"""Secrets of webhooks: made once, kept sealed with a key that only the installation has."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from pmo.hooks.logic import PREFIX

LENGTH = 32  # bytes; Standard Webhooks asks for 24 to 64


def made() -> tuple[str, str]:
    """A new secret as it is shown once, and sealed."""
    secret = secrets.token_bytes(LENGTH)
    return PREFIX + base64.b64encode(secret).decode(), _box().encrypt(secret).decode()


def opened(sealed: str) -> bytes | None:
    """None when it was sealed with another key: the secret is lost, and a new one has to be made."""
    try:
        return _box().decrypt(sealed.encode())
    except InvalidToken:
        return None


def _box() -> Fernet:
    key = hashlib.sha256(b"pmo webhooks\0" + str(current_app.config["SECRET_KEY"]).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
