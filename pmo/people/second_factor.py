"""The second factor of local accounts (RFC 6238): set up, confirmed, asked for, taken away. None commits."""

import base64
import secrets

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import delete, exists, select, text, update

from pmo.db import author, db
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role
from pmo.kernel.sign_on import FactorFor
from pmo.people import actions, queries, vault
from pmo.people.models import Credential, LoginSession, Person
from pmo.people.proof_models import FactorRemoval, RecoveryCode, SecondFactor

DOOR = "factor"  # of the throttle
STEP_SECONDS = 30
DRIFT = (0, -1, 1)  # steps a phone's clock may be apart
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits: nobody guesses them, also not with the digest in hand

# One statement, so that of two servers that get the same code only one takes it.
USE_STEP = text(
    "update second_factor set last_step = :step, version = version + 1"
    " where person_id = :person and confirmed_at is not null and last_step < :step returning id"
)


def factor_of(person_id: int) -> SecondFactor | None:
    """Set up and perhaps not confirmed yet."""
    return db.session.scalar(select(SecondFactor).where(SecondFactor.person_id == person_id))


def has_factor(person_id: int) -> bool:
    confirmed = exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return bool(db.session.scalar(select(confirmed)))


def is_local(person_id: int) -> bool:
    """Signs in with a password kept here; the provider asks for a second factor itself."""
    return bool(db.session.scalar(select(exists().where(Credential.person_id == person_id))))


def is_required(person: Person, policy: FactorFor) -> bool:
    if policy is FactorFor.ADMINISTRATORS:
        return Role.ADMINISTRATOR in queries.actor_of_person(person, clock.today()).roles
    return policy is FactorFor.ALL


def begin(person: Person) -> None:
    """A new key, which counts for nothing until a code confirms it. Raises Conflict when one counts already."""
    found = factor_of(person.id)
    if found is not None and found.confirmed_at is not None:
        raise Conflict(msg("Your second factor is set up already. Take it away first."))
    if found is None:
        found = SecondFactor(person_id=person.id)
        db.session.add(found)
    found.sealed_key, found.made_at = vault.seal(pyotp.random_base32()), clock.machine_now()


def key_of(factor: SecondFactor) -> str:
    """To be typed into an authenticator. Raises vault.Unreadable."""
    return vault.unseal(factor.sealed_key)


def address_of(factor: SecondFactor, person: Person, organisation: str) -> str:
    """The same to be scanned. Raises vault.Unreadable."""
    return pyotp.TOTP(key_of(factor)).provisioning_uri(name=person.email, issuer_name=organisation)


def confirm(person: Person, code: str) -> list[str]:
    """From now on the factor counts; the answer is the recovery codes, told once. Raises Invalid, Conflict."""
    factor = factor_of(person.id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict(msg("There is nothing to confirm. Load the page again."))
    step = _step_of(factor, code)
    if step is None:
        raise Invalid({"code": NOT_RIGHT})
    factor.confirmed_at, factor.last_step = clock.machine_now(), step
    return new_recovery_codes(person)


def new_recovery_codes(person: Person) -> list[str]:
    """Ten codes for one use each; earlier ones stop working."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(person_id=person.id, code_digest=_digest(code)) for code in codes)
    return codes


def codes_left(person_id: int) -> int:
    unused = select(RecoveryCode.id).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())


def is_right(person_id: int, typed: str) -> bool:
    """A code of the authenticator or a recovery code; either is used up by this, for all servers."""
    factor = factor_of(person_id)
    if factor is None:
        return False
    step = _step_of(factor, typed)
    if step is not None:
        return db.session.scalar(USE_STEP, {"step": step, "person": person_id}) is not None
    unused = update(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.code_digest == _digest(typed), RecoveryCode.used_at.is_(None)
    )
    return bool(db.session.scalars(unused.values(used_at=clock.machine_now()).returning(RecoveryCode.id)).all())


def remove(person: Person) -> None:
    """The password alone opens the account again; half-signed sessions end."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    db.session.execute(delete(LoginSession).where(LoginSession.person_id == person.id, LoginSession.purpose == "factor"))


def take_away(person: Person, *, reason: str) -> None:
    """By an administrator: the person is signed out everywhere and told by mail. Raises Invalid, Conflict."""
    if not reason.strip():
        raise Invalid({"reason": msg("Say why: the person reads it in the mail.")})
    if not has_factor(person.id):
        raise Conflict(msg("There is no second factor to take away."))
    remove(person)
    actions.end_sessions(person.id)
    by = author().person_id or person.id
    removal = FactorRemoval(person_id=person.id, removed_by=by, removed_at=clock.now(), reason=reason.strip())
    db.session.add(removal)
    db.session.flush()
    defer("alerts.second_factor_removed", removal_id=removal.id)


def _step_of(factor: SecondFactor, typed: str) -> int | None:
    """The half minute whose code this is, among those near now."""
    code = "".join(typed.split())
    if len(code) != 6 or not code.isdecimal():  # noqa: PLR2004 - RFC 6238
        return None
    try:
        totp = pyotp.TOTP(key_of(factor))
    except vault.Unreadable:
        return None
    now = int(clock.machine_now().timestamp()) // STEP_SECONDS
    return next((now + drift for drift in DRIFT if strings_equal(code, totp.generate_otp(now + drift))), None)


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _digest(code: str) -> bytes:
    """However it was typed: with or without dashes, in capitals or not."""
    return actions.token_digest("".join(letter for letter in code.lower() if letter.isalnum()))


NOT_RIGHT = msg("This code is not right, or was used before. Wait for the next one.")
