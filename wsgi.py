"""For web servers other than our own: `gunicorn wsgi:app`."""

from pmo.application import for_a_web_server

app = for_a_web_server()
