"""Answer with a page, or with only the blocks of that page that htmx asked for."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request

from pmo.kernel.languages import Message
from pmo.web.i18n import say


def page(template: str, block: str, *, status: int = 200, also: Sequence[str] = (), **context: Any) -> Response:
    """The whole template, or `block` of it when the request comes from an htmx swap.

    `also` names blocks sent along to be swapped out of band; such a block's root element carries
    `hx-swap-oob` when `oob` is true in its context. Blocks are rendered alone: they see `context`
    and the globals, never a `set` or an `import` written at the top of the template.
    """
    if wants_fragment():
        beside = (apart(_block(template, name, {**context, "oob": True})) for name in also)
        body = _block(template, block, context) + "".join(beside)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    return response


def wants_fragment() -> bool:
    """True for a swap into a page; false for a boosted link or a restored history entry."""
    asked = request.htmx  # type: ignore[attr-defined]
    return bool(asked) and not asked.boosted and not asked.history_restore_request


def see_other(url: str, said: Message | None = None) -> Response:
    """After a POST: 303 for a browser without script, a client-side move for htmx. `said` is told there, once."""
    if said is not None:
        flash(say(said))
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, code=303))


def toast(response: Response, message: Message, undo_url: str = "") -> Response:
    """Say in the live region what was done; the text travels in a fragment swapped out of band."""
    if wants_fragment():
        html = render_template("ui/toast.html", text=say(message), undo_url=undo_url)
        response.set_data(response.get_data(as_text=True) + apart(html))
    return response


def apart(html: str) -> str:
    """What is swapped out of band: beside a table's row the parser would empty its forms, beside a box it would drop its rows."""
    return f"<template>{html}</template>"


def _block(template: str, block: str, context: dict[str, Any]) -> str:
    full = dict(context)
    current_app.update_template_context(full)
    compiled = current_app.jinja_env.get_template(template)
    return "".join(compiled.blocks[block](compiled.new_context(full)))
