"""Clients that write and repeat, and what must be true afterwards: for tests and tools about several machines.

Each client moves a milestone of its own from day to day. A day is a write that may be repeated: the client reads the milestone,
and when the day it was to write is there already, it counts as written. What was acknowledged has to be in the history once.
"""

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, event, text

from pmo.app import create_app
from pmo.application import migrate
from pmo.config import Settings
from pmo.db import acting, db, transaction
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from tests.factories import Make

FIRST_DAY = date(2030, 1, 1)
PAUSE = 0.05
PAGES = ("/api/v1/milestones", "/api/v1/raid", "/api/v1/portfolios", "/portfolio", "/raid", "/healthz")


@dataclass
class Said:
    """What one client saw."""

    written: list[date] = field(default_factory=list)
    cut: int = 0  # connections that ended without an answer, or none that could be had
    refused: int = 0  # 503: a server that stops, or whose database is away
    wrong: list[str] = field(default_factory=list)  # anything else: there must be none
    read: int = 0
    slowest: float = 0.0
    repeated: int = 0
    longest_silence: float = 0.0  # between two acknowledged writes


class Client(threading.Thread):
    """Writes day after day to one of the servers, another one when that does not answer, until it is told to stop."""

    def __init__(self, ports: Sequence[int], token: str, milestone: int) -> None:
        super().__init__(daemon=True)
        self.ports, self.token, self.milestone = list(ports), token, milestone
        self.said, self.ending = Said(), threading.Event()
        self.chance = random.Random(milestone)  # noqa: S311

    def run(self) -> None:
        day, last = FIRST_DAY, time.monotonic()
        while not self.ending.is_set():
            if self.write(day):
                self.said.written.append(day)
                self.said.longest_silence = max(self.said.longest_silence, time.monotonic() - last)
                day, last = day + timedelta(days=1), time.monotonic()
                self.look()
            else:
                self.said.repeated += 1
                time.sleep(PAUSE * 4)
            time.sleep(PAUSE)

    def write(self, day: date) -> bool:
        """True when the server says the milestone stands on this day."""
        path = f"/api/v1/milestones/{self.milestone}"
        known = self.ask("GET", path)
        if known is None:
            return False
        if known["forecast"] == day.isoformat():
            return True  # written before, by an attempt whose answer was lost
        moved = self.ask("PATCH", path, {"forecast": day.isoformat()}, {"If-Match": f'"{known["version"]}"'})
        return moved is not None and moved["forecast"] == day.isoformat()

    def look(self) -> None:
        if self.ask("GET", self.chance.choice(PAGES)) is not None:
            self.said.read += 1

    def ask(self, method: str, path: str, sent: object = None, headers: dict[str, str] | None = None) -> Any:
        """The answer, or None when there was none: the connection was cut, or the server is on its way out."""
        began, answered = time.monotonic(), None
        connection = http.client.HTTPConnection("127.0.0.1", self.chance.choice(self.ports), timeout=60)
        known = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | (headers or {})
        try:
            connection.request(method, path, json.dumps(sent) if sent else None, known)
            answer = connection.getresponse()
            content = answer.read()
            answered = answer.status
        except (OSError, http.client.HTTPException):
            self.said.cut += 1
            return None
        finally:
            connection.close()
            self.said.slowest = max(self.said.slowest, time.monotonic() - began)
        if answered == 200:
            return json.loads(content) if path.startswith("/api/") else {}
        if answered in (503, 412):
            self.said.refused += 1
        else:
            self.said.wrong.append(f"{method} {path.partition('?')[0]}: {answered}")
        return None

    def stop(self) -> Said:
        self.ending.set()
        self.join(90)
        return self.said


def missing(written: Sequence[date], kept: Sequence[date]) -> list[date]:
    """Days that were acknowledged and are not in the history."""
    return sorted(set(written) - set(kept))


def doubled(kept: Sequence[date]) -> list[date]:
    """Days that were written more than once."""
    return sorted({day for day in kept if list(kept).count(day) > 1})


def prepare(settings: Settings, clients: int) -> tuple[str, list[int]]:
    """Tables, rules, a PMO's token, and a milestone for each client."""
    migrate(settings)
    app = create_app(settings)
    with app.app_context(), acting(None, "console"):
        make = Make()
        project = make.project()
        milestones = [make.milestone(project, baseline=None, forecast=date(2029, 12, 31)).id for _ in range(clients)]
        person = make.person("Els Wauters", role=Role.PMO)
        with transaction("token"):
            token = people.make_token(person, "load")
        db.session.remove()
        db.engine.dispose()
    return token, milestones


MOVES = text("select after from date_move where milestone_id = :milestone and field = 'forecast' order by id")
JOBS = text("select status::text, count(*) from procrastinate_jobs where queue_name <> 'housekeeping' group by 1 order by 1")


def kept(connection: Any, milestone: int) -> list[date]:
    """The days this milestone was moved to, by the list that a move writes in its own transaction."""
    return [day for day in connection.scalars(MOVES, {"milestone": milestone}) if day >= FIRST_DAY]


def jobs(connection: Any) -> dict[str, int]:
    return {state: number for state, number in connection.execute(JOBS)}


COMMITTED = "select count(*) from procrastinate_jobs where task_name = 'status.refresh'"


def all_done(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not {"todo", "doing"} & set(jobs(connection))


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def listen(engine: Engine, ports: set[int]) -> None:
    """Note the port of the server whenever this engine reads milestones."""

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM milestone" in statement:
            ports.add(connection.engine.url.port)


def break_once(engine: Engine) -> None:
    """The next read of milestones finds its connection gone."""
    left = [1]

    @event.listens_for(engine, "before_cursor_execute")
    def close(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM milestone" in statement and left:
            left.pop()
            connection.connection.dbapi_connection.close()
