"""Identity providers for tests: a real one in a process of its own, and one that lies on demand."""

import base64
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

SHORT = 5  # seconds a request may take


@contextmanager
def real_provider() -> Iterator[str]:
    """The issuer of oidc-provider-mock, which knows nothing of us."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        issuer = f"http://127.0.0.1:{port}"
        try:
            _wait_for(issuer)
            yield issuer
        finally:
            process.terminate()


def _wait_for(issuer: str) -> None:
    for _ in range(100):
        try:
            requests.get(f"{issuer}/.well-known/openid-configuration", timeout=SHORT)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the provider did not start")


def knows(issuer: str, subject: str, **claims: Any) -> None:
    """The provider learns of somebody, or learns anew."""
    given = {"email": f"{subject}@example.org", "email_verified": True, "name": subject.title()} | claims
    requests.put(f"{issuer}/users/{subject}", json=given, timeout=SHORT).raise_for_status()


def signs_on(client: Any, subject: str, path: str = "/sign-on") -> Any:
    """Somebody follows the button, says who they are at the provider, and comes back; the answer they get."""
    there = client.get(path)
    back = requests.post(there.location, data={"sub": subject}, allow_redirects=False, timeout=SHORT)
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


@dataclass
class Liar:
    """A provider that says whatever a test puts into `lies`: claims of the id token, its key, the state it sends back."""

    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}))
    issuer: str = ""
    asked: dict[str, str] = field(default_factory=dict)  # what the server asked for, of the last time

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        answer = {
            "/.well-known/openid-configuration": self.configuration,
            "/authorize": self.authorize,
            "/token": self.token,
            "/userinfo": lambda _request: _json(self.lies["userinfo"]),
            "/jwks": lambda _request: _json({"keys": [self.key.as_dict(private=False)]}),
        }.get(request.path, lambda _request: Response(status=404))(request)
        return answer(environ, start_response)

    def configuration(self, _request: Request) -> Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        if "userinfo" in self.lies:
            said["userinfo_endpoint"] = f"{self.issuer}/userinfo"
        return _json(said | self.lies.get("configuration", {}))

    def authorize(self, request: Request) -> Response:
        self.asked = dict(request.args)
        back = {"code": "a-code", "state": self.lies.get("state", self.asked["state"])}
        return Response(status=302, headers={"Location": f"{self.asked['redirect_uri']}?{urlencode(back)}"})

    def token(self, request: Request) -> Response:
        self.asked["code_verifier"] = parse_qs(request.get_data(as_text=True)).get("code_verifier", [""])[0]
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "mallory", "aud": "pmo", "iat": now, "exp": now + 300, "nonce": self.asked["nonce"],
            "email": "mallory@example.org", "email_verified": True, "name": "Mallory", "groups": ["pmo-office"],
        }  # fmt: skip
        wanted = {name: value for name, value in (claims | self.lies.get("claims", {})).items() if value is not None}
        return _json({"access_token": "x", "token_type": "Bearer", "id_token": self.signed(wanted)})

    def signed(self, claims: dict[str, Any]) -> str:
        match self.lies.get("signature"):
            case "none":
                head, body = ({"alg": "none"}, claims)
                return ".".join(_packed(part) for part in (head, body)) + "."
            case "shared secret":
                return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key("the secret of the client"))
            case "another key":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.other)
            case _:
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)


@contextmanager
def lying_provider() -> Iterator[Liar]:
    liar = Liar()
    server = make_server("127.0.0.1", 0, liar, threaded=True)
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _packed(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _json(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content), mimetype="application/json")
