"""A kind of object of the API, said once: which rows somebody may see, what each shows, what is done to it."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response, url_for
from pydantic import create_model
from sqlalchemy import Select

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import Message
from pmo.kernel.permissions import HOUSE, Actor, Permission, Place
from pmo.kernel.token_scopes import scope_of
from pmo.web import once
from pmo.web.access import actor, require, require_anywhere, within_scopes
from pmo.web.api import Asked, Body, Nothing, Operation, Out, asked_for, body, many, one, operation, paging, require_match
from pmo.web.forms import Form, parse
from pmo.web.look_back import only_now

Row = TypeVar("Row")
B = TypeVar("B", bound=Form)
Guard = Callable[[Any], None]


def _no_narrower(query: Select[Any], _asked: Any) -> Select[Any]:
    return query


def _unsaid(_typed: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Collection(Generic[Row]):
    """Reads restricted by `rows`, everything else by the permission asked for at the place of the row."""

    bp: Blueprint
    path: str  # milestones, decision-requests
    singular: str  # milestone: operations are named after it
    out: type[Out]
    reads: Permission
    rows: Callable[[Actor], Select[Any]]  # what somebody may see
    key: Any  # the column pages follow
    find: Callable[[int], Row]  # raises NotFound
    show: Callable[[Row], Out] | None = None
    show_many: Callable[[list[Row]], list[Out]] | None = None  # where one statement serves a page
    asked: type[Form] = Asked
    narrow: Callable[[Select[Any], Any], Select[Any]] = _no_narrower
    place: Callable[[Row], Place] | None = None
    unseen: Callable[[Row, Actor], bool] | None = None  # more than the place says: a draft
    anywhere: bool = False  # whoever may read somewhere, where `unseen` does not say otherwise

    def list(self, summary: Message) -> None:
        """GET /things: those somebody may see, by cursor."""

        def view() -> Response:
            require_anywhere(self.reads)
            after, limit = paging()
            query = self.narrow(self.rows(actor()), asked_for(self.asked))
            found = list(db.session.scalars(query.where(self.key > after).order_by(self.key).limit(limit + 1)).unique())
            shown = self.show_many(found) if self.show_many else [self._shown(row) for row in found]
            return many(shown, limit, lambda row: row.id)

        said = Operation(f"list_{self._name}", summary, self.path, self.out, many=True, asked=self.asked, permission=self.reads)
        self._at("GET", "", said, view)

    def read(self, summary: Message) -> None:
        """GET /things/7: one, with its entity tag."""

        def view(item_id: int) -> Response:
            return self._one(self._readable(item_id))

        said = Operation(
            f"get_{self.singular}", summary, self.path, self.out, permission=self.reads, conditional=True
        )  # fmt: skip
        self._at("GET", "/<int:item_id>", said, view)

    def add(
        self, summary: Message, form: type[B], needs: Permission, does: Callable[[B], Row],
        *, within: Callable[[B], Place] | None = None,
        anywhere: bool = False, scope: Permission | None = None,
    ) -> None:  # fmt: skip
        """POST /things: 201 with its address. `within` finds where the new one will stand; without it, it is of the house.

        `anywhere`: the verb itself asks where.
        """

        def view() -> Response:
            require_anywhere(needs) if within or anywhere else require(needs)
            if scope is not None:
                within_scopes(scope)
            only_now()
            if (answer := once.known()) is not None:
                return answer
            typed = body(form)
            if within is not None:
                require(needs, within(typed))
            return self._changed(lambda: does(typed), 201)

        said = Operation(f"add_{self.singular}", summary, self.path, self.out, body=form, status=201, permission=needs)
        self._at("POST", "", replace(said, scope=scope_of(scope or needs)), view)

    def change(
        self, summary: Message, form: type[B], needs: Permission, does: Callable[[Row, B, int], object],
        *, now: Callable[[Row], Mapping[str, Any]], at: Callable[[Row], Place] | None = None, why: Callable[[B], str] = _unsaid,
    ) -> None:  # fmt: skip
        """PATCH /things/7: the fields sent; the others stay as they are, and all of them together must be right."""
        some = partly(form)

        def view(item_id: int) -> Response:
            found = self.find(item_id)
            self._require(found, needs, at)
            sent = body(some).model_dump(exclude_unset=True)
            seen = _seen(found)
            typed = parse(form, {**now(found), **sent})
            return self._changed(lambda: _then(found, does(found, typed, seen)), reason=why(typed))

        said = Operation(f"change_{self.singular}", summary, self.path, self.out, body=some, match=True, permission=needs)
        self._at("PATCH", "/<int:item_id>", replace(said, scope=scope_of(needs), conditional=True), view)

    def act(  # noqa: PLR0913  # a declaration: each of them named where it is said
        self, verb: str, summary: Message, needs: Permission | Guard, does: Callable[[Row, Any, int], object],
        *, form: type[Form] = Nothing, at: Callable[[Row], Place] | None = None, why: Callable[[Any], str] = _unsaid,
        scope: Permission | None = None,
    ) -> None:  # fmt: skip
        """POST /things/7/verb: something is done to one of them. `needs` may be a guard of its own, of the scope of `scope`."""
        permission = needs if isinstance(needs, Permission) else scope

        def view(item_id: int) -> Response:
            found = self.find(item_id)
            self._require(found, needs, at)
            if (answer := once.known()) is not None:
                return answer
            typed = body(form)
            seen = _seen(found)
            return self._changed(lambda: _then(found, does(found, typed, seen)), reason=why(typed))

        name = f"{verb.replace('-', '_')}_{self.singular}"
        said = Operation(name, summary, self.path, self.out, body=form, match=True, permission=permission, conditional=True)
        needed = scope_of(permission) if permission else said.scope
        self._at("POST", f"/<int:item_id>/{verb}", replace(said, scope=needed), view)

    def file(self, name: str, rest: str, summary: Message, gives: Callable[..., Response]) -> None:
        """GET /things/7/file: bytes of one of them, with more of the address where `rest` asks for it."""

        def view(item_id: int, **more: Any) -> Response:
            return gives(self._readable(item_id), **more)

        said = Operation(f"get_{name}", summary, self.path, permission=self.reads)
        self._at("GET", f"/<int:item_id>/{rest}", said, view)

    def _require(self, found: Row, needs: Permission | Guard, at: Callable[[Row], Place] | None) -> None:
        if isinstance(needs, Permission):
            self._guard(found)
            require(needs, at(found) if at else self._place(found))
        else:
            needs(found)
        only_now()

    def _readable(self, item_id: int) -> Row:
        found = self.find(item_id)
        require_anywhere(self.reads) if self.anywhere else require(self.reads, self._place(found))
        self._guard(found)
        return found

    def _guard(self, found: Row) -> None:
        if self.unseen is not None and self.unseen(found, actor()):
            raise NotFound

    def _place(self, found: Row) -> Place:
        if self.place is not None:
            return self.place(found)
        place: Place = getattr(found, "place", HOUSE)
        return place

    def _shown(self, found: Row) -> Out:
        return self.show(found) if self.show else self.out.model_validate(found)

    def _one(self, found: Row, status: int = 200) -> Response:
        return one(self._shown(found), _version(found), status)

    def _changed(self, does: Callable[[], Row], status: int = 200, reason: str = "") -> Response:
        """In one transaction, once per key."""
        try:
            with once.changing(reason):
                found = does()
                item_id = int(found.id)  # type: ignore[attr-defined]
        except once.Repeated:
            return once.after_the_other()
        response = self._one(self.find(item_id), status)
        if status == 201:  # noqa: PLR2004
            response.headers["Location"] = url_for(f"{self.bp.name}.get_{self.singular}", item_id=item_id)
        return once.keep(response)

    @property
    def _name(self) -> str:
        return self.path.replace("-", "_")

    def _at(self, method: str, rest: str, said: Operation, view: Callable[..., Response]) -> None:
        operation(f"{self.bp.name}.{said.name}", said)
        self.bp.add_url_rule(f"/{self.path}{rest}", said.name, view, methods=[method])


def partly(form: type[Form]) -> type[Form]:
    """The same fields, none of which must be sent."""
    fields: dict[str, Any] = {}
    for name, known in form.model_fields.items():
        optional = copy(known)
        optional.default, optional.default_factory, optional.validate_default = None, None, False
        fields[name] = (known.annotation, optional)
    made: type[Form] = create_model(f"{form.__name__.removesuffix('Body').removesuffix('Change')}Change", __base__=Body, **fields)
    made.__doc__ = "The fields to change; the others stay as they are."
    return made


def _version(found: Any) -> int:
    return int(found.version)


def _seen(found: Any) -> int:
    require_match(_version(found))
    return _version(found)


def _then(found: Row, done: object) -> Row:
    """The row something was done to; or the one that took its place."""
    return done if isinstance(done, type(found)) else found
