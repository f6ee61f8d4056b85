"""What is done with a house's own Word templates. Each function is one verb: checked, not committed."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from pmo.committees.models import Committee
from pmo.db import author, db, holds_from
from pmo.documents.actions import store
from pmo.documents.logic import TYPES, Accepted, plain_name
from pmo.kernel.confined import MIB
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.reports import template_queries as queries
from pmo.reports.filled import Content, Filled, fill, limits_of
from pmo.reports.logic.example import STAMP, example
from pmo.reports.logic.template_findings import Refusal, Verdict
from pmo.reports.models import CommitteeTemplate, ReportTemplate, ReportTemplateVersion
from pmo.rules.queries import rule_book

NEEDED = msg("Choose a Word document (.docx).")
WITH_MACROS = (".docm", ".dotm")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it arrived, with what its check and its filling on trial said."""

    name: str
    content: bytes
    verdict: Verdict


def check(sent_name: str, content: bytes, lang: str) -> Checked:
    """Looked through and filled on trial. Raises Invalid where there is nothing to look through."""
    if not content:
        raise Invalid({"file": NEEDED})
    name = plain_name(sent_name)
    return Checked(name, content, _by_name(name) or _by_size(content) or on_trial(content, lang).verdict)


def on_trial(content: bytes, lang: str) -> Filled:
    """With the invented report."""
    return fill(content, Content(example(), STAMP, lang), limits_of(rule_book()))


def _by_name(name: str) -> Verdict | None:
    lowered = name.lower()
    if lowered.endswith(WITH_MACROS):
        return Verdict(Refusal.MACROS)
    return None if lowered.endswith(".docx") else Verdict(Refusal.NO_WORD)


def _by_size(content: bytes) -> Verdict | None:
    return Verdict(Refusal.TOO_LARGE) if len(content) > int(rule_book().value("template.file.most")) * MIB else None


def add(portfolio_id: int, name: str, checked: Checked) -> ReportTemplate:
    """A template with its first version. Raises Invalid."""
    _named_once(portfolio_id, name)
    made = ReportTemplate(portfolio_id=portfolio_id, name=name, versions=0)
    db.session.add(made)
    db.session.flush()
    _keep(made, checked)
    return made


def replace(template: ReportTemplate, checked: Checked, *, seen_version: int) -> None:
    """A new version; the older ones stay, and editions made for one of them keep it. Raises Conflict."""
    _hold(template, seen_version)
    if template.archived_at is not None:
        raise Conflict(msg("This template is archived. Bring it back to add a version."))
    _keep(template, checked)


def archive(template: ReportTemplate) -> None:
    """Not offered any more; what was published for it can still be fetched in it."""
    if template.archived_at is None:
        template.archived_at = holds_from()


def restore(template: ReportTemplate) -> None:
    _named_once(template.portfolio_id, template.name, but=template.id)
    template.archived_at = None


def give(template: ReportTemplate, committee_ids: Collection[int], *, seen_version: int) -> None:
    """Exactly these committees of its portfolio are given this template; another one they had is replaced."""
    _hold(template, seen_version)
    flag_modified(template, "versions")  # a page from before is stale from now on
    known = {committee.id: given for committee, given in queries.committees(template)}
    db.session.execute(select(Committee.id).where(Committee.id.in_(known)).order_by(Committee.id).with_for_update())
    query = select(CommitteeTemplate).where(CommitteeTemplate.committee_id.in_(known))
    kept = {one.committee_id: one for one in db.session.scalars(query)}
    for committee_id, given in known.items():
        wanted = template.id if committee_id in committee_ids else None if given == template.id else given
        if committee_id in kept:
            kept[committee_id].template_id = wanted
        elif wanted is not None:
            db.session.add(CommitteeTemplate(committee_id=committee_id, template_id=wanted))
    db.session.flush()


def _hold(template: ReportTemplate, seen_version: int) -> None:
    db.session.refresh(template, with_for_update=True)
    if template.version != seen_version:
        raise Conflict(msg("Somebody else changed this template while you were looking at it."))


def _keep(template: ReportTemplate, checked: Checked) -> None:
    template.versions += 1
    stored = store(Accepted(checked.name, TYPES["docx"]), checked.content)
    db.session.add(
        ReportTemplateVersion(
            template_id=template.id,
            number=template.versions,
            file_name=checked.name,
            stored_file_id=stored.id,
            used=list(checked.verdict.used),
            added_at=holds_from(),
            added_by=author().person_id,
        )
    )
    db.session.flush()


def _named_once(portfolio_id: int, name: str, but: int = 0) -> None:
    same = (ReportTemplate.portfolio_id == portfolio_id, ReportTemplate.archived_at.is_(None), ReportTemplate.id != but)
    query = select(ReportTemplate.id).where(*same, func.lower(ReportTemplate.name) == name.lower())
    if db.session.scalar(query.limit(1)) is not None:
        raise Invalid({"name": msg("Another template of this portfolio has this name.")})
