"""Every route for every role, against answers written by hand in permissions.csv; and nobody reads what is marked.

A line of the table: method, path, where its objects stand ("own": inside the grant of whoever asks, "other": outside it,
"house": in no portfolio), and an expected answer per role: `yes` (200, 303, or 4xx for the empty form it sends), `403`,
`404`, and `in` for being led to the sign-in page. Project roles hold their role for one portfolio; the administrator and the
auditor for everything.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from werkzeug.routing import Map

from pmo.db import db, transaction
from pmo.exchange.models import ImportRun
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.people.models import Person
from tests.marked import MARK, World, world

TABLE = Path(__file__).with_name("permissions.csv")
EVERYWHERE = {Role.ADMINISTRATOR, Role.AUDITOR}


@dataclass(frozen=True)
class Line:
    method: str
    path: str
    where: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.where}"


def lines() -> list[Line]:
    with TABLE.open() as table:
        return [
            Line(row.pop("method"), row.pop("path"), row.pop("where"), {who: row[who] for who in row})
            for row in csv.DictReader(table)
        ]


def test_every_route_stands_in_the_table(app):
    adapter = app.url_map.bind("localhost")
    known = {(adapter.match(_numbered(line.path), method=line.method)[0], line.method) for line in lines()}

    assert _routes(app.url_map) - known == set()


def test_every_role_stands_in_the_table():
    assert all(list(line.expected) == ["nobody", *Role] for line in lines())


@pytest.mark.parametrize("who", ["nobody", *Role])
def test_the_table_holds(who, make, login, app):
    own, other = world(make, "own"), world(make, MARK)
    client = app.test_client() if who == "nobody" else login(_grant(Role(who), own))
    _uploads_belong_to_the_newest_person(own)
    key = {} if who == "nobody" else _key_of_the_newest_person()
    wrong = []

    for line in lines():
        places = own if line.where == "own" else other
        answer = client.open(
            places.fill(line.path),
            method=line.method,
            data={} if line.method == "POST" else None,
            json=_body(line),
            headers=key if line.path.startswith("/api/") else {},
        )
        said = _said(answer)
        if said != line.expected[who]:
            wrong.append(f"{line}: {said}, expected {line.expected[who]}")
        if line.where == "other" and said in ("404", "in"):
            assert MARK not in _read(answer), f"{line} leaks to {who}"
        if line.where == "own" and who not in EVERYWHERE:
            assert MARK not in _read(answer), f"{line} leaks to {who}"

    assert wrong == [], "\n".join(wrong)


def _uploads_belong_to_the_newest_person(own: World) -> None:
    """Only who uploaded a file sees it: so that whoever asks here is asked about the permission alone."""
    with transaction("test"):
        newest = db.session.scalar(select(func.max(Person.id)))
        db.session.execute(update(ImportRun).where(ImportRun.id.in_([own.ids["run"], own.ids["sheet"]])).values(person_id=newest))


def _key_of_the_newest_person() -> dict[str, str]:
    """No cookie opens the API: whoever asks there shows a key."""
    with transaction("test"):
        newest = db.session.get_one(Person, db.session.scalar(select(func.max(Person.id))))
        return {"Authorization": f"Bearer {people.make_token(newest, 'table')}"}


def _read(answer: Any) -> str:
    """What the answer says, also when it is a workbook or a Word file."""
    if not answer.data.startswith(b"PK"):
        return answer.data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def _grant(role: Role, own: World) -> Any:
    return role if role in EVERYWHERE else (role, own.portfolio)


def _body(line: Line) -> dict[str, str] | None:
    return {} if line.method == "PATCH" else None


def _said(answer: Any) -> str:
    if answer.status_code == 401 or (answer.status_code == 303 and answer.location.startswith("/sign-in")):
        return "in"
    if answer.status_code in (403, 404):
        return str(answer.status_code)
    assert answer.status_code < 500 or answer.request.path == "/readyz", answer.get_data(as_text=True)[:300]
    return "yes"


def _numbered(path: str) -> str:
    parts = [("x" if part in ("{code}", "{rule}") else "1") if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def _routes(rules: Map) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method)
        for rule in rules.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
