"""The history panel of any object: field by field, who, when, why, from where."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request

from pmo.db import looking_back
from pmo.history import logic, queries, seals
from pmo.history.logic import Entry, Kept, Step
from pmo.history.queries import Author
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message, msg, plain
from pmo.kernel.permissions import Place
from pmo.web.access import can, require
from pmo.web.htmx import page

bp = Blueprint("history", __name__)
PANEL = "history/panel.html"
AT_ONCE = 50

ICONS = {"import": "upload", "job": "refresh-cw", "migration": "refresh-cw"}
STEP_ICONS = {Step.CREATED: "plus", Step.CHANGED: "pencil", Step.DELETED: "x"}


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the panel with who is behind it."""

    entry: Entry
    author: Author
    by: Message
    icon: str


@bp.get("/history/<table>/<int:row_id>")
def story(table: str, row_id: int) -> Response:
    described = logic.kept(table)
    place = described.place(row_id)
    if place is None:
        raise NotFound
    require(described.permission, place)
    moment = looking_back()
    found = queries.story(described, row_id, moment.at if moment else None)
    told = [_told(entry, found.authors) for entry in _seen(found.entries, _unseen(described, place))]
    skip = request.args.get("skip", 0, type=int)
    return page(
        PANEL,
        "panel",
        described=described,
        row_id=row_id,
        name=found.name,
        told=told[skip : skip + AT_ONCE],
        older=skip + AT_ONCE if len(told) > skip + AT_ONCE else None,
        sealed=seals.sealed_through(),
        zone=clock.zone().key,
        back=request.referrer or "/",
    )


def _unseen(described: Kept, place: Place) -> set[str]:
    """Columns that take a permission this person does not have here."""
    return {name for name, spoken in described.fields.items() if spoken.permission and not can(spoken.permission, place)}


def _seen(entries: Collection[Entry], unseen: Collection[str]) -> list[Entry]:
    kept = [replace(entry, changes=tuple(change for change in entry.changes if change.column not in unseen)) for entry in entries]
    return [entry for entry in kept if entry.changes or entry.step is not Step.CHANGED]


def _told(entry: Entry, authors: Mapping[int, Author]) -> Told:
    author = authors[entry.txn]
    return Told(entry, author, by(author), ICONS.get(author.origin) or STEP_ICONS[entry.step])


def by(author: Author) -> Message:
    """Who, and through which door."""
    name: Message = plain(author.actor)
    if author.deputy_for:
        name = msg("%(name)s for %(other)s", name=author.actor, other=author.deputy_for)
    if not author.actor:
        return {
            "job": msg("By the server itself"),
            "migration": msg("By a new version of the program"),
            "import": msg("By an import from the console"),
        }.get(author.origin, msg("From the console"))
    return {
        "import": msg("Import by %(name)s", name=name),
        "api": msg("%(name)s, through the API", name=name),
        "phone": msg("%(name)s, on the phone", name=name),
        "mail": msg("%(name)s, by mail", name=name),
    }.get(author.origin, name)
