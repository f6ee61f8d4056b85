"""A process of its own for strangers' files: it gets bytes, answers JSON, and has little time and memory to do harm with."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
MIB = 1024 * 1024


class Exhausted(Exception):
    """The process died or hung: it met its limits."""


def limit(*, memory_mib: int, seconds: int) -> None:
    """First thing in the process: no more data (beside what is mapped from disk), time, open files or written bytes than that."""
    memory = memory_mib * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ask(module: str, content: bytes, *, seconds: int) -> dict[str, Any]:
    """The answer of a module run on this content, after `seconds` at most. Raises Exhausted."""
    command = [sys.executable, "-m", module]
    surroundings = {"PYTHONPATH": str(HOUSE), "PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    try:
        ended = subprocess.run(command, input=content, capture_output=True, timeout=seconds, env=surroundings, check=True)  # noqa: S603 - our own words only
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Exhausted from error
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer
