"""A real SMTP server that keeps what it accepts, and can be held while it does."""

import asyncio
import socket
import threading
from collections import Counter

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Post:
    """Keeps what it accepts. `hold` stops it before it accepts; `on_accept` runs when it has accepted and not yet said so."""

    def __init__(self):
        self.accepted, self.waiting = [], threading.Event()
        self.open, self.on_accept = threading.Event(), None
        self.open.set()

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the library's name
        self.waiting.set()
        while not self.open.is_set():
            await asyncio.sleep(0.02)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if b"refuse-me" in envelope.content:
            return "550 no such person"
        self.accepted.append(envelope.content.decode())
        if self.on_accept:
            self.on_accept(len(self.accepted))
        return "250 accepted"

    def ids(self):
        return Counter(
            line.removeprefix("Message-ID: ")
            for text in self.accepted
            for line in text.splitlines()
            if line.startswith("Message-ID")
        )


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="post.test")


@pytest.fixture
def post():
    handler = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(handler, hostname="127.0.0.1", port=port)
    server.start()
    handler.port = port
    yield handler
    handler.open.set()
    server.stop()
