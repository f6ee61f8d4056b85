"""Once a server is to end, it refuses what is new in a way that a balancer and a person understand."""

import pytest

from pmo.web.stopping import Gate


@pytest.fixture
def stopping(app):
    app.extensions["gate"].stop()
    yield app
    app.extensions["gate"].is_stopping = False


def test_it_says_that_it_is_not_ready_and_still_that_it_lives(stopping):
    client = stopping.test_client()

    ready, alive = client.get("/readyz"), client.get("/healthz")

    assert (ready.status_code, ready.json, alive.status_code) == (503, {"ready": False, "stopping": True}, 200)


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/projects", "/portfolio"])
def test_what_is_new_is_refused_with_the_advice_to_come_back(stopping, path):
    answer = stopping.test_client().get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Back in a moment" in answer.text


def test_the_gate_knows_when_the_last_request_has_gone():
    begun = Gate(lambda _environ, _start: [b"answer"])

    body = begun({}, lambda *_: None)
    inside = begun.wait_until_empty(0.01)
    body.close()

    assert (inside, begun.wait_until_empty(0.01)) == (False, True)


def test_a_request_that_breaks_leaves_the_gate_too():
    def breaks(_environ, _start):
        raise ZeroDivisionError

    broken = Gate(breaks)

    with pytest.raises(ZeroDivisionError):
        broken({}, lambda *_: None)
    assert broken.wait_until_empty(0.01)
