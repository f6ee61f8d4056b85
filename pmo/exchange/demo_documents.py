"""The documents of the demo: a few projects with what their method asks for, some of it missing, some of it expired."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from pmo.db import acting, db, transaction
from pmo.methods import actions, queries
from pmo.methods.models import Artefact
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project_by_code

Row = dict[str, str]


def tell(rows: Sequence[Row]) -> None:
    """Each row is one document; several files are its versions, the oldest first."""
    with transaction("Demo"):
        actions.load()
    people = {person.name: person.id for person in db.session.scalars(select(Person))}
    for row in rows:
        project = project_by_code(row["Project"])
        query = select(Artefact).where(Artefact.method == project.method, Artefact.code == row["Artefact"])
        owner = people.get(row["Owner"])
        with acting(owner, "ui"), transaction("Demo"):
            _hold(project, db.session.scalars(query).one(), _held(row, owner), row["File"].split(";"))


def _held(row: Row, owner: int | None) -> actions.Held:
    until = date.fromisoformat(row["Valid until"]) if row["Valid until"] else None
    return actions.Held(owner, row["Link"], until, row["Why it does not apply"])


def _hold(project: Project, artefact: Artefact, held: actions.Held, names: Sequence[str]) -> None:
    for name in names:
        before = queries.document(project, artefact)
        sent = actions.Sent(name, one_page(name.removesuffix(".pdf"))) if name else None
        actions.say(project, artefact, held, sent=sent, seen_version=before.version if before else 0)


def one_page(title: str) -> bytes:
    """A PDF that opens, with nothing but its title."""
    shown = title.translate({ord(letter): f"\\{letter}" for letter in "\\()"}).encode("latin-1", "replace")
    text = b"BT /F1 20 Tf 72 760 Td (" + shown + b") Tj ET"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        starts.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return made + head + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
