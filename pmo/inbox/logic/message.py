"""A mail as it arrives (RFC 5322), read without trust: whatever is in it, reading ends soon and raises nothing but Unreadable."""

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from itertools import islice

from pmo.inbox.logic.html import text_of_html

LONGEST_HEAD = 256 * 1024
LONGEST_HEADER = 2_000
LONGEST_TEXT = 200_000
MOST_LINES = 400_000
MOST_NESTED = 40
MOST_PARTS = 200
NESTS = re.compile(rb"(multipart|message)/", re.IGNORECASE)
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
BULK = {"bulk", "list", "junk", "auto_reply"}
MACHINES = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"}
AUTOMATIC_TYPES = {"multipart/report", "message/delivery-status", "message/disposition-notification"}
TROUBLE = (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError)


class Unreadable(Exception):
    """Its structure is broken beyond reading, or made to cost time."""


@dataclass(frozen=True, slots=True)
class Head:
    """Who wrote, to whom, about what. `key` is the same whenever the same mail comes again."""

    key: bytes
    sender: str  # the one address in From, in small letters; empty when there is none, or several
    recipients: tuple[str, ...]
    subject: str
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What was written, before quotes are cut off, and how many files came along."""

    text: str
    attachments: int = 0


def head_of(raw: bytes) -> Head:
    """The head alone; it can be read of every mail, whatever follows."""
    head = END_OF_HEAD.split(raw[:LONGEST_HEAD], maxsplit=1)[0]
    try:
        found = BytesHeaderParser().parsebytes(head + b"\n\n")
    except TROUBLE:
        found = Message()
    named = _first(found, "Message-ID").strip()
    senders = [address.lower() for _, address in _addresses(found, "From")]
    return Head(
        key=hashlib.sha256(named.encode("utf-8", "replace") if named else raw).digest(),
        sender=_plain(senders[0], 200) if len(senders) == 1 and "@" in senders[0] else "",
        recipients=tuple(address.lower() for name in RECIPIENTS for _, address in _addresses(found, name))[:MOST_PARTS],
        subject=_plain(_decoded(_first(found, "Subject")), 200),
        is_automatic=_is_automatic(found, senders),
    )


def body_of(raw: bytes) -> Body:
    """The words of the mail: its plain text, else its HTML as text. Raises Unreadable."""
    if raw.count(b"\n") > MOST_LINES or len(NESTS.findall(raw)) > MOST_NESTED:
        raise Unreadable
    try:
        parts = list(islice(_leaves(email.message_from_bytes(raw)), MOST_PARTS))
        files = [part for part in parts if _is_file(part)]
        words = [part for part in parts if not _is_file(part)]
        plain = next((text for part in words if part.get_content_type() == "text/plain" if (text := _text(part)).strip()), "")
        html = next((part for part in words if part.get_content_type() == "text/html"), None)
        text = plain or (text_of_html(_text(html)) if html is not None else "")
    except TROUBLE as problem:
        raise Unreadable from problem
    return Body(text.replace("\x00", ""), len(files))


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename()) or part.get_content_maintype() != "text"


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload[: 4 * LONGEST_TEXT] if isinstance(payload, bytes) else b""
    return (
        _in_charset(content, str(part.get_content_charset() or "utf-8"))[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    )


def _in_charset(content: bytes, charset: str) -> str:
    """What is said to be one charset and is another is read as far as it goes."""
    try:
        return content.decode(charset)
    except (LookupError, ValueError):
        pass
    try:
        return content.decode("utf-8")
    except ValueError:
        return content.decode("cp1252", "replace")


def _first(found: Message, name: str) -> str:
    return str(found.get(name, ""))[:LONGEST_HEADER]


def _addresses(found: Message, name: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([str(value)[:LONGEST_HEADER] for value in found.get_all(name, [])[:MOST_NESTED]])
    except TROUBLE:
        return []


def _decoded(value: str) -> str:
    """RFC 2047 words, in whatever charset they say they are."""
    try:
        pieces = decode_header(value)
    except TROUBLE:
        return value
    return "".join(_in_charset(piece, charset or "utf-8") if isinstance(piece, bytes) else piece for piece, charset in pieces)


def _plain(text: str, longest: int) -> str:
    """One line of printable characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:longest]


def _is_automatic(found: Message, senders: list[str]) -> bool:
    """Written by a program (RFC 3834, bounces, lists): it is never an answer, and never answered."""
    submitted = _first(found, "Auto-Submitted").split(";")[0].strip().lower()
    returns = found.get("Return-Path")
    return (
        submitted not in ("", "no")
        or _first(found, "Precedence").strip().lower() in BULK
        or (returns is not None and str(returns).strip() in ("", "<>"))
        or any(name.lower().startswith("list-") or name.lower() in ("x-autoreply", "x-autorespond") for name in found)
        or _first(found, "Content-Type").split(";")[0].strip().lower() in AUTOMATIC_TYPES
        or any(address.partition("@")[0] in MACHINES for address in senders)
    )
