"""When a look back may be read from the standby."""

from datetime import UTC, datetime, timedelta

import pytest

from pmo.standby import Position, is_settled

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
MOMENT = NOW - timedelta(seconds=8)
LIMIT = timedelta(seconds=10)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("position", "fits"),
    [
        (Position(follows=True, is_level=True, replayed_at=None), True),
        (Position(follows=True, is_level=True, replayed_at=ago(9000)), True),  # nothing has happened since
        (Position(follows=True, is_level=False, replayed_at=ago(7)), True),
        (Position(follows=True, is_level=False, replayed_at=ago(8)), False),  # perhaps not everything of that moment
        (Position(follows=True, is_level=False, replayed_at=ago(11)), False),
        (Position(follows=True, is_level=False, replayed_at=None), False),
        (Position(follows=True, is_level=True, replayed_at=ago(1), knows=False), False),
        (Position(follows=False, is_level=True, replayed_at=ago(1)), False),  # promoted: nobody's copy any more
    ],
)
def test_it_has_replayed_what_belongs_to_the_moment(position, fits):
    assert is_settled(position, MOMENT, NOW, LIMIT) is fits


def test_a_standby_beyond_the_limit_is_not_read_even_about_long_ago():
    behind = Position(follows=True, is_level=False, replayed_at=ago(60))

    assert is_settled(behind, ago(9000), NOW, LIMIT) is False
