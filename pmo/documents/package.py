"""The parts of an Office file: a ZIP of XML parts that name each other, some of them hostile."""

import posixpath
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import IO
from urllib.parse import unquote

from lxml import etree

MOST_ENTRIES = 5_000
MOST_BYTES = 200 * 1024 * 1024  # unpacked, of one part
DECLARATION = b"<!D"  # DOCTYPE: where entities are declared
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)


class Fault(StrEnum):
    DAMAGED = "damaged"
    MACHINERY = "machinery"  # entities, document types
    TOO_LARGE = "too large"


class Broken(Exception):
    """Raised while reading; carries the fault and the part of the file concerned."""

    def __init__(self, fault: Fault, part: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.part = part


class Package:
    """Opens parts by the names other parts give them."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except BROKEN as error:
            raise Broken(Fault.DAMAGED) from error
        if len(self._zip.namelist()) > MOST_ENTRIES:
            raise Broken(Fault.TOO_LARGE)
        self._names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in self._zip.namelist()}

    def names(self) -> list[str]:
        return list(self._names)

    def elements(self, part: str, *wanted: str) -> Iterator[etree._Element]:
        """Elements of a part with these local names, one at a time; each is emptied once used."""
        try:
            with self._zip.open(self._names[part.casefold()]) as stream:
                source = _Guarded(stream, part)
                parsed = etree.iterparse(source, events=("end",), resolve_entities=False, no_network=True, load_dtd=False)
                for _, element in parsed:
                    if isinstance(element.tag, str) and local(element) in wanted:
                        yield element
                        _forget(element)
        except KeyError as error:
            raise Broken(Fault.DAMAGED, part) from error
        except (etree.XMLSyntaxError, *BROKEN) as error:
            raise Broken(Fault.DAMAGED, part) from error

    def has(self, part: str) -> bool:
        return part.casefold() in self._names

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: identifier -> (kind, part)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(rels):
            return {}
        found = {}
        for one in self.elements(rels, "Relationship"):
            if one.get("TargetMode") != "External":
                target = unquote(one.get("Target") or "").replace("\\", "/")
                full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[one.get("Id") or ""] = ((one.get("Type") or "").rpartition("/")[2], full)
        return found


class _Guarded:
    """A part's bytes as the parser asks for them: no document type, no more than fits."""

    def __init__(self, stream: IO[bytes], part: str) -> None:
        self._stream = stream
        self._part = part
        self._seen = 0
        self._tail = b""

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._seen += len(data)
        if self._seen > MOST_BYTES:
            raise Broken(Fault.TOO_LARGE, self._part)
        if self._seen <= 65_536 + size and DECLARATION in (self._tail + data).replace(b"\x00", b"").upper():
            raise Broken(Fault.MACHINERY, self._part)
        self._tail = data[-8:]
        return data


def local(element: etree._Element) -> str:
    """The name without its namespace: transitional and strict files differ only there."""
    return etree.QName(element).localname


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by local name, whatever its namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _forget(element: etree._Element) -> None:
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            break
        del parent[0]
