"""What this process counts for a watcher: each counts for itself and says which it is; what all share is in the database."""

import os
import socket

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

REGISTRY = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SECONDS = Histogram(
    "pmo_request_seconds",
    "Time to answer a request, by endpoint, method and status; its count is the number of requests.",
    ("process", "endpoint", "method", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
STATEMENTS = Histogram(
    "pmo_request_statements",
    "SQL statements sent while answering a request.",
    ("process", "endpoint"),
    buckets=(0, 2, 5, 10, 20, 40, 80, 160),
    registry=REGISTRY,
)
SIGN_IN_FAILURES = Counter(
    "pmo_sign_in_failures", "Attempts to sign in that were refused.", ("process",), registry=REGISTRY
)  # fmt: skip


def process() -> str:
    """Machine and process: asked each time, because a web server may have forked since."""
    return f"{socket.gethostname()}:{os.getpid()}"


def count(endpoint: str, method: str, status: int, seconds: float, statements: int) -> None:
    me = process()
    SECONDS.labels(me, endpoint, method if method in METHODS else "other", str(status)).observe(seconds)
    STATEMENTS.labels(me, endpoint).observe(statements)


def count_refused_sign_in() -> None:
    SIGN_IN_FAILURES.labels(process()).inc()


def text() -> bytes:
    """All of it as Prometheus reads it."""
    return generate_latest(REGISTRY)
