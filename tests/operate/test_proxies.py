"""Behind a reverse proxy: its word counts when it is trusted, and nobody else's ever does."""

from dataclasses import replace

import pytest
from flask import Flask, request

from pmo.app import create_app
from pmo.web.proxies import TrustedProxies

PROXY = ("127.0.0.1/32", "10.0.0.0/8")
SAYS = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "pmo.example.org"}


def seen(peer, trusted=PROXY, **headers):
    """What a view is told of a request that came from this address."""
    app = Flask("small")
    app.wsgi_app = TrustedProxies(app.wsgi_app, trusted)
    app.add_url_rule("/", view_func=lambda: [request.remote_addr, request.is_secure, request.host])
    sent = {**SAYS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return app.test_client().get("/", headers=sent, environ_overrides={"REMOTE_ADDR": peer}).json


def test_a_trusted_proxy_is_believed():
    assert seen("127.0.0.1") == ["203.0.113.7", True, "pmo.example.org"]


@pytest.mark.parametrize(("peer", "trusted"), [("203.0.113.9", PROXY), ("127.0.0.1", ()), ("", PROXY), ("not an address", PROXY)])
def test_nobody_else_is(peer, trusted):
    assert seen(peer, trusted) == [peer, False, "localhost"]


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first was made up by the client
        ("203.0.113.7, 10.1.2.3", "203.0.113.7"),  # two proxies of ours
        ("198.51.100.1, 203.0.113.7, 10.1.2.3, 10.4.5.6", "203.0.113.7"),
        ("10.1.2.3", "10.1.2.3"),
        ("unknown, 10.1.2.3", "unknown"),
    ],
)
def test_who_asks_is_the_last_that_is_no_proxy_of_ours(header, address):
    assert seen("127.0.0.1", X_Forwarded_For=header)[0] == address


def test_without_an_address_it_is_the_proxy_that_asks():
    assert seen("127.0.0.1", X_Forwarded_For="")[0] == "127.0.0.1"


@pytest.mark.parametrize(("trusted", "is_there"), [(("127.0.0.1/32",), True), ((), False)])
def test_the_strict_transport_header_follows(settings, trusted, is_there):
    app = create_app(replace(settings, trusted_proxies=trusted), TESTING=True)

    answer = app.test_client().get("/healthz", headers=SAYS)

    assert ("Strict-Transport-Security" in answer.headers) == is_there
