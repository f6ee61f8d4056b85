"""The process that opens a stranger's workbook: bytes in, cells out as JSON, and nothing else it could harm."""

import json
import sys
from dataclasses import asdict

from pmo.exchange.xlsx.problems import Problem, Unreadable
from pmo.exchange.xlsx.workbook import read_workbook
from pmo.kernel.confined import limit

MEMORY_MIB = 200
SECONDS = 8


def main() -> None:
    limit(memory_mib=MEMORY_MIB, seconds=SECONDS)
    try:
        answer: dict[str, object] = {"sheets": [asdict(sheet) for sheet in read_workbook(sys.stdin.buffer.read())]}
    except Unreadable as unreadable:
        answer = {"problem": unreadable.problem, "part": unreadable.part}
    except (MemoryError, RecursionError):
        answer = {"problem": Problem.LIMITS, "part": ""}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
