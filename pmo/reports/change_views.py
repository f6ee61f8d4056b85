"""The page of what changed between two moments, and the same as a file: both ends stand in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from pmo.committees.queries import last_committee_moment
from pmo.db import Moment, looking_back
from pmo.kernel import clock
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import Message, Value, msg, plain
from pmo.kernel.permissions import Permission
from pmo.portfolio.queries import portfolios
from pmo.reports import changing, queries
from pmo.reports.columns import CHANGES, line_cells
from pmo.reports.logic.change_lines import KIND_NAMES, Kind, Line, grouped, lines
from pmo.reports.logic.content import Scope
from pmo.reports.models import Edition
from pmo.reports.subjects import Subject, by_id
from pmo.rules.queries import rule_book
from pmo.web.access import actor, require, require_anywhere
from pmo.web.downloads import excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import language, say
from pmo.web.look_back import LAST_COMMITTEE, moment_of

bp = Blueprint("changes", __name__, url_prefix="/changes")
PAGE = "reports/changes.html"
EDITION, DAY = "edition-", "day"
TARGETS = {
    Scope.PROJECT: ("projects.project", "project_id"),
    Scope.PROGRAMME: ("programmes.programme", "programme_id"),
    Scope.COMMITTEE: ("committees.committee", "committee_id"),
}


@dataclass(frozen=True, slots=True)
class End:
    """One of the two moments: as the address names it, as a person says it. Without a moment it is what the page shows anyway."""

    value: str
    moment: Moment | None
    title: Message

    @property
    def choice(self) -> str:
        """What the form shows as chosen."""
        return self.value if self.value in ("", LAST_COMMITTEE) or self.value.startswith(EDITION) else DAY

    @property
    def day(self) -> str:
        """As the form of a day writes it; an instant is kept as it is."""
        return self.value if self.choice == DAY else ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What one can choose an end from."""

    subject: Subject
    editions: Sequence[Edition]
    met: date | None  # the day the committee met last


@dataclass(frozen=True, slots=True)
class Asked:
    old: End
    new: End
    kind: str


@bp.get("/<any(portfolio, programme, project, committee):scope>/<int:subject_id>")
def what_changed(scope: str, subject_id: int) -> Response:
    subject = _subject(scope, subject_id)
    offered = _offered(subject)
    around: dict[str, Any] = {"subject": subject, "back": _back(subject), "choices": _choices(offered), "kind_names": KIND_NAMES}
    try:
        asked = _asked(offered)
    except Invalid as refusal:
        return page(PAGE, "changes", status=422, errors=refusal.errors, typed=request.args, asked=None, **around)
    found = changing.between(subject, actor(), _moment(asked.old), asked.new.moment)
    typed = {"since": asked.old.choice, "since_on": asked.old.day, "until": asked.new.choice, "until_on": asked.new.day}
    told = _told(subject, asked, lines(found.changes))
    return page(PAGE, "changes", errors={}, typed=typed, asked=asked, projects=found.projects, **around, **told)


@bp.get("/<any(portfolio, programme, project, committee):scope>/<int:subject_id>/list.xlsx")
def what_changed_as_excel(scope: str, subject_id: int) -> Response:
    """The lines of the page, as it filters them."""
    subject = _subject(scope, subject_id)
    asked = _asked(_offered(subject))
    found = changing.between(subject, actor(), _moment(asked.old), asked.new.moment)
    shown = _of_kind(lines(found.changes), asked.kind)
    title = say(msg("What changed"))
    return excel(
        f"changes-{subject.code}-{clock.today().isoformat()}", workbook(title, CHANGES, map(line_cells, shown), language())
    )


def _subject(scope: str, subject_id: int) -> Subject:
    """For whoever may see it, or a project of it: then only those are told of."""
    require_anywhere(Permission.PROJECT_READ)
    subject = by_id(Scope(scope), subject_id)
    if subject.scope is Scope.COMMITTEE:
        require(Permission.COMMITTEE_READ, subject.place)
    elif subject.scope is Scope.PORTFOLIO:
        if subject.id not in {one.id for one in portfolios(actor())}:
            raise NotFound
    elif subject.scope is Scope.PROJECT or not changing.is_visible(subject, actor()):
        require(Permission.PROJECT_READ, subject.place)
    return subject


def _offered(subject: Subject) -> Offered:
    return Offered(subject, changing.editions(subject, actor()), changing.last_met(subject, actor()))


def _asked(offered: Offered) -> Asked:
    """Whatever their order in the address, the older end comes first. Raises Invalid for what is no moment."""
    old, new = _end("since", offered), _end("until", offered)
    if new.moment is not None and _moment(old).at > new.moment.at:
        old, new = new, old
    kind = request.args.get("kind", "")
    return Asked(old, new, kind if kind in set(Kind) else "")


def _end(name: str, offered: Offered) -> End:
    value = request.args.get(name, "").strip()
    if value == DAY:
        value = request.args.get(f"{name}_on", "").strip()
        if not value:
            raise Invalid({f"{name}_on": msg("Choose the day.")})
    if not value:
        return _default(offered) if name == "since" else _shown()
    if value.startswith(EDITION):
        return _of_edition(value)
    if value == LAST_COMMITTEE:
        return _last_committee(name, offered)
    try:
        at = moment_of(value, last_committee_moment)
    except Invalid as refusal:
        raise Invalid({f"{name}_on": refusal.message}) from refusal
    return End(value, Moment(at), _said(at))


def _shown() -> End:
    """What every page shows at this moment: now, or the day looked back to."""
    moment = looking_back()
    return End("", None, _said(moment.at) if moment else msg("now"))


def _default(offered: Offered) -> End:
    """Since the committee met, else since the last edition, else as long as a change counts as recent."""
    if offered.met:
        return _last_committee("since", offered)
    if offered.editions:
        return _of(offered.editions[0])
    day = clock.today() - timedelta(days=rule_book(clock.today()).days("status.recent_change"))
    return End(day.isoformat(), Moment(clock.end_of_day(day)), _said(clock.end_of_day(day)))


def _last_committee(name: str, offered: Offered) -> End:
    if offered.met is None:
        raise Invalid({name: msg("No committee has met yet, so there is no state to show.")})
    return End(LAST_COMMITTEE, Moment(clock.end_of_day(offered.met)), msg("the committee of %(day)s", day=offered.met))


def _of_edition(value: str) -> End:
    """Raises NotFound for an edition that may not be read."""
    number = value.removeprefix(EDITION)
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004
        raise NotFound
    found = queries.edition(int(number))
    require(Permission.REPORT_READ, found.place)
    return _of(found)


def _of(found: Edition) -> End:
    moment = Moment(found.moment, found.known_txn)
    return End(f"{EDITION}{found.id}", moment, msg("edition %(title)s of %(moment)s", title=found.title, moment=found.moment))


def _said(at: Value) -> Message:
    return msg("%(moment)s", moment=at)


def _choices(offered: Offered) -> list[tuple[str, Message]]:
    """What both ends can be, beside now: the last committee, an edition, the end of a day."""
    met = [(LAST_COMMITTEE, msg("Last committee, %(day)s", day=offered.met))] if offered.met else []
    editions = [
        (f"{EDITION}{one.id}", msg("Edition %(title)s, %(moment)s", title=one.title, moment=one.moment))
        for one in offered.editions
    ]
    return [*met, *editions, (DAY, msg("End of a day"))]


def _moment(end: End) -> Moment:
    return end.moment or looking_back() or Moment(clock.now())


def _of_kind(told: tuple[Line, ...], kind: str) -> list[Line]:
    return [line for line in told if kind in ("", line.kind)]


def _told(subject: Subject, asked: Asked, told: tuple[Line, ...]) -> dict[str, Any]:
    """What the page shows of the lines: tabs by kind, groups, the address of the file."""
    ends = {"since": asked.old.value, "until": asked.new.value or None}
    target: dict[str, Any] = {"scope": subject.scope.value, "subject_id": subject.id, **ends}
    counts = {kind: sum(line.kind is kind for line in told) for kind in Kind}
    tabs = [(msg("Everything"), url_for(".what_changed", **target), len(told), not asked.kind)]
    tabs += [
        (KIND_NAMES[kind], url_for(".what_changed", **target, kind=kind.value), count, asked.kind == kind)
        for kind, count in counts.items()
        if count or asked.kind == kind
    ]
    return {
        "told": told,
        "groups": list(grouped(_of_kind(told, asked.kind))),
        "tabs": tabs,
        "excel_url": url_for(".what_changed_as_excel", **target, kind=asked.kind or None),
    }


def _back(subject: Subject) -> tuple[Message, str]:
    if subject.scope is Scope.PORTFOLIO:
        return plain(subject.name), url_for("status.portfolio", portfolio=subject.code)
    endpoint, name = TARGETS[subject.scope]
    target: dict[str, Any] = {name: subject.id}
    return plain(subject.committee or subject.name), url_for(endpoint, **target)
