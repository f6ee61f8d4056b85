"""A sheet brought back by the command: compared and applied in one go."""

from typing import Any

from pmo.exchange.updates import looking
from pmo.exchange.updates.showing import report
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.people.queries import actor_of_person, person_by_email

CONSOLE = Actor(0, "console", frozenset({Grant(Role.PMO)}))  # whoever has the machine may do everything


def acting_for(email: str) -> Actor:
    """Raises NotFound for an address nobody has."""
    if not email:
        return CONSOLE
    person = person_by_email(email)
    if person is None or not person.is_active:
        raise NotFound(msg("Nobody has the address %(email)s.", email=email))
    return actor_of_person(person, clock.today())


def bring(content: bytes, name: str, actor: Actor, *, mine: bool = False, dry_run: bool = False) -> dict[str, Any]:
    """Of a conflict the value of the sheet only if `mine`. Raises Refused, Conflict."""
    looked = looking.look(content, name, actor)
    told = report(looked, name)
    marks = {str(judged.subject.mark) for judged in looked.rows if judged.subject} if mine else set()
    changed = 0 if dry_run else looking.apply(looked, name, actor, marks)
    return told | {"applied": not dry_run, "changed": changed}
