"""The log: one line of JSON (or text) per thing that happened, made of known fields only, whoever writes it.

What a library says is not repeated, because it may quote a job's arguments, an address or a value. Of its records go on: the
level, the name of the logger, the sentence without what was put into it (of libraries known to keep the two apart), and of an
exception its type and place. Our own lines have the fields of FIELDS; any other is left out.
"""

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.stdlib import BoundLogger, LoggerFactory, ProcessorFormatter, get_logger
from structlog.typing import Processor

from pmo.kernel import clock
from pmo.watching.logic import failure

FIELDS = frozenset(
    {
        "at", "level", "event", "logger", "request_id", "method", "endpoint", "status", "ms", "statements", "person_id", "txns",
        "task", "job_id", "attempt", "outcome", "error", "place", "because", "action", "port", "process", "worker_id",
        "seconds", "count",
    }
)  # fmt: skip
KEEP_SENTENCE_AND_VALUES_APART = ("waitress", "gunicorn", "sqlalchemy", "alembic", "pmo")
TOO_TALKATIVE = {
    "procrastinate": logging.WARNING,
    "waitress.queue": logging.ERROR,  # a request that waits a moment is no news
    "psycopg.pool": logging.ERROR,
    "pmo.app": logging.CRITICAL,  # says each error a second time
}
Event = MutableMapping[str, Any]


def log() -> BoundLogger:
    logger: BoundLogger = get_logger("pmo")
    return logger


def _moment(_logger: object, _method: str, event: Event) -> Event:
    event["at"] = clock.machine_now().isoformat(timespec="milliseconds")
    return event


def _bare(_logger: object, _method: str, event: Event) -> Event:
    """Of a library's record, what cannot be anybody's content."""
    record: logging.LogRecord = event["_record"]
    apart = record.name.split(".")[0] in KEEP_SENTENCE_AND_VALUES_APART and isinstance(record.msg, str)
    event["event"] = record.msg if apart else str(getattr(record, "action", "") or "said something")
    event["logger"], event["level"] = record.name, record.levelname.lower()
    worker_job = getattr(record, "job", None)
    if isinstance(worker_job, dict):
        event["job_id"], event["task"] = worker_job.get("id"), worker_job.get("task_name")
    return event


def _error(_logger: object, _method: str, event: Event) -> Event:
    """An exception is its type and its place; what it says is left out."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        found = failure(error)
        event["error"], event["place"] = found.kind, found.place
    return event


def _known(_logger: object, _method: str, event: Event) -> Event:
    """Known fields, in their order of arrival; the two that the formatter needs itself stay."""
    return {name: value for name, value in event.items() if name in FIELDS or name.startswith("_")}


SHARED: list[Processor] = [_moment, _error, _known]
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, structlog.stdlib.add_log_level, ProcessorFormatter.wrap_for_formatter],
    wrapper_class=BoundLogger,
    logger_factory=LoggerFactory(),
    cache_logger_on_first_use=True,
)


def formatter(kind: str) -> logging.Formatter:
    """`json` for machines, `text` for people: the same fields."""
    drawn: Processor = structlog.processors.JSONRenderer(sort_keys=False)
    if kind == "text":
        drawn = structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"], drop_missing=True)
    return ProcessorFormatter(
        foreign_pre_chain=[_bare],
        processors=[*SHARED, ProcessorFormatter.remove_processors_meta, drawn],
        keep_exc_info=False,
        keep_stack_info=False,
        use_get_message=False,
    )


def configure(kind: str, level: str, stream: TextIO | None = None) -> None:
    """Everything this process logs goes one way, what it dies of too."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(kind))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in TOO_TALKATIVE.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
    for name in ("gunicorn.error", "gunicorn.access", "waitress"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    sys.excepthook = _died
    threading.excepthook = _thread_died


def _died(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log().critical("ended by an error", exc_info=(kind, error, trace))


def _thread_died(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        log().critical("a thread ended by an error", exc_info=arguments.exc_value)
