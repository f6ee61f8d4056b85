"""Groups of a provider as roles: what may be written, what it gives, and what is refused with a sentence."""

import pytest

from pmo.config import BadSettings, from_environment
from pmo.kernel.permissions import Role, ScopeKind
from pmo.kernel.sign_on import BadMapping, FactorFor, GroupRole, LocalSignIn, group_roles, roles_of


def test_a_group_gives_one_or_more_roles_each_within_a_scope():
    mapping = group_roles("pmo-office=PMO; /pmo-readers = aud ;onco-pms=PJM@programme:ONCO,CTR@project:PAC-01;")

    assert mapping == (
        GroupRole("pmo-office", Role.PMO),
        GroupRole("pmo-readers", Role.AUDITOR),
        GroupRole("onco-pms", Role.PROJECT_MANAGER, ScopeKind.PROGRAMME, "ONCO"),
        GroupRole("onco-pms", Role.CONTRIBUTOR, ScopeKind.PROJECT, "PAC-01"),
    )


def test_the_name_of_a_group_may_be_a_whole_distinguished_name():
    assert group_roles("CN=pmo,OU=groups=PMO") == (GroupRole("CN=pmo,OU=groups", Role.PMO),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pmo-office", "'pmo-office' is not a group and its role, such as pmo-office=PMO or onco-pms=PJM@programme:ONCO"),
        ("=PMO", "'=PMO' is not a group and its role"),
        ("a=", "'a=' is not a group and its role"),
        ("a=BOSS", "'BOSS' (of the group a) is not a role; roles are PMO, PGM,"),
        ("a=PMO,", "'' (of the group a) is not a role"),
        ("a=PJM@ONCO", "'ONCO' (of the group a) is not a scope such as programme:ONCO; kinds are portfolio, programme, project"),
        ("a=PJM@all:x", "'all:x' (of the group a) is not a scope"),
        ("a=PJM@project:", "'project:' (of the group a) is not a scope"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(BadMapping) as refused:
        group_roles(text)

    assert str(refused.value).startswith(sentence)


def test_groups_give_each_role_and_scope_once():
    mapping = group_roles("a=PMO;b=PMO;c=AUD;d=PJM@project:X;e=PJM@project:x")

    given = roles_of(frozenset({"/a", "b", "d", "e", "unknown"}), mapping)

    assert [(one.role, one.scope, one.code.upper()) for one in given] == [
        (Role.PMO, ScopeKind.ALL, ""),
        (Role.PROJECT_MANAGER, ScopeKind.PROJECT, "X"),
    ]


PROVIDER = {"PMO_OIDC_ISSUER": "https://login.example/realm/", "PMO_OIDC_CLIENT_ID": "pmo"}


def test_a_provider_is_read_from_the_settings_and_passwords_are_then_for_administrators():
    settings = from_environment(PROVIDER | {"PMO_OIDC_ROLES": "a=PMO", "PMO_OIDC_LABEL": "Acme", "PMO_SECOND_FACTOR": "admins"})

    assert (settings.sign_on.issuer, settings.sign_on.name) == ("https://login.example/realm", "Acme")
    assert settings.sign_on.roles == (GroupRole("a", Role.PMO),)
    assert (settings.local_sign_in, settings.second_factor) == (LocalSignIn.ADMINISTRATORS, FactorFor.ADMINISTRATORS)


def test_without_a_provider_everybody_may_have_a_password():
    assert from_environment({}).local_sign_in == LocalSignIn.ALL


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PMO_OIDC_CLIENT_ID": "pmo"}, "PMO_OIDC_CLIENT_ID is set, but not PMO_OIDC_ISSUER"),
        ({"PMO_OIDC_ISSUER": "https://login.example"}, "PMO_OIDC_CLIENT_ID is missing"),
        (PROVIDER | {"PMO_OIDC_ISSUER": "login.example"}, "PMO_OIDC_ISSUER should be an address that begins with https://"),
        (
            PROVIDER | {"PMO_OIDC_ISSUER": "http://login.example"},
            "PMO_OIDC_ISSUER should be an address that begins with https://",
        ),
        (PROVIDER | {"PMO_OIDC_ROLES": "a=BOSS"}, "PMO_OIDC_ROLES: 'BOSS' (of the group a) is not a role"),
        (PROVIDER | {"PMO_OIDC_SCOPES": "profile"}, "PMO_OIDC_SCOPES should contain openid"),
        (PROVIDER | {"PMO_LOCAL_SIGN_IN": "some"}, "PMO_LOCAL_SIGN_IN should be all, admins or off"),
        ({"PMO_LOCAL_SIGN_IN": "off"}, "PMO_LOCAL_SIGN_IN is off, but PMO_OIDC_ISSUER is not set: nobody else could sign in."),
        ({"PMO_SECOND_FACTOR": "yes"}, "PMO_SECOND_FACTOR should be optional, admins or all"),
    ],
)
def test_settings_that_would_lock_people_out_or_let_anybody_in_are_refused_at_the_start(environment, sentence):
    with pytest.raises(BadSettings) as refused:
        from_environment(environment)

    assert str(refused.value).startswith(sentence)
