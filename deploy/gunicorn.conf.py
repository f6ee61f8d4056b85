"""gunicorn for pmo: `gunicorn --config deploy/gunicorn.conf.py wsgi:app` in the folder of the checkout."""

import multiprocessing
import os
import signal
from types import FrameType
from typing import Any

bind = os.environ.get("PMO_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("PMO_WEB_PROCESSES", "") or min(4, multiprocessing.cpu_count()))
threads = int(os.environ.get("PMO_WEB_THREADS", "") or 8)
worker_class = "gthread"
timeout = 120  # a large import or report; a page takes far less
graceful_timeout = int(os.environ.get("PMO_STOP_SECONDS", "") or 30)  # a stopping process finishes what it has begun
keepalive = 5
max_requests = 20_000  # a process is renewed now and then; not all of them at once
max_requests_jitter = 2_000
forwarded_allow_ips = ""  # whose X-Forwarded-* count is said by PMO_TRUSTED_PROXIES, for every web server alike
secure_scheme_headers = {}  # so that gunicorn does not decide it by itself
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 (heartbeats of its processes, no data)
control_socket_disable = True  # systemd starts, reloads and stops it
accesslog = None  # the application writes a line for each request itself, without its address
errorlog = "-"


def post_worker_init(worker: Any) -> None:
    """When gunicorn asks this process to end, /readyz says so on connections that are still open."""
    ends = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        worker.wsgi.extensions["gate"].stop()
        if callable(ends):
            ends(number, frame)

    signal.signal(signal.SIGTERM, stop)
