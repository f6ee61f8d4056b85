"""Opens the database: the one at the given address, else the embedded one; and sees whether it fits the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.exc import OperationalError

from pmo import embedded
from pmo.config import Settings
from pmo.console import Complaint
from pmo.db import applied_revision, newest_revision


class NotReady(Complaint):
    """The database cannot be reached or does not fit this program; the sentence says what to do."""


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """The settings with addresses in them; the embedded server runs at least as long as this is open."""
    if settings.database_url:
        yield settings
    else:
        with embedded.attach(settings.data_dir) as cluster:
            yield with_addresses(settings, cluster)


def with_addresses(settings: Settings, cluster: embedded.Cluster) -> Settings:
    return replace(settings, database_url=cluster.url(), database_owner_url=cluster.owner_url())


def is_up_to_date(settings: Settings) -> bool:
    return applied(settings) == newest_revision()


def applied(settings: Settings) -> str | None:
    """The database's revision. Raises NotReady when it cannot be asked."""
    try:
        return applied_revision(settings.database_url)
    except OperationalError as problem:
        raise NotReady(f"The database cannot be reached: {str(problem.orig).strip()}") from problem
