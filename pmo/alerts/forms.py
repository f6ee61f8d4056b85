"""What people answer to an alert."""

from datetime import date

from pmo.web.forms import Form, Line


class Seen(Form):
    note: Line = ""
    version: int


class Later(Form):
    until: date
    reason: Line = ""
    version: int
