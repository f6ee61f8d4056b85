"""What happens that another system may be told of, how a message is signed, and which addresses are inside."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit
from uuid import UUID, uuid5

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


class Trouble(StrEnum):
    """Why there was no answer, or why a message was not sent."""

    INSIDE = "inside"
    NO_NAME = "no name"
    REFUSED = "refused"
    LATE = "late"
    CERTIFICATE = "certificate"
    CUT_OFF = "cut off"
    NOT_HTTP = "not http"
    PAUSED = "paused"


TROUBLES: dict[str, Message] = {
    Trouble.INSIDE: msg("The address leads into the network of this server."),
    Trouble.NO_NAME: msg("The name in the address is not known."),
    Trouble.REFUSED: msg("Nobody could be reached at this address."),
    Trouble.LATE: msg("There was no answer in time."),
    Trouble.CERTIFICATE: msg("The certificate of the other side is not trusted."),
    Trouble.CUT_OFF: msg("The connection ended before there was an answer."),
    Trouble.NOT_HTTP: msg("What came back was no answer of a web server."),
    Trouble.PAUSED: msg("The webhook was paused or archived."),
}


class Because(StrEnum):
    """Why a webhook was paused by itself."""

    LEFT = "owner left"
    CLOSED_THERE = "answered 410 Gone"
    LOST = "secret lost"
    SILENT = "too many failures"


PAUSED_BECAUSE: dict[str, Message] = {
    Because.LEFT: msg(
        "It was paused because the account of its owner is closed. Archive it, and let somebody else register one."
    ),
    Because.CLOSED_THERE: msg("It was paused because the other side answered that this address is gone for good."),
    Because.LOST: msg("It was paused because its secret cannot be opened with the key of this installation. Make a new secret."),
    Because.SILENT: msg(
        "It was paused because the other side took none of the last 20 attempts. Let it go on when it listens again."
    ),
}
MOST_FAILURES = 20  # in a row: two messages through all their attempts, or twenty new ones
SILENCE = timedelta(hours=1)  # and not within less: another system may be restarted while an import writes many events


def is_silent(failures: int, since: datetime | None, now: datetime) -> bool:
    """Whether there is nobody on the other side."""
    return failures >= MOST_FAILURES and since is not None and now - since >= SILENCE


def pause_after(attempts: int) -> timedelta:
    """Until the next attempt: 3, 9, 27 ... seconds, so that ten take a little more than a day."""
    return timedelta(seconds=3**attempts)


def is_stuck(last_heard_of: datetime, attempts: int, now: datetime) -> bool:
    """Whether a waiting message is older than the longest pause among this many attempts: its job was lost."""
    return now - last_heard_of > pause_after(attempts - 1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a row."""

    kind: EventKind
    subject_id: int


MESSAGES = UUID("5d3c9a52-5d0e-4f0e-9f55-0a6b0f0e8f3b")


def message_id(hook_id: int, event: Event, moment: datetime) -> str:
    """The same for the same event told twice, so that it is sent once."""
    return f"msg_{uuid5(MESSAGES, f'{hook_id} {event.kind} {event.subject_id} {moment.isoformat()}').hex}"


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
INTERNET = ip_network("2000::/3")  # all that is given out of IPv6


def is_outside(address: str) -> bool:
    """Whether an address belongs to the internet at large: not to this machine, its network, or a way back into them."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found in NAT64:
            found = IPv4Address(int(found) & 0xFFFFFFFF)
        elif found not in INTERNET or found.ipv4_mapped or found.sixtofour or found.teredo:
            return False
    return found.is_global and not found.is_multicast
