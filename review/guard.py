"""Who asks, whether they may, and whether the request is their own doing."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from starlette.requests import Request

from gouji.store import Account, Role, Store

from .eyes import Eyes
from .settings import ReviewSettings

COOKIE = "gouji_session"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "::1")
SAFE = ("GET", "HEAD", "OPTIONS")

TRIES = 5  # at a name from an address
TRIES_OF_ADDRESS = 20
WINDOW = 900.0  # seconds in which they count
REMEMBERED = 10_000
ASKED_AGAIN = 2.0  # seconds: the first account may come while the server runs


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks."""

    name: str
    role: Role
    csrf: str | None  # None: a token of the API, which no browser sends by itself
    account: Account | None = None

    @property
    def eyes(self) -> Eyes:
        """What they see of decisions that somebody else makes again."""
        blind = self.csrf is not None and self.role.may(Role.REVIEWER)
        return Eyes(self.name, self.role is Role.ADMIN, blind)


class NotSignedIn(Exception):
    """Nobody is signed in."""


class NotAllowed(Exception):
    """The role does not allow it, or a proxy names somebody who has no account."""


class Forged(Exception):
    """The request did not come from our own pages."""


class TooManyTries(Exception):
    """Too many wrong passwords; ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


class Guard:
    """Tells who asks. Without accounts that is the local user, on loopback only."""

    def __init__(self, store: Store, settings: ReviewSettings) -> None:
        self._store = store
        self._settings = settings
        self._csrf = secrets.token_urlsafe(24)  # of the local user, until the server ends
        self._asked = time.monotonic()
        self._accounts = (
            not settings.on_loopback or bool(settings.proxies) or store.accounts.there_are_any()
        )

    @property
    def asks_for_names(self) -> bool:
        """Whether people have to sign in."""
        now = time.monotonic()
        if not self._accounts and now - self._asked > ASKED_AGAIN:
            self._asked = now
            self._accounts = self._store.accounts.there_are_any()
        return self._accounts

    def visitor(self, request: Request) -> Visitor:
        """Whoever asks.

        Raises:
            NotSignedIn: nobody is signed in.
            NotAllowed: a proxy that is believed names somebody who has no account.
        """
        header = request.headers.get("authorization", "")
        if header.lower().startswith("bearer "):
            owner = self._store.accounts.token_owner(header[7:].strip())
            if owner is None:
                raise NotSignedIn
            return Visitor(owner.name, owner.role, None, owner)
        if not self.asks_for_names:
            return Visitor(self._settings.local_user, Role.ADMIN, self._csrf)
        address = request.client.host if request.client else None
        named = request.headers.get("x-forwarded-user")
        if named is not None and self._settings.believes(address):
            account = self._store.accounts.named(named)
            if account is None:
                raise NotAllowed
            return Visitor(account.name, account.role, self._csrf_of(account), account)
        session = self._store.accounts.session(request.cookies.get(COOKIE, ""))
        if session is None:
            raise NotSignedIn
        return Visitor(session.account.name, session.account.role, session.csrf, session.account)

    def check_host(self, request: Request) -> None:
        """On loopback, no name but our own: a page elsewhere may give its name our address.

        Raises:
            Forged: another name was asked for.
        """
        host = request.headers.get("host", "").lower()
        bare = host if host.endswith("]") else host.rpartition(":")[0] or host
        if self._settings.on_loopback and not self.asks_for_names and bare not in LOCAL_HOSTS:
            raise Forged

    def check_own(self, request: Request, visitor: Visitor, sent: str | None) -> None:
        """That something that changes anything came from our own page.

        Raises:
            Forged: it did not, or cannot be told.
        """
        if visitor.csrf is None or request.method in SAFE:
            return
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Forged
        given = request.headers.get("x-csrf-token") or sent or ""
        if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
            raise Forged

    def _csrf_of(self, account: Account) -> str:
        """A token for somebody whom a proxy signs in, who has no session with us."""
        return hmac.new(self._csrf.encode(), account.name.encode(), "sha256").hexdigest()


class Tries:
    """How often a wrong password was given, by address and name."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[tuple[str, str], list[float]] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str, name: str) -> None:
        """Raises:
        TooManyTries: wait before the next.
        """
        now = self._clock()
        with self._lock:
            for key, most in (((address, name), TRIES), ((address, ""), TRIES_OF_ADDRESS)):
                times = [t for t in self._failed.get(key, ()) if now - t < WINDOW]
                if len(times) >= most:
                    raise TooManyTries(int(WINDOW - (now - times[0])) + 1)

    def failed(self, address: str, name: str) -> None:
        """Note a wrong password."""
        now = self._clock()
        with self._lock:
            for key in ((address, name), (address, "")):
                times = [t for t in self._failed.pop(key, []) if now - t < WINDOW]
                self._failed[key] = [*times, now][-TRIES_OF_ADDRESS:]
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        """Forget the wrong ones before the right one."""
        with self._lock:
            self._failed.pop((address, name), None)
