"""The little of Jinja that a template may say: names of the list, loops over its lists, conditions on its names. Nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from pmo.reports.logic.template_findings import Fault
from pmo.reports.logic.template_names import KNOWN, Kind, Name

PRINTED = frozenset({Kind.TEXT, Kind.STATUS, Kind.FILL, Kind.CHART})
LOOP = "loop"
COUNTER = Name("index", KNOWN["title"].gives)  # loop.index: the number of the row


@dataclass(frozen=True, slots=True)
class Said:
    """A fault at a line, with the name as it was written; or (without fault) a known name that is used there."""

    line: int
    name: str
    fault: Fault | None = None
    kind: Kind | None = None


Scope = Mapping[str, Name]  # what the row variables of the loops around stand for


def check(tree: nodes.Template) -> Iterator[Said]:
    """Every use of a name, and everything that is not allowed."""
    yield from _all(tree.body, {})


def _all(found: list[nodes.Node], rows: Scope) -> Iterator[Said]:
    for node in found:
        match node:
            case nodes.Output():
                yield from _output(node, rows)
            case nodes.For():
                yield from _loop(node, rows)
            case nodes.If():
                yield from _condition(node, rows)
            case _:
                yield Said(node.lineno, type(node).__name__.lower(), Fault.CODE)


def _output(node: nodes.Output, rows: Scope) -> Iterator[Said]:
    for part in node.nodes:
        if isinstance(part, nodes.TemplateData):
            continue
        yield from _named(part, rows, lambda name: name.kind in PRINTED, Fault.NO_TEXT)


def _loop(node: nodes.For, rows: Scope) -> Iterator[Said]:
    """Over a list of the catalogue, or inside a loop over a list of its row: never more comes out than the report holds."""
    plain = isinstance(node.target, nodes.Name) and not node.test and not node.recursive and not node.else_
    row = node.target.name if isinstance(node.target, nodes.Name) else ""
    if not plain or row in KNOWN or row == LOOP or row in rows:
        yield Said(node.lineno, row or LOOP, Fault.LOOP)
        return
    if not isinstance(node.iter, nodes.Name | nodes.Getattr):
        yield Said(node.lineno, _spelled(node.iter), Fault.LOOP)
        return
    over = _name_of(node.iter, rows)
    if over is not None and rows and isinstance(node.iter, nodes.Name):
        yield Said(node.lineno, _spelled(node.iter), Fault.NESTED)
        return
    yield from _named(node.iter, rows, lambda name: name.kind is Kind.LIST, Fault.LOOP)
    if over is not None and over.kind is Kind.LIST:
        yield from _all(node.body, {**rows, row: over})


def _condition(node: nodes.If, rows: Scope) -> Iterator[Said]:
    yield from _test(node.test, rows)
    yield from _all(node.body, rows)
    yield from _all(list(node.elif_), rows)
    yield from _all(node.else_, rows)


def _test(node: nodes.Node, rows: Scope) -> Iterator[Said]:
    match node:
        case nodes.Not():
            yield from _test(node.node, rows)
        case nodes.And() | nodes.Or():
            yield from _test(node.left, rows)
            yield from _test(node.right, rows)
        case _:
            yield from _named(node, rows, lambda name: True, Fault.CODE)


def _named(node: nodes.Node, rows: Scope, fits: Callable[[Name], bool], otherwise: Fault) -> Iterator[Said]:
    """One name of the list; `otherwise` is what a known name that does not fit here is called."""
    spelled = _spelled(node)
    if not isinstance(node, nodes.Name | nodes.Getattr) or not _is_plain(spelled):
        yield Said(node.lineno, spelled, Fault.CODE)
        return
    name = _name_of(node, rows)
    if name is None:
        yield Said(node.lineno, _as_in_list(node, rows), Fault.UNKNOWN)
    elif not fits(name):
        yield Said(node.lineno, spelled, otherwise)
    else:
        yield Said(node.lineno, _as_in_list(node, rows), kind=name.kind)


def _is_plain(spelled: str) -> bool:
    """One word, or a row and its column; nothing that begins with an underscore."""
    parts = spelled.split(".")
    return len(parts) <= 2 and all(part.isidentifier() and not part.startswith("_") for part in parts)


def _name_of(node: nodes.Node, rows: Scope) -> Name | None:
    match node:
        case nodes.Name():
            return KNOWN.get(node.name) if node.name not in rows else None
        case nodes.Getattr(node=nodes.Name() as row):
            if row.name == LOOP and rows and node.attr == COUNTER.name:
                return COUNTER
            return rows[row.name].column(node.attr) if row.name in rows else None
    return None


def _as_in_list(node: nodes.Node, rows: Scope) -> str:
    """project.code, whatever the template calls its row."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in rows:
        return f"{rows[node.node.name].row}.{node.attr}"
    return _spelled(node)


def _spelled(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_spelled(node.node)}.{node.attr}"
        case nodes.Call():
            return f"{_spelled(node.node)}()"
    return type(node).__name__.lower()
