"""For `gunicorn wsgi:app`, which reads this file by itself: threads, a graceful end, and no log of its own of what was asked."""

import os
import signal
from types import FrameType
from typing import Any

worker_class = "gthread"
threads = 8
graceful_timeout = int(os.environ.get("PMO_STOP_SECONDS") or 30)
accesslog = None  # the application writes a line for each request itself, without its address


def post_worker_init(worker: Any) -> None:
    """When gunicorn asks this process to end, /readyz says so on connections that are still open."""
    ends = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        worker.wsgi.extensions["gate"].stop()
        if callable(ends):
            ends(number, frame)

    signal.signal(signal.SIGTERM, stop)
