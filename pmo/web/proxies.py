"""Behind a reverse proxy: who asks, by which scheme and host, believed only from the proxies an administrator named."""

import ipaddress
from collections.abc import Iterable, Sequence
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.middleware.proxy_fix import ProxyFix

FORWARDED = ("FOR", "PROTO", "HOST", "PORT", "PREFIX")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """From a trusted address the X-Forwarded-* headers count; from anywhere else they are taken away."""

    def __init__(self, inner: WSGIApplication, trusted: Iterable[str]) -> None:
        self.inner = inner
        self.trusted: Sequence[Network] = [ipaddress.ip_network(one) for one in trusted]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_FORWARDED", None)
        if not self.is_trusted(environ.get("REMOTE_ADDR", "")):
            for name in FORWARDED:
                environ.pop(f"HTTP_X_FORWARDED_{name}", None)
            return self.inner(environ, start_response)
        hops = self.hops(environ.get("HTTP_X_FORWARDED_FOR", ""))
        return ProxyFix(self.inner, x_for=hops, x_proto=1, x_host=1, x_port=0, x_prefix=0)(environ, start_response)

    def hops(self, forwarded_for: str) -> int:
        """How many of the last addresses to go back: past every trusted proxy, to the first that is none."""
        addresses = [part.strip() for part in forwarded_for.split(",") if part.strip()]
        behind = 1
        while behind < len(addresses) and self.is_trusted(addresses[-behind]):
            behind += 1
        return behind

    def is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)
