"""The address of our own static files: it changes with their contents, so browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
YEAR_SECONDS = 365 * 24 * 3600


@cache
def url_path() -> str:
    """For Flask's `static_url_path`. Style sheets and modules name each other relatively, so they follow along."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"/static/{digest.hexdigest()[:12]}"
