"""A file on its way in: kept in the database from upload to apply, so that any server can go on with it."""

import hashlib
from collections.abc import Mapping as Dict
from datetime import date
from typing import Any

from pmo.db import db
from pmo.exchange import actions, mappings
from pmo.exchange.bringing import Report, Where, as_import, bring_entries, bring_projects, read_list
from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.preview import fingerprint, freeze, preview
from pmo.exchange.logic.sheets import Choices, Heard
from pmo.exchange.models import ImportRun
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Refused
from pmo.kernel.languages import msg

READING, READY, REFUSED, APPLIED, DISCARDED = "reading", "ready", "refused", "applied", "discarded"
OPEN = (READING, READY, REFUSED)
CHANGED_MEANWHILE = msg("Something changed here since you looked. This is what would change now; look again, then apply.")


def start(kind: str, name: str, content: bytes, *, person_id: int, portfolio: str) -> ImportRun:
    """Keep an uploaded file. The caller commits; reading comes after."""
    run = ImportRun(
        kind=str(kind),
        file_name=name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        person_id=person_id,
        choices={"portfolio": portfolio},
        preview={},
        made_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    return run


def look(run: ImportRun) -> Dict[str, Any]:
    """The preview as things stand now; nothing is changed. Must not run inside a transaction that writes."""
    try:
        return _looked(run)
    except Refused as refused:
        return {"sentence": freeze(refused.message)}


def _looked(run: ImportRun) -> Dict[str, Any]:
    kind, heard = Kind(run.kind), _heard(run)
    if kind is not Kind.PORTFOLIO:
        report = bring_entries(heard, kind, _where(run), dry_run=True)
        counts = {key: report[key] for key in ("created", "updated", "unchanged", "older", "conflicts") if key in report}
        shown = preview(heard, None) | {"counts": counts, "refused_rows": report["refused"], "lines": report.get("lines", [])}
        return shown | {"fingerprint": fingerprint(shown), "position_on": (heard.position.on or clock.today()).isoformat()}
    job = _job(run, heard)
    actions.effective_at(job.on)
    shown = preview(heard, actions.prepare(job))
    return shown | {"position_on": job.on.isoformat(), "portfolio": job.portfolio_code}


def keep(run: ImportRun, shown: Dict[str, Any]) -> None:
    """Remember what was seen. The caller commits."""
    run.preview = dict(shown)
    run.state = REFUSED if "sentence" in shown else READY
    run.position_on = date.fromisoformat(shown["position_on"]) if "position_on" in shown else None


def choose(run: ImportRun, **choices: Any) -> None:
    """Replace some of the choices; the preview has to be looked at again. The caller commits."""
    if run.state not in OPEN:
        raise Conflict(msg("This list was already brought in or thrown away."))
    run.choices = {**run.choices, **choices}
    run.state = READING


def apply(run: ImportRun, seen: str) -> Report:
    """Bring the list in as it was shown. Raises Conflict when it would change something else by now."""
    if run.state != READY:
        raise Conflict(msg("This list was already brought in or thrown away."))
    shown = look(run)
    if shown.get("fingerprint") != seen:
        raise Conflict(CHANGED_MEANWHILE)
    kind, heard = Kind(run.kind), _heard(run)
    if kind is Kind.PORTFOLIO:
        return bring_projects(_job(run, heard))
    return bring_entries(heard, kind, _where(run))


def applied(run: ImportRun, report: Report) -> None:
    """Done: the report stays, the file goes. The caller commits."""
    kept = {key: value for key, value in report.items() if key not in {"notes", "columns", "sheets"}}
    run.preview = {"done": kept}
    run.state, run.applied_at, run.content = APPLIED, clock.now(), b""


def discard(run: ImportRun) -> None:
    """Nothing of it is kept but that it was there. The caller commits."""
    if run.state not in OPEN:
        raise Conflict(msg("This list was already brought in or thrown away."))
    run.state, run.content, run.preview = DISCARDED, b"", {}


def _heard(run: ImportRun) -> Heard:
    made = run.choices
    choices = Choices(
        mapping=made.get("mapping", ""),
        columns=made.get("columns", {}),
        position_on=date.fromisoformat(made["position_on"]) if made.get("position_on") else None,
        sheet=made.get("sheet", ""),
        order=Order(made["order"]) if made.get("order") else None,
    )
    return read_list(run.content, run.file_name, Kind(run.kind), choices)


def _job(run: ImportRun, heard: Heard) -> actions.Import:
    job = as_import(heard, _where(run))
    return actions.Import(job.heard, job.portfolio_code, job.currency, run.choices.get("answers", {}))


def _where(run: ImportRun) -> Where:
    return Where(run.choices.get("portfolio", ""), run.choices.get("project", ""), run.choices.get("answers", {}))


def mapping_names(kind: Kind) -> list[tuple[str, str]]:
    """The mappings one may choose for this kind of list."""
    return [(mapping.name, mapping.title) for mapping in mappings.shipped() if mapping.kind is kind]
