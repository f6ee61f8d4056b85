"""The rooms below history, in its words: people, grants, rules. Rooms above describe theirs in a `kept.py` of their own."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import HOUSE, Permission, Place
from pmo.people.logic import ROLE_NAMES, SCOPE_NAMES, SOURCE_NAMES


def in_the_house(_row_id: int) -> Place:
    return HOUSE


PERSON = Kept(
    "person",
    msg("Person"),
    {
        "name": Field(msg("Name")),
        "email": Field(msg("E-mail")),
        "title": Field(msg("Function")),
        "language": Field(msg("Language")),
        "time_zone": Field(msg("Time zone")),
        "is_active": Field(msg("Active")),
        "mail_digest": Field(msg("Daily mail")),
        "deputy_id": Field(msg("Deputy"), refers="person"),
        "deputy_from": Field(msg("Deputy from")),
        "deputy_until": Field(msg("Deputy until")),
    },
    in_the_house,
    hidden=frozenset({"name_key"}),
    permission=Permission.PEOPLE_READ,
)
ROLE_GRANT = Kept(
    "role_grant",
    msg("Access"),
    {
        "person_id": Field(msg("Person"), refers="person"),
        "role": Field(msg("Role"), ROLE_NAMES),
        "scope": Field(msg("Scope"), SCOPE_NAMES),
        "scope_id": Field(msg("Number of the scope")),
        "valid_from": Field(msg("Valid from")),
        "valid_to": Field(msg("Last day")),
        "source": Field(msg("Given by"), SOURCE_NAMES),
        "source_group": Field(msg("Group")),
    },
    in_the_house,
    name="role",
    permission=Permission.PEOPLE_READ,
)
SIGN_ON_IDENTITY = Kept(
    "sign_on_identity",
    msg("Sign-on"),
    {
        "person_id": Field(msg("Person"), refers="person"),
        "issuer": Field(msg("Identity provider")),
        "subject": Field(msg("Name at the provider")),
    },
    in_the_house,
    name="issuer",
    permission=Permission.PEOPLE_READ,
)
FACTOR_REMOVAL = Kept(
    "factor_removal",
    msg("Second factor taken away"),
    {
        "person_id": Field(msg("Person"), refers="person"),
        "removed_by": Field(msg("By"), refers="person"),
        "removed_at": Field(msg("When")),
        "reason": Field(msg("Reason")),
    },
    in_the_house,
    name="reason",
    permission=Permission.PEOPLE_READ,
)
ACCESS_REVIEW = Kept(
    "access_review",
    msg("Access review"),
    {
        "person_id": Field(msg("Person"), refers="person"),
        "reviewed_by": Field(msg("Reviewed by"), refers="person"),
        "reviewed_at": Field(msg("Reviewed")),
        "note": Field(msg("Note")),
    },
    in_the_house,
    name="note",
    permission=Permission.PEOPLE_READ,
)
RULE = Kept(
    "rule",
    msg("Rule"),
    {
        "code": Field(msg("Code")),
        "country": Field(msg("Country")),
        "programme_id": Field(msg("Programme"), refers="programme"),
        "value": Field(msg("Value")),
        "unit": Field(msg("Unit")),
        "valid_from": Field(msg("Valid from")),
        "valid_to": Field(msg("Last day")),
        "source": Field(msg("Source")),
    },
    in_the_house,
    name="code",
    permission=Permission.RULES_READ,
)
KEPT = (PERSON, ROLE_GRANT, SIGN_ON_IDENTITY, FACTOR_REMOVAL, ACCESS_REVIEW, RULE)
