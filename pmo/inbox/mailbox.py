"""The mailbox that is read by IMAP: what nobody has seen is received, and marked as seen once that is committed."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pmo.config import Settings
from pmo.inbox import receiving
from pmo.kernel.inbox import MIB, Imap, Tls

AT_ONCE = 50  # the next run goes on
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
TROUBLE = (OSError, imaplib.IMAP4.error)


class Unreachable(Exception):
    """The mailbox cannot be read now. Says nothing of what is in it."""


def poll(settings: Settings) -> int:
    """Returns how many were received. Raises Unreachable; what was received before stays received."""
    count = 0
    try:
        with _opened(settings.inbox.imap) as box:
            for uid in _unseen(box):
                raw, is_cut = _fetched(box, uid, settings.inbox.max_mib * MIB)
                receiving.receive(raw, settings, is_cut=is_cut)
                _said(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
                count += 1
    except TROUBLE as problem:
        raise Unreachable(type(problem).__name__) from None
    return count


@contextmanager
def _opened(imap: Imap) -> Iterator[imaplib.IMAP4]:
    box = _connected(imap)
    try:
        box.login(imap.user, imap.password)
        _said(box.select(_quoted(imap.folder)))
        yield box
    finally:
        with suppress(*TROUBLE):
            box.logout()
        with suppress(OSError):
            box.shutdown()  # a line that broke is not closed by logging out


def _connected(imap: Imap) -> imaplib.IMAP4:
    if imap.tls is Tls.IMPLICIT:
        return imaplib.IMAP4_SSL(imap.host, imap.port, ssl_context=ssl.create_default_context(), timeout=imap.timeout_seconds)
    box = imaplib.IMAP4(imap.host, imap.port, timeout=imap.timeout_seconds)
    if imap.tls is Tls.STARTTLS:
        box.starttls(ssl.create_default_context())
    return box


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unseen(box: imaplib.IMAP4) -> list[str]:
    found = _said(box.uid("SEARCH", "UNSEEN"))
    return [uid.decode() for uid in b" ".join(part for part in found if isinstance(part, bytes)).split()][:AT_ONCE]


def _fetched(box: imaplib.IMAP4, uid: str, most: int) -> tuple[bytes, bool]:
    """A mail as far as it is looked at, and whether there was more. PEEK leaves it unseen."""
    found = _said(box.uid("FETCH", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{most}>)"))
    pieces = [part for part in found if isinstance(part, tuple)]
    if not pieces:
        raise imaplib.IMAP4.error("no such mail")
    size = SIZE.search(b" ".join(piece if isinstance(piece, bytes) else piece[0] for piece in found if piece))
    raw: bytes = pieces[0][1]
    return raw[:most], len(raw) > most or (size is not None and int(size[1]) > most)


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server said. Raises IMAP4.error when it refused."""
    state, found = answer
    if state != "OK":
        raise imaplib.IMAP4.error(state)
    return found
