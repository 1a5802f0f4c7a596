"""How the application runs; read from the environment in `flows/` only and passed down."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from gouji.model import WrongUsage

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """Where it listens, and whom it believes."""

    host: str = "127.0.0.1"
    port: int = 8737
    # addresses whose X-Forwarded-User says who is signed in
    proxies: tuple[Network, ...] = ()
    passwords: tuple[str, ...] = ()  # tried on encrypted documents
    certificate: Path | None = None
    key: Path | None = None
    double_review: float = 0.0  # share of decided cells that a second person looks at too
    local_user: str = "local"  # who decides where there are no accounts

    @property
    def on_loopback(self) -> bool:
        """Whether nobody else can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def believes(self, address: str | None) -> bool:
        """Whether this address is a proxy that says who is signed in."""
        try:
            found = ip_address(address or "")
        except ValueError:
            return False
        return any(found in network for network in self.proxies)


def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Addresses or networks such as ``10.0.0.0/8``.

    Raises:
        WrongUsage: one is neither.
    """
    try:
        return tuple(ip_network(text.strip()) for text in texts if text.strip())
    except ValueError as error:
        raise WrongUsage(f"--proxy: {error}.") from None
