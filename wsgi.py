"""For web servers other than our own: `gunicorn wsgi:app`."""

import sys

from pmo.application import for_a_web_server
from pmo.config import BadSettings
from pmo.console import Complaint

CANNOT_START = 3  # gunicorn then ends instead of trying again and again

try:
    app = for_a_web_server()
except (BadSettings, Complaint) as problem:
    sys.stderr.write(f"pmo: {problem}\n")
    raise SystemExit(CANNOT_START) from problem
