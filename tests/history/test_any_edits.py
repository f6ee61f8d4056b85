"""Any sequence of edits, in overlapping transactions, with savepoints: every moment shows what a plain model of it says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection, RootTransaction, text
from sqlalchemy.exc import DBAPIError

from tests.history.ground import LONG_AGO, Ground, tell

ROWS = st.integers(1, 4)
LIVE = st.sampled_from(["first", "second"])  # two connections, whose transactions may overlap


@dataclass
class Open:
    """A transaction on its way: what it wrote so far, by row; None is a deleted row."""

    connection: Connection
    transaction: RootTransaction
    written: dict[int, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """One row after one committed transaction. Its time is a stated day, or the count of settled moments before it."""

    day: int | None
    epoch: int
    name: str | None

    def is_past(self, day: int | None, epoch: int) -> bool:
        """Seen from a stated day, or from a settled moment, before which all stated days lie."""
        if day is not None:
            return self.day is not None and self.day <= day
        return self.day is not None or self.epoch <= epoch


@dataclass(frozen=True)
class Settled:
    """A moment when no transaction was open, what the tables held, and the newest transaction known."""

    at: datetime
    known: int
    shown: dict[int, str]


class AnyEdits(RuleBasedStateMachine):
    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.ground.reset()
        self.open: dict[str, Open] = {}
        self.present: dict[int, str] = {}
        self.events: dict[int, list[Event]] = {}
        self.settled: list[Settled] = []
        self.count = 0

    @rule(who=LIVE, row=ROWS, action=st.sampled_from(["write", "write", "delete"]))
    def edit(self, who, row, action):
        """Rows another open transaction has touched are locked, so they are left alone."""
        if any(row in other.written for name, other in self.open.items() if name != who):
            return
        self.do(self.begun(who), row, action)

    @rule(who=LIVE, row=ROWS)
    def edit_and_take_back(self, who, row):
        if any(row in other.written for name, other in self.open.items() if name != who):
            return
        mine = self.begun(who)
        before = dict(mine.written)
        savepoint = mine.connection.begin_nested()
        self.do(mine, row, "write")
        self.do(mine, row, "delete")
        savepoint.rollback()
        mine.written = before

    @precondition(lambda self: "first" in self.open)
    @rule(row=ROWS)
    def overtake(self, row):
        """The later transaction writes a row and commits; the earlier one, still open, writes it after that."""
        if not any(row in other.written for other in self.open.values()):
            self.do(self.begun("second"), row, "write")
            self.commit("second")
            self.do(self.begun("first"), row, "write")

    @rule(who=LIVE)
    def commit(self, who):
        if mine := self.open.pop(who, None):
            mine.transaction.commit()
            mine.connection.close()
            self.remember(mine.written, day=None)

    @rule(who=LIVE)
    def roll_back(self, who):
        if mine := self.open.pop(who, None):
            mine.transaction.rollback()
            mine.connection.close()

    @precondition(lambda self: not self.open)
    @rule()
    def settle(self):
        self.settled.append(Settled(*self.ground.settled(), dict(self.present)))

    @precondition(lambda self: not self.open)
    @rule(day=st.integers(0, 20), rows=st.lists(ROWS, min_size=1, max_size=3, unique=True))
    def load_an_older_position(self, day, rows):
        refused = any(self.has_newer_history(row, day) for row in rows)
        mine = self.begun("import", effective_at=LONG_AGO + timedelta(days=day))
        del self.open["import"]
        if refused:
            with pytest.raises(DBAPIError, match="newer history exists"):
                self.write_all(mine, rows)
            mine.transaction.rollback()
        else:
            self.write_all(mine, rows)
            mine.transaction.commit()
            self.remember(mine.written, day)
        mine.connection.close()

    def write_all(self, mine: Open, rows: list[int]) -> None:
        for row in rows:
            self.do(mine, row, "write")

    def has_newer_history(self, row: int, day: int) -> bool:
        return any(event.day is None or event.day > day for event in self.events.get(row, []))

    def begun(self, who: str, **stated: datetime) -> Open:
        if who not in self.open:
            connection = self.ground.app.connect()
            transaction = connection.begin()
            tell(connection, reason=who, **stated)
            self.open[who] = Open(connection, transaction)
        return self.open[who]

    def do(self, mine: Open, row: int, action: str) -> None:
        exists = (mine.written[row] if row in mine.written else self.present.get(row)) is not None
        self.count += 1
        values = {"id": row, "name": f"text {self.count}"}
        if action == "delete" and not exists:
            return
        if action == "delete":
            mine.connection.execute(text("delete from thing where id = :id"), values)
        elif exists:
            mine.connection.execute(text("update thing set name = :name where id = :id"), values)
        else:
            mine.connection.execute(text("insert into thing (id, name) values (:id, :name)"), values)
        mine.written[row] = None if action == "delete" else values["name"]

    def remember(self, written: dict[int, str | None], day: int | None) -> None:
        for row, name in written.items():
            self.events.setdefault(row, []).append(Event(day, len(self.settled), name))
            if name is None:
                self.present.pop(row, None)
            else:
                self.present[row] = name

    def shown_at(self, *, day: int | None = None, epoch: int = 0) -> dict[int, str]:
        """The last event of each row up to a stated day, or up to a settled moment."""
        shown = {}
        for row, events in self.events.items():
            past = [event for event in events if event.is_past(day, epoch)]
            if past and past[-1].name is not None:
                shown[row] = past[-1].name
        return shown

    def teardown(self):
        for mine in self.open.values():
            mine.transaction.rollback()
            mine.connection.close()
        self.check_the_present()
        self.check_the_past()
        self.check_each_row()
        while self.ground.seal():
            pass
        assert self.ground.findings() == []

    def look(self, moment: datetime, known: int | None = None) -> dict[int, str]:
        return dict(self.ground.as_of(moment, "select id, name from thing", known))

    def check_the_present(self) -> None:
        assert dict(self.ground.rows("select id, name from public.thing")) == self.present
        assert self.look(self.ground.now()) == self.present

    def check_the_past(self) -> None:
        for epoch, settled in enumerate(self.settled):
            assert self.look(settled.at) == self.shown_at(epoch=epoch)
            assert self.look(settled.at, settled.known) == settled.shown
        for day in range(21):
            assert self.look(LONG_AGO + timedelta(days=day)) == self.shown_at(day=day)

    def check_each_row(self) -> None:
        """Every committed live state was visible at some moment, in the order of the commits."""
        for row, events in self.events.items():
            query = "select name from history.thing where id = :id and (h_to is null or h_to > h_from) order by h_from"
            days = {event.day: event for event in events if event.day is not None}
            shown = [event.name for event in events if event.day is None or days[event.day] is event]  # of a day the last one
            assert [name for (name,) in self.ground.rows(query, id=row)] == [name for name in shown if name is not None]
        assert (
            self.ground.rows("""
            select a.id from history.thing a join history.thing b on b.id = a.id and b.h_txn = a.h_closed
            where a.h_txn <> a.h_closed and a.h_to <> b.h_from""")
            == []
        ), "a change leaves no gap and no overlap"


@pytest.mark.slow
def test_every_moment_shows_what_was_true_then(playground):
    AnyEdits.ground = playground
    checked = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))

    run_state_machine_as_test(AnyEdits, settings=checked)
