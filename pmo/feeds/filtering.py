"""The `$filter` of a table: OData's own language to a condition on its columns, and a sentence for anything else."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from odata_query import ast
from odata_query.exceptions import InvalidFieldException, ODataException
from odata_query.grammar import ODataLexer, ODataParser
from odata_query.sqlalchemy.core import AstToSqlAlchemyCoreVisitor
from sqlalchemy import Boolean, ColumnElement, Integer, Numeric, Subquery
from sqlalchemy.exc import SQLAlchemyError

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg

LONGEST, DEEPEST, MOST = 2000, 24, 200  # letters, levels, parts: far beyond what anybody writes
FUNCTIONS = frozenset(
    ("contains", "startswith", "endswith", "tolower", "toupper", "trim", "length", "concat", "year", "month", "day", "date")
)
NOT_UNDERSTOOD = msg("This filter cannot be understood. Write for example: project eq 'PAC-01' and forecast lt 2026-06-30")


class _Condition(AstToSqlAlchemyCoreVisitor):
    """Unequal includes what is empty, as OData means it; SQL alone would leave it out.

    Each piece is made once, however often its type is asked for: else the work doubles with every level.
    """

    def __init__(self, table: Subquery) -> None:
        super().__init__(table)  # type: ignore[arg-type]
        self.made: dict[int, Any] = {}

    def visit(self, node: Any) -> Any:
        if id(node) not in self.made:
            self.made[id(node)] = super().visit(node)
        return self.made[id(node)]

    def visit_NotEq(self, _node: ast.NotEq) -> Any:
        return lambda left, right: left.is_distinct_from(right)

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """Only numbers are added up."""
        if not all(isinstance(self.visit(side).type, Integer | Numeric) for side in (node.left, node.right)):
            raise TypeError
        return super().visit_BinOp(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        """The contrary of a condition; of anything else there is none."""
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not) and not isinstance(operand.type, Boolean):
            raise TypeError
        return super().visit_UnaryOp(node)


def condition(text: str, table: Subquery) -> ColumnElement[bool]:
    """Raises Invalid with a sentence."""
    if len(text) > LONGEST:
        raise refused(msg("This filter is too long: at most %(most)s letters.", most=LONGEST))
    tree = _tree(text)
    _check(tree)
    try:
        found = _Condition(table).visit(tree)
    except InvalidFieldException as error:
        raise refused(msg("There is no column %(name)s in this table.", name=str(error.field_name)[:100])) from error
    except (ODataException, SQLAlchemyError, NotImplementedError, TypeError, ValueError, AttributeError) as error:
        raise refused(NOT_UNDERSTOOD) from error
    if not isinstance(found, ColumnElement) or not isinstance(found.type, Boolean):
        raise refused(NOT_UNDERSTOOD)
    return found


def refused(sentence: Message) -> Invalid:
    return Invalid({"$filter": sentence})


def _tree(text: str) -> ast._Node:
    try:
        return ODataParser().parse(ODataLexer().tokenize(text))  # type: ignore[no-any-return]
    except (ODataException, ValueError) as error:
        raise refused(NOT_UNDERSTOOD) from error


def _check(tree: ast._Node) -> None:
    """Before anything is built: neither deep nor large, and nothing called but what is known to be cheap."""
    for number, (node, depth) in enumerate(_parts(tree)):
        if depth > DEEPEST or number > MOST:
            raise refused(msg("This filter is too complicated. Ask for less, and filter the rest where you show it."))
        if isinstance(node, ast.Call) and node.func.name.lower() not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            name = node.func.name[:100]
            raise refused(msg("The function %(name)s cannot be used here; these can: %(known)s.", name=name, known=known))


def _parts(tree: ast._Node) -> Iterator[tuple[Any, int]]:
    """Every part with its depth, without recursion."""
    waiting: list[tuple[Any, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, list):
            waiting.extend((one, depth) for one in node)
        elif is_dataclass(node):
            yield node, depth
            waiting.extend((getattr(node, field.name), depth + 1) for field in fields(node))
