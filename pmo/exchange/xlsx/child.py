"""The process that opens a stranger's workbook: bytes in, cells out as JSON, and nothing else it could harm."""

import json
import resource
import sys
from dataclasses import asdict

from pmo.exchange.xlsx.problems import Problem, Unreadable
from pmo.exchange.xlsx.workbook import read_workbook

MEMORY = 200 * 1024 * 1024  # of data, beside what is mapped from disk
SECONDS = 8


def limit() -> None:
    """No more memory, time, open files or written bytes than reading a list takes."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    limit()
    try:
        answer: dict[str, object] = {"sheets": [asdict(sheet) for sheet in read_workbook(sys.stdin.buffer.read())]}
    except Unreadable as unreadable:
        answer = {"problem": unreadable.problem, "part": unreadable.part}
    except (MemoryError, RecursionError):
        answer = {"problem": Problem.LIMITS, "part": ""}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
