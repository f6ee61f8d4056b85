"""Where answers by mail arrive, read from the environment."""

import re

from pmo.kernel.inbox import Imap, Inbox, Tls
from pmo.setting_values import LOCAL_HOSTS, BadSettings, number

ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]+")  # with its token the name stays within 64 characters


def inbox(env: dict[str, str]) -> Inbox:
    """Raises BadSettings."""
    address = env.get("PMO_INBOX_ADDRESS", "").strip()
    if address and not ADDRESS.fullmatch(address):
        raise BadSettings(
            f"PMO_INBOX_ADDRESS should be an address such as pmo@example.org, at most 20 letters before the @, not {address!r}."
        )
    mailbox = _mailbox(env)
    if mailbox.host and not address:
        raise BadSettings("PMO_IMAP_HOST is set, but not PMO_INBOX_ADDRESS: set the address at which answers arrive.")
    return Inbox(
        address=address,
        imap=mailbox,
        max_mib=number(env, "PMO_INBOX_MAX_MIB", 10),
        kept_days=number(env, "PMO_INBOX_KEPT_DAYS", 14),
        answers_per_day=number(env, "PMO_INBOX_ANSWERS_PER_DAY", 20),
    )


def _mailbox(env: dict[str, str]) -> Imap:
    host, tls = env.get("PMO_IMAP_HOST", "").strip(), env.get("PMO_IMAP_TLS", "").strip().lower() or Tls.IMPLICIT.value
    if tls not in set(Tls):
        raise BadSettings(f"PMO_IMAP_TLS should be implicit, starttls or off, not {tls!r}.")
    if tls == Tls.OFF and host and host not in LOCAL_HOSTS:
        raise BadSettings("PMO_IMAP_TLS can be off only for a mailbox on this machine: its password could be read on the way.")
    return Imap(
        host=host,
        port=number(env, "PMO_IMAP_PORT", 993 if tls == Tls.IMPLICIT else 143),
        user=env.get("PMO_IMAP_USER", ""),
        password=env.get("PMO_IMAP_PASSWORD", ""),
        folder=env.get("PMO_IMAP_FOLDER", "").strip() or "INBOX",
        tls=Tls(tls),
        timeout_seconds=float(number(env, "PMO_IMAP_TIMEOUT", 30)),
    )
