"""The file of a backup: a tar whose parts, manifest and last member say of every byte whether it is as it was written.

Parts follow each other: a first one by which the file is known, the database as pg_dump writes it, settings, the manifest with
the sha256 of each part, and a seal over all bytes before it. What the end of the file has to be follows from what stands before
it, so that no byte can change unnoticed; and each part says how long it is, so that a file cut off says where.
"""

import json
import re
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
MARK, DUMP, SETTINGS, SECRETS, MANIFEST, SEAL = (
    "pmo-backup.txt", "database.dump", "settings.env", "secrets.env", "manifest.json", "seal.json",
)  # fmt: skip
WORDS = b"A backup of pmo, format 1. `pmo restore` reads it; database.dump is a file of pg_dump.\n"
PLAIN = b"PGDMP"  # how a file begins that pg_dump alone has written, as backups once were
BLOCK = 512
CHUNK = 1 << 20
MOST_JSON = 16 << 20
END = bytes(2 * BLOCK)
SEALED = re.compile(rb'{"body": "(?P<body>[0-9a-f]{64})", "manifest": "(?P<manifest>[0-9a-f]{64})"}')

Told = Callable[[int], None]


class Broken(Exception):
    """The file is not as it was written; the sentence says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where one member lies in the file."""

    start: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file found whole: its manifest, and its parts."""

    path: Path
    manifest: Mapping[str, Any]
    parts: Mapping[str, Part]

    def text(self, name: str) -> str:
        part = self.parts[name]
        with self.path.open("rb") as file:
            file.seek(part.start)
            return file.read(part.size).decode()


class Writer:
    """Writes the parts one after the other; `finish` writes manifest and seal."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.parts: dict[str, dict[str, Any]] = {}
        self.add(MARK, [WORDS])

    def add(self, name: str, chunks: Iterable[bytes]) -> int:
        """How long it became, which its head says: that is written last."""
        head = self.file.tell()
        self.file.write(bytes(BLOCK))
        digest, size = sha256(), 0
        for chunk in chunks:
            self.file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        self.file.write(padding(size))
        end = self.file.tell()
        self.file.seek(head)
        self.file.write(header(name, size))
        self.file.seek(end)
        self.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}
        return size

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Reads back what was written: the seal is over what is there."""
        manifest = json.dumps({"format": FORMAT, **facts, "parts": self.parts}, indent=1, sort_keys=True).encode()
        self.add(MANIFEST, [manifest])
        self.file.flush()
        end = self.file.tell()
        self.file.seek(0)
        body = sha256()
        while chunk := self.file.read(CHUNK):
            body.update(chunk)
        self.file.seek(end)
        self.file.write(seal(body.hexdigest(), sha256(manifest).hexdigest()))


def header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


def padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


def seal(body: str, manifest: str) -> bytes:
    """The end of a file whose bytes before it have this digest."""
    content = json.dumps({"body": body, "manifest": manifest}).encode()
    return header(SEAL, len(content)) + content + padding(len(content)) + END


def is_plain(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(PLAIN)) == PLAIN


def look_through(path: Path, tell: Told = lambda _bytes: None) -> Parcel:
    """Read every byte. Raises Broken, also for a file that is none of ours; OSError."""
    with path.open("rb") as file:
        return Reading(file, path, path.stat().st_size, tell).whole()


class Reading:
    """One reading from the first byte to the last."""

    def __init__(self, file: BinaryIO, path: Path, size: int, tell: Told) -> None:
        self.file, self.path, self.size, self.tell = file, path, size, tell
        self.body = sha256()
        self.parts: dict[str, Part] = {}

    def whole(self) -> Parcel:
        expected = header(MARK, len(WORDS)) + WORDS
        start = self.file.read(len(expected))
        if not start or not expected.startswith(start[:BLOCK]):
            raise Broken("this is no backup of pmo")
        self.file.seek(0)
        while MANIFEST not in self.parts:
            self.part()
        manifest_bytes = self.content(MANIFEST)
        body = self.body.hexdigest()
        right, there = seal(body, sha256(manifest_bytes).hexdigest()), self.file.read(CHUNK)
        if there == right:
            return Parcel(self.path, self.understood(manifest_bytes), self.parts)
        if len(there) < len(right):
            raise Broken(f"truncated at byte {self.size}: the seal at its end is missing")
        raise Broken(self.what_is_altered(manifest_bytes, there))

    def part(self) -> None:
        name, size = self.head()
        start, left, digest = self.file.tell(), size, sha256()
        while left:
            chunk = self.take(min(left, CHUNK), name, start + size)
            digest.update(chunk)
            left -= len(chunk)
            self.tell(self.file.tell())
        self.take(len(padding(size)), name, start + size)
        self.parts[name] = Part(start, size, digest.hexdigest())

    def head(self) -> tuple[str, int]:
        at = self.file.tell()
        block = self.take(BLOCK, "the next part", at + BLOCK)
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as problem:
            raise Broken(f"altered: the head of a part at byte {at}") from problem
        if block != header(member.name, member.size) or member.name in self.parts or member.name == SEAL:
            raise Broken(f"altered: the head of a part at byte {at}")
        return member.name, member.size

    def take(self, count: int, name: str, end: int) -> bytes:
        found = self.file.read(count)
        self.body.update(found)
        if len(found) < count:
            raise Broken(f"truncated at byte {self.size}: {name} goes on to byte {end}")
        return found

    def content(self, name: str) -> bytes:
        """Of a part that was read already."""
        part, here = self.parts[name], self.file.tell()
        if part.size > MOST_JSON:
            raise Broken(f"altered: {name}")
        self.file.seek(part.start)
        found = self.file.read(part.size)
        self.file.seek(here)
        return found

    def what_is_altered(self, manifest: bytes, there: bytes) -> str:
        """The seal does not fit: either it is not what a seal looks like, or it names what changed."""
        sealed = SEALED.search(there)
        if sealed is None or there != seal(sealed["body"].decode(), sealed["manifest"].decode()):
            return f"altered: {SEAL}"
        if sealed["manifest"].decode() != sha256(manifest).hexdigest():
            return f"altered: {MANIFEST}"
        said = json.loads(manifest)["parts"]
        altered = [name for name, part in self.parts.items() if name != MANIFEST and said[name]["sha256"] != part.sha256]
        return f"altered: {', '.join(altered) or f'what stands between the parts, or {SEAL}'}"

    def understood(self, manifest: bytes) -> Mapping[str, Any]:
        said: dict[str, Any] = json.loads(manifest)
        if said["format"] > FORMAT:
            raise Broken(f"it was made by a newer version of pmo, in format {said['format']}; this one reads format {FORMAT}")
        return said
