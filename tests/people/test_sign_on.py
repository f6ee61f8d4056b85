"""Signing in with an identity provider: who comes in, as whom, with which roles, and what is not believed."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select

from pmo import checkup
from pmo.app import create_app
from pmo.config import SignOn
from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.kernel.sign_on import LocalSignIn, group_roles
from pmo.people.models import LoginSession, Person, RoleGrant
from pmo.people.proof_models import SignOnIdentity
from tests.conftest import Client
from tests.people.provider import SHORT, knows, lying_provider, real_provider, signs_on

PASSWORD = "correct horse battery"
MAPPING = "pmo-office=PMO; pmo-readers=AUD; pmo-admins=ADM; onco-pms=PJM@programme:ONCO"


@pytest.fixture(scope="module")
def issuer():
    with real_provider() as address:
        yield address


@pytest.fixture
def installed(app, settings):
    """Applications that sign on: `installed(issuer, local_sign_in=...)`, on the database of the test."""
    made = []

    def install(issuer, **changes):
        sign_on = SignOn(
            issuer=issuer, client_id="pmo", client_secret="the secret of the client", label="Acme", roles=group_roles(MAPPING),
            trust_email=changes.pop("trust_email", False), timeout_seconds=2,
        )  # fmt: skip
        changed = replace(settings, sign_on=sign_on, **({"local_sign_in": LocalSignIn.ADMINISTRATORS} | changes))
        other = create_app(changed, TESTING=True, WTF_CSRF_ENABLED=False)
        other.test_client_class = Client
        made.append(other)
        return other

    yield install
    for other in made:
        with other.app_context():
            db.engine.dispose()


def person_of(email):
    return db.session.scalar(select(Person).where(Person.email == email))


def grants_of(email):
    found = db.session.scalars(select(RoleGrant).join(Person, Person.id == RoleGrant.person_id).where(Person.email == email))
    return {(grant.role, grant.scope, grant.source, grant.source_group) for grant in found}


def test_the_way_to_the_provider_has_state_nonce_and_pkce(installed, issuer):
    there = installed(issuer).test_client().get("/sign-on")

    asked = parse_qs(urlsplit(there.location).query)
    assert there.status_code == 302
    assert asked["redirect_uri"] == ["http://localhost/sign-on/back"]
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


def test_somebody_new_comes_in_with_the_roles_of_their_groups(installed, issuer, make):
    programme = make.programme(code="ONCO")
    knows(issuer, "amina", name="Amina Haddad", locale="fr-BE", groups=["/onco-pms", "pmo-readers", "something else"])
    client = installed(issuer).test_client()

    answer = signs_on(client, "amina", "/sign-on?next=/people")

    person = person_of("amina@example.org")
    assert (answer.status_code, answer.location) == (303, "/people")
    assert (person.name, person.language) == ("Amina Haddad", "fr")
    assert grants_of("amina@example.org") == {("PJM", "programme", "group", "onco-pms"), ("AUD", "all", "group", "pmo-readers")}
    assert db.session.scalar(select(RoleGrant.scope_id).where(RoleGrant.role == "PJM")) == programme.id
    assert client.get("/people").status_code == 200


def test_a_group_lost_at_the_provider_is_a_role_lost_here_and_a_role_given_by_hand_stays(installed, issuer, make):
    known = make.person("Bram", email="bram@example.org", role=Role.FINANCE)
    knows(issuer, "bram", groups=["pmo-office", "pmo-readers"])
    client = installed(issuer).test_client()
    signs_on(client, "bram")
    first = grants_of("bram@example.org")

    knows(issuer, "bram", groups=["pmo-readers"])
    signs_on(client, "bram")

    assert first == {("FIN", "all", "hand", ""), ("PMO", "all", "group", "pmo-office"), ("AUD", "all", "group", "pmo-readers")}
    assert grants_of("bram@example.org") == {("FIN", "all", "hand", ""), ("AUD", "all", "group", "pmo-readers")}
    assert db.session.scalar(select(SignOnIdentity.person_id)) == known.id


def test_a_role_held_by_hand_is_not_taken_away_with_the_group_that_gave_it_too(installed, issuer, make):
    make.person("Cato", email="cato@example.org", role=Role.PMO)
    app = installed(issuer)
    knows(issuer, "cato", groups=["pmo-office"])
    signs_on(app.test_client(), "cato")

    knows(issuer, "cato", groups=[])
    answer = signs_on(app.test_client(), "cato")

    assert answer.status_code == 303
    assert grants_of("cato@example.org") == {("PMO", "all", "hand", "")}


def test_whoever_lost_every_group_is_refused_and_signed_out_and_keeps_no_role(installed, issuer):
    app = installed(issuer)
    knows(issuer, "dirk", groups=["pmo-office"])
    before = app.test_client()
    signs_on(before, "dirk")

    knows(issuer, "dirk", groups=[])
    answer = signs_on(app.test_client(), "dirk")

    assert answer.status_code == 403
    assert "You are in no group that may use this server." in answer.text
    assert grants_of("dirk@example.org") == set()
    assert before.get("/me/password").location.startswith("/sign-in")


def test_a_stranger_without_a_mapped_group_is_refused_and_leaves_no_trace(installed, issuer):
    knows(issuer, "eve", groups=["cafeteria"])

    answer = signs_on(installed(issuer).test_client(), "eve")

    assert (answer.status_code, person_of("eve@example.org")) == (403, None)


def test_a_leaver_is_refused_although_the_provider_says_yes(installed, issuer, make):
    make.person("Femke", email="femke@example.org", role=Role.PMO, is_active=False)
    knows(issuer, "femke", groups=["pmo-office"])

    answer = signs_on(installed(issuer).test_client(), "femke")

    assert answer.status_code == 403
    assert "Your account here is closed." in answer.text
    assert db.session.scalars(select(LoginSession)).all() == []


def test_an_address_the_provider_does_not_vouch_for_opens_nobodys_account(installed, issuer, make):
    make.person("Gust", email="gust@example.org", role=Role.ADMINISTRATOR)
    knows(issuer, "gustaaf", email="gust@example.org", email_verified=False, groups=["pmo-readers"])

    refused = [signs_on(installed(issuer, trust_email=trust).test_client(), "gustaaf") for trust in (False, True)]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert "did not confirm your e-mail address" in refused[0].text


def test_of_a_provider_that_does_not_speak_of_it_an_address_counts_when_the_house_trusts_it(installed, issuer, make):
    make.person("Gust", email="gust@example.org", role=Role.ADMINISTRATOR)
    knows(issuer, "gustaaf", email="gust@example.org", email_verified=None, groups=["pmo-readers"])

    answers = [signs_on(installed(issuer, trust_email=trust).test_client(), "gustaaf") for trust in (False, True)]

    assert [answer.status_code for answer in answers] == [403, 303]


def test_an_address_given_to_somebody_else_at_the_provider_does_not_open_the_account_of_who_had_it(installed, issuer):
    app = installed(issuer)
    knows(issuer, "hilde", email="h.claes@example.org", groups=["pmo-office"])
    signs_on(app.test_client(), "hilde")
    knows(issuer, "hugo", email="h.claes@example.org", groups=["pmo-office"])

    answer = signs_on(app.test_client(), "hugo")

    assert answer.status_code == 403
    assert "belongs to an account that somebody else signs in to" in answer.text


def test_a_new_name_and_address_follow_the_person_not_the_other_way_round(installed, issuer):
    app = installed(issuer)
    knows(issuer, "ilse", groups=["pmo-office"])
    signs_on(app.test_client(), "ilse")

    knows(issuer, "ilse", name="Ilse Maes", email="ilse.maes@example.org", locale="nl", groups=["pmo-office"])
    signs_on(app.test_client(), "ilse")

    assert [(one.name, one.email, one.language) for one in db.session.scalars(select(Person))] == [
        ("Ilse Maes", "ilse.maes@example.org", "nl")
    ]


def test_signing_out_ends_our_session_and_leads_to_the_providers_sign_out(installed, issuer):
    knows(issuer, "jan", groups=["pmo-office"])
    client = installed(issuer).test_client()
    signs_on(client, "jan")

    answer = client.post("/sign-out")

    page = requests.get(issuer + "/oauth2/end_session", timeout=SHORT)
    assert page.ok
    assert f'content="0; url={issuer}/oauth2/end_session?id_token_hint=' in answer.text
    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fsign-in" in answer.text
    assert db.session.scalars(select(LoginSession)).all() == []


LIES = {
    "signed with another key": {"signature": "another key"},
    "not signed at all": {"signature": "none"},
    "signed with the secret both sides know": {"signature": "shared secret"},
    "of another issuer": {"claims": {"iss": "https://elsewhere.example"}},
    "for another program": {"claims": {"aud": "another"}},
    "for several programs, given to another": {"claims": {"aud": ["pmo", "another"], "azp": "another"}},
    "long over": {"claims": {"exp": 1_700_000_000, "iat": 1_699_999_000}},
    "without an end": {"claims": {"exp": None}},
    "of an earlier sign-on": {"claims": {"nonce": "an older one"}},
    "without a nonce": {"claims": {"nonce": None}},
    "of nobody": {"claims": {"sub": None}},
}


@pytest.fixture(scope="module")
def liar():
    with lying_provider() as provider:
        yield provider


def through(liar, client):
    there = client.get("/sign-on")
    back = requests.get(there.location, allow_redirects=False, timeout=SHORT)
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def test_the_provider_that_lies_is_believed_when_it_does_not(installed, liar):
    liar.lies = {}

    answer = through(liar, installed(liar.issuer).test_client())

    assert answer.status_code == 303
    assert len(liar.asked["code_verifier"]) >= 43
    assert person_of("mallory@example.org").name == "Mallory"


@pytest.mark.parametrize("lie", LIES)
def test_an_id_token_is_not_believed_when_it_is(installed, liar, lie):
    liar.lies = LIES[lie]

    answer = through(liar, installed(liar.issuer).test_client())

    assert answer.status_code == 422
    assert "could not be trusted, so nobody was signed in" in answer.text
    assert (person_of("mallory@example.org"), db.session.scalars(select(LoginSession)).all()) == (None, [])


def test_an_answer_nobody_asked_for_in_this_browser_is_refused(installed, liar):
    app, liar.lies = installed(liar.issuer), {}
    begun = requests.get(app.test_client().get("/sign-on").location, allow_redirects=False, timeout=SHORT)
    parts = urlsplit(begun.headers["Location"])

    elsewhere = app.test_client().get(f"{parts.path}?{parts.query}")
    liar.lies = {"state": "made up"}
    forged = through(liar, app.test_client())

    assert [elsewhere.status_code, forged.status_code] == [422, 422]
    assert "was not begun in this browser" in elsewhere.text
    assert "was not begun in this browser" in forged.text


def test_an_answer_works_once(installed, liar):
    client, liar.lies = installed(liar.issuer).test_client(), {}
    back = requests.get(client.get("/sign-on").location, allow_redirects=False, timeout=SHORT).headers["Location"]
    parts = urlsplit(back)
    client.get(f"{parts.path}?{parts.query}")

    again = client.get(f"{parts.path}?{parts.query}")

    assert again.status_code == 422


def test_what_the_id_token_leaves_out_is_asked_of_userinfo_and_believed_only_of_the_same_person(installed, liar):
    short = {"email": None, "groups": None}
    told = {"email": "mallory@example.org", "email_verified": True, "groups": ["pmo-readers"]}
    answers = []
    for subject in ("somebody else", "mallory"):
        liar.lies = {"claims": short, "userinfo": told | {"sub": subject}}
        answers.append(through(liar, installed(liar.issuer).test_client()).status_code)

    assert answers == [422, 303]
    assert grants_of("mallory@example.org") == {("AUD", "all", "group", "pmo-readers")}


def test_a_person_in_too_many_groups_is_told_what_to_ask_for(installed, liar):
    liar.lies = {"claims": {"groups": None, "_claim_names": {"groups": "src1"}}}

    answer = through(liar, installed(liar.issuer).test_client())

    assert "more groups than the provider sends along" in answer.text


@pytest.mark.parametrize(
    ("issuer_of", "sentence"),
    [
        (lambda liar: "http://127.0.0.1:9", "http://127.0.0.1:9 cannot be reached."),
        (lambda liar: f"{liar.issuer}/tenant", "does not describe an identity provider."),
    ],
)
def test_a_provider_that_is_not_there_gets_one_sentence_on_the_sign_in_page(installed, liar, issuer_of, sentence):
    liar.lies = {}

    answer = installed(issuer_of(liar)).test_client().get("/sign-on")

    assert answer.status_code == 503
    assert f"Sign-on is not available: {issuer_of(liar)}" in answer.text
    assert sentence in answer.text


def test_a_provider_that_calls_itself_otherwise_is_not_used(installed, liar):
    liar.lies = {"configuration": {"issuer": "https://login.example/{tenantid}/v2.0"}}

    answer = installed(liar.issuer).test_client().get("/sign-on")

    assert "the provider calls itself https://login.example/{tenantid}/v2.0" in answer.text


def test_the_check_says_in_one_line_whether_the_provider_can_be_used(settings, issuer):
    used = SignOn(issuer=issuer, client_id="pmo", roles=group_roles(MAPPING))
    cases = [SignOn(), used, replace(used, roles=()), replace(used, issuer="http://127.0.0.1:9")]

    found = [checkup.sign_on(replace(settings, sign_on=case)) for case in cases]

    assert [one.state.value for one in found] == ["note", "ok", "note", "wrong"]
    assert found[1].words == f"{issuer}; comes back to http://localhost/sign-on/back; passwords: all"
    assert found[3].words == "Sign-on is not available: http://127.0.0.1:9 cannot be reached."


def test_without_a_provider_there_is_nothing_to_sign_on_with(app):
    client = app.test_client()

    assert [client.get("/sign-on").status_code, client.get("/sign-on/back").status_code] == [404, 404]
    assert "Sign in with" not in client.get("/sign-in").text


def sign_in(app, email):
    return app.test_client().post("/sign-in", data={"email": email, "password": PASSWORD})


def test_with_a_provider_only_administrators_keep_their_password(installed, issuer, make):
    make.person(email="karel@example.org", password=PASSWORD, role=Role.PMO)
    make.person(email="lena@example.org", password=PASSWORD, role=Role.ADMINISTRATOR)
    app = installed(issuer)

    answers = [sign_in(app, email) for email in ("karel@example.org", "lena@example.org")]

    assert [answer.status_code for answer in answers] == [422, 303]
    assert "Passwords are for administrators here. Sign in with Acme." in answers[0].text


def test_passwords_are_off_only_once_an_administrator_has_come_by_the_provider(installed, issuer, make):
    make.person(email="lena@example.org", password=PASSWORD, role=Role.ADMINISTRATOR)
    app = installed(issuer, local_sign_in=LocalSignIn.OFF)
    knows(issuer, "mona", groups=["pmo-admins"])
    before = sign_in(app, "lena@example.org")

    signs_on(app.test_client(), "mona")
    after = sign_in(app, "lena@example.org")

    assert [before.status_code, after.status_code] == [303, 422]
    assert "Administrators: sign in with a password" not in app.test_client().get("/sign-in").text
