"""Mails about somebody's own account: what an administrator did to it, so that nobody does it unseen."""

from pmo.alerts import letters
from pmo.alerts.letters import To
from pmo.config import Settings
from pmo.db import db
from pmo.kernel.languages import msg
from pmo.people.models import Person
from pmo.people.proof_queries import removal


def tell_factor_removed(removal_id: int, settings: Settings) -> bool:
    """Once: the job runs once for each removal."""
    found = removal(removal_id)
    person = db.session.get(Person, found.person_id) if found else None
    by = db.session.get(Person, found.removed_by) if found else None
    if found is None or person is None or by is None or not person.is_active:
        return False
    words = {
        "subject": msg("pmo: your second factor was taken away"),
        "hello": msg("Good morning %(name)s,", name=person.name),
        "intro": msg("%(name)s took the second factor of your account away: %(reason)s", name=by.name, reason=found.reason),
        "what": msg("You are signed out everywhere. Until you set up a new one, your password alone opens your account."),
        "open": msg("Set up a second factor"),
        "foot": msg("If you did not ask for this, tell your administrator at once."),
    }
    letters.write(To(person.language, person.id), words, "/me/second-factor", settings, purpose=f"second factor {found.id}")
    return True
