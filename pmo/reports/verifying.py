"""Whether an edition still says what the database said at its moment, and whether its files are the ones that were published."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from pmo.db import Moment
from pmo.history import seals
from pmo.kernel.languages import Message, msg
from pmo.reports import queries
from pmo.reports.contents import Wanted, report
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Scope
from pmo.reports.logic.forms import READABLE, form_of
from pmo.reports.logic.stored import comparable
from pmo.reports.models import Edition


class Verdict(StrEnum):
    SAME = "same"
    REWORDED = "reworded"  # the same facts; this version of the program says some of them in other words
    OTHER_FORM = "other form"  # made by a version whose content had other fields: only what is stored can be checked
    DIFFERENT = "different"


SENTENCES: dict[Verdict, Message] = {
    Verdict.SAME: msg("Computed again from the history, every number and date is the same."),
    Verdict.REWORDED: msg("Computed again from the history, every number and date is the same; some sentences are worded anew."),
    Verdict.OTHER_FORM: msg(
        "It was made by another version of the report, so it cannot be computed again. What is stored is intact."
    ),
    Verdict.DIFFERENT: msg(
        "Computed again from the history, it says something else. Somebody changed the edition or the history."
    ),
}


@dataclass(frozen=True, slots=True)
class Check:
    verdict: Verdict
    is_stored_intact: bool  # the stored content has the stored hash
    broken_files: tuple[str, ...]  # languages whose bytes are not those that were published
    is_head_known: bool  # the head of the history it names is still in the chain
    where: tuple[str, ...] = ()  # paths in the content that differ

    @property
    def is_good(self) -> bool:
        return self.is_stored_intact and not self.broken_files and self.is_head_known and self.verdict is not Verdict.DIFFERENT

    @property
    def sentence(self) -> Message:
        return SENTENCES[self.verdict]


def verify(edition_id: int) -> Check:
    """Computes the report again as of the edition's moment; takes as long as making it. Asked outside a transaction."""
    edition = queries.with_content(edition_id)
    stored, digest, subject = edition.content, edition.content_sha256, (Scope(edition.scope), subject_id(edition))
    moment, head, published = Moment(edition.moment, edition.known_txn), edition.chain_head, dict(edition.file_sha256)
    hashes = {file.language: hashlib.sha256(file.content).hexdigest() for file in queries.files_of(edition_id)}
    broken = tuple(sorted(lang for lang in published.keys() | hashes.keys() if published.get(lang) != hashes.get(lang)))
    is_known = not head or seals.holds(_head(head))
    verdict, where = Verdict.OTHER_FORM, list[str]()
    if (form := form_of(stored)) in READABLE:
        computed = canonical.plain(report(Wanted(*subject, all_sheets=bool(stored.get("all_sheets"))), moment))
        verdict, where = judge(*comparable(stored, computed | {"form": form}))
    return Check(verdict, canonical.sha256(stored) == digest, broken, is_known, tuple(where))


def judge(stored: object, computed: object) -> tuple[Verdict, list[str]]:
    where = canonical.differences(stored, computed)
    if not where:
        return Verdict.SAME, []
    if canonical.without_wording(stored) == canonical.without_wording(computed):
        return Verdict.REWORDED, where
    return Verdict.DIFFERENT, where


def subject_id(edition: Edition) -> int:
    ids = {
        Scope.PROJECT: edition.project_id,
        Scope.PROGRAMME: edition.programme_id,
        Scope.PORTFOLIO: edition.portfolio_id,
        Scope.COMMITTEE: edition.committee_id,
    }
    found = ids[Scope(edition.scope)]
    assert found is not None  # noqa: S101 - the scope says which of them is there
    return found


def _head(text: str) -> seals.Head:
    number, _, sha = text.partition(":")
    return seals.Head(int(number), sha)
