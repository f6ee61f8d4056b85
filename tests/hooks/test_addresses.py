"""Which addresses are outside, and how a message is signed."""

from datetime import UTC, datetime

import pytest

from pmo.hooks.logic import address_problem, is_outside, signature


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "8.8.8.8", "64:ff9b::808:808"])
def test_the_internet_is_outside(address):
    assert is_outside(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0",  # noqa: S104 named, not bound to
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1", "2002:0a00:0001::",
        "64:ff9b:1::a00:1", "64:ff9b:1::808:808", "::127.0.0.1", "fec0::1", "4000::1",
    ],
)  # fmt: skip
def test_this_machine_its_network_and_ways_back_into_it_are_inside(address):
    assert not is_outside(address)


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("https://example.org/hook?x=1", True),
        ("https://example.org:8443", True),
        ("http://example.org", False),
        ("ftp://example.org", False),
        ("https://", False),
        ("https://user:word@example.org", False),
        ("https://example.org:port", False),
        ("https://[::1", False),
    ],
)
def test_an_address_is_of_the_web_and_without_password(url, is_fine):
    assert (address_problem(url, may_be_inside=False) is None) is is_fine


def test_a_trial_may_use_an_address_without_encryption():
    assert address_problem("http://localhost:9000/", may_be_inside=True) is None


def test_a_message_is_signed_as_standard_webhooks_describes():
    """Key, id, time and body of the example of its specification; the value was computed with OpenSSL."""
    moment = datetime.fromtimestamp(1674087231, UTC)

    signed = signature(b"a secret of thirty-two bytes, ok", "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}')

    assert signed == EXPECTED


EXPECTED = "v1,UUmjPkTpVydsiSu86HAwxwBccIhXd8h3o3odlLpPxWs="
