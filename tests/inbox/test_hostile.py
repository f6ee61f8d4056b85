"""Mails made to hurt: read in little time, or held; never an error, never an answer stored from them by mistake."""

import time
from contextlib import suppress

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.inbox.logic.message import Unreadable, body_of, head_of
from pmo.inbox.models import ReceivedMail
from tests.inbox.conftest import ADDRESS

HEAD = b"From: x@elsewhere.example\nTo: pmo@example.org\nMessage-ID: <1@x>\nMIME-Version: 1.0\n"


def nested(depth):
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(depth)
    )


MAILS = {
    "nothing": b"",
    "only zeros": b"\x00" * 10_000,
    "only line breaks": HEAD + b"\n" * 2_000_000,
    "a huge header": b"Subject: " + b"x" * 5_000_000 + b"\n" + HEAD + b"\nHi",
    "a hundred thousand headers": b"X-A: b\n" * 100_000 + HEAD + b"\nHi",
    "a subject of encoded words": b"Subject: " + b"=?utf-8?q?=ff?= " * 100_000 + b"\n" + HEAD + b"\nHi",
    "ten thousand parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000 + b"--b--",
    "nested without end": nested(5_000),
    "nested and long": nested(600) + b"\n" * 300_000,
    "nested as deep as is read": nested(38) + b"\n" * 300_000,
    "a multipart without a boundary": HEAD + b"Content-Type: multipart/mixed\n\nHi",
    "an unknown charset": HEAD + b"Content-Type: text/plain; charset=x-none\n\nna\xefve",
    "a charset that is none of text": HEAD + b"Content-Type: text/plain; charset=zlib_codec\n\nHi",
    "a wrong charset": HEAD + b"Content-Type: text/plain; charset=utf-8\n\nna\xefve \x00 \xff",
    "broken base64": HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!=a==b",
    "an unknown encoding": HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: x-own\n\nHi",
    "html nested deep": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 50_000 + b"Hi",
    "html that is none": HEAD + b"Content-Type: text/html\n\n<!-- only a remark -->",
    "a broken address": b'From: "<<<>>>@,;:\nTo: ' + b"a@b," * 50_000 + b"\n\nHi",
    "a broken parameter": HEAD + b"Content-Type: text/plain; charset*0*=utf-8''%ff; charset*1=\"\n\nHi",
    "attribution lines": HEAD + b"\n" + b"On " + b"a wrote " * 20_000 + b"\n" + b"On x\n" * 4_000,
}


@pytest.mark.parametrize("name", MAILS)
def test_it_is_read_in_little_time_and_raises_nothing_else(name):
    began = time.monotonic()

    head_of(MAILS[name])
    with suppress(Unreadable):
        body_of(MAILS[name])

    assert time.monotonic() - began < 8


def test_each_of_them_is_held_without_an_answer(desk):
    codes = {desk.receive(raw.replace(b"<1@x>", b"<%d@x>" % number)) for number, raw in enumerate(MAILS.values())}

    reasons = set(db.session.scalars(select(ReceivedMail.reason)))
    assert (codes, reasons, desk.told()) == ({0}, {"no_address"}, [])


def test_a_wrong_charset_is_read_as_far_as_it_goes():
    assert body_of(MAILS["a wrong charset"]).text == "naïve  ÿ"
    assert body_of(MAILS["an unknown charset"]).text == "naïve"


@pytest.mark.parametrize(
    "sender",
    [
        "nele@example.org, eve@evil.example",
        "nele@example.org\nFrom: eve@evil.example",
        "",
        "undisclosed-recipients:;",
    ],
)
def test_a_sender_that_is_not_one_address_is_nobody(sender):
    assert head_of(f"From: {sender}\nTo: {ADDRESS}\n\nHi".encode()).sender == ""


def test_a_name_that_looks_like_an_address_is_a_name():
    assert head_of(b'From: "nele@example.org" <eve@evil.example>\n\nHi').sender == "eve@evil.example"
