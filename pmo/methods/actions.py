"""What is done to artefacts and documents. Each function is one verb: checked, not committed."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select

from pmo.db import author, db, holds_from
from pmo.documents.actions import store
from pmo.documents.logic import examine
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.methods import queries
from pmo.methods.models import Artefact, DocumentFile, ProjectDocument
from pmo.portfolio.actions import hold
from pmo.portfolio.logic import Method, Phase, State
from pmo.portfolio.models import Project

SHIPPED = Path(__file__).parents[2] / "seeds" / "artefacts.csv"
CHANGED = msg("Somebody else changed this document while you were looking at it.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the PMO says about an artefact."""

    phase: Phase
    name: str
    name_fr: str = ""
    name_nl: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody says about a document of a project, beside its files."""

    owner_id: int | None = None
    link: str = ""
    valid_until: date | None = None
    not_needed: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrived: nothing about it is believed yet."""

    name: str
    content: bytes


def load(path: Path = SHIPPED) -> int:
    """Add the artefacts of a file that are not known yet; answers how many. What the PMO changed stays as it is."""
    known = {(method, code) for method, code in db.session.execute(select(Artefact.method, Artefact.code))}
    new = [row for row in _read(path) if (row.method, row.code) not in known]
    db.session.add_all(
        Artefact(method=row.method, phase=row.phase, code=row.code, name=row.name, name_fr=row.name_fr, name_nl=row.name_nl,
                 position=row.position)
        for row in new
    )  # fmt: skip
    db.session.flush()
    return len(new)


def ask_for(method: Method, asked: Asked) -> Artefact:
    """From now on every project of the method must have it. Raises Invalid."""
    _named_once(method, asked.name)
    highest = db.session.scalar(select(func.max(Artefact.position)).where(Artefact.method == method.value)) or 0
    made = Artefact(method=method.value, code=_free_code(method, asked.name), position=highest + 1)
    _write(made, asked)
    db.session.add(made)
    db.session.flush()
    return made


def change_artefact(artefact: Artefact, asked: Asked, *, seen_version: int) -> None:
    """Its names and its phase. Raises Conflict, Invalid."""
    db.session.refresh(artefact, with_for_update=True)
    if artefact.version != seen_version:
        raise Conflict(msg("Somebody else changed this artefact while you were looking at it."))
    _named_once(Method(artefact.method), asked.name, but=artefact.id)
    _write(artefact, asked)


def retire(artefact: Artefact) -> None:
    """Not asked for any more; documents that answered it stay where they are."""
    if artefact.retired_at is None:
        artefact.retired_at = holds_from()


def restore(artefact: Artefact) -> None:
    artefact.retired_at = None


def say(project: Project, artefact: Artefact, held: Held, *, sent: Sent | None = None, seen_version: int) -> ProjectDocument:
    """What a project holds against an artefact; a file becomes its next version. Raises Invalid, Conflict."""
    hold(project)
    if project.state == State.ARCHIVED:
        raise Conflict(msg("The project is archived, so nothing is added to its documents."))
    accepted = examine(sent.name, sent.content) if sent else None
    document = queries.document(project, artefact)
    if (document.version if document else 0) != seen_version:
        raise Conflict(CHANGED)
    if document is None:
        document = ProjectDocument(project_id=project.id, artefact_id=artefact.id, files=0)
        db.session.add(document)
    document.owner_id, document.link = held.owner_id, held.link
    document.valid_until, document.not_needed = held.valid_until, held.not_needed
    if sent and accepted:
        document.files += 1
    db.session.flush()
    if sent and accepted:
        _keep(document, accepted.name, store(accepted, sent.content).id)
    return document


def _keep(document: ProjectDocument, name: str, stored_file_id: int) -> None:
    db.session.add(
        DocumentFile(
            document_id=document.id, number=document.files, name=name, stored_file_id=stored_file_id, added_at=holds_from(),
            added_by=author().person_id,
        )
    )  # fmt: skip
    db.session.flush()


def _write(artefact: Artefact, asked: Asked) -> None:
    artefact.phase, artefact.name = asked.phase.value, asked.name
    artefact.name_fr, artefact.name_nl = asked.name_fr, asked.name_nl


def _named_once(method: Method, name: str, but: int = 0) -> None:
    others = db.session.scalars(select(Artefact.name).where(Artefact.method == method.value, Artefact.id != but))
    if name_key(name) in {name_key(other) for other in others}:
        raise Invalid({"name": msg("Another artefact of this method has this name.")})


def _free_code(method: Method, name: str) -> str:
    """From the name, and a number where it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", name_key(name)).strip("_")[:40] or "artefact"
    taken = set(db.session.scalars(select(Artefact.code).where(Artefact.method == method.value)))
    number, code = 1, plain
    while code in taken:
        number += 1
        code = f"{plain}_{number}"
    return code


@dataclass(frozen=True, slots=True)
class Shipped:
    method: str
    phase: str
    code: str
    name: str
    name_fr: str
    name_nl: str
    position: int


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Shipped, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Shipped(Method(row["method"]).value, Phase(row["phase"]).value, row["code"], row["name"], row["name_fr"],
                    row["name_nl"], number)
            for number, row in enumerate(csv.DictReader(file))
        )  # fmt: skip
