"""The 5 x 5 matrix of risks, before and after their response; every count leads to its rows in the register."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.kernel import clock
from pmo.kernel.permissions import Permission
from pmo.raid import queries
from pmo.raid.logic import BAND_NAMES, SCALE, Band, Bands, RaidType
from pmo.raid.register_filter import Asked
from pmo.rules.queries import rule_book
from pmo.web.access import actor, require_anywhere
from pmo.web.htmx import page

bp = Blueprint("matrix", __name__, url_prefix="/raid/matrix")
PAGE = "raid/matrix.html"
RESIDUAL = "after"


@bp.get("")
def matrix() -> Response:
    """Of open risks in open projects, of one programme or project if asked (?risks=after: after the response)."""
    require_anywhere(Permission.PROJECT_READ)
    is_residual = request.args.get("risks") == RESIDUAL
    given = {name: request.args.get(name, "").strip() for name in ("programme", "project")}
    asked = Asked(type=RaidType.RISK.value, programme=given["programme"], project=given["project"])
    heat = queries.heat(actor(), asked, clock.today(), residual=is_residual)
    bands = queries.bands_of(rule_book())
    programmes, projects = queries.places(actor())
    return page(
        PAGE,
        "matrix",
        asked=asked,
        heat=heat,
        unscored=sum(number for cell, number in heat.items() if None in cell),
        by_band=by_band(heat, bands),
        bands=bands,
        band_names=BAND_NAMES,
        scale=SCALE,
        is_residual=is_residual,
        programmes=[(code, f"{code} {name}") for code, name in programmes],
        projects=[(code, f"{code} {name}") for code, name in projects],
        to_register=_register,
        to=_here,
    )


def by_band(heat: Mapping[tuple[int | None, int | None], int], bands: Bands) -> dict[Band, int]:
    """How many risks stand in each band; what has no score stands in none."""
    found = Counter[Band]()
    for (likelihood, impact), number in heat.items():
        if likelihood is not None and impact is not None:
            found[bands.of(likelihood * impact)] += number
    return {band: found[band] for band in reversed(Band)}


def _register(asked: Asked, likelihood: int, impact: int, is_residual: bool) -> str:
    """The rows behind one count."""
    query: dict[str, Any] = {"type": RaidType.RISK.value} | asked.places
    query["left" if is_residual else "cell"] = f"{likelihood}x{impact}"
    return url_for("register.items", **query)


def _here(asked: Asked, risks: str) -> str:
    query: dict[str, Any] = {**asked.places, **({"risks": risks} if risks else {})}
    return url_for(".matrix", **query)
