"""What stays of a sheet that was brought in: its result, not its file."""

from collections.abc import Collection
from typing import Any

from pmo.exchange import runs
from pmo.exchange.models import ImportRun
from pmo.kernel import clock

KIND = "sheet"  # of an ImportRun


def keep_applied(run: ImportRun, shown: dict[str, Any], mine: Collection[str], changed: int) -> None:
    """The caller commits."""
    run.preview = shown | {"done": True, "mine": sorted(mine), "changed": changed}
    run.state, run.applied_at, run.content = runs.APPLIED, clock.now(), b""
