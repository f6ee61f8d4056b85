"""One signed POST to an address outside: the name is resolved here, and only what was looked at is connected to."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread, Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from pmo.hooks.logic import Trouble, is_outside

PORTS = {"https": 443, "http": 80}
ADDRESSES = 2  # of one name that are tried: the first, and another in case its machine is down
TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (TimeoutError, Trouble.LATE),
    (ssl.SSLCertVerificationError, Trouble.CERTIFICATE),
    (socket.gaierror, Trouble.NO_NAME),
    (UnicodeError, Trouble.NO_NAME),
    (http.client.RemoteDisconnected, Trouble.CUT_OFF),
    (http.client.HTTPException, Trouble.NOT_HTTP),
    (ConnectionResetError, Trouble.CUT_OFF),
    (BrokenPipeError, Trouble.CUT_OFF),
    (ssl.SSLError, Trouble.CUT_OFF),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: a code, or why there was none."""

    code: int | None
    problem: Trouble | str = ""
    milliseconds: int | None = None

    @property
    def is_good(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


class Inside(OSError):
    """The name leads to an address that nobody outside chooses for us."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, may_be_inside: bool) -> Heard:
    """No redirect is followed, nothing of the answer is read but its code, and all of it takes `seconds` at most."""
    until = monotonic() + seconds
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        plain = _connected(_looked_up(host, port, until, may_be_inside=may_be_inside), until)
        with _ready(plain, host, until, tls=parts.scheme == "https") as ready:
            connection = http.client.HTTPConnection(host, port)
            connection.auto_open, connection.sock = 0, ready
            connection.request("POST", path, body, dict(headers))
            code = connection.getresponse().status
            _left(until)  # what was cut off while it came is no answer
            return Heard(code)
    except Inside:
        return Heard(None, Trouble.INSIDE)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Heard(None, Trouble.LATE if monotonic() >= until else _trouble(error))


def _trouble(error: Exception) -> Trouble:
    return next((trouble for kind, trouble in TROUBLES if isinstance(error, kind)), Trouble.REFUSED)


def _left(until: float) -> float:
    """Seconds. Raises TimeoutError when there is none."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


Address = tuple[Any, ...]  # as getaddrinfo says it


def _looked_up(host: str, port: int, until: float, *, may_be_inside: bool) -> list[Address]:
    """One address inside spoils them all, so that no name can be turned meanwhile. A look-up that is late is left."""
    found: list[Address] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            failed.append(error)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_left(until))
    if asking.is_alive():
        raise TimeoutError
    if failed:
        raise failed[0]
    if not may_be_inside and not all(is_outside(str(address[0])) for *_, address in found):
        raise Inside
    return found[:ADDRESSES]


def _connected(found: list[Address], until: float) -> socket.socket:
    """To the first that answers; each has an equal part of the time that is left."""
    problem: OSError = OSError("the name has no address")
    for number, (family, kind, protocol, _, address) in enumerate(found):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(_left(until) / (len(found) - number))
            plain.connect(address)
            return plain
        except OSError as error:
            plain.close()
            problem = error
    raise problem


@contextmanager
def _ready(plain: socket.socket, host: str, until: float, *, tls: bool) -> Iterator[socket.socket]:
    """Encrypted if it has to be, and cut off when the time is over, also when it is answered drop by drop."""
    with plain:
        plain.settimeout(_left(until))
        ready = _wrapped(plain, host) if tls else plain
        with ready:
            cut = Timer(_left(until), _end, (ready,))
            cut.daemon = True
            cut.start()
            try:
                if isinstance(ready, ssl.SSLSocket):
                    ready.do_handshake()
                yield ready
            finally:
                cut.cancel()


def _wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def _end(ready: socket.socket) -> None:
    """Below TLS, which would not notice."""
    with suppress(OSError):
        socket.socket.shutdown(ready, socket.SHUT_RDWR)
