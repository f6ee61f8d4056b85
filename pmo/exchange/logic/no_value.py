"""Cells that say there is no value, and why: kept as "unknown, because ...", never as zero and never lost."""

import re
from enum import StrEnum
from functools import lru_cache

from pmo.exchange.logic.words import folded
from pmo.kernel.languages import Message, msg


class Reason(StrEnum):
    """Why a value is missing, in the words of the files themselves."""

    BLANK = "blank"
    EXEMPT = "exempt"
    RESET = "reset"
    NO_RATING = "no DCA"
    CONFIRM = "TBC"
    DECIDE = "TBD"
    NOT_AVAILABLE = "#N/A"
    NO_END = "no end date"
    NOT_PROVIDED = "not provided"
    PLANNING = "planning"
    NO_COMMENT = "no narrative"
    FORMULA = "formula error"
    OTHER = "other text"


REASON_NAMES: dict[Reason, Message] = {
    Reason.BLANK: msg("left empty"),
    Reason.EXEMPT: msg("exempt from publication"),
    Reason.RESET: msg("being reset"),
    Reason.NO_RATING: msg("no rating given"),
    Reason.CONFIRM: msg("to be confirmed"),
    Reason.DECIDE: msg("to be decided"),
    Reason.NOT_AVAILABLE: msg("not applicable"),
    Reason.NO_END: msg("no end date"),
    Reason.NOT_PROVIDED: msg("not provided"),
    Reason.PLANNING: msg("still being planned"),
    Reason.NO_COMMENT: msg("no comment given"),
    Reason.FORMULA: msg("formula error in the file"),
    Reason.OTHER: msg("other text"),
}

NA = Reason.NOT_AVAILABLE
SIGNS = {"-": NA, "–": NA, "—": NA, "--": NA, "?": Reason.DECIDE, "...": Reason.DECIDE}
PHRASES: tuple[tuple[Reason, tuple[str, ...]], ...] = (  # in this order; regular expressions over folded words
    (Reason.EXEMPT, (r"\bexempt", r"freedom of information", r"\bfoia?\b", r"\bredacted", r"commercial in confidence")),
    (
        Reason.EXEMPT,
        (r"commercially (?:sensitive|confidential)", r"^(?:confidential|confidentiel|vertrouwelijk|secret|withheld)\b"),
    ),
    (Reason.RESET, (r"^(?:project |being |to be )?(?:reset|rebaselin\w+|herzien)\b",)),
    (
        Reason.NO_RATING,
        (
            r"^(?:no|geen|sans|pas de) (?:dca|rating|rag|assessment|score|note)\b",
            r"^not (?:rated|assessed|scored)\b",
            r"^unrated$",
        ),
    ),
    (Reason.CONFIRM, (r"^t ?b ?c\b", r"to be confirmed", r"a confirmer", r"te bevestigen")),
    (Reason.DECIDE, (r"^t ?b ?[da]\b", r"^n t b\b", r"to be (?:determined|decided|defined|agreed|announced|advised)")),
    (Reason.DECIDE, (r"a (?:determiner|definir|decider|preciser)", r"(?:nader|nog) te (?:bepalen|beslissen)", r"^undecided$")),
    (Reason.DECIDE, (r"^not yet (?:known|agreed|determined|decided|defined|confirmed|set)",)),
    (
        Reason.NO_END,
        (
            r"^(?:no|geen|pas de) (?:planned |fixed |project |date de )?(?:end|fin|eind)\w*",
            r"^open ended",
            r"^ongoing",
            r"^rolling",
        ),
    ),
    (Reason.NO_END, (r"^continu\w*$", r"^doorlopend", r"^perpetual")),
    (Reason.NOT_PROVIDED, (r"not? (?:been )?(?:provided?|supplied|reported|submitted|communicated)", r"did not provide")),
    (
        Reason.NOT_PROVIDED,
        (r"not in a position to provide", r"non communique", r"^(?:no data|data missing|missing|unknown|not known)\b"),
    ),
    (Reason.NOT_PROVIDED, (r"^(?:not available|unavailable|onbekend|inconnu|niet (?:beschikbaar|meegedeeld)|non disponible)\b",)),
    (
        Reason.PLANNING,
        (r"\b(?:in|at) (?:the )?(?:early )?(?:planning|initiation|feasibility|scoping)\b", r"planning (?:stage|phase)"),
    ),
    (Reason.PLANNING, (r"^early planning", r"not yet (?:passed|approved|started|begun|baselined|mobilised|been \w+)")),
    (
        Reason.PLANNING,
        (r"no (?:approved|agreed) (?:\w+ )?(?:baseline|business case|date|budget|cost)", r"under (?:review|development)"),
    ),
    (Reason.PLANNING, (r"subject to (?:approval|business case)",)),
    (Reason.NO_COMMENT, (r"^no (?:departmental |further )?(?:narrative|comment|commentary)\b",)),
    (NA, (r"^(?:n a|na|n v t|nvt|n b|s o|none|nil|null|nan|geen|aucune?|neant|leeg|empty)$",)),
    (NA, (r"^(?:not applicable|niet van toepassing|sans objet)\b",)),
)
PATTERNS = tuple((reason, re.compile("|".join(phrases))) for reason, phrases in PHRASES)
ANY = re.compile("|".join(phrase for _, phrases in PHRASES for phrase in phrases))
LONGEST_REASON = 300  # characters looked at: a reason stands at the beginning
FIGURE = re.compile(r"^[£€$(+-]?[\d£€$][\d.,/:£€$%() -]*$")
ERRORS = re.compile(r"^#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!)$", re.I)


@lru_cache(maxsize=20_000)
def no_value(text: str) -> Reason | None:
    """Why this cell of a date, an amount, a number or a rating holds none; None when it may hold one."""
    bare = text.strip()
    if not bare:
        return Reason.BLANK
    if FIGURE.match(bare):
        return None
    if bare in SIGNS:
        return SIGNS[bare]
    if ERRORS.match(bare):
        return Reason.FORMULA
    words = folded(bare[:LONGEST_REASON])
    if not ANY.search(words):
        return None
    return next((reason for reason, pattern in PATTERNS if pattern.search(words)), None)
