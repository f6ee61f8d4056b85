"""One call: what went wrong as a code, and never longer than it may take."""

import socket
from threading import Event, Thread
from time import monotonic

import pytest

from pmo.hooks import calling
from pmo.hooks.calling import Heard
from pmo.hooks.logic import Trouble


def call(port, *, scheme="http", seconds=2.0, host="127.0.0.1"):
    return calling.post(f"{scheme}://{host}:{port}/hook", b"{}", {}, seconds=seconds, may_be_inside=True)


@pytest.fixture
def saying():
    """A server that does the same to every connection."""
    opened = []

    def made(say):
        server = socket.create_server(("127.0.0.1", 0))
        opened.append(server)

        def serve():
            while True:
                try:
                    other, _ = server.accept()
                except OSError:
                    return
                with other:
                    say(other)

        Thread(target=serve, daemon=True).start()
        return server.getsockname()[1]

    yield made
    for server in opened:
        server.close()


def hang_up(other):
    other.recv(1)
    other.shutdown(socket.SHUT_RDWR)


def chatter(other):
    other.recv(65536)
    other.sendall(b"hello\r\n\r\n")


def test_nobody_there_is_a_code():
    assert call(9) == Heard(None, Trouble.REFUSED)


def test_a_name_that_nobody_has_is_a_code():
    assert call(9, host="nowhere.invalid", seconds=20) == Heard(None, Trouble.NO_NAME)


@pytest.mark.parametrize(("say", "trouble"), [(hang_up, Trouble.CUT_OFF), (chatter, Trouble.NOT_HTTP)])
def test_what_is_no_answer_is_a_code(saying, say, trouble):
    assert call(saying(say)) == Heard(None, trouble)


def test_who_does_not_speak_tls_is_a_code(saying):
    assert call(saying(chatter), scheme="https") == Heard(None, Trouble.CUT_OFF)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_answer_drop_by_drop_is_cut_off_in_time(saying, scheme):
    """Also before TLS stands: the first bytes of a record that never ends."""
    is_over = Event()

    def drip(other):
        other.sendall(b"\x16\x03\x03\x40\x00" if scheme == "https" else b"HTTP/1.1 200 OK\r\nX: ")
        while not is_over.wait(0.1):
            try:
                other.sendall(b"x")
            except OSError:
                return

    begun = monotonic()
    heard = call(saying(drip), scheme=scheme, seconds=1)
    took = monotonic() - begun
    is_over.set()

    assert heard == Heard(None, Trouble.LATE)
    assert took < 2


def test_a_look_up_that_does_not_end_is_left(monkeypatch):
    is_over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: is_over.wait(5) and [])

    begun = monotonic()
    heard = call(9, seconds=0.5)
    took = monotonic() - begun
    is_over.set()

    assert heard == Heard(None, Trouble.LATE)
    assert took < 2


def test_two_addresses_of_a_name_are_tried(monkeypatch, listener):
    """The second one answers; as third one it is not reached."""
    dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))
    alive = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", listener.port))
    found = [dead, alive]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
    second = call(9)
    found.insert(0, dead)

    third = call(9)

    assert (second, third) == (Heard(204), Heard(None, Trouble.REFUSED))
