"""What people type about improvement proposals."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from pmo.proposals.logic import Effect, Size, Verdict
from pmo.web.forms import Blank, Form

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class IdeaForm(Form):
    title: Title
    idea: Words


class AssessForm(Form):
    effort: Size
    benefit: Size
    assessment: Words
    version: int = 0


class DecideForm(Form):
    verdict: Verdict
    reason: Words
    measure_on: Annotated[date | None, Blank] = None
    version: int = 0


class EffectForm(Form):
    effect: Effect
    effect_text: Words
    version: int = 0


class SeenForm(Form):
    version: int = 0
