"""What happens that another system may be told of, how a message is signed, and which addresses are inside."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Place

PREFIX = "whsec_"  # of secrets, as Standard Webhooks writes them


class EventKind(StrEnum):
    """Everything a webhook may ask for, in the words of the programs that get it."""

    PROJECT_CREATED = "project.created"
    STATUS_UPDATED = "project.status_updated"
    MILESTONE_MOVED = "milestone.moved"
    MILESTONE_REACHED = "milestone.reached"
    RAID_RAISED = "raid.raised"
    RAID_ESCALATED = "raid.escalated"
    RAID_CLOSED = "raid.closed"
    ALERT_RAISED = "alert.raised"
    ALERT_CLEARED = "alert.cleared"
    DECISION_RECORDED = "decision.recorded"
    EDITION_PUBLISHED = "edition.published"


TEST = "test"  # the kind of a message that only tries the way

KIND_NAMES: dict[str, Message] = {
    EventKind.PROJECT_CREATED: msg("Project created"),
    EventKind.STATUS_UPDATED: msg("Status update written"),
    EventKind.MILESTONE_MOVED: msg("Milestone moved"),
    EventKind.MILESTONE_REACHED: msg("Milestone reached"),
    EventKind.RAID_RAISED: msg("RAID item raised"),
    EventKind.RAID_ESCALATED: msg("RAID item escalated"),
    EventKind.RAID_CLOSED: msg("RAID item closed"),
    EventKind.ALERT_RAISED: msg("Alert raised"),
    EventKind.ALERT_CLEARED: msg("Alert cleared"),
    EventKind.DECISION_RECORDED: msg("Decision recorded"),
    EventKind.EDITION_PUBLISHED: msg("Report published"),
    TEST: msg("Test"),
}


class HookState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


HOOK_STATES = {
    HookState.ACTIVE: msg("Active"),
    HookState.PAUSED: msg("Paused"),
    HookState.ARCHIVED: msg("Archived"),
}


class SendState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"  # its owner may not see (any more) what it is about


SEND_STATES = {
    SendState.WAITING: msg("Waiting"),
    SendState.SENT: msg("Delivered"),
    SendState.FAILED: msg("Failed"),
    SendState.WITHHELD: msg("Withheld"),
}
SEND_TONES = {SendState.WAITING: "", SendState.SENT: "green", SendState.FAILED: "red", SendState.WITHHELD: "amber"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a row."""

    kind: EventKind
    subject_id: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message tells: numbers, codes and an address. Titles and words stay here."""

    place: Place
    data: dict[str, int | str | None]
    path: str


def signature(secret: bytes, message_id: str, moment: datetime, body: bytes) -> str:
    """As Standard Webhooks 1.0 asks: HMAC-SHA256 over id, timestamp and body."""
    signed = f"{message_id}.{int(moment.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def address_problem(url: str, *, may_be_inside: bool) -> Message | None:
    """What is wrong with the address itself; where its name leads to is asked when it is called."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 asking raises
    except ValueError:
        return msg("Enter an address that begins with https://")
    if parts.scheme not in (("https", "http") if may_be_inside else ("https",)) or not parts.hostname:
        return msg("Enter an address that begins with https://")
    if parts.username is not None or parts.password is not None:
        return msg("Leave user and password out of the address: messages are signed.")
    return None


NAT64 = ip_network("64:ff9b::/96")


def is_outside(address: str) -> bool:
    """Whether an address belongs to the internet at large: not to this machine, its network, or a way back into them."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found in NAT64:
            found = IPv4Address(int(found) & 0xFFFFFFFF)
        elif found.ipv4_mapped or found.sixtofour or found.teredo:
            return False
    return found.is_global and not found.is_multicast
