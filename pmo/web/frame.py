"""What surrounds every page, as one value: menu, run-up to the committee, the moment looked at, who is signed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, url_for
from werkzeug.local import LocalProxy

from pmo.kernel import clock
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor, Permission, may_anywhere
from pmo.web.htmx import wants_fragment
from pmo.web.i18n import language

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "nl": "Nederlands"}
DENSITIES = {"roomy": msg("Roomy"), "default": msg("Default"), "compact": msg("Compact")}
IN_THE_BAR = 4  # entries of the phone's bar beside the whole menu
SEARCH = "search.results"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of a room in rooms.py. Shown when the room works and the person may use it somewhere."""

    title: Message
    endpoint: str
    icon: str
    permission: Permission
    group: Message
    in_bar: bool = False  # also in the bar of the phone


@dataclass(frozen=True, slots=True)
class MenuItem:
    title: Message
    url: str
    icon: str
    is_current: bool = False
    in_bar: bool = False
    count: int = 0  # the person's own open things; 0 shows nothing
    is_hot: bool = False


@dataclass(frozen=True, slots=True)
class MenuGroup:
    title: Message
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class StripStep:
    title: Message
    day: date
    days: int  # calendar days from today; negative when past
    is_committee: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """The run-up to the next meeting of a committee."""

    today: date
    data_at: datetime
    steps: tuple[StripStep, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One choice of "State on"; without a moment it is today."""

    title: Message
    moment: datetime | None = None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class AsOf:
    moment: datetime
    title: Message | None  # "Last committee", when it is one of the choices
    back_url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the application looks up for a signed-in person; asked for only when a whole page is drawn."""

    role_title: Message
    strip: Strip | None = None  # None for administrators and field people
    moments: tuple[tuple[Message, datetime], ...] = ()  # last committee, last report, committee before, end of last year
    counts: Mapping[str, int] = field(default_factory=dict)  # endpoint -> the person's own open things
    hot: frozenset[str] = frozenset()  # endpoints whose count is urgent


@dataclass(frozen=True, slots=True)
class Display:
    """Known without anybody signed in, and without the database: error pages draw from it too."""

    language: str
    theme: str  # "light", "dark", or "" for what the machine prefers
    density: str
    has_keys: bool  # single-key shortcuts, off unless the person switched them on
    here: str  # path and query of this page, to come back to
    languages: tuple[tuple[str, str], ...] = tuple(LANGUAGE_NAMES.items())
    densities: tuple[tuple[str, Message], ...] = tuple(DENSITIES.items())


@dataclass(frozen=True, slots=True)
class Frame:
    """Empty but for `display` when nobody is signed in."""

    display: Display
    person_name: str = ""
    initials: str = ""
    role_title: Message | None = None
    menu: tuple[MenuGroup, ...] = ()
    strip: Strip | None = None
    as_of: AsOf | None = None
    moments: tuple[Moment, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()  # the query of this page without its moment
    search_url: str = ""
    is_by_link: bool = False  # opened with a link of a mail: this page and no other

    @property
    def bar(self) -> tuple[MenuItem, ...]:
        """The phone's bar: entries marked for it, else the first ones; its last place opens the whole menu."""
        items = [item for group in self.menu for item in group.items]
        return tuple(([item for item in items if item.in_bar] or items)[:IN_THE_BAR])


def install(app: Flask, entries: Callable[[], Sequence[MenuEntry]], facts: Callable[[Actor], Facts]) -> None:
    """`frame` and `display` in every template; `frame` is built once per request, and only if something of it is drawn."""

    app.extensions["menu"] = entries

    def once() -> Frame:
        if "frame" not in g:
            g.frame = build(g.get("actor"), entries, facts)
        frame: Frame = g.frame
        return frame

    @app.context_processor
    def offer() -> dict[str, object]:
        return {"frame": LocalProxy(once), "display": display()}


def build(actor: Actor | None, entries: Callable[[], Sequence[MenuEntry]], facts: Callable[[Actor], Facts]) -> Frame:
    """The frame of this request. `facts` costs a few statements, so it is not asked for a fragment, which draws none of them."""
    if actor is None:
        return Frame(display())
    if g.get("only_for"):
        return Frame(display(), actor.name, initials(actor.name), is_by_link=True)
    kept = tuple((name, value) for name, value in request.args.items(multi=True) if name != "as_of")
    if wants_fragment():
        return Frame(display(), actor.name, initials(actor.name), as_of=_as_of((), kept))
    known = facts(actor)
    moments = _moments(known.moments, kept)
    return Frame(
        display(),
        person_name=actor.name,
        initials=initials(actor.name),
        role_title=known.role_title,
        menu=_menu(actor, entries(), known),
        strip=known.strip,
        as_of=_as_of(moments, kept),
        moments=moments,
        kept=kept,
        search_url=url_for(SEARCH) if SEARCH in current_app.view_functions else "",
    )


def display() -> Display:
    """Cookies, so that the server draws theme, density and language right at once."""
    theme, density = request.cookies.get("theme", ""), request.cookies.get("density", "")
    return Display(
        language=language(),
        theme=theme if theme in ("light", "dark") else "",
        density=density if density in DENSITIES else "default",
        has_keys=request.cookies.get("keys") == "on",
        here=request.full_path.rstrip("?") if request.method == "GET" else request.path,
    )


def run_up(today: date, data_at: datetime, cut_off: date | None, pack: date | None, meeting: date) -> Strip:
    """The strip of one meeting; what is not planned is left out."""
    planned = ((msg("Data cut-off"), cut_off), (msg("Pack sent"), pack))
    steps = tuple(StripStep(title, day, (day - today).days) for title, day in planned if day is not None)
    return Strip(today, data_at, (*steps, StripStep(msg("Committee"), meeting, (meeting - today).days, is_committee=True)))


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()  # noqa: PLR2004


def entries_of(actor: Actor) -> list[MenuItem]:
    """Every entry of a person's menu, for those who look for a page by its name."""
    groups = _menu(actor, current_app.extensions["menu"](), Facts(msg("")))
    return [item for group in groups for item in group.items]


def _menu(actor: Actor, entries: Sequence[MenuEntry], known: Facts) -> tuple[MenuGroup, ...]:
    working = [entry for entry in entries if entry.endpoint in current_app.view_functions]
    here = _here([entry.endpoint for entry in working])
    groups: dict[Message, list[MenuItem]] = {}
    for entry in working:
        if may_anywhere(actor, entry.permission):
            groups.setdefault(entry.group, []).append(_item(entry, here, known))
    return tuple(MenuGroup(title, tuple(items)) for title, items in groups.items())


def _here(endpoints: Sequence[str]) -> str:
    """The entry of this very page, or the one the view named in `g.menu_entry`, else the first of the page's room."""
    named = str(g.get("menu_entry", request.endpoint))
    room = f"{request.blueprint}."
    return named if named in endpoints else next((endpoint for endpoint in endpoints if endpoint.startswith(room)), "")


def _item(entry: MenuEntry, here: str, known: Facts) -> MenuItem:
    is_current, is_hot = entry.endpoint == here, entry.endpoint in known.hot
    count = known.counts.get(entry.endpoint, 0)
    return MenuItem(entry.title, url_for(entry.endpoint), entry.icon, is_current, entry.in_bar, count, is_hot)


def _moments(choices: Sequence[tuple[Message, datetime]], kept: tuple[tuple[str, str], ...]) -> tuple[Moment, ...]:
    looked_at: datetime | None = g.get("as_of")
    today = Moment(msg("Today"), None, _url(kept, None), looked_at is None)
    return (today, *(Moment(title, moment, _url(kept, moment), moment == looked_at) for title, moment in choices))


def _as_of(moments: Sequence[Moment], kept: tuple[tuple[str, str], ...]) -> AsOf | None:
    looked_at: datetime | None = g.get("as_of")
    if looked_at is None:
        return None
    return AsOf(looked_at, next((choice.title for choice in moments if choice.is_current), None), _url(kept, None))


def _url(kept: tuple[tuple[str, str], ...], moment: datetime | None) -> str:
    query = kept if moment is None else (*kept, ("as_of", clock.local(moment).isoformat()))
    return f"{request.path}?{urlencode(query)}" if query else request.path
