"""What is typed about updates asked before a meeting."""

from datetime import date

from pmo.web.forms import Form, Line


class SeenForm(Form):
    until: date
    back: Line = ""


class ExcuseForm(Form):
    reason: Line = ""
    version: int = 0
