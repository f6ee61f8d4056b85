"""The identity provider (OpenID Connect by Authlib): discovery, the code flow with PKCE, its answers checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import FlaskIntegration
from authlib.integrations.flask_client.apps import FlaskOAuth2App
from flask import Flask, current_app, request
from joserfc.errors import JoseError
from werkzeug import Response

from pmo.config import Settings, SignOn
from pmo.kernel import clock
from pmo.kernel.errors import Refused
from pmo.kernel.languages import Message, msg
from pmo.kernel.sign_on import plain_group
from pmo.watching.logs import log

NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
TAKEN_OVER = (*NEEDED, "issuer", "userinfo_endpoint", "end_session_endpoint")
# Signed with the provider's private key; a key that both sides know, or no signature at all, proves nothing here.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
FRESH_FOR = timedelta(hours=1)  # what discovery and the keys said
LARGEST_ID_TOKEN = 6000  # of an address that carries it as a hint
CALLBACK = "/sign-on/back"


class ProviderProblem(Refused):
    """The provider cannot be used, or its answer cannot be trusted: one sentence for whoever wants to sign in."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody, as the provider vouches for them."""

    issuer: str
    subject: str
    name: str
    email: str  # empty when it is not theirs for certain
    language: str
    groups: frozenset[str]
    id_token: str


@dataclass(frozen=True, slots=True)
class Found:
    """The client made from one discovery."""

    client: FlaskOAuth2App
    at: datetime


def install(app: Flask) -> None:
    app.extensions["sign_on"] = None


def lead_there(settings: Settings) -> Response:
    """To the provider's own page; state, nonce and verifier wait in this browser's signed cookie. Raises ProviderProblem."""
    led: Response = _client(settings.sign_on).authorize_redirect(f"{settings.base_url}{CALLBACK}")
    return led


def come_back(settings: Settings) -> Vouched:
    """Who came back, after everything about the answer was checked. Raises ProviderProblem."""
    if request.args.get("error"):
        raise ProviderProblem(DENIED)
    client = _client(settings.sign_on)
    try:
        token = client.authorize_access_token()
        claims = _claims(client, token, settings.sign_on.groups_claim)
    except MismatchingStateError as error:
        raise ProviderProblem(NOT_ASKED) from error
    except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError) as error:
        log().warning("sign-on refused", error=type(error).__name__, because=str(getattr(error, "error", ""))[:60])
        raise ProviderProblem(NOT_TRUSTED) from error
    except requests.RequestException as error:
        raise ProviderProblem(_not_reached(settings.sign_on)) from error
    return _vouched(claims, str(token["id_token"]), settings.sign_on)


def way_out(settings: Settings, id_token: str) -> str:
    """Where the provider ends its own session; empty when it has no such page, or cannot be asked now."""
    try:
        page = _client(settings.sign_on).server_metadata.get("end_session_endpoint")
    except ProviderProblem:
        return ""
    hint = {"id_token_hint": id_token} if id_token and len(id_token) <= LARGEST_ID_TOKEN else {}
    back = {"client_id": settings.sign_on.client_id, "post_logout_redirect_uri": f"{settings.base_url}/sign-in"}
    return f"{page}{'&' if '?' in page else '?'}{urlencode(hint | back)}" if page else ""


def discover(sign_on: SignOn) -> dict[str, Any]:
    """What the provider says about itself. Raises ProviderProblem with one clear sentence."""
    address = f"{sign_on.issuer}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=sign_on.timeout_seconds)
    except requests.RequestException as error:
        raise ProviderProblem(_not_reached(sign_on)) from error
    try:
        said = answer.json() if answer.ok else None
    except ValueError:
        said = None
    if not isinstance(said, dict) or any(not isinstance(said.get(name), str) for name in NEEDED):
        raise ProviderProblem(
            msg("Sign-on is not available: %(address)s does not describe an identity provider.", address=address)
        )
    if str(said.get("issuer", "")).rstrip("/") != sign_on.issuer:
        raise ProviderProblem(
            msg(
                "Sign-on is not available: the provider calls itself %(issuer)s, the settings call it %(expected)s.",
                issuer=str(said.get("issuer", ""))[:200],
                expected=sign_on.issuer,
            )
        )
    return said


def _client(sign_on: SignOn) -> FlaskOAuth2App:
    found: Found | None = current_app.extensions["sign_on"]
    if found is None or clock.machine_now() - found.at > FRESH_FOR:
        found = current_app.extensions["sign_on"] = Found(_made(sign_on, discover(sign_on)), clock.machine_now())
    return found.client


def _made(sign_on: SignOn, said: dict[str, Any]) -> FlaskOAuth2App:
    offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    return FlaskOAuth2App(
        FlaskIntegration("pmo"),
        name="pmo",
        client_id=sign_on.client_id,
        client_secret=sign_on.client_secret or None,
        client_kwargs={
            "scope": sign_on.scopes,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": _authentication(sign_on, said),
            "default_timeout": sign_on.timeout_seconds,
        },
        id_token_signing_alg_values_supported=[name for name in offered if name in ALGORITHMS],
        **{name: said[name] for name in TAKEN_OVER if said.get(name)},
    )


def _authentication(sign_on: SignOn, said: dict[str, Any]) -> str:
    """How this server shows its secret: in the header where the provider takes that, else in the form."""
    if not sign_on.client_secret:
        return "none"
    taken = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in taken else "client_secret_post"


def _claims(client: FlaskOAuth2App, token: Mapping[str, Any], groups_claim: str) -> dict[str, Any]:
    """Of the checked id token; where it is short, completed by what the provider's userinfo says of the same person."""
    claims = dict(token["userinfo"])
    if client.server_metadata.get("userinfo_endpoint") and any(name not in claims for name in ("email", "name", groups_claim)):
        more = dict(client.userinfo(token=token))
        if more.get("sub") != claims["sub"]:
            raise ValueError("userinfo is about somebody else")
        claims = more | claims
    return claims


def _vouched(claims: Mapping[str, Any], id_token: str, sign_on: SignOn) -> Vouched:
    if sign_on.groups_claim in (claims.get("_claim_names") or {}):
        raise ProviderProblem(
            msg("You are in more groups than the provider sends along. Ask your administrator to have it send application roles.")
        )
    groups = claims.get(sign_on.groups_claim) or []
    said = [claims[name] in (True, "true", "1", 1) for name in ("email_verified", "xms_edov") if claims.get(name) is not None]
    is_theirs = any(said) or (sign_on.trust_email and not said)  # what a provider says goes before what is said of it
    email = str(claims.get("email") or "").strip().lower() if is_theirs else ""
    return Vouched(
        issuer=sign_on.issuer,
        subject=str(claims["sub"]),
        name=str(claims.get("name") or claims.get("preferred_username") or email).strip()[:200],
        email=email,
        language=str(claims.get("locale") or "").lower().replace("_", "-").split("-")[0],
        groups=frozenset(plain_group(str(group)) for group in ([groups] if isinstance(groups, str) else groups)),
        id_token=id_token,
    )


def _not_reached(sign_on: SignOn) -> Message:
    return msg("Sign-on is not available: %(issuer)s cannot be reached.", issuer=sign_on.issuer)


DENIED = msg("The provider did not sign you in. Try again, or ask your administrator.")
NOT_ASKED = msg("This sign-on was not begun in this browser, or took too long. Try again.")
NOT_TRUSTED = msg("The provider's answer could not be trusted, so nobody was signed in. Try again, or ask your administrator.")
