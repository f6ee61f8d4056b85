"""What identifies a file: edition or draft, who made it, the hash of its content, the head of the sealed history."""

from dataclasses import dataclass
from datetime import datetime

from pmo.kernel.languages import Message, msg


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Without `number` it is a draft."""

    author: str
    content_sha256: str
    code: str = ""  # of what it is about
    number: str = ""
    organisation: str = ""
    chain_head: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None

    @property
    def approval(self) -> Message | None:
        """Who approved it before it was published; not part of the content, so no hash covers it."""
        if not self.approved_by:
            return None
        return msg("Approved by %(name)s, %(moment)s.", name=self.approved_by, moment=self.approved_at)

    @property
    def name(self) -> Message:
        """Two committees may both have an edition of March: the code tells them apart."""
        return msg("Edition %(number)s", number=f"{self.code} {self.number}".strip()) if self.number else msg("Draft")


def short(digest: str) -> str:
    """The first eight digits in two groups: enough to recognise a file by eye."""
    return f"{digest[:4]} {digest[4:8]}"
