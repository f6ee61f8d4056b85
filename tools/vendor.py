"""Brings the front-end files of others into pmo/static: npm pack, copy, licence, hashes. Run: python tools/vendor.py"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent.parent / "pmo" / "static"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package and the files taken from it: path in the package -> name here."""

    name: str
    version: str
    folder: str
    files: tuple[tuple[str, str], ...]
    licence: str = "LICENSE"


FONTS = ("source-sans-3-latin-wght-normal.woff2", "source-sans-3-latin-ext-wght-normal.woff2")
PACKAGES = (
    Package("htmx.org", "2.0.11", "vendor/htmx", (("dist/htmx.min.js", "htmx.min.js"),)),
    Package("idiomorph", "0.8.0", "vendor/idiomorph", (("dist/idiomorph-ext.min.js", "idiomorph-ext.min.js"),)),
    Package(
        "@fontsource-variable/source-sans-3",
        "5.3.0",
        "fonts",
        tuple((f"files/{name}", name) for name in FONTS),
    ),
    Package("lucide-static", "1.62.0", "icons", ()),
)


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            take(package, Path(scratch))
    return 0


def take(package: Package, scratch: Path) -> None:
    packed = json.loads(run("npm", "pack", f"{package.name}@{package.version}", "--json", "--pack-destination", str(scratch)))[0]
    unpacked = scratch / package.folder.replace("/", "-")
    with tarfile.open(scratch / packed["filename"].replace("@", "").replace("/", "-")) as archive:
        archive.extractall(unpacked, filter="data")
    source, folder = unpacked / "package", STATIC / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    for path, name in package.files:
        (folder / name).write_bytes((source / path).read_bytes())
    (folder / "LICENSE").write_bytes((source / package.licence).read_bytes())
    names = [name for _, name in package.files] or [sprite(source / "icons", folder)]
    note(package, packed["integrity"], folder, names)


def sprite(icons: Path, folder: Path) -> str:
    """Only the icons we use, as symbols of one file; icons.txt is the list."""
    symbols = []
    for name in sorted(set((folder / "icons.txt").read_text().split())):
        text = (icons / f"{name}.svg").read_text()
        inner = re.sub(r"\s+", " ", text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner.replace("> <", "><").replace(" />", "/>")}</symbol>')
    (folder / "sprite.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")
    return "sprite.svg"


def note(package: Package, integrity: str, folder: Path, names: list[str]) -> None:
    facts = {
        "name": package.name,
        "version": package.version,
        "integrity": integrity,
        "licence": "LICENSE",
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
    }
    (folder / "VENDOR.json").write_text(json.dumps(facts, indent=2) + "\n")


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own words)


if __name__ == "__main__":
    sys.exit(main())
