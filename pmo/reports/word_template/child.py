"""The process that opens a stranger's template: bytes and values in, a verdict or a document out, nothing else to harm."""

import json
import sys
from base64 import b64decode, b64encode
from typing import Any

from pmo.kernel.confined import MIB, limit
from pmo.reports.logic.template_findings import Refusal, Verdict, written
from pmo.reports.word_template.filling import NotAllowed, filled, looked_through, not_allowed
from pmo.reports.word_template.parcel import Unsafe, open_parcel


def main() -> None:
    limits = json.loads(sys.stdin.buffer.readline())
    limit(memory_mib=limits["memory_mib"], seconds=limits["seconds"])
    try:
        answer = _answer(json.load(sys.stdin.buffer), limits)
    except (MemoryError, RecursionError):
        answer = written(Verdict(Refusal.LIMITS))
    json.dump(answer, sys.stdout)


def _answer(asked: dict[str, Any], limits: dict[str, int]) -> dict[str, Any]:
    """A template is looked through again before it is filled: what was a name when it was taken in may be none today."""
    content = b64decode(asked["template"])
    try:
        verdict = looked_through(content, limits["unpacked_mib"] * MIB)
        if not verdict.is_good:
            return written(verdict)
        made = filled(content, asked["values"], asked["about"], limits["output_mib"] * MIB)
        open_parcel(made, (limits["unpacked_mib"] + limits["output_mib"]) * MIB)  # a condition may have put a field together
    except Unsafe as unsafe:
        return written(Verdict(unsafe.refusal))
    except NotAllowed as error:
        return written(not_allowed(error))
    return written(verdict) | {"document": b64encode(made).decode()}


if __name__ == "__main__":
    main()
