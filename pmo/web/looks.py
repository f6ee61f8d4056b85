"""What templates need for looks only: the `ui` macros, the glyph of a status, the address of an icon."""

from datetime import date, datetime

from flask import Flask, current_app, request

from pmo.kernel import clock
from pmo.kernel.colours import Glyph, glyph
from pmo.web.i18n import language


def install(app: Flask) -> None:
    """After the filters: the macros are compiled here."""
    app.jinja_env.globals.update(glyph=_glyph, sprite=_sprite)
    app.jinja_env.filters.update(clock_time=_clock_time, input_moment=_input_moment)
    app.jinja_env.tests["iso_day"] = _is_iso_day
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui/macros.html").module


def _glyph(status: str | None) -> Glyph:
    return glyph(status, language())


def _sprite(name: str) -> str:
    """Asked for hundreds of times a page, so without the routing of url_for."""
    return f"{request.script_root}{current_app.static_url_path}/icons/sprite.svg#{name}"


def _clock_time(moment: datetime) -> str:
    return f"{clock.local(moment):%H:%M}"


def _input_moment(moment: datetime) -> str:
    """What a datetime-local field understands: local time without a zone."""
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}"


def _is_iso_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
