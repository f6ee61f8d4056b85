"""`make bench`: statements, milliseconds and bytes of the heaviest pages on a large portfolio, beside the floor under them.

The floor is Flask and Jinja sending as many rows and bytes and nothing else. Page and floor take turns, so that both meet the
same machine; medians of twenty. The database (embedded, in var/bench) is kept between runs; --fresh makes it anew.
"""

import argparse
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text

from pmo import embedded
from pmo.app import create_app
from pmo.config import Settings, from_environment
from pmo.db import db, transaction, upgrade
from pmo.kernel import memory
from pmo.kernel.permissions import Role, ScopeKind
from pmo.people import actions as people
from pmo.people import sessions
from pmo.people.models import Person
from pmo.reports.contents import Wanted
from pmo.reports.contents import report as report_of
from pmo.reports.logic import canonical
from pmo.reports.logic.content import Scope
from pmo.reports.logic.stamp import Stamp
from pmo.reports.word.document import document
from pmo.rules.actions import load

PROJECTS, MILESTONES, MOVES, TURNS = 1000, 5, 119, 20
NOW = datetime.now(UTC)
START = NOW - timedelta(days=MOVES + 30)
CELLS = 12
REPORTS = 3
BENCH = "bench@example.org"

FILL = """
insert into portfolio (code, name, name_key) values ('BENCH', 'Bench', 'bench'), ('SMALL', 'Small', 'small');
insert into programme (portfolio_id, code, name, name_key, position)
  select 1, 'G' || g, 'Programme ' || g, 'programme ' || g, g from generate_series(1, 20) g;
insert into programme (portfolio_id, code, name, name_key) values (2, 'S', 'Small', 'small');
insert into project (portfolio_id, programme_id, code, name, name_key, budget, spent, forecast_cost)
  select 1, 1 + p % 20, 'B-' || lpad(p::text, 4, '0'), 'Project number ' || p, 'project number ' || lpad(p::text, 4, '0'),
    100000 + p, 50000, 101000 + 20 * p
  from generate_series(1, {projects}) p;
insert into project (portfolio_id, programme_id, code, name, name_key) values (2, 21, 'S-1', 'Small one', 'small one');
insert into milestone (project_id, code, name, name_key, baseline, forecast, commitment, position)
  select p, 'M' || m, 'Milestone ' || m, 'milestone ' || m,
    current_date + 30 * m - 60, current_date + 30 * m - 60, current_date + 30 * m - 55, m
  from generate_series(1, {projects}) p, generate_series(1, {milestones}) m;
insert into raid_item (project_id, code, type, title, title_key, probability, impact, status, raised_on, due)
  select p, 'R-001', 'risk', 'A risk', 'a risk', 1 + p % 5, 1 + p % 4, 'open', current_date - 60, current_date + 10
  from generate_series(1, {projects}) p;
insert into raid_item (project_id, code, type, title, title_key, probability, impact, status, raised_on, due)
  select p, 'R-00' || n, 'risk', 'Risk ' || n, 'risk ' || n, 1 + n % 5, 1 + p % 5, 'open', current_date - 40, current_date + n
  from generate_series(1, {projects}) p, generate_series(2, 5) n;
insert into status_update (project_id, period_end, stated_at, overall, scope, resources, quality)
  select p, current_date, now() - interval '3 days', 'green', 'green', 'amber', 'green' from generate_series(1, {projects}) p;
insert into committee (code, name, portfolio_id) values ('MC', 'Management committee', 1);
insert into meeting (committee_id, held_on, cut_off, pack_on)
  select 1, current_date + 7 - 28 * m, current_date + 1 - 28 * m, current_date + 3 - 28 * m from generate_series(0, 11) m;
insert into decision (committee_id, meeting_id, project_id, code, decided_on, outcome, text)
  select 1, 2 + d % 11, d, 'D-' || d, current_date - 28, 'accepted', 'Decided about number ' || d from generate_series(1, 200) d;
"""

# Work for the person who looks, whose id is not known before: twelve projects to lead, forty actions of the committee.
WORK = """
update project set manager_id = :person where id <= 12;
insert into action_item (committee_id, meeting_id, project_id, code, what, what_key, owner_id, opened_on, due)
  select 1, 2, a, 'A-' || a, 'Follow up ' || a, 'follow up ' || a, :person, current_date - 30, current_date - 10 + a
  from generate_series(1, 40) a;
"""


MOVE = text("update milestone set forecast = forecast + case when id % 7 = :turn then 2 else 0 end, version = version + 1")


@dataclass(frozen=True)
class Measured:
    title: str
    statements: int
    rows: int
    size: int
    page_ms: float
    floor_ms: float


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--fresh", action="store_true")
    asked = given.parse_args()
    folder = Path("var/bench").resolve()
    if asked.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    with embedded.attach(folder, durable=False) as cluster:
        settings = replace(
            from_environment({}), data_dir=folder, database_url=cluster.url(), database_owner_url=cluster.owner_url()
        )
        upgrade(settings.database_owner_url)
        with memory.loading():  # as the server does
            app = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
        fill(app, settings)
        report(app, measure_all(app))
        fifty(app)


def fill(app: Flask, settings: Settings) -> None:
    """A thousand projects and some 600,000 versions of their milestones."""
    with app.app_context():
        if db.session.scalar(text("select count(*) from project")):
            return
        say("filling the database, once: about two minutes")
        with transaction("rules"):
            load(Path("seeds/rules.csv"))
        person = somebody()
        with transaction("bench", effective_at=START):
            for statement in (FILL.format(projects=PROJECTS, milestones=MILESTONES) + WORK).strip().split(";\n"):
                db.session.execute(text(statement.strip().rstrip(";")), {"person": person.id})
        for move in range(MOVES):
            with transaction("moved", effective_at=START + timedelta(days=1 + move)):
                db.session.execute(MOVE, {"turn": move % 7})
    owner = create_engine(settings.database_owner_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("analyze"))
    owner.dispose()


def measure_all(app: Flask) -> list[Measured]:
    client = signed_in(app)
    earlier = (START + timedelta(days=40)).date().isoformat()
    with app.app_context():
        milestone = db.session.scalar(text("select min(id) from milestone"))
    pages = [
        ("Portfolio, 1,000 projects", "/portfolio?portfolio=BENCH", "data-row"),
        ("Portfolio, 1 project", "/portfolio?portfolio=SMALL", "data-row"),
        ("Portfolio as of 40 days in, 600,000 versions", f"/portfolio?portfolio=BENCH&as_of={earlier}", "data-row"),
        ("Timeline, page of 200 of 2,000 rows and more", "/timeline?portfolio=BENCH&open=all", 'class="grow'),
        ("History of one milestone, 120 versions", f"/history/milestone/{milestone}", "<li"),
        ("RAID register, 5,000 items", "/raid", "data-row"),
        ("Risk matrix, 5,000 items", "/raid/matrix", "<td class"),
        ("My work, 12 projects and 40 actions", "/my-work", "<li"),
        ("Committee, 12 meetings and 200 decisions", "/committees/1", "<tr"),
    ]
    return [measure(app, client, *page) for page in pages]


def somebody() -> Person:
    """Of the PMO, who looks at everything."""
    with transaction("bench"):
        person = people.add_person(email=BENCH, name="Bench")
        people.grant(person, Role.PMO, ScopeKind.ALL)
    return person


def signed_in(app: Flask) -> FlaskClient:
    with app.app_context(), transaction("bench"):
        person = people.queries.person_by_email(BENCH)
        if person is None:
            raise SystemExit("This database is of another version of the bench: make bench ARGS=--fresh")
        token = people.start_session(person, address="", agent="bench")
    client = app.test_client()
    client.set_cookie(sessions.COOKIE, token)
    return client


def measure(app: Flask, client: FlaskClient, title: str, url: str, row_mark: str) -> Measured:
    first = client.get(url)
    if first.status_code != 200:
        raise SystemExit(f"{title}: {url} answered {first.status_code}")
    size, rows = len(first.data), max(1, first.text.count(row_mark))
    floor = floor_page(size, rows)
    page_times, floor_times = [], []
    for _ in range(TURNS):
        page_times.append(timed(lambda: client.get(url)))
        floor_times.append(timed(floor))
    return Measured(
        title, statements(app, client, url), rows, size, statistics.median(page_times), statistics.median(floor_times)
    )


def fifty(app: Flask) -> None:
    """A report of the fifty projects of one programme: its content computed, then its Word file drawn."""
    with app.test_request_context():
        projects = db.session.scalar(text("select count(*) from project where programme_id = 1"))
        times = []
        for _ in range(REPORTS):
            start = time.perf_counter()
            made = report_of(Wanted(Scope.PROGRAMME, 1))
            computed = time.perf_counter()
            document(made, Stamp(author="Bench", content_sha256=canonical.sha256(canonical.plain(made))), "en")
            times.append((computed - start, time.perf_counter() - computed))
            db.session.rollback()
    content, drawn = (statistics.median(each) for each in zip(*times, strict=True))
    say(f"\nReport of {projects} projects: content {content:.1f} s, Word file {drawn:.1f} s; medians of {REPORTS}")


def statements(app: Flask, client: FlaskClient, url: str) -> int:
    sent: list[str] = []

    def note(*seen: object) -> None:
        if not str(seen[2]).lstrip().startswith("select set_config("):
            sent.append(str(seen[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    client.get(url)
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def floor_page(size: int, rows: int) -> Callable[[], object]:
    """As many rows and bytes, one statement, nothing else."""
    markup = len("<tr></tr>") + CELLS * len("<td></td>")
    filling = max(1, (size // rows - markup) // CELLS)
    app = Flask("floor")
    template = "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
    with_rows = [["x" * filling] * CELLS for _ in range(rows)]

    @app.get("/")
    def page() -> str:
        return render_template_string(template, rows=with_rows)

    client = app.test_client()
    return lambda: client.get("/")


say = partial(print, flush=True)


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def report(app: Flask, measured: list[Measured]) -> None:
    with app.app_context():
        versions = db.session.scalar(text("select count(*) from history.milestone"))
    say(f"{versions:,} versions of milestones; medians of {TURNS}, page and floor in turns\n")
    say(f"{'page':<50} {'statements':>10} {'rows':>6} {'bytes':>9} {'ms':>8} {'floor ms':>9} {'ratio':>6}")
    for one in measured:
        ratio = one.page_ms / one.floor_ms
        counts = f"{one.statements:>10} {one.rows:>6} {one.size:>9,}"
        say(f"{one.title:<50} {counts} {one.page_ms:>8.1f} {one.floor_ms:>9.1f} {ratio:>6.1f}")


if __name__ == "__main__":
    main()
