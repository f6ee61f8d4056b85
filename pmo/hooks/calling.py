"""One signed POST to an address outside: the name is resolved here, and only what was looked at is connected to."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from pmo.hooks.logic import is_outside

INSIDE = "The address leads into the network of this server."
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: a code, or why there was none."""

    code: int | None
    problem: str = ""

    @property
    def is_good(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


class Inside(OSError):
    """The name leads to an address that nobody outside chooses for us."""


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: int, may_be_inside: bool) -> Heard:
    """No redirect is followed, nothing of the answer is read but its code, and the whole takes `seconds` at most."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.sock = _connected(host, port, seconds, tls=parts.scheme == "https", may_be_inside=may_be_inside)
        with _cut_off(connection.sock, seconds):
            connection.request("POST", path, body, dict(headers))
            code = connection.getresponse().status
        connection.close()
    except Inside:
        return Heard(None, INSIDE)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Heard(None, f"{type(error).__name__}: {error}"[:200])
    return Heard(code, "" if 200 <= code < 300 else f"HTTP {code}")


def _connected(host: str, port: int, seconds: int, *, tls: bool, may_be_inside: bool) -> socket.socket:
    """To the first address of the name that answers; one inside spoils them all, so that no name can be turned meanwhile."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not may_be_inside and not all(is_outside(str(address[0])) for *_, address in found):
        raise Inside
    problem: OSError = OSError("the name has no address")
    for family, kind, protocol, _, address in found:
        plain = socket.socket(family, kind, protocol)
        plain.settimeout(seconds)
        try:
            plain.connect(address)
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if tls else plain
        except OSError as error:
            plain.close()
            problem = error
    raise problem


class _cut_off:  # noqa: N801 used like a function
    """Ends a call that is answered drop by drop."""

    def __init__(self, sock: socket.socket, seconds: int) -> None:
        self.timer = Timer(seconds, self._end, (sock,))

    @staticmethod
    def _end(sock: socket.socket) -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *_error: object) -> None:
        self.timer.cancel()
