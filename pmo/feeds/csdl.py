"""What the tables are made of, for programs: the metadata document of OData 4.0 (CSDL, XML) and values as JSON."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric, Subquery
from sqlalchemy.types import TypeEngine

from pmo.feeds.tables import Table
from pmo.kernel.permissions import Actor

NOBODY = Actor(0, "")  # the columns are the same for everybody; rows are not asked for
EDM: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "Edm.Boolean"),
    (Integer, "Edm.Int32"),
    (Float, "Edm.Double"),
    (Numeric, 'Edm.Decimal" Scale="variable'),
    (DateTime, "Edm.DateTimeOffset"),
    (Date, "Edm.Date"),
)
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
    '<edmx:DataServices><Schema Namespace="pmo" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
)
TAIL = "</Schema></edmx:DataServices></edmx:Edmx>\n"


def document(tables: Iterable[Table]) -> str:
    """A type and a set for each table, and the container that holds them."""
    offered = list(tables)
    types = "".join(_type(table.name, table.rows(NOBODY).subquery("asked")) for table in offered)
    sets = "".join(f'<EntitySet Name="{table.name}" EntityType="pmo.{table.name}_row"/>' for table in offered)
    return f'{HEAD}{types}<EntityContainer Name="feed">{sets}</EntityContainer>{TAIL}'


def _type(name: str, source: Subquery) -> str:
    columns = "".join(_property(column.key, column.type) for column in source.c)
    return f'<EntityType Name="{name}_row"><Key><PropertyRef Name="id"/></Key>{columns}</EntityType>'


def _property(name: str, kind: TypeEngine[Any]) -> str:
    edm = next((word for known, word in EDM if isinstance(kind, known)), "Edm.String")
    never_empty = ' Nullable="false"' if name == "id" else ""
    return f'<Property Name={quoteattr(name)} Type="{edm}"{never_empty}/>'


def value(one: Any) -> Any:
    """As JSON writes it: numbers as numbers, days and moments as their text."""
    if isinstance(one, Decimal):
        return int(one) if one == one.to_integral_value() else float(one)
    if isinstance(one, datetime):
        return one.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return one.isoformat() if isinstance(one, date) else one
