"""What of a mail is the answer: quotes and signature cut off, one part for each project, and what it becomes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pmo.raid.logic import RaidType

ATTRIBUTION = re.compile(
    r"^(?=.*[\d@])(On|Le|Op|Am)\b.{5,300}\b(wrote|a écrit|schreef|het volgende geschreven|schrieb)\b.{0,80}:$", re.IGNORECASE
)
CUTS = re.compile(
    r"^(-{2,}\s*(Original Message|Forwarded message|Message d['’]origine|Message transféré|Oorspronkelijk bericht|"
    r"Doorgestuurd bericht)\s*-{2,}|_{20,})$",
    re.IGNORECASE,
)
HEADING = re.compile(r"^\*?(From|De|Van)\s?:\*?\s.*(@|<).*$", re.IGNORECASE)
HEADING_GOES_ON = re.compile(r"^\*?(Sent|Date|To|Envoyé|À|Verzonden|Datum|Aan)\s?:", re.IGNORECASE)
SENT_FROM = re.compile(
    r"^(Sent from my|Get Outlook for|Envoyé de mon|Envoyé depuis|Verzonden vanaf|Verstuurd vanaf)\b", re.IGNORECASE
)
REPLY = re.compile(r"^\s*((re|aw|sv|rép|réf|antw|betr|fw|fwd|tr|doorst)\s?:\s*)+", re.IGNORECASE)
WORDS = {
    RaidType.RISK: ("risk", "risque", "risico"),
    RaidType.ISSUE: ("issue", "problem", "problème", "probleme", "probleem", "knelpunt"),
    RaidType.ASSUMPTION: ("assumption", "hypothèse", "hypothese", "aanname", "veronderstelling"),
    RaidType.DEPENDENCY: ("dependency", "dépendance", "dependance", "afhankelijkheid"),
}
KINDS = {word: kind for kind, words in WORDS.items() for word in words}
KIND = re.compile(rf"^\s*({'|'.join(KINDS)})\s?:\s*(.*)$", re.IGNORECASE)
LONGEST_TITLE = 300
MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of one project; `code` is empty when the mail names none. Without a kind it is a status update."""

    code: str
    text: str
    kind: RaidType | None = None
    title: str = ""


def written(text: str) -> str:
    """Without quotes and signature. An answer below or between the quoted lines stays."""
    lines = text.replace("\u200b", "").split("\n")[:MOST_LINES]
    kept: list[str] = []
    for number, line in enumerate(lines):
        plain = line.strip()
        if _ends_here(lines, number):
            break
        if not plain.startswith(">") and not _is_attribution(lines, number):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _ends_here(lines: Sequence[str], number: int) -> bool:
    line = lines[number]
    plain = line.strip()
    if line.rstrip("\r") in ("-- ", "--") or CUTS.match(plain) or SENT_FROM.match(plain):
        return True
    following = _next(lines, number)
    if HEADING.match(plain) and HEADING_GOES_ON.match(following):
        return True
    return _is_attribution(lines, number) and not following.startswith(">") and not _is_attribution(lines, number + 1)


def _is_attribution(lines: Sequence[str], number: int) -> bool:
    """ "On ... wrote:", on one line or broken over two; then of either of them."""
    if number >= len(lines):
        return False
    here = lines[number].strip()
    after = lines[number + 1].strip() if number + 1 < len(lines) else ""
    before = lines[number - 1].strip() if number else ""
    return any(len(said) <= 400 and ATTRIBUTION.match(said) for said in (here, f"{here} {after}", f"{before} {here}"))


def _next(lines: Sequence[str], number: int) -> str:
    return next((line.strip() for line in lines[number + 1 : number + 20] if line.strip()), "")


def parts(subject: str, text: str, codes: Sequence[str]) -> list[Part]:
    """One for each project that is named at the beginning of a line, as in "PAC-01: ..."; else one of the whole text.

    The subject, or the first line of a part, may say that it is a risk, an issue, an assumption or a dependency.
    """
    about = REPLY.sub("", subject).strip()
    names = "|".join(re.escape(code) for code in sorted(codes, key=len, reverse=True)) or "x^"
    begins = re.compile(rf"^\s*({names})(?:\s?:|\s+[–-]\s)\s*(.*)$", re.IGNORECASE)
    known = {code.lower(): code for code in codes}
    if (named := begins.match(about)) is not None:
        code, about = known[named[1].lower()], named[2]
    else:
        code = ""
    found: dict[str, list[str]] = {code: []}
    for line in text.split("\n"):
        if (match := begins.match(line)) is not None:
            code = known[match[1].lower()]
            line = match[2]
        found.setdefault(code, []).append(line)
    said = {of: "\n".join(lines).strip() for of, lines in found.items()}
    is_item = KIND.match(about)
    filled = {of: words for of, words in said.items() if words or (is_item and len(said) == 1)}
    return [_part(of, words, about if len(filled) == 1 else "") for of, words in filled.items()]


def says_kind(subject: str) -> bool:
    """Whether the subject is part of the answer."""
    return any(piece in KINDS for piece in re.split(r"[\s:–-]+", subject.lower()))


def _part(code: str, text: str, subject: str) -> Part:
    first, _, rest = text.partition("\n")
    if (found := KIND.match(first)) is not None:
        title, body = found[2], rest.strip()
        if not title:
            title, _, body = body.partition("\n")
        return _item(code, KINDS[found[1].lower()], title, body)
    if (found := KIND.match(subject)) is not None:
        title, body = (found[2], text) if found[2] else (first, rest)
        return _item(code, KINDS[found[1].lower()], title, body)
    return Part(code, text)


def _item(code: str, kind: RaidType, title: str, body: str) -> Part:
    """A title too long for one is the beginning of the description, whole."""
    short = title.strip()
    if len(short) > LONGEST_TITLE:
        body, short = f"{short}\n\n{body}", short[: LONGEST_TITLE - 1] + "…"
    return Part(code, body.strip(), kind, short)
