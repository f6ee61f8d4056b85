"""Why a mail, or a part of it, was not stored."""

import re
from enum import StrEnum

from pmo.kernel.languages import Message, msg

TOKENS = re.compile(r"\+[0-9a-f]{40}(?=@)", re.IGNORECASE)


class Held(StrEnum):
    """What a held mail waits for: nothing; the word says what to tell who wrote it."""

    AUTOMATIC = "automatic"
    NO_ADDRESS = "no_address"
    UNKNOWN = "unknown"
    OTHER_SENDER = "other_sender"
    LEFT = "left"
    EXPIRED = "expired"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    PARTLY = "partly"


NAMES: dict[Held, Message] = {
    Held.AUTOMATIC: msg("Written by a program: an absence note, a bounce, a mailing list"),
    Held.NO_ADDRESS: msg("Not sent to the address of a question"),
    Held.UNKNOWN: msg("The address it was sent to is not one of ours"),
    Held.OTHER_SENDER: msg("Not sent by the person who was asked"),
    Held.LEFT: msg("The account of the person is closed"),
    Held.EXPIRED: msg("The address is no longer valid"),
    Held.TOO_LARGE: msg("Too large"),
    Held.UNREADABLE: msg("Cannot be read"),
    Held.EMPTY: msg("Nothing is written above the quoted mail"),
    Held.UNCLEAR: msg("Does not say which project it is about"),
    Held.REFUSED: msg("Nothing of it could be stored"),
    Held.PARTLY: msg("A part of it could not be stored"),
}
SENTENCES: dict[Held, Message] = {
    Held.NO_ADDRESS: msg("Your mail was not an answer to a mail of pmo. Answer the mail that asked you, with “Reply”."),
    Held.UNKNOWN: msg("The address you wrote to does not exist, or not any more. Answer the newest mail of pmo, with “Reply”."),
    Held.OTHER_SENDER: msg(
        "The mail you answered was sent to somebody else, and only they can answer it from their own address."
    ),
    Held.EXPIRED: msg("The mail you answered is too old: answers to it are no longer taken. Sign in, or wait for the next one."),
    Held.TOO_LARGE: msg("Your mail is too large. Send it again without attachments."),
    Held.UNREADABLE: msg("Your mail cannot be read. Send it again as plain text."),
    Held.EMPTY: msg("Your mail holds no text of its own. Write your answer above the quoted mail."),
    Held.UNCLEAR: msg(
        "You were asked about several projects. Begin each answer with the code of its project, as in “PAC-01: …”."
    ),
}


def without_tokens(text: str) -> str:
    """What is kept of a mail opens nothing."""
    return TOKENS.sub("+…", text)
