"""Builds the application: settings, database, rooms, refusals."""

from typing import Any

from flask import Flask, make_response, redirect, url_for
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from werkzeug import Response

from pmo import rooms
from pmo.committees.queries import last_committee_moment
from pmo.config import Settings, secret_key
from pmo.db import db, read_test_clock
from pmo.history.logic import keep
from pmo.home.queries import frame_facts
from pmo.hooks import listening
from pmo.kernel import clock
from pmo.people import provider, sessions
from pmo.portfolio.scopes import PortfolioScopes
from pmo.watching import requests, second_reader
from pmo.web import assets, errors, frame, headers, health, i18n, limits, look_back, looks, numbers, proxies, stopping
from pmo.web.access import can, can_anywhere, refuse_unguarded, require_sign_in

# Nothing is prepared in the database: looking back, the same words mean other tables, and a plan of the present is refused there.
POOL: dict[str, object] = {
    "pool_pre_ping": True,
    "pool_size": 5,
    "max_overflow": 10,
    "connect_args": {"prepare_threshold": None},
    "hide_parameters": True,  # no value of anybody's in an error
}


def create_app(settings: Settings, **overrides: Any) -> Flask:
    """One application; `overrides` are Flask settings (tests)."""
    app = Flask(__name__, static_url_path=assets.url_path())
    app.config.from_mapping(
        SETTINGS=settings,
        SEND_FILE_MAX_AGE_DEFAULT=assets.YEAR_SECONDS,
        SECRET_KEY=secret_key(settings),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=POOL,
        SQLALCHEMY_BINDS=second_reader.binds(settings, POOL),
        MAX_CONTENT_LENGTH=settings.upload_mib * 1024 * 1024,
        BABEL_TRANSLATION_DIRECTORIES="translations",
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.config.from_mapping(overrides)
    app.wsgi_app = proxies.TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    clock.live_in(settings.time_zone)
    db.init_app(app)
    requests.install(app, settings)
    stopping.install(app)
    second_reader.install(app, settings)
    app.extensions["scopes"] = PortfolioScopes()
    app.url_map.converters["int"] = numbers.Number
    keep(*rooms.KEPT)
    listening.install()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.test_clock:
        app.before_request(read_test_clock)
    sessions.install(app)
    provider.install(app)
    limits.install(app)
    Htmx(app)
    look_back.install(app, last_committee_moment)
    i18n.install(app)
    frame.install(app, lambda: rooms.MENU, frame_facts)
    csrf = CSRFProtect(app)
    errors.install(app)
    app.after_request(headers.secure)
    app.after_request(refuse_unguarded)
    app.jinja_env.globals.update(can=can, can_anywhere=can_anywhere, today=clock.today, now=clock.now)
    looks.install(app)  # last: the macros see the globals that exist when they are compiled
    app.register_blueprint(health.bp)
    for blueprint in rooms.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in rooms.APIS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.add_url_rule("/", "root", _root)
    return app


def _root() -> Response:
    require_sign_in()
    return make_response(redirect(url_for(rooms.first_page()), code=303))
