"""Where answers by mail arrive: its address with a token in it, and the mailbox that is read."""

from dataclasses import dataclass, field
from enum import StrEnum

MIB = 1024 * 1024


class Tls(StrEnum):
    """How the mailbox is spoken to."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    OFF = "off"  # only on this very machine


@dataclass(frozen=True, slots=True)
class Imap:
    """The mailbox that is read every few minutes. Without a host none is."""

    host: str = ""
    port: int = 993
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    tls: Tls = Tls.IMPLICIT
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where answers by mail arrive. Without an address no mail asks for one."""

    address: str = ""
    imap: Imap = Imap()
    max_mib: int = 10  # of one mail, with what is attached
    kept_days: int = 14  # the words of a held mail from a stranger
    answers_per_day: int = 20  # to one address

    def reply_to(self, token: str) -> str:
        name, _, domain = self.address.partition("@")
        return f"{name}+{token}@{domain}"

    def token_in(self, recipient: str) -> str:
        """The token of an address of ours, in small letters; empty when it is another address."""
        name, _, domain = self.address.lower().partition("@")
        local, _, at = recipient.lower().partition("@")
        ours, _, token = local.partition("+")
        return token if self.address and (ours, at) == (name, domain) else ""
